//! Rights that an export does without and others need: to take a label back, to delete, to look everywhere.

use super::rights::{Right, limited};
use super::stage::{EXPORTED, MIRROR, Stage, ended};
use super::waiting::orphaned;
use crate::marks::{Marks, NOTHING};
use serde_json::json;
use testkit::world::{LinkSpec, mesh_alone, mesh_shared};

const PATCH: Right = ("patch", "", "services");
/// A right that nobody here has in the first place.
const NONE: Right = ("", "", "");

#[test]
fn an_undo_that_may_not_write_says_so_whether_the_label_is_its_own_or_another_ones() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = Stage::new(ground, "undo-write");
    ended(&stage.export(&[]), 0, &[]);
    let undo = |more: &[&str]| {
        let marks = Marks::about(&stage.world);
        let kubectl = limited(&stage, "infra", PATCH);
        let outcome = kubectl.run(["mesh-export", "undo", "svc/postgres-rw"].iter().chain(more));
        ended(&outcome, 3, &["cannot patch services: forbidden", "`patch services` in infra"]);
        assert_eq!(marks.writes(), ["infra patch services postgres-rw 403"], "{outcome}");
    };
    undo(&[]);
    stage.apply_as("kubectl-label", &json!({ "labels": { EXPORTED: "true" } }));
    undo(&["--take-over"]);
    assert_eq!(stage.label().as_deref(), Some("true"));
}

#[test]
fn an_orphan_that_may_not_be_deleted_stays_and_the_run_is_incomplete() {
    let Some(ground) = testkit::kubectl::ground_apart() else { return };
    let mesh = mesh_alone(ground);
    let stage = orphaned(ground, &mesh, "orphan-right");
    let marks = Marks::about(&stage.world);
    let kubectl = limited(&stage, "apps", NONE);
    let outcome = kubectl.run(["mesh-export", "undo", "svc/postgres-rw", "--yes"]);
    ended(&outcome, 7, &["cannot delete services: forbidden", "`delete services` in apps"]);
    let writes = ["infra patch services postgres-rw 200", "apps delete services postgres-rw-infra 403"];
    assert_eq!(marks.writes(), writes, "{outcome}");
    assert!(stage.get("apps", "Service", MIRROR).is_some(), "{outcome}");
}

#[test]
fn who_may_look_at_one_namespace_only_is_told_when_all_are_asked_for() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = Stage::new(ground, "everywhere");
    let elsewhere = Stage::new(ground, "elsewhere");
    for stage in [&stage, &elsewhere] {
        stage.apply_as("tester", &json!({ "labels": { "test": stage.world.namespace() } }));
        ended(&stage.export(&[]), 0, &[]);
    }
    // What else is in the clusters is other tests'.
    let both = format!("--selector=test in ({}, {})", stage.world.namespace(), elsewhere.world.namespace());
    let selected = ["-A", &both];
    let verify = [&["verify"][..], &selected].concat();
    let export = [&selected[..], &["--dry-run=client"]].concat();
    let marks = Marks::about(&stage.world);
    for cluster in ["infra", "apps"] {
        let kubectl = limited(&stage, cluster, NONE);
        for words in [&["list", "-A"][..], &verify, &export] {
            let outcome = kubectl.run(["mesh-export"].iter().chain(words));
            ended(&outcome, 4, &["cannot list services: forbidden", &format!("` in {cluster}")]);
            assert!(!outcome.stdout.contains("endpoints ready"), "{words:?}: {outcome}");
        }
    }
    assert_eq!(marks.writes(), NOTHING);
}

/// What the Link says of a late mirror is read with a right of its own, and only for the words.
#[test]
fn a_late_mirror_is_late_without_the_right_to_read_one_link() {
    let Some(ground) = testkit::kubectl::ground_apart() else { return };
    let _mesh = mesh_alone(ground);
    let stage = Stage::new(ground, "late-link");
    stage.world.link("apps", "infra", LinkSpec::default());
    let marks = Marks::about(&stage.world);
    let outcome = limited(&stage, "apps", NONE).run(["mesh-export", "svc/postgres-rw", "--timeout", "3s"]);
    ended(&outcome, 3, &["labelled after 3s"]);
    assert_eq!(marks.writes(), crate::marks::LABELLED, "{outcome}");
}
