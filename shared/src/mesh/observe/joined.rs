//! What was looked at in one place and belongs to another: the exporter's backends, and the domains of consumers.

use super::super::machinery::{Machinery, Pods, Settings};
use super::super::snapshot::ConsumerSeen;
use crate::cluster::ClusterSet;
use crate::terms::{ClusterName, Observed, PerCluster};
use std::collections::BTreeMap;

/// The pods behind the Services are the exporter's.
pub(super) fn with_backends(
    set: &ClusterSet,
    machinery: PerCluster<Observed<Machinery>>,
    backends: Observed<Pods>,
) -> PerCluster<Observed<Machinery>> {
    let mut backends = Some(backends);
    machinery.map(|name, seen| {
        let backends = backends.take_if(|_| *name == set.primary).unwrap_or(Observed::Absent);
        seen.map(|seen| Machinery { backends, ..seen })
    })
}

pub(super) fn with_domains(
    set: &ClusterSet,
    looked: Vec<(ClusterName, Observed<ConsumerSeen>)>,
    settings: &PerCluster<Observed<Settings>>,
) -> PerCluster<Observed<ConsumerSeen>> {
    let mut looked: BTreeMap<_, _> = looked.into_iter().collect();
    PerCluster::of(&set.fleet, |name| {
        let domain = domain(settings.get(name));
        looked.remove(name).unwrap_or(Observed::Absent).map(|consumer| ConsumerSeen { domain, ..consumer })
    })
}

/// The DNS domain of a cluster; absent where it is left to Linkerd's default.
fn domain(settings: Option<&Observed<Settings>>) -> Observed<String> {
    match settings {
        Some(Observed::Present(settings)) => {
            settings.cluster_domain.clone().map_or(Observed::Absent, Observed::Present)
        }
        Some(Observed::Unknown(obstacle)) => Observed::Unknown(obstacle.clone()),
        Some(Observed::Absent) | None => Observed::Absent,
    }
}
