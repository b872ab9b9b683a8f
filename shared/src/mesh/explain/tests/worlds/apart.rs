//! Worlds in which something speaks that nobody is asked about, or that needs more of a world than a change of it.

use super::super::*;
use super::forbidden;
use super::mended::{OF_MIRRORS, between};
use super::nearby::Near;
use crate::mesh::explain::tests::blind::Row;
use crate::mesh::link::Link;
use crate::mesh::samples::{cluster, mirror};
use crate::mesh::snapshot::{Belonging, Key, LinkSeen};
use crate::terms::Observed;

/// Each with its check.
pub(in crate::mesh) const BESIDE: &[Near] = &[
    ("flat-network", "pods of both have addresses of one range", |world| {
        between(world, ["10.1.0.0/16", "10.1.4.0/24"]);
    }),
    ("federated-passed-over", "the member is not listed, and has a mirror", |world| {
        let passed = OF_MIRRORS.iter().find(|(id, ..)| *id == "federated-passed-over");
        passed.unwrap().2(world);
        world.mirror = Some(federated_service("", None));
    }),
    ("mirror-orphaned", "postgres-ro of infra, which the Link infra does not select any more", |world| {
        let exported = Key::new("databases", "postgres-ro");
        let made = mirror(&exported, "infra-east", "1");
        beside(world, "postgres-ro-infra-east", made);
    }),
    ("link-credentials", "the Link infra of apps has credentials of apps itself", |world| {
        world.in_consumer(|apps| present(&mut apps.links)[0].belonging = Belonging::Itself);
    }),
    ("domain-assumed", "taken to be cluster.local", |world| {
        world.in_consumer(|apps| apps.domain = Observed::Unknown(forbidden("configmaps")));
    }),
    ("not-looked-at", "the settings of Cilium", |world| {
        world.bed.there.cilium = Observed::Unknown(forbidden("configmaps"));
    }),
    ("not-looked-at-here", "its Leases", |world| {
        world.bed.here.leases = Observed::Unknown(forbidden("leases"));
    }),
];

/// Another Service of the consumer.
pub(super) fn beside(world: &mut World, name: &'static str, service: ServiceSeen) {
    world.in_consumer(move |apps| {
        let services = &mut present(&mut apps.services).by_key;
        drop(services.insert(Key::new("databases", name), service));
    });
}

/// A Link of the consumer to another cluster.
pub(super) fn linked_to(world: &mut World, target: &'static str) {
    world.in_consumer(move |apps| {
        let links = present(&mut apps.links);
        let known = LinkSeen { belonging: Belonging::Elsewhere, ..links[0].clone() };
        let link = Link { name: target.into(), target_cluster_name: target.into(), ..known.link };
        links.push(LinkSeen { link, ..known });
    });
}

/// What hides checks whose sights are no stage of every mirror.
pub(in crate::mesh) const HIDING: &[Row] = &[("flat-network", "nodes", "apps", |world, why| {
    world.in_mesh(|seen| {
        let here = seen.networks.get_mut(&cluster("apps")).unwrap();
        here.nodes = Observed::Unknown(why);
    });
})];
