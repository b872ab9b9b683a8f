//! The checks of a mesh, as a table. Each is asked about a Link or about one mirror that it makes: whether anything speaks
//! against it, in the exporter, on the Link, or in the consumer. Before an export the answers forbid it; of a mirror that
//! does not come they are the reason.

use super::export::{Target, Wrong, is_due, link_anew, targets};
use super::link::{Link, Way};
use super::machinery::{Machinery, Settings};
use super::snapshot::{ConsumerSeen, Key, LinkSeen, MeshSeen, ServiceSeen};
use crate::terms::{ClusterName, Kind, ObjectRef, Observed};
use crate::verdict::{Finding, Remedy, kubectl};
use std::ops::Deref;

mod behind;
mod clash;
mod clients;
mod controller;
mod copied;
mod credentials;
mod edited;
mod flags;
mod gateway;
mod headless;
mod idle;
mod injection;
mod lease;
mod link;
mod misinjected;
mod network_policy;
mod opaque;
mod place;
mod policy;
mod probe;
mod ranges;
mod rights;
mod routes;
mod shape;
mod sockets;
mod table;
mod trust;
mod unmeshed;
mod unseen;
mod version;
mod ways;

pub(crate) use controller::{name_of_deployment, restart, taken_up};
pub(crate) use edited::{made_anew, written_anew};
pub(crate) use idle::told;
pub(crate) use policy::BY_DEFAULT;
pub(crate) use rights::of_local;
pub use table::{CHECKS, Check, Judge};
pub(crate) use trust::of_many;
pub(crate) use version::{is_before_access, is_before_managed};

/// A Link in one of its ways: what bears on every mirror that it makes so.
pub struct Pair<'a> {
    /// Everything.
    pub seen: &'a MeshSeen,
    /// The Link.
    pub link: &'a Link,
    /// How clients reach what it mirrors.
    pub way: Way,
    /// The cluster that gets the mirrors.
    pub consumer: &'a ClusterName,
    /// What was seen there.
    pub seen_here: &'a ConsumerSeen,
}

/// One mirror that is to be made, with all that bears on it.
pub struct Question<'a> {
    /// The Link that makes it.
    pub pair: Pair<'a>,
    /// The exported Service.
    pub service: &'a ServiceSeen,
    /// The mirror.
    pub target: &'a Target,
}

impl<'a> Deref for Question<'a> {
    type Target = Pair<'a>;

    fn deref(&self) -> &Pair<'a> {
        &self.pair
    }
}

impl Question<'_> {
    fn exported(&self) -> ObjectRef {
        let key = &self.target.exported;
        ObjectRef::namespaced(&self.seen.exporter, Kind::Service, &key.namespace, &key.name)
    }
}

impl Pair<'_> {
    /// The Link as an object.
    fn the_link(&self) -> ObjectRef {
        ObjectRef::namespaced(self.consumer, Kind::Link, &self.link.namespace, &self.link.name)
    }

    /// The Link with all that was seen of it.
    fn link_seen(&self) -> Option<&LinkSeen> {
        known(&self.seen_here.links)?.iter().find(|seen| seen.link == *self.link)
    }

    /// Whether clients come through the exporter's gateway; what a flat network needs is less.
    fn uses_gateway(&self) -> bool {
        !self.way.is_direct() && !self.link.gateway_address.is_empty()
    }

    /// Whether its controllers are values of the chart: an older Linkerd may be beside newer definitions.
    fn has_managed_controllers(&self) -> bool {
        let version = self.here().and_then(settings).and_then(|settings| settings.version.as_deref());
        self.link.is_of_managed_controllers() && !version.is_some_and(is_before_managed)
    }

    /// Whether something that the Link selects is not there, though it has had its time.
    fn is_barren(&self) -> bool {
        let all = targets(self.seen, &[(self.consumer.clone(), self.link)], &[]);
        let is_new = |target: &Target| {
            let mut young = self.seen.young.iter().flat_map(|young| young.labels.keys());
            young.any(|(key, _)| *key == target.exported)
        };
        let is_there =
            |target: &Target| target.found_in(self.seen).is_some_and(|found| target.leads_there(found));
        let is_missed = |target: &Target| is_due(self.seen, target) && !is_new(target) && !is_there(target);
        self.link_seen().is_some_and(|seen| !seen.is_fresh) && all.iter().any(is_missed)
    }

    /// Both clusters, the exporter first.
    fn both(&self) -> [&ClusterName; 2] {
        [&self.seen.exporter, self.consumer]
    }

    /// A command to paste, on the consumer.
    fn kubectl(&self, words: &[&str]) -> String {
        kubectl(&self.seen.fleet, self.consumer, words)
    }

    /// A command to paste, on the exporter.
    fn kubectl_there(&self, words: &[&str]) -> String {
        kubectl(&self.seen.fleet, &self.seen.exporter, words)
    }

    /// How the Link is made anew.
    fn link_anew(&self) -> Remedy {
        link_anew(self.seen, (&self.seen.exporter, self.consumer), self.link, Wrong::Link)
    }

    /// What carries mirrors in the consumer.
    fn here(&self) -> Option<&Machinery> {
        machinery(self.seen, self.consumer)
    }

    /// What carries mirrors in the exporter.
    fn there(&self) -> Option<&Machinery> {
        machinery(self.seen, &self.seen.exporter)
    }
}

fn machinery<'a>(seen: &'a MeshSeen, cluster: &ClusterName) -> Option<&'a Machinery> {
    seen.machinery_of(cluster)
}

/// What was seen of a list; nothing when it could not be looked at, which is a finding of its own.
fn known<T>(list: &Observed<Vec<T>>) -> Option<&[T]> {
    match list {
        Observed::Present(list) => Some(list),
        Observed::Absent | Observed::Unknown(_) => None,
    }
}

fn settings(machinery: &Machinery) -> Option<&Settings> {
    match &machinery.settings {
        Observed::Present(settings) => Some(settings),
        Observed::Absent | Observed::Unknown(_) => None,
    }
}

/// Asks all checks about all mirrors of one Service, and about the Links that make them.
pub fn ask<'a>(
    seen: &MeshSeen,
    key: &Key,
    service: &ServiceSeen,
    targets: impl IntoIterator<Item = &'a Target>,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    for target in targets.into_iter().filter(|target| &target.exported == key) {
        let Some(seen_here) = seen.consumer(&target.consumer) else { continue };
        let Some(link) = target.link_in(seen) else { continue };
        let pair = Pair { seen, link, way: target.way, consumer: &target.consumer, seen_here };
        let question = Question { pair, service, target };
        findings.extend(CHECKS.iter().filter_map(|check| check.judge.of_both(&question)));
    }
    findings
}

#[cfg(test)]
mod tests;
