//! The table of worlds in which what a Link says, or its credentials, is taken by nobody.

use super::super::*;
use super::nearby::Near;
use super::rows::Row;
use crate::mesh::snapshot::Trusting;

use Outcome::Broken;

/// The gateway is reached from inside alone, or by these addresses.
fn inward(world: &mut World, external: &[&str]) {
    let gateway = &mut in_list(&mut world.bed.there.services)[0];
    gateway.service_type = "ClusterIP".into();
    gateway.ingress.clear();
    gateway.external = external.iter().map(|one| (*one).to_owned()).collect();
}

pub(super) const REFUSED: &[Row] = &[
    ("credentials-authority", Broken, "name the certificate authority as a file", |world| {
        let (field, why) =
            ("clusters[].cluster.certificate-authority", "name the certificate authority as a file");
        world.without_mirror();
        in_list(&mut world.bed.here.probed).clear();
        world.in_consumer(move |apps| present(&mut apps.links)[0].trusting = Trusting::Refused(field, why));
    }),
    ("link-fields", Broken, "with which the service mirror crashes", |world| {
        let problem = "spec.probeSpec.period is \"0s\", with which the service mirror crashes";
        world.bed.link.problems = vec![problem.into()];
        world.bed.link.gateway.probe.period = "0s".into();
        in_list(&mut world.bed.here.deployments)[0].available = 0;
        in_list(&mut world.bed.here.leases)[0].age = Some(900);
        world.without_mirror();
    }),
    ("gateway-address", Broken, "has no address that is reached from outside", |world| {
        inward(world, &[]);
        world.not_ready();
    }),
];

pub(in crate::mesh) const NEAR_REFUSED: &[Near] = &[
    ("gateway-address", "an external address of a Service that has no load balancer", |world| {
        inward(world, &["203.0.113.10"]);
    }),
    ("gateway-address", "a name, behind which such an address may be", |world| {
        inward(world, &["203.0.113.99"]);
        world.bed.link.gateway_address = "gateway.example".into();
    }),
];
