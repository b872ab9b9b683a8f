//! Labels that somebody else has set: they are named, and overruled only when that was asked for.

use super::stage::{EXPORTED, MIRROR, SOON, Stage, ended};
use serde_json::json;
use testkit::proxy::{Fault, When};
use testkit::world::mesh_shared;

#[test]
fn a_label_set_by_hand_counts_and_only_take_over_takes_it_away() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = Stage::new(ground, "by-hand");
    let label = format!("{EXPORTED}=true");
    let labelled = stage.kubectl().run(["label", "svc/postgres-rw", &label]);
    assert_eq!(labelled.code, Some(0), "{labelled}");
    let marks = stage.mark();
    ended(&stage.export(&[]), 0, &["was set by kubectl-label", "endpoints ready"]);
    assert_eq!(marks.writes(), Vec::<String>::new(), "what is there is not set again");

    let marks = stage.mark();
    ended(&stage.undo(&[]), 3, &["was set by kubectl-label", "--take-over", &format!("{EXPORTED}-")]);
    assert_eq!(marks.writes(), Vec::<String>::new());
    assert_eq!(stage.label().as_deref(), Some("true"));

    let marks = stage.mark();
    ended(&stage.undo(&["--take-over"]), 0, &["gone"]);
    assert_eq!(marks.writes(), ["infra patch services postgres-rw 200"]);
    assert_eq!((stage.label(), stage.get("apps", "Service", MIRROR)), (None, None));
}

#[test]
fn a_value_that_flux_keeps_is_overruled_only_by_take_over() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = Stage::new(ground, "flux");
    stage.apply_as("kustomize-controller", &json!({ "labels": { EXPORTED: "false" } }));
    let marks = stage.mark();
    let outcome = stage.export(&[]);
    ended(&outcome, 3, &[&format!("{EXPORTED}=false belongs to kustomize-controller"), "--take-over"]);
    assert_eq!(marks.writes(), Vec::<String>::new());
    assert_eq!(stage.label().as_deref(), Some("false"));
    ended(&stage.export(&["--take-over"]), 0, &["endpoints ready"]);
    assert_eq!(stage.state()["owners"][0]["manager"], "mesh-export");
    assert_eq!(stage.label().as_deref(), Some("true"));
}

#[test]
fn an_empty_map_of_labels_that_somebody_applied_is_explained() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = Stage::new(ground, "empty-map");
    stage.apply_as("kustomize-controller", &json!({ "labels": {} }));
    let marks = stage.mark();
    ended(&stage.export(&[]), 3, &["kustomize-controller applied an empty map of labels", "--take-over"]);
    assert_eq!(marks.writes(), Vec::<String>::new());
    ended(&stage.export(&["--take-over"]), 0, &["endpoints ready"]);
}

#[test]
fn an_undo_keeps_the_other_labels_of_the_service_and_their_owners() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = Stage::new(ground, "kept");
    stage.apply_as("kustomize-controller", &json!({ "labels": { "team": "data" } }));
    let before = stage.state();
    ended(&stage.export(&[]), 0, &[]);
    ended(&stage.undo(&[]), 0, &["gone"]);
    assert_eq!(stage.state(), before);
}

#[test]
fn an_undo_that_meets_a_change_in_between_does_not_overwrite_it() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = Stage::new(ground, "meanwhile");
    let labelled = stage.kubectl().run(["label", "svc/postgres-rw", &format!("{EXPORTED}=true")]);
    assert_eq!(labelled.code, Some(0), "{labelled}");
    stage.infra.on(When::first("PATCH", "/services"), Fault::HoldBefore);
    let kubectl = stage.kubectl();
    let running = kubectl.spawn(["mesh-export", "undo", "svc/postgres-rw", "--take-over"]);
    assert!(stage.infra.wait_held(SOON).is_some());
    stage.apply_as("kustomize-controller", &json!({ "labels": { "team": "data" } }));
    stage.infra.release();
    let outcome = running.wait(SOON);
    ended(&outcome, 3, &["the object has been modified", "run again"]);
    assert_eq!(stage.label().as_deref(), Some("true"));
    assert_eq!(stage.infra.writes().len(), 2, "the label by hand, and one try: {outcome}");
}
