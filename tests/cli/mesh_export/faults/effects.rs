//! What an export or an undo does besides: named and asked about, refused, or left.

use super::stage::{EXPORTED, MIRROR, Stage, ended};
use serde_json::json;
use testkit::world::{Credentials, LinkSpec, Service, mesh_alone};

#[test]
fn a_second_link_that_cannot_be_attributed_is_asked_about() {
    let Some(ground) = testkit::kubectl::ground_apart() else { return };
    let _mesh = mesh_alone(ground);
    let stage = Stage::new(ground, "unattributed");
    stage.world.link("apps", "infra", LinkSpec::default());
    let second = LinkSpec::default().name("east").set("targetClusterName", "east");
    stage.world.link("apps", "infra", second.credentials(Credentials::Missing));
    let told = format!("apps may gain or lose svc/{}/postgres-rw-east", stage.world.namespace());
    ended(&stage.export(&[]), 8, &[&told, "there is no terminal to ask on"]);
    assert_eq!((stage.label(), stage.infra.writes()), (None, Vec::new()));
    ended(&stage.export(&["--yes", "--no-wait"]), 0, &[&told]);
    ended(&stage.undo(&["--no-wait"]), 8, &[&told]);
    assert_eq!(stage.label().as_deref(), Some("true"));
}

#[test]
fn a_link_whose_selectors_both_match_is_refused() {
    let Some(ground) = testkit::kubectl::ground_apart() else { return };
    let _mesh = mesh_alone(ground);
    let stage = Stage::new(ground, "ways");
    let both =
        LinkSpec::default().set("remoteDiscoverySelector", json!({ "matchLabels": { EXPORTED: "true" } }));
    stage.world.link("apps", "infra", both);
    ended(&stage.export(&[]), 3, &["the remoteDiscoverySelector of the Link infra matches it", "edit"]);
    assert_eq!((stage.label(), stage.infra.writes()), (None, Vec::new()));
}

#[test]
fn a_mirror_changes_its_way_when_that_is_asked_for_and_never_by_itself() {
    let Some(ground) = testkit::kubectl::ground_apart() else { return };
    let _mesh = mesh_alone(ground);
    let stage = Stage::new(ground, "flat");
    stage.world.link("apps", "infra", LinkSpec::default());
    stage.apply_as("flux", &json!({ "labels": { EXPORTED: "remote-discovery" } }));
    ended(&stage.export(&["--take-over", "--no-wait"]), 0, &[]);
    assert_eq!(stage.label().as_deref(), Some("remote-discovery"));
    let told = format!("svc/{}/{MIRROR}: mode to be changed from flat to gateway", stage.world.namespace());
    ended(&stage.export(&["--mode=gateway"]), 3, &["belongs to flux"]);
    ended(&stage.export(&["--mode=gateway", "--take-over", "--no-wait"]), 0, &[&told]);
    assert_eq!(stage.label().as_deref(), Some("true"));
}

#[test]
fn a_mirror_under_a_name_that_no_link_has_is_named_and_left() {
    let Some(ground) = testkit::kubectl::ground_apart() else { return };
    let _mesh = mesh_alone(ground);
    let stage = Stage::new(ground, "stray");
    stage.world.link("apps", "infra", LinkSpec::default());
    let namespace = stage.world.namespace();
    let stray = Service::new("postgres-rw-old")
        .port("postgres", 5432, 5432)
        .label("mirror.linkerd.io/mirrored-service", "true")
        .label("mirror.linkerd.io/cluster-name", "old")
        .annotation("mirror.linkerd.io/remote-resource-version", "1")
        .annotation(
            "mirror.linkerd.io/remote-svc-fq-name",
            &format!("postgres-rw.{namespace}.svc.cluster.local"),
        );
    stage.world.service("apps", stray);
    let delete = format!("kubectl --context apps --namespace {namespace} delete svc/postgres-rw-old");
    ended(&stage.undo(&[]), 0, &["warning: apps: svc/", &delete]);
    assert!(stage.get("apps", "Service", "postgres-rw-old").is_some());
}
