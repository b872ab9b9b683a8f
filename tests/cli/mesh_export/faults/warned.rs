//! What the API server warns of, by kubectl's rules: once, on stderr, and an error for those who want that.

use super::stage::{SERVICE, Stage, ended};
use serde_json::{Value, json};
use testkit::proxy::{Answer, Fault, When};
use testkit::world::mesh_shared;

const TEXT: &str = "annotation service.kubernetes.io/topology-aware-hints is deprecated, please use \
                    service.kubernetes.io/topology-mode instead";

#[test]
fn a_warning_of_the_server_is_said_once_and_is_an_error_when_that_is_wanted() {
    let Some(ground) = testkit::real::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = Stage::new(ground, "warned");
    ended(&stage.export(&["--warnings-as-errors"]), 0, &["endpoints ready"]);
    ended(&stage.undo(&[]), 0, &[]);
    let annotations = json!({ "service.kubernetes.io/topology-aware-hints": "Auto" });
    stage.apply_as("annotator", &json!({ "annotations": annotations }));
    let outcome = stage.export(&[]);
    ended(&outcome, 0, &[&format!("Warning: infra: {TEXT}\n")]);
    assert_eq!(outcome.stderr.matches("Warning:").count(), 1, "{outcome}");
    let outcome = stage.undo(&["--warnings-as-errors", "-o", "json"]);
    ended(
        &outcome,
        3,
        &[&format!("Warning: infra: {TEXT}\n"), &format!("error: infra: the API server warns: {TEXT}\n")],
    );
    let report: Value = serde_json::from_str(&outcome.stdout).unwrap();
    let found: Vec<&Value> = report["findings"].as_array().unwrap().iter().map(|one| &one["check"]).collect();
    assert_eq!(found, ["server-warning"], "{outcome}");
    assert_eq!(report["changes"][0]["service"], SERVICE, "{outcome}");
    assert_eq!(stage.label(), None, "{outcome}");
}

/// Which of them answers first is chance.
#[test]
fn a_warning_of_both_servers_is_each_ones_own_in_fleet_order() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = Stage::new(ground, "both-warned");
    for proxy in [&stage.infra, &stage.apps] {
        // Asked again, the real one answers: a warning and nothing else is different.
        let warning = Answer::unavailable().header("warning", "299 - \"be careful\"");
        proxy.on(When::first("GET", "/namespaces/kube-system"), Fault::Answer(warning));
    }
    let outcome = stage.kubectl().run(["mesh-export", "list", "--warnings-as-errors", "-o", "json"]);
    ended(&outcome, 3, &["Warning: infra: be careful\n", "Warning: apps: be careful\n"]);
    assert_eq!(outcome.stderr.matches("Warning:").count(), 2, "{outcome}");
    let report: Value = serde_json::from_str(&outcome.stdout).unwrap();
    let findings = report["findings"].as_array().unwrap();
    let found: Vec<[&Value; 2]> = findings.iter().map(|one| [&one["check"], &one["clusters"][0]]).collect();
    assert_eq!(found, [["server-warning", "infra"], ["server-warning", "apps"]], "{outcome}");
}
