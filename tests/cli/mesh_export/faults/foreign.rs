//! What stands where a mirror would come: things of others are never touched, and the reason is said before any write.

use super::stage::{MIRROR, SOON, Stage, ended};
use testkit::world::{Service, World, mesh_shared};

#[test]
fn a_foreign_service_of_the_mirrors_name_forbids_the_export_and_stays_as_it_was() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = Stage::new(ground, "foreign");
    stage.world.service("apps", Service::new(MIRROR).port("http", 80, 8080).label("owner", "somebody"));
    let before = stage.get("apps", "Service", MIRROR);
    let marks = stage.mark();
    let outcome = stage.export(&[]);
    let namespace = stage.world.namespace();
    let look = format!("kubectl --context apps --namespace {namespace} get svc/{MIRROR} -o yaml");
    ended(&outcome, 3, &["Linkerd did not create", "overwritten", &look]);
    let verify = stage.kubectl().run(["mesh-export", "verify", "svc/postgres-rw"]);
    ended(&verify, 3, &["Linkerd did not create", &look]);
    assert!(verify.elapsed < SOON, "what is known is not waited for: {:?}", verify.elapsed);
    assert_eq!(marks.writes(), Vec::<String>::new());
    assert_eq!((stage.get("apps", "Service", MIRROR), stage.label()), (before, None));
}

#[test]
fn foreign_endpoints_of_the_mirrors_name_forbid_the_export_and_stay_as_they_were() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = Stage::new(ground, "foreign-ends");
    stage.world.endpoints("apps", MIRROR, &["192.0.2.7"], &[("http", 8080)]);
    let before = stage.get("apps", "Endpoints", MIRROR);
    let marks = stage.mark();
    ended(&stage.export(&[]), 3, &["Endpoints with the mirror's name exist without a Service", "next:"]);
    assert_eq!(marks.writes(), Vec::<String>::new());
    assert_eq!((stage.get("apps", "Endpoints", MIRROR), stage.label()), (before, None));
}

#[test]
fn an_undo_leaves_a_foreign_service_of_the_mirrors_name_alone() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = Stage::new(ground, "foreign-undo");
    stage.world.service("apps", Service::new(MIRROR).port("http", 80, 8080).label("owner", "somebody"));
    let before = stage.get("apps", "Service", MIRROR);
    let marks = stage.mark();
    ended(&stage.undo(&[]), 0, &[]);
    assert_eq!(marks.writes(), Vec::<String>::new());
    assert_eq!(stage.get("apps", "Service", MIRROR), before);
}

#[test]
fn a_namespace_that_is_missing_in_the_consumer_forbids_the_export_and_the_remedy_works() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = Stage::on(World::only_in(ground, "homeless", &["infra"]));
    let marks = stage.mark();
    let outcome = stage.export(&[]);
    let remedy = format!("kubectl --context apps create namespace {}", stage.world.namespace());
    ended(&outcome, 3, &["does not exist in apps", &remedy]);
    assert_eq!(marks.writes(), Vec::<String>::new());
    assert_eq!(stage.label(), None);
    let made = stage.kubectl().run(remedy.split(' ').skip(1));
    assert_eq!(made.code, Some(0), "{made}");
    ended(&stage.export(&[]), 0, &["endpoints ready"]);
}
