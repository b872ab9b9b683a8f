//! The Services that a run is about, and what is called after them.

use super::super::link::Way;
use super::super::machinery::{Discovery, Pods};
use super::super::snapshot::{ConsumerSeen, EndpointsSeen, Key, LinkSeen, Objects, ServiceSeen};
use super::{Looking, Selected, Which, consumers, discovery, nearby, objects, policies};
use crate::cluster::ClusterSet;
use crate::terms::{ClusterName, ObjectRef, Observed, PerCluster};
use std::collections::{BTreeMap, BTreeSet};

/// What is seen of the Services themselves, and of their mirrors.
pub(super) struct Exported {
    pub(super) asked: BTreeSet<Key>,
    pub(super) services: Observed<Objects<ServiceSeen>>,
    pub(super) endpoints: Observed<Objects<EndpointsSeen>>,
    pub(super) looked: Vec<(ClusterName, Observed<ConsumerSeen>)>,
    pub(super) backends: Observed<Pods>,
    pub(super) discovery: BTreeMap<ClusterName, Observed<Vec<Discovery>>>,
    pub(super) nearby: Vec<ObjectRef>,
}

/// The Services first, then all that is called after them: what carries them is looked at meanwhile, and what carries a Service
/// itself may be older than the Service and its mirrors.
pub(super) async fn look(
    (set, carrying): (&ClusterSet, &ClusterSet),
    (selected, judged): (&Selected, Option<&Selected>),
    links: &PerCluster<Observed<Vec<LinkSeen>>>,
    (looking, ways): (Looking, &[Way]),
) -> Exported {
    let services = objects::exported(set, selected, links).await;
    let asked = asked(selected, &services);
    let (keys, namespaces) = (with_surplus(&asked, &services), selected.namespaces());
    let is_wide = selected.which == Which::Exported;
    let place = consumers::Place {
        keys: &keys,
        services: &services,
        namespaces: &namespaces,
        looking,
        ways,
        is_wide,
    };
    let looks = set
        .iter()
        .map(async |(name, _)| (name.clone(), consumers::look(set, name, links.get(name), &place).await));
    let (endpoints, looked, backends, discovery, nearby) = futures::join!(
        objects::endpoints_of_exported(carrying, (selected, judged.is_some()), &services),
        futures::future::join_all(looks),
        policies::backends(carrying, links, judged, &services),
        discovery::look(carrying, links, (&services, ways), judged.is_some()),
        nearby::look(set, selected, &services),
    );
    Exported { asked, services, endpoints, looked, backends, discovery, nearby }
}

fn asked<T>(selected: &Selected, services: &Observed<Objects<T>>) -> BTreeSet<Key> {
    match (&selected.which, &selected.namespace, services) {
        (Which::Names(names), Some(namespace), _) => {
            names.iter().map(|name| Key::new(namespace, name)).collect()
        }
        (Which::Listed(listed), _, _) => listed.keys.clone(),
        (_, _, Observed::Present(services)) => services.by_key.keys().cloned().collect(),
        (_, _, Observed::Absent | Observed::Unknown(_)) => BTreeSet::new(),
    }
}

/// What was asked for, and what is there besides; mirrors of both are looked for.
fn with_surplus<T>(asked: &BTreeSet<Key>, services: &Observed<Objects<T>>) -> BTreeSet<Key> {
    let there = match services {
        Observed::Present(services) => services.by_key.keys().cloned().collect(),
        Observed::Absent | Observed::Unknown(_) => BTreeSet::new(),
    };
    asked.union(&there).cloned().collect()
}
