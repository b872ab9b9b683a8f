//! The main job: export, prove, list, take back.

use crate::bed::Bed;
use testkit::world::mesh_shared;

#[test]
fn a_service_is_exported_proved_listed_and_taken_back() {
    let Some(ground) = testkit::real::ground() else { return };
    let _mesh = mesh_shared(ground);
    let bed = Bed::new(ground, "story");
    let kubectl = bed.kubectl();
    let exported = kubectl.run(["mesh-export", "svc/postgres-rw"]);
    println!("{exported}");
    for r in bed.infra.requests() {
        println!("infra {}", r.line());
    }
    for r in bed.apps.requests() {
        println!("apps {}", r.line());
    }
    let again = kubectl.run(["mesh-export", "svc/postgres-rw"]);
    println!("{again}");
    let verified = kubectl.run(["mesh-export", "verify", "svc/postgres-rw"]);
    println!("{verified}");
    let listed = kubectl.run(["mesh-export", "list"]);
    println!("{listed}");
    let undone = kubectl.run(["mesh-export", "undo", "svc/postgres-rw"]);
    println!("{undone}");
    let again = kubectl.run(["mesh-export", "undo", "svc/postgres-rw"]);
    println!("{again}");
    assert_eq!(exported.code, Some(0));
}
