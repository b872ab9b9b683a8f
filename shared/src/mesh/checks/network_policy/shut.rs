//! Network policies that keep somebody from something.

mod shown;

use super::door::{Door, is_door};
use crate::mesh::checks::{Pair, known, machinery};
use crate::mesh::machinery::{
    Direction, Fence, Machinery, Pod, Servers, Whom, beside, denying, lacking, ranges_alone, reads, shutting,
    silencing,
};
use crate::mesh::names::{CILIUM, CONTROL_PLANE, NAMES};
use crate::mesh::network::Cidr;
use crate::terms::{ClusterName, Kind, ObjectRef, Observed};
use crate::verdict::{Finding, Remedy, Severity, kubectl};
use shown::named;

/// What is about who comes from the one cluster to the other; else a policy says the same to all.
const OF_BOTH: [&str; 2] = ["gateway-network-policy", "controller-network-policy"];

/// How many policies are named beside.
const NAMED: usize = 2;

/// The policies of a cluster; `None` when they could not be looked at, which is told elsewhere.
pub(super) fn fences(there: Option<&Machinery>) -> Option<&[Fence]> {
    known(&there?.fences)
}

/// Whether Cilium may know pods of other clusters as it knows its own.
pub(super) fn knows_others(there: Option<&Machinery>) -> bool {
    there.is_some_and(|one| match &one.cilium {
        Observed::Present(cilium) => cilium.may_know_others(),
        Observed::Absent => false,
        Observed::Unknown(_) => true,
    })
}

/// Whether a `NetworkPolicy` would open anything.
fn enforces_plain(there: Option<&Machinery>) -> bool {
    let Some(Observed::Present(cilium)) = there.map(|one| &one.cilium) else { return true };
    !cilium.unenforced.contains(&Kind::NetworkPolicy)
}

/// The policies that together let nothing through. Prints as the subject of a sentence.
pub(super) struct Shut<'a> {
    first: &'a Fence,
    others: Vec<&'a Fence>,
    /// Whether one of them is about all pods of the place, so that none is free.
    is_about_all: bool,
    direction: Direction,
    /// What would let through, and is about others.
    beside: Vec<&'a Fence>,
    namespace: String,
    /// The namespace of who comes, or is gone to, where that is a pod of the cluster.
    whose: Option<String>,
    /// Whether they open that port to somebody else, who may stand for whom it is about.
    is_for_others: bool,
    /// One of the others that lacks little to let it through, and what.
    near: Option<(&'a Fence, &'static str)>,
    /// Whom they should let it ask for names, where they name others.
    servers: Option<&'a Servers>,
    /// The protocol that they would let through: what is encrypted is none.
    reads: Option<&'static str>,
    /// Whether they deny it: nothing beside them lets it through.
    pub(super) is_denied: bool,
}

impl std::fmt::Display for Shut<'_> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "the {} {}", self.first.kind.name(), self.first.name)?;
        if self.first.kind == Kind::ConfigMap {
            write!(out, " (enable-policy: always)")?;
        }
        if !self.others.is_empty() {
            write!(out, " (with {} more)", self.others.len())?;
        }
        Ok(())
    }
}

impl<'a> Shut<'a> {
    /// `None` when the connection is let through, or may be.
    pub(super) fn of(fences: &'a [Fence], pod: &Pod, what: (Direction, Whom<'_>, u16)) -> Option<Self> {
        let (direction, whom, _) = what;
        let (by, is_for_others) = shutting(fences, pod, what);
        let is_for_others = is_for_others && !whom.is_certain();
        if let Some(found) = Self::by((denying(fences, pod, what), is_for_others), pod, (direction, None)) {
            return Some(Self { is_denied: true, ..found });
        }
        let found = Self::by((by, is_for_others), pod, (direction, Some(whom)))?;
        let near = found.others.iter().find_map(|one| Some((*one, lacking(one, what)?)));
        Some(Self { beside: beside(fences, pod, what), reads: reads(fences, pod, what), near, ..found })
    }

    /// What lets in some ranges of addresses alone, and these.
    pub(super) fn but_for(
        fences: &'a [Fence],
        pod: &Pod,
        what: (Direction, Whom<'_>, u16),
    ) -> Option<(Self, Vec<Cidr>)> {
        let (by, ranges) = ranges_alone(fences, pod, what)?;
        Some((Self::by((by, false), pod, (what.0, None))?, ranges))
    }

    /// What keeps a pod from DNS, which does not stand beside it, nor in the control plane.
    pub(super) fn silent(fences: &'a [Fence], pod: &Pod) -> Option<Self> {
        let by = silencing(fences, pod, &[&pod.namespace, CONTROL_PLANE]);
        // Who lets it ask pods that are none is to be corrected.
        let mut astray = by.iter().copied().filter(|one| one.asks_pods());
        let (first, all) = (astray.find(|one| one.reading.servers.is_some()), by.clone());
        let found = Self::by((by, false), pod, (Direction::Egress, None))?;
        let Some(first) = first else { return Some(found) };
        let others = all.into_iter().filter(|one| !std::ptr::eq(*one, first)).collect();
        let servers = first.reading.servers.as_deref();
        Some(Self { first, others, servers, whose: Some(NAMES.0.to_owned()), ..found })
    }

    fn by(
        (by, is_for_others): (Vec<&'a Fence>, bool),
        pod: &Pod,
        (direction, whom): (Direction, Option<Whom<'_>>),
    ) -> Option<Self> {
        // One of the namespace that opens nothing shuts, and others there add to what it lets through, unless one names whom it is
        // about: that lacks a port. One of the whole cluster is meant to shut, and of the namespace one that opens something lacks
        // something, unless it was added as a remedy.
        let is_meant = |fence: &&Fence| {
            let lacks_port = whom.is_some_and(|whom| fence.names(direction, whom));
            let is_silent = fence.opens_nothing(direction);
            (is_door(&fence.name), fence.namespace.is_none(), !lacks_port, !is_silent, fence.is_about_all())
        };
        let first = by.iter().copied().min_by_key(is_meant)?;
        let is_about_all = by.iter().any(|fence| fence.is_about_all());
        let others = by.iter().copied().filter(|fence| !std::ptr::eq(*fence, first)).collect();
        let (beside, namespace) = (Vec::new(), pod.namespace.clone());
        let whose = whom.and_then(Whom::namespace);
        Some(Self {
            first,
            others,
            is_about_all,
            direction,
            beside,
            namespace,
            whose,
            is_for_others,
            near: None,
            servers: None,
            reads: None,
            is_denied: false,
        })
    }

    /// Whether it is of the namespace of whom it is about.
    pub(super) fn is_of_namespace(&self) -> bool {
        self.first.namespace.is_some()
    }

    /// Whether no policy does it: Cilium is set so.
    pub(super) fn is_setting(&self) -> bool {
        self.first.kind == Kind::ConfigMap
    }

    /// What is said beside it where they open the port to others, which may stand for the other cluster.
    pub(super) fn doubt(&self) -> &'static str {
        if self.is_for_others {
            "; they allow others, and whether one of these stands for it cannot be seen"
        } else {
            ""
        }
    }

    /// What it weighs where something may come, or be gone to, in another shape than its own: whom they open the port to may
    /// stand for the other cluster.
    pub(super) fn weight(&self) -> Severity {
        if self.is_for_others { Severity::Warning } else { Severity::Error }
    }

    /// A policy shuts what it selects: one that opens may select no pod that is free. Where one of these is about all pods of the
    /// namespace there is none; else it selects of what the first of them does.
    fn safe<'b>(&self, door: Door<'b>) -> Option<Door<'b>> {
        if self.is_about_all {
            return Some(door);
        }
        let mut pods = self.first.pods.clone();
        pods.match_labels.extend(door.pods.match_labels.clone());
        pods.match_expressions.extend(door.pods.match_expressions.iter().cloned());
        (self.first.kind == Kind::NetworkPolicy).then_some(Door { pods, ..door })
    }

    /// The namespace of the first; `None` where it is of the whole cluster.
    fn place(&self) -> Option<&str> {
        let own = self.first.namespace.as_ref().map(|_| self.namespace.as_str());
        own.or_else(|| (self.first.kind == Kind::ConfigMap).then_some(CILIUM.0))
    }

    /// The finding about them, in the cluster where they are.
    pub(super) fn finding(
        &self,
        asked: &Pair<'_>,
        (check, severity): (&'static str, Severity),
        (cluster, text, action): (&ClusterName, String, String),
        door: Option<Door<'_>>,
    ) -> Finding {
        let Fence { kind, name, .. } = self.first;
        let namespace = self.place();
        let resource = format!("{}/{name}", kind.name().to_lowercase());
        let words = ["--namespace", namespace.unwrap_or_default(), "get", &resource, "-o", "yaml"];
        let words = if namespace.is_some() { words.as_slice() } else { &words[2..] };
        let look = || kubectl(&asked.seen.fleet, cluster, words);
        let action = match self.reads {
            Some(protocol) => format!("remove its {protocol} rules"),
            None if self.is_denied => format!("remove it from {}, or narrow that", self.openings()),
            None => match self.near.map(|near| near.0).or(self.servers.map(|_| self.first)) {
                Some(one) => format!("correct {} of {}, or {action}", self.openings(), named(one)),
                None => action,
            },
        };
        // What is denied, or read for a protocol, is so whatever else lets it through.
        let is_open = self.reads.is_none() && !self.is_denied;
        let door = door.filter(|_| is_open && enforces_plain(machinery(asked.seen, cluster)));
        let door = door.and_then(|door| self.safe(door));
        let until = if self.is_setting() { "" } else { ", to be deleted once the blocking one is corrected" };
        let remedy = door.map_or_else(
            || Remedy::run(format!("{action}; to see the policy, run"), look()),
            |door| door.remedy(asked, (cluster, &action, until)),
        );
        let both = asked.both();
        let clusters = if OF_BOTH.contains(&check) { &both[..] } else { &[cluster][..] };
        let finding = Finding::error(check, clusters, text, remedy);
        // Cilium may be told to enforce nothing.
        let is_hidden = machinery(asked.seen, cluster).is_some_and(|one| one.cilium.obstacle().is_some());
        let severity = if is_hidden { severity.min(Severity::Warning) } else { severity };
        let object = match namespace {
            Some(namespace) => ObjectRef::namespaced(cluster, *kind, namespace, name),
            None => ObjectRef::cluster_scoped(cluster, *kind, name),
        };
        self.shown(Finding { severity, ..finding }.about(object))
    }
}
