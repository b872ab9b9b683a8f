//! One document in every format.

use crate::bed::{Bed, database};
use testkit::world::{World, mesh_shared};

#[test]
fn every_format_shows_the_same_export() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let bed = Bed::new(ground, "formats");
    let kubectl = bed.kubectl();
    let verify = |format: &str| {
        let outcome = kubectl.run(["mesh-export", "svc/postgres-rw", "-o", format]);
        assert_eq!(outcome.code, Some(0), "{format}: {outcome}");
        outcome.stdout.replace(bed.world.namespace(), "databases")
    };
    assert_eq!(verify("name"), "service/postgres-rw-infra\n");
    assert_eq!(verify("jsonpath={.mirrors[*].dns}"), "postgres-rw-infra.databases.svc.cluster.local");
    let wide = verify("wide");
    let rows: Vec<Vec<&str>> = wide.lines().map(|line| line.split("  ").map(str::trim).collect()).collect();
    let cells = |row: usize| rows[row].iter().copied().filter(|cell| !cell.is_empty()).collect::<Vec<_>>();
    assert_eq!(
        cells(1),
        ["NAMESPACE", "SERVICE", "CONSUMER", "LINK", "MIRROR", "MODE", "STATE", "PORTS", "DNS"]
    );
    let dns = "postgres-rw-infra.databases.svc.cluster.local";
    assert_eq!(
        cells(2),
        [
            "databases",
            "postgres-rw",
            "apps",
            "infra",
            "postgres-rw-infra",
            "gateway",
            "endpoints ready",
            "5432/TCP",
            dns
        ]
    );
    insta::assert_snapshot!(verify("yaml"));
    let yaml: serde_json::Value = serde_saphyr::from_str(&verify("yaml")).unwrap();
    let json: serde_json::Value = serde_json::from_str(&verify("json")).unwrap();
    assert_eq!(yaml, json);
}

#[test]
fn json_stands_alone_on_stdout_also_when_it_refuses() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let bed = Bed::new(ground, "json");
    let outcome = bed.kubectl().run(["mesh-export", "svc/postgres-rq", "-o", "json"]);
    assert_eq!(outcome.code, Some(3), "{outcome}");
    let report = outcome.json();
    assert_eq!(report["apiVersion"], "platform.tools/v1");
    assert_eq!(report["findings"][0]["check"], "service-not-found");
    let remedy = report["findings"][0]["remedy"]["command"].as_str().unwrap();
    assert!(remedy.starts_with("kubectl mesh-export svc/postgres-rw "), "{remedy}");
}

#[test]
fn several_services_are_exported_by_label_and_named_once_each() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let bed = Bed::new(ground, "several");
    bed.world.service("infra", database("postgres-ro").label("tier", "database"));
    bed.world.service("infra", database("postgres-r").label("tier", "database"));
    let outcome = bed.kubectl().run(["mesh-export", "-l", "tier=database", "-o", "name"]);
    assert_eq!(outcome.code, Some(0), "{outcome}");
    assert_eq!(outcome.stdout, "service/postgres-r-infra\nservice/postgres-ro-infra\n");
    let all = bed.kubectl().run(["mesh-export", "--all", "-o", "name"]);
    assert_eq!(all.stdout.lines().count(), 3, "{all}");
    let undone = bed.kubectl().run(["mesh-export", "undo", "--all", "-o", "name"]);
    assert_eq!(undone.code, Some(0), "{undone}");
    let listed = bed.kubectl().run(["mesh-export", "list", "-o", "name"]);
    assert_eq!((listed.stdout.as_str(), listed.code), ("", Some(0)), "{listed}");
    assert!(listed.stderr.contains("No exports found in"), "{listed}");
}

#[test]
fn a_template_that_does_not_fit_the_report_hides_neither_the_verdict_nor_a_write() {
    let Some(ground) = testkit::real::ground() else { return };
    let _mesh = mesh_shared(ground);
    let bed = Bed::new(ground, "unfit");
    for (arguments, code) in [
        (vec!["svc/postgres-ro"], 3),
        (vec!["verify", "svc/postgres-rw", "--timeout=0"], 3),
        (vec!["svc/postgres-rw", "--dry-run=client"], 5),
        (vec!["svc/postgres-rw", "--no-wait"], 7),
        (vec!["svc/postgres-rw"], 2),
        (vec!["undo", "svc/postgres-rw"], 7),
    ] {
        let line = ["mesh-export"].iter().chain(&arguments).chain(&["-o", "jsonpath={.mirrors[9].dns}"]);
        let outcome = bed.kubectl().run(line);
        assert_eq!((outcome.code, outcome.stdout.as_str()), (Some(code), ""), "{arguments:?}: {outcome}");
        assert!(outcome.stderr.contains("array index out of bounds"), "{arguments:?}: {outcome}");
    }
}

#[test]
fn with_all_namespaces_each_line_says_which() {
    let Some(ground) = testkit::real::ground() else { return };
    let _mesh = mesh_shared(ground);
    let bed = Bed::new(ground, "spread");
    let (namespace, other) = (bed.world.namespace(), World::new(ground, "spread-too"));
    other.pod("infra", "postgres-0", &[("app", "postgres")]);
    let selector = format!("spread={namespace}");
    for world in [&bed.world, &other] {
        world.service("infra", database("postgres-ro").label("spread", namespace));
    }
    let both = |arguments: &[&str]| {
        let line = [&["mesh-export"], arguments, &["-A", "-l", selector.as_str()]].concat();
        let outcome = bed.kubectl().run(line);
        let begins = |place: &str| {
            outcome.stdout.lines().any(|line| line.starts_with(&format!("service/{place}/postgres-ro")))
        };
        assert!(begins(namespace) && begins(other.namespace()), "{arguments:?}: {outcome}");
    };
    both(&["--no-wait"]);
    both(&["-o", "name"]);
    both(&["undo"]);
}
