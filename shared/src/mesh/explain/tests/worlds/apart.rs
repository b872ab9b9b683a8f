//! Worlds in which something speaks that nobody is asked about, or that needs more of a world than a change of it.

use super::super::*;
use super::forbidden;
use super::mended::{OF_MIRRORS, between};
use super::nearby::Near;
use crate::mesh::export::at_home::LOCAL_MIRROR;
use crate::mesh::link::Link;
use crate::mesh::machinery::{Client, Deployment, Pod};
use crate::mesh::samples::bed::IDENTITY;
use crate::mesh::samples::{cluster, mirror};
use crate::mesh::snapshot::{
    Belonging, ConsumerSeen, EndpointsSeen, Key, LinkSeen, Mark, SliceSeen, Slices, Young,
};
use crate::terms::{Kind, LabelSelector, Labels, ObjectRef, Observed};
use std::collections::BTreeMap;

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
    (
        "mirror-orphaned",
        "mirrors of single pods of old-infra-east are left behind, though it is gone",
        |world| {
            let mut made = mirror(&Key::new("databases", "old-0"), "infra-east", "1");
            made.labels.insert(names::OF_HEADLESS.into(), "old-infra-east".into());
            beside(world, "old-0-infra-east", made);
        },
    ),
    ("mirror-orphaned", "old-federated has no members left", |world| {
        beside(world, "old-federated", federated_service("", None));
    }),
    (
        "mirror-missing",
        "names old-infra-east.databases, of which there is no Service: infra does not",
        |world| {
            lost(world, "old-infra-east.databases");
        },
    ),
    ("mirror-missing", "names old-federated.databases, of which there is no Service: no cluster", |world| {
        lost(world, "old-federated.databases");
    }),
    ("mirror-edited", "lacks the labels of a mirror from infra-east", |world| {
        drop(world.mirror.as_mut().unwrap().labels.remove(names::MIRRORED_SERVICE));
    }),
    ("mirror-edited", "lacks the labels of a mirror from infra-east", |world| {
        drop(world.mirror.as_mut().unwrap().labels.remove(names::CLUSTER_NAME));
    }),
    ("mirror-address", "have no port named \"postgres\", which the Service has", |world| {
        world.in_consumer(|apps| {
            led(apps);
            present(&mut apps.endpoints).by_key.values_mut().for_each(|one| one.ports.clear());
        });
    }),
    ("export-label", "mirror.linkerd.io/exported=ture is selected by no Link", |world| {
        world.in_mesh(|seen| seen.marks = vec![mark(names::EXPORTED, "ture")]);
    }),
    ("export-label", "no Link to infra selects mirror.linkerd.io/exported=remote-discovery", |world| {
        world.bed.link.remote_discovery_selector = LabelSelector::default();
        world.in_mesh(|seen| seen.marks = vec![mark(names::EXPORTED, "remote-discovery")]);
    }),
    ("federated-local", "the local service mirror of infra has no pod that serves", |world| {
        at_home(world, 0);
    }),
    ("link-credentials", "the Link infra of apps has credentials of apps itself", |world| {
        world.in_consumer(|apps| present(&mut apps.links)[0].belonging = Belonging::Itself);
    }),
    (
        "mirror-address",
        "have the gateway asked for other.databases.svc.infra.example, and are those of",
        |world| {
            world.in_consumer(|apps| {
                led(apps);
                let ends = present(&mut apps.endpoints).by_key.values_mut();
                ends.for_each(|one| one.named = Some("other.databases.svc.infra.example".into()));
            });
        },
    ),
    ("gateway-up", "the Service linkerd-gateway of the gateway of infra is being deleted", |world| {
        for one in present(&mut world.bed.there.services) {
            one.ending = "2026-02-28T23:50:00Z".into();
        }
    }),
    ("gateway-up", "the ServiceAccount linkerd-gateway of the gateway of infra is not there", |world| {
        let (kind, name) = (Kind::ServiceAccount, "linkerd-gateway");
        let account = ObjectRef::namespaced(&cluster("infra"), kind, "linkerd-multicluster", name);
        world.bed.there.going = vec![account];
    }),
    ("namespace-missing", "the namespace linkerd of infra is being deleted", |world| {
        world.bed.there.going =
            vec![ObjectRef::cluster_scoped(&cluster("infra"), Kind::Namespace, "linkerd")];
    }),
    ("mirror-address", "has no EndpointSlice although its Endpoints are ready: Linkerd", |world| {
        sliced(world, BTreeMap::clear);
    }),
    ("mirror-address", "since these are labelled endpointslice.kubernetes.io/skip-mirror", |world| {
        world.in_consumer(|apps| {
            let ends = present(&mut apps.endpoints).by_key.values_mut();
            ends.for_each(|one| drop(one.labels.insert(names::UNSLICED.into(), "true".into())));
        });
        sliced(world, BTreeMap::clear);
    }),
    ("mirror-address", "expects the gateway to be nobody, but its Endpoints linkerd-gateway.", |world| {
        sliced(world, |slices| each(slices).for_each(|one| one.identity = None));
    }),
    ("mirror-address", "points to 203.0.113.99, but its Endpoints to 203.0.113.10", |world| {
        sliced(world, |slices| {
            for one in each(slices) {
                one.addresses = ["203.0.113.99".to_owned()].into();
            }
        });
    }),
    ("mirror-address", "says that nothing is ready, but its Endpoints are", |world| {
        sliced(world, |slices| each(slices).for_each(|one| one.is_ready = false));
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

/// What is near what a look tells besides.
pub(in crate::mesh) const NEAR: &[Near] = &[
    ("service-not-found", "another one beside it that no Link selects", |world| {
        let other = ServiceSeen { labels: labels(&[]), ..world.bed.service.clone() };
        world.in_mesh(|seen| {
            drop(present(&mut seen.services).by_key.insert(Key::new("databases", "pgadmin"), other));
        });
    }),
    ("not-labelled", "a label besides the one that the Link selects", |world| {
        world.bed.service.labels.insert("team".into(), "shop".into());
    }),
    ("export-label", "a label that says no", |world| {
        world.in_mesh(|seen| seen.marks = vec![mark(names::EXPORTED, "false")]);
    }),
    ("federated-local", "a local service mirror that serves", |world| at_home(world, 1)),
    ("mirror-address", "slices that are as the Endpoints", |world| sliced(world, |_| ())),
    ("mirror-address", "Endpoints that were written a moment ago, and no slice of them yet", |world| {
        sliced(world, BTreeMap::clear);
        let place = (cluster("apps"), Key::new("databases", "postgres-rw-infra-east"));
        world.in_mesh(|seen| {
            seen.young = Some(Young { ends: [(place, 5)].into(), ..Young::default() });
        });
    }),
    ("mirror-address", "no slices, where Linkerd is told to go by Endpoints", |world| {
        present(&mut world.bed.here.settings).is_by_endpoints = true;
        sliced(world, BTreeMap::clear);
    }),
];

/// A pod of the consumer names what may have been a mirror.
fn lost(world: &mut World, name: &'static str) {
    world.in_consumer(move |apps| {
        let pod = Pod { namespace: "databases".into(), name: "app-0".into(), ..Pod::default() };
        apps.lost = vec![Client { pod, mirrors: [name.to_owned()].into() }];
    });
}

/// With Endpoints of the mirror that lead to the gateway.
fn led(apps: &mut ConsumerSeen) {
    for ends in present(&mut apps.endpoints).by_key.values_mut() {
        ends.addresses = ["203.0.113.10".to_owned()].into();
        ends.ports = [("postgres".to_owned(), 4143)].into();
        ends.identity = Some(IDENTITY.into());
    }
}

/// With slices of the mirror's Endpoints, as Kubernetes makes them, and what somebody does to them.
fn sliced(world: &mut World, change: impl Fn(&mut Slices) + 'static) {
    world.in_consumer(move |apps| {
        led(apps);
        let slice = |(key, ends): (&Key, &EndpointsSeen)| {
            let (identity, addresses) = (ends.identity.clone(), ends.addresses.clone());
            let (name, is_ready, written) = (format!("{}-x", key.name), ends.ready > 0, ends.written.clone());
            (key.clone(), vec![SliceSeen { name, identity, addresses, is_ready, written }])
        };
        let mut slices = present(&mut apps.endpoints).by_key.iter().map(slice).collect();
        change(&mut slices);
        apps.slices = Observed::Present(slices);
    });
}

fn each(slices: &mut Slices) -> impl Iterator<Item = &mut SliceSeen> {
    slices.values_mut().flatten()
}

/// A label of another Service of the exporter.
fn mark(label: &str, value: &str) -> Mark {
    let (field, value) = (label.to_owned(), value.to_owned());
    Mark { service: Key::new("shop", "web"), field, value, is_label: true, is_text: true }
}

/// A member of a federated Service whose own cluster has a local service mirror with so many pods that serve.
fn at_home(world: &mut World, available: u32) {
    *world = World::healthy(Way::Federated);
    let controller = in_list(&mut world.bed.here.deployments)[0].clone();
    let local = Deployment { name: LOCAL_MIRROR.into(), labels: Labels::default(), available, ..controller };
    in_list(&mut world.bed.there.deployments).push(local);
}

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
