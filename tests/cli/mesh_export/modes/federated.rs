//! Members of federated Services.

use super::flat::quick;
use super::{mesh_export, told};
use crate::bed::database;
use crate::faults::stage::{MIRROR, SERVICE, SOON, Stage, ended};
use serde_json::Value;
use testkit::world::{Alone, Controller, LinkSpec, mesh_alone};

const FEDERATED: &str = "postgres-rw-federated";

/// A stage with a Link and service mirrors at rest, the local ones too, in both clusters.
fn stage(mesh: &Alone, ground: &'static testkit::real::Ground, label: &str) -> (Stage, Vec<Controller>) {
    let stage = Stage::new(ground, label);
    stage.world.link("apps", "infra", LinkSpec::default());
    let local = ["infra", "apps"].map(|cluster| mesh.local_controller(cluster));
    let controllers: Vec<_> = local.into_iter().chain([mesh.controller("apps", quick("infra"))]).collect();
    stage.eventually("the service mirrors are at rest", || controllers.iter().all(Controller::is_idle));
    (stage, controllers)
}

/// The remote members that the federated Service of a cluster lists.
fn members(stage: &Stage, cluster: &str, list: &str) -> Value {
    let found = stage.get(cluster, "Service", FEDERATED).unwrap_or_default();
    found["metadata"]["annotations"][format!("multicluster.linkerd.io/{list}-discovery")].clone()
}

fn federate(stage: &Stage, more: &[&str]) -> testkit::kubectl::Outcome {
    let words = ["svc/postgres-rw", "--mode=federated", "--assume-routable"];
    mesh_export(stage, &[&words[..], more].concat())
}

#[test]
fn a_member_joins_is_proved_listed_and_leaves_while_the_mirror_stays() {
    let Some(ground) = testkit::kubectl::ground_apart() else { return };
    let mesh = mesh_alone(ground);
    let (stage, _controllers) = stage(&mesh, ground, "member");
    ended(&stage.export(&[]), 0, &["endpoints ready"]);
    let joined = federate(&stage, &[]);
    ended(&joined, 0, &["postgres-rw-federated joined"]);
    assert_eq!(members(&stage, "apps", "remote"), "postgres-rw@infra");
    assert_eq!(members(&stage, "infra", "local"), SERVICE, "the local service mirror federates it there");
    let both = [("gateway".to_owned(), "endpoints ready".to_owned()), ("federated".into(), "joined".into())];
    let state = |outcome: &testkit::kubectl::Outcome| {
        told(outcome)
            .into_iter()
            .map(|(mode, state)| (mode, state.replace("endpointsReady", "endpoints ready")))
            .collect::<Vec<_>>()
    };
    assert_eq!(state(&mesh_export(&stage, &["list", "-o", "json"])), both);
    let proved = mesh_export(&stage, &["verify", "svc/postgres-rw", "-o", "json"]);
    assert_eq!((state(&proved), proved.code), (both.to_vec(), Some(0)), "{proved}");
    let explained = mesh_export(&stage, &["explain", "svc/postgres-rw", "-o", "json"]);
    ended(&explained, 0, &[]);
    let outcomes = explained.json()["services"][0]["mirrors"].clone();
    assert_eq!([&outcomes[0]["outcome"], &outcomes[1]["outcome"]], ["whole", "whole"], "{explained}");
    ended(&stage.undo(&["--mode=federated"]), 0, &["postgres-rw-federated gone"]);
    stage.eventually("no federated Service is left", || stage.get("apps", "Service", FEDERATED).is_none());
    assert!(stage.get("apps", "Service", MIRROR).is_some());
}

#[test]
fn both_labels_are_set_one_after_the_other_so_that_the_federation_does_not_miss_it() {
    let Some(ground) = testkit::kubectl::ground_apart() else { return };
    let mesh = mesh_alone(ground);
    let (stage, _controllers) = stage(&mesh, ground, "both");
    let marks = stage.mark();
    let words = ["svc/postgres-rw", "--mode=gateway,federated", "--assume-routable"];
    ended(
        &mesh_export(&stage, &words),
        0,
        &["postgres-rw-infra endpoints ready", "postgres-rw-federated joined"],
    );
    let patch = "infra patch services postgres-rw 200";
    assert_eq!(marks.writes(), [patch, patch]);
    ended(&stage.undo(&[]), 0, &["postgres-rw-infra gone", "postgres-rw-federated gone"]);
    assert_eq!(stage.state()["labels"], Value::Null);
}

#[test]
fn a_service_that_the_federation_passed_over_is_touched() {
    let Some(ground) = testkit::kubectl::ground_apart() else { return };
    let mesh = mesh_alone(ground);
    let (stage, _controllers) = stage(&mesh, ground, "touched");
    let labelled = database(SERVICE)
        .label("mirror.linkerd.io/exported", "true")
        .label("mirror.linkerd.io/federated", "member");
    stage.world.service("infra", labelled);
    stage.eventually("the mirror is there", || stage.ready_addresses("apps", MIRROR) > 0);
    assert_eq!(members(&stage, "apps", "remote"), Value::Null, "both labels came at once");
    let cause = "jsonpath={.services[*].mirrors[*].cause.check}";
    let explained = mesh_export(&stage, &["explain", "svc/postgres-rw", "-o", cause]);
    assert_eq!(
        (explained.code, explained.stdout.as_str()),
        (Some(3), "federated-passed-over"),
        "{explained}"
    );
    let dry = stage.export(&["--dry-run=client"]);
    ended(&dry, 5, &[]);
    assert!(dry.stdout.contains("service/postgres-rw annotated (dry run)"), "{dry}");
    ended(&stage.export(&[]), 0, &["postgres-rw-federated joined"]);
    ended(&stage.undo(&["--take-over"]), 0, &["postgres-rw-infra gone", "postgres-rw-federated gone"]);
}

#[test]
fn a_member_that_leaves_others_behind_is_gone_from_their_list() {
    let Some(ground) = testkit::kubectl::ground_apart() else { return };
    let mesh = mesh_alone(ground);
    let (stage, _controllers) = stage(&mesh, ground, "others");
    stage.world.service("apps", database(SERVICE).label("mirror.linkerd.io/federated", "member"));
    stage.eventually("apps has a member of its own", || members(&stage, "apps", "local") == SERVICE);
    ended(&federate(&stage, &[]), 0, &["postgres-rw-federated joined"]);
    let undone = stage.undo(&[]);
    ended(&undone, 0, &["postgres-rw-federated gone"]);
    assert!(undone.elapsed < SOON, "{:?}", undone.elapsed);
    assert_eq!(
        (members(&stage, "apps", "remote"), members(&stage, "apps", "local")),
        (Value::from(""), SERVICE.into())
    );
}

#[test]
fn a_headless_service_is_not_federated() {
    let Some(ground) = testkit::kubectl::ground_apart() else { return };
    let mesh = mesh_alone(ground);
    let (stage, _controllers) = stage(&mesh, ground, "headless");
    stage.world.service("infra", database("postgres-r").headless());
    let refused = mesh_export(&stage, &["svc/postgres-r", "--mode=federated", "--assume-routable"]);
    ended(&refused, 3, &["it is headless, and Linkerd federates no headless Services"]);
}
