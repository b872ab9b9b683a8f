//! Where what service mirrors have made leads to, and what of it their Links do not ask for any more.

use super::{ConsumerSeen, Key, MeshSeen, ServiceSeen};
use crate::mesh::link::{Link, Way};
use crate::mesh::names;
use crate::terms::Observed;
use std::collections::BTreeSet;

/// What a mirror, or a list of members, leads to.
#[derive(Debug)]
pub struct Led<'a> {
    /// The mirror or the federated Service.
    pub key: &'a Key,
    /// The Service that it leads to.
    pub exported: Key,
    /// What Links call the cluster of that.
    pub target: &'a str,
    /// How clients reach it.
    pub way: Way,
}

impl ConsumerSeen {
    /// What service mirrors have made here.
    pub fn led(&self) -> impl Iterator<Item = Led<'_>> {
        let services = match &self.services {
            Observed::Present(services) => Some(services),
            Observed::Absent | Observed::Unknown(_) => None,
        };
        let all = services.into_iter().flat_map(|services| &services.by_key);
        all.flat_map(|(key, service)| led(key, service))
    }
}

impl MeshSeen {
    /// Whether the exporter has no such Service that the Link selects.
    pub fn has_lapsed(&self, led: &Led<'_>, link: &Link) -> bool {
        let Observed::Present(services) = &self.services else { return false };
        services.by_key.get(&led.exported).is_none_or(|service| {
            let ways = link.ways(&service.labels);
            !ways.iter().any(|way| (*way == Way::Federated) == (led.way == Way::Federated))
        })
    }

    /// The Services of the exporter that have a mirror, and that its Link does not select any more. Manifests have no mirrors.
    pub fn lapsed(&self) -> BTreeSet<Key> {
        let is_running = |name| !self.written.contains(&self.exporter) && !self.written.contains(name);
        let consumers = self.others().filter(|(name, _)| is_running(*name));
        let led = consumers.flat_map(|(name, consumer)| {
            let seen = if let Observed::Present(seen) = consumer { Some(seen) } else { None };
            let links = self.links_of(name);
            seen.into_iter().flat_map(ConsumerSeen::led).filter(move |led| {
                let keepers = links.iter().filter(|link| link.target_cluster_name == led.target);
                keepers.into_iter().any(|link| self.has_lapsed(led, link))
            })
        });
        led.map(|led| led.exported).collect()
    }
}

/// Where a Service that a service mirror has made leads to. Mirrors of single pods go with the one that they belong to.
fn led<'a>(key: &'a Key, service: &'a ServiceSeen) -> Vec<Led<'a>> {
    if service.labels.contains_key(names::OF_HEADLESS) {
        return Vec::new();
    }
    if service.is_federated() {
        let of_member = |member: &'a str| {
            let (name, target) = member.split_once('@')?;
            Some(Led { key, exported: Key::new(&key.namespace, name), target, way: Way::Federated })
        };
        return service.remote_members().filter_map(of_member).collect();
    }
    let of_mirror = || {
        let target = service.labels.get(names::CLUSTER_NAME)?;
        let name = key.name.strip_suffix(&format!("-{target}"))?;
        let exported = Key::new(&key.namespace, name);
        let is_mirror = service.is_mirror_from(target) && service.mirrors(&exported);
        let way = if service.is_flat() { Way::Flat } else { Way::Gateway };
        is_mirror.then_some(Led { key, exported, target, way })
    };
    of_mirror().into_iter().collect()
}
