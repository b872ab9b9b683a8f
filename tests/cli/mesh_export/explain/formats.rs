//! One explanation in every format.

use super::{Stage, arrived, explained};
use testkit::world::mesh_shared;

#[test]
fn every_format_shows_the_same_chain() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = Stage::new(ground, "explain-formats");
    let shown = |format: &str| explained(&stage, 3, &["-o", format]).stdout;
    assert_eq!(shown("name"), "service/postgres-rw-infra\n");
    assert_eq!(shown("jsonpath={.services[*].mirrors[*].cause.check}"), "not-labelled");
    let json: serde_json::Value = serde_json::from_str(&shown("json")).unwrap();
    let yaml: serde_json::Value = serde_saphyr::from_str(&shown("yaml")).unwrap();
    assert_eq!(json, yaml);
    let steps = json["services"][0]["mirrors"][0]["chain"].as_array().unwrap();
    let wide = shown("wide");
    let rows: Vec<Vec<&str>> = wide.lines().skip(1).map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(rows.len(), steps.len());
    for (row, step) in rows.iter().zip(steps) {
        assert_eq!(row[6], step["stage"], "{wide}");
    }
    assert!(wide.contains("selected      broken        not-labelled"), "{wide}");
    let chart = shown("mermaid");
    assert!(chart.starts_with("flowchart TD\n  subgraph s0m0["), "{chart}");
    assert!(chart.contains("BROKEN<br/>not-labelled: "), "{chart}");
    assert_eq!(chart.matches("    s0m0_selected[\"").count(), 1, "{chart}");
}

#[test]
fn several_services_are_explained_one_after_the_other() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = Stage::new(ground, "explain-many");
    arrived(&stage);
    let run = |words: &[&str]| stage.kubectl().run(["mesh-export", "explain"].iter().chain(words));
    let both = run(&["svc/postgres-rw", "svc/postgres-ro"]);
    assert_eq!(both.code, Some(3), "{both}");
    let headlines =
        ["postgres-ro is not usable in apps because not found: ", "postgres-rw is usable in apps as"];
    for headline in headlines {
        assert!(both.stdout.lines().any(|line| line.starts_with(headline)), "{headline}: {both}");
    }
    let none = run(&["-l", "tier=none"]);
    assert_eq!((none.code, none.stdout.as_str()), (Some(3), ""), "{none}");
    assert!(none.stderr.contains("no Service of namespace"), "{none}");
}
