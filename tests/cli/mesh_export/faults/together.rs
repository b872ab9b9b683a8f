//! Two people at once.

use super::stage::{EXPORTED, MIRROR, SERVICE, SOON, Stage, ended};
use crate::marks::LABELLED;
use serde_json::json;
use testkit::proxy::{Fault, When};
use testkit::world::mesh_shared;

#[test]
fn two_exports_at_once_both_succeed_and_leave_one_owner_and_one_value() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = Stage::new(ground, "twice");
    stage.infra.on(When::first("PATCH", SERVICE), Fault::HoldBefore);
    let (kubectl, marks) = (stage.kubectl(), stage.mark());
    let first = kubectl.spawn(["mesh-export", "svc/postgres-rw"]);
    assert!(stage.infra.wait_held(SOON).is_some());
    let second = stage.export(&[]);
    stage.infra.release();
    let first = first.wait(SOON);
    ended(&first, 0, &["endpoints ready"]);
    ended(&second, 0, &["endpoints ready"]);
    assert_eq!(marks.writes(), [LABELLED[0], LABELLED[0]], "each has written once");
    let expected = json!([
        { "manager": "mesh-export", "by": "Apply", "labels": { format!("f:{EXPORTED}"): {} } }
    ]);
    assert_eq!(stage.state()["owners"], expected);
    assert_eq!(stage.label().as_deref(), Some("true"));
}

#[test]
fn an_export_and_an_undo_at_once_both_end_and_a_later_run_converges() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = Stage::new(ground, "crossed");
    ended(&stage.export(&["--no-wait"]), 0, &[]);
    stage.eventually("the mirror is there", || stage.ready_addresses("apps", MIRROR) > 0);
    stage.infra.reset();
    stage.infra.on(When::first("PATCH", SERVICE), Fault::HoldBefore);
    let (kubectl, marks) = (stage.kubectl(), stage.mark());
    let undo = kubectl.spawn(["mesh-export", "undo", "svc/postgres-rw", "--timeout", "5s"]);
    assert!(stage.infra.wait_held(SOON).is_some());
    let export = stage.export(&[]);
    stage.infra.release();
    ended(&export, 0, &["endpoints ready"]);
    ended(&undo.wait(SOON), 0, &["gone"]);
    assert_eq!(marks.writes(), LABELLED, "the export found nothing to do, the undo wrote once");
    ended(&stage.export(&[]), 0, &["endpoints ready"]);
    assert_eq!(stage.label().as_deref(), Some("true"));
    ended(&stage.undo(&[]), 0, &["gone"]);
    assert_eq!((stage.label(), stage.get("apps", "Service", MIRROR)), (None, None));
}
