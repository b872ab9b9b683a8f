//! Clusters of older versions, as far as a proxy can make them.

use super::stage::{Stage, ended};
use testkit::proxy::{Answer, Fault, When};
use testkit::world::mesh_shared;

#[test]
fn a_consumer_that_serves_older_links_gets_its_mirror() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = Stage::new(ground, "older");
    for unserved in [&["v1alpha3"][..], &["v1alpha3", "v1alpha2"]] {
        stage.apps.reset();
        for version in unserved {
            stage.apps.on(When::every("GET", format!("/{version}/")), Fault::Answer(Answer::not_served()));
        }
        ended(&stage.export(&[]), 0, &["endpoints ready"]);
        let asked = stage.apps.requests();
        let last = asked.iter().rfind(|one| one.path.ends_with("/links")).unwrap();
        let served = ["v1alpha3", "v1alpha2", "v1alpha1"][unserved.len()];
        assert!(last.path.contains(&format!("/{served}/")) && last.status == Some(200), "{}", last.line());
    }
    let refused = stage.export(&["--mode", "federated"]);
    ended(&refused, 3, &["apps serves Links only in v1alpha1, which lacks federatedServiceSelector"]);
}
