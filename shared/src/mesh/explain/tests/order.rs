//! The order in which servers list things changes nothing.

use super::*;
use crate::mesh::machinery::{Deployment, Pod};
use crate::mesh::samples::{default_link, link, selecting};
use proptest::prelude::*;

/// Two of everything, of which some are broken.
pub(in crate::mesh) fn crowded() -> World {
    world(|world| {
        let services = in_list(&mut world.bed.there.services);
        let mut other = services[0].clone();
        (other.name, other.ingress) = ("linkerd-gateway-2".into(), vec![]);
        services.push(other);
        let pods = in_list(&mut world.bed.there.pods);
        let other = Pod { name: "linkerd-gateway-9".into(), is_meshed: false, ..pods[0].clone() };
        pods.push(other.clone());
        pods.push(Pod { name: "linkerd-gateway-5".into(), ..other });
        let deployments = in_list(&mut world.bed.here.deployments);
        let other = Deployment { name: "linkerd-service-mirror-infra".into(), ..deployments[0].clone() };
        deployments.push(other);
        let pods = in_list(&mut world.bed.here.pods);
        for (name, trouble) in [("controller-b", "CrashLoopBackOff"), ("controller-a", "ImagePullBackOff")] {
            pods.push(Pod {
                name: name.into(),
                trouble: trouble.into(),
                is_meshed: false,
                ..pods[0].clone()
            });
        }
        world.in_consumer(|apps| {
            let west = link("west", "infra-west", selecting(&[(names::EXPORTED, "true")]));
            present(&mut apps.links).extend([west, default_link("east")]);
        });
    })
}

/// A permutation that a number names.
fn shuffle<T>(list: &mut Vec<T>, seed: usize) {
    let mut left = std::mem::take(list);
    let mut seed = seed;
    while !left.is_empty() {
        let at = seed % left.len();
        seed = seed / left.len() + seed % 7;
        list.push(left.remove(at));
    }
}

/// The same lists in another order, which numbers name.
pub(in crate::mesh) fn shuffled(mut seen: MeshSeen, seeds: [usize; 5]) -> MeshSeen {
    let [links, services, deployments, pods, leases] = seeds;
    seen.consumers = seen.consumers.map(|_, consumer| {
        consumer.map(|mut consumer| {
            shuffle(present(&mut consumer.links), links);
            consumer
        })
    });
    seen.machinery = seen.machinery.map(|_, machinery| {
        machinery.map(|mut machinery| {
            shuffle(in_list(&mut machinery.services), services);
            shuffle(in_list(&mut machinery.deployments), deployments);
            shuffle(in_list(&mut machinery.pods), pods);
            shuffle(in_list(&mut machinery.leases), leases);
            machinery
        })
    });
    seen
}

proptest! {
    #[test]
    fn whatever_the_servers_list_first(seeds in prop::array::uniform5(0usize..5000)) {
        let (seen, asked) = crowded().seen();
        let expected = explain(&seen, &asked);
        let other = shuffled(seen, seeds);
        prop_assert_eq!(explain(&other, &asked), expected);
    }
}
