//! `explain` between two real API servers: which cause leads, how the run ends, and that nothing is written.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "what the steps of these tests share may end a test at once, as a test may"
)]

mod beneath;
mod beside;
mod changed;
mod formats;
mod unseen;

use crate::faults::stage::{EXPORTED, MIRROR, Stage, ended};
use crate::marks::NOTHING;
use sandbox::controllers::mirror::Parameters;
use serde_json::{Value, json};
use std::time::Duration;
use testkit::kubectl::Outcome;
use testkit::proxy::{Answer, Fault, When};
use testkit::world::{LinkSpec, Service, World, mesh_alone, mesh_shared};

/// A run of `explain` that ends with this code; it only looked.
#[track_caller]
fn explained(stage: &Stage, code: i32, more: &[&str]) -> Outcome {
    let marks = stage.mark();
    let outcome = stage.kubectl().run(["mesh-export", "explain", "svc/postgres-rw"].iter().chain(more));
    assert_eq!(outcome.code, Some(code), "{outcome}");
    assert_eq!(marks.writes(), NOTHING, "{outcome}");
    let verbs: Vec<String> = marks.requests().into_iter().flatten().map(|request| request.verb).collect();
    assert!(
        !verbs.is_empty() && verbs.iter().all(|verb| ["get", "list"].contains(&verb.as_str())),
        "{verbs:?}"
    );
    outcome
}

/// The only chain of the document.
#[track_caller]
fn chain(stage: &Stage, code: i32, more: &[&str]) -> Value {
    let document = explained(stage, code, &[&["-o", "json"], more].concat()).json();
    assert_eq!(document["kind"], "Explanation");
    let mirrors = document["services"][0]["mirrors"].as_array().unwrap();
    assert_eq!(mirrors.len(), 1, "{document:#}");
    mirrors[0].clone()
}

/// Runs the command of what leads, as it would be pasted into a shell.
#[track_caller]
fn paste(stage: &Stage, chain: &Value) {
    let command = chain["cause"]["remedy"]["command"].as_str().unwrap();
    let Some(pasted) = command.strip_prefix("echo '") else {
        let words: Vec<&str> = command.strip_prefix("kubectl ").unwrap().split(' ').collect();
        return ended(&stage.kubectl().run(words), 0, &[]);
    };
    let (object, apply) = pasted.split_once("' | ").unwrap();
    let cluster =
        apply.strip_prefix("kubectl --context ").and_then(|words| words.strip_suffix(" apply -f -"));
    let cluster = cluster.unwrap();
    stage.world.apply(cluster, serde_json::from_str(object).unwrap());
}

/// The stages of a chain that stand like this.
fn standing(chain: &Value, state: &str) -> Vec<String> {
    let steps = chain["chain"].as_array().unwrap().iter().filter(|step| step["state"] == state);
    steps.map(|step| step["stage"].as_str().unwrap().to_owned()).collect()
}

fn export(stage: &Stage) {
    stage.apply_as("tester", &json!({ "labels": { EXPORTED: "true" } }));
}

/// Exports, and waits until the mirror can be used.
fn arrived(stage: &Stage) {
    export(stage);
    stage.eventually("the mirror has come", || stage.ready_addresses("apps", MIRROR) > 0);
}

#[test]
fn nothing_leads_where_the_mirror_has_come() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = Stage::new(ground, "explain-well");
    arrived(&stage);
    let chain = chain(&stage, 0, &[]);
    assert_eq!((&chain["outcome"], &chain["cause"]), (&json!("whole"), &Value::Null), "{chain:#}");
    assert_eq!(standing(&chain, "holds").len(), 29, "{chain:#}");
    let outcome = explained(&stage, 0, &[]);
    assert!(outcome.stdout.starts_with("postgres-rw is usable in apps as\n"), "{outcome}");
    assert!(outcome.stdout.contains("no problem found"), "{outcome}");
}

#[test]
fn a_mirror_for_a_flat_network_needs_no_gateway() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = Stage::new(ground, "explain-flat");
    stage.apply_as("tester", &json!({ "labels": { EXPORTED: "remote-discovery" } }));
    stage.eventually("the mirror is made", || stage.get("apps", "Service", MIRROR).is_some());
    let well = chain(&stage, 0, &[]);
    assert_eq!((&well["mode"], &well["outcome"]), (&json!("flat"), &json!("whole")), "{well:#}");
    assert_eq!(standing(&well, "holds").len(), 26, "{well:#}");
    // Asked for as it is not exported, it is not.
    let other = chain(&stage, 3, &["--mode=gateway"]);
    assert_eq!(other["cause"]["check"], "gateway-mode", "{other:#}");
}

#[test]
fn a_service_that_nobody_exported_is_told_how_to_be_and_then_is_well() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = Stage::new(ground, "explain-bare");
    let broken = chain(&stage, 3, &[]);
    assert_eq!(broken["cause"]["check"], "not-labelled", "{broken:#}");
    assert_eq!(standing(&broken, "broken"), ["selected"]);
    assert_eq!(standing(&broken, "notReached"), ["mirror", "current", "endpoints"]);
    let command = broken["cause"]["remedy"]["command"].as_str().unwrap();
    let words: Vec<&str> = command.strip_prefix("kubectl ").unwrap().split(' ').collect();
    ended(&stage.kubectl().run(words), 0, &["endpoints ready"]);
    assert_eq!(chain(&stage, 0, &[])["outcome"], "whole");
}

#[test]
fn a_namespace_that_is_missing_leads_and_the_mirror_follows() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = Stage::on(World::only_in(ground, "explain-place", &["infra"]));
    export(&stage);
    let chain = chain(&stage, 3, &[]);
    assert_eq!(chain["cause"]["check"], "namespace-missing", "{chain:#}");
    assert_eq!(
        (standing(&chain, "broken"), standing(&chain, "follows")),
        (vec!["namespace".into()], vec!["mirror".into()])
    );
    let make = format!("kubectl --context apps create namespace {}", stage.world.namespace());
    let outcome = explained(&stage, 3, &[]);
    assert!(outcome.stdout.contains(&format!("; to make it, run:\n  {make}\n")), "{outcome}");
    assert!(outcome.stdout.contains("mirror-missing, from namespace-missing: "), "{outcome}");
}

#[test]
fn a_foreign_service_under_the_mirrors_name_leads() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = Stage::new(ground, "explain-clash");
    stage.world.service("apps", Service::new(MIRROR).port("other", 80, 80));
    export(&stage);
    let chain = chain(&stage, 3, &[]);
    assert_eq!(chain["cause"]["check"], "mirror-name-clash", "{chain:#}");
}

#[test]
fn a_controller_that_is_gone_leads_although_the_mirror_stays_as_it_is() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = Stage::new(ground, "explain-idle");
    arrived(&stage);
    let metadata = json!({ "resourceVersion": "1" });
    let none =
        json!({ "kind": "DeploymentList", "apiVersion": "apps/v1", "metadata": metadata, "items": [] });
    stage.apps.on(When::every("GET", "/deployments"), Fault::Answer(Answer::json(200, &none)));
    let chain = chain(&stage, 3, &[]);
    assert_eq!(chain["cause"]["check"], "controller-running", "{chain:#}");
    assert_eq!(standing(&chain, "broken"), ["controller"]);
    assert_eq!(chain["state"], "endpointsReady");
}

#[test]
fn a_service_without_backends_leads_and_the_endpoints_of_its_mirror_follow() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = Stage::new(ground, "explain-empty");
    let service = Service::new("postgres-rw").port("postgres", 5432, 5432).selector("app", "nobody");
    stage.world.service("infra", service);
    stage.eventually("the Service has no backend", || stage.ready_addresses("infra", "postgres-rw") == 0);
    export(&stage);
    stage.eventually("the mirror is made", || stage.get("apps", "Endpoints", MIRROR).is_some());
    let chain = chain(&stage, 3, &[]);
    assert_eq!(chain["cause"]["check"], "export-endpoints", "{chain:#}");
    assert_eq!(standing(&chain, "follows"), ["endpoints"]);
}

#[test]
fn a_mirror_that_does_not_come_for_no_reason_that_shows_is_looked_at_twice() {
    let Some(ground) = testkit::kubectl::ground_apart() else { return };
    let mesh = mesh_alone(ground);
    let stage = Stage::new(ground, "explain-mute");
    stage.world.link("apps", "infra", LinkSpec::default());
    export(&stage);
    let outcome = explained(&stage, 3, &[]);
    assert!(
        outcome.stdout.starts_with("postgres-rw is not usable in apps because apps has no Service"),
        "{outcome}"
    );
    for next in [
        "next: restart the service mirror",
        "  kubectl --context apps --namespace linkerd-multicluster rollout restart ",
    ] {
        assert!(outcome.stdout.contains(next), "{outcome}");
    }
    assert!(outcome.elapsed >= Duration::from_secs(2), "{outcome}");
    // One that comes between the looks was only late.
    let kubectl = stage.kubectl();
    let running = kubectl.spawn(["mesh-export", "explain", "svc/postgres-rw"]);
    let retry = Duration::from_millis(200);
    let _controller = mesh.controller("apps", Parameters { retry, ..Parameters::for_link("infra") });
    stage.eventually("the mirror has come", || stage.ready_addresses("apps", MIRROR) > 0);
    ended(&running.wait(Duration::from_secs(30)), 0, &[]);
}

#[test]
fn a_link_in_the_other_direction_is_none_and_what_a_deleted_one_left_follows() {
    let Some(ground) = testkit::kubectl::ground_apart() else { return };
    let mesh = mesh_alone(ground);
    let stage = Stage::new(ground, "explain-other");
    stage.world.link("infra", "apps", LinkSpec::default());
    export(&stage);
    let broken = chain(&stage, 3, &[]);
    assert_eq!(broken["cause"]["check"], "no-link", "{broken:#}");
    assert_eq!(standing(&broken, "holds"), ["service"]);
    let other = "the Link apps in infra points the other way, to apps";
    ended(&stage.export(&[]), 3, &[other]);
    ended(&stage.export(&["--to", "apps"]), 3, &[other]);
    stage.world.link("apps", "infra", LinkSpec::default());
    let controller = mesh.controller("apps", Parameters::for_link("infra"));
    stage.eventually("the mirror has come", || stage.ready_addresses("apps", MIRROR) > 0);
    drop((controller, mesh));
    let _mesh = mesh_alone(ground);
    let left = chain(&stage, 3, &[]);
    assert_eq!((&left["cause"]["check"], &left["mirror"]), (&json!("no-link"), &json!(MIRROR)), "{left:#}");
    assert_eq!(standing(&left, "follows"), ["mirror"]);
}
