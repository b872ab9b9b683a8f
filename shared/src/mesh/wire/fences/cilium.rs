//! Policies of Cilium: of a namespace, and of the whole cluster.

use super::super::Metadata;
use super::{Block, WirePort, ranges};
use crate::mesh::machinery::{CILIUMS_CLUSTER, Fence, Opening, Peer, Reading};
use crate::mesh::network::Cidr;
use crate::terms::{Kind, LabelSelector, Labels, Requirement};
use serde::Deserialize;
use serde::de::IgnoredAny;
use std::collections::BTreeMap;

/// A `CiliumNetworkPolicy`, or a `CiliumClusterwideNetworkPolicy`, which has no namespace. It has one rule or several.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::mesh) struct CiliumPolicy {
    metadata: Metadata,
    spec: Option<Rule>,
    specs: Option<Vec<Rule>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Rule {
    endpoint_selector: Option<LabelSelector>,
    enable_default_deny: Deny,
    ingress: Option<Vec<Peers>>,
    egress: Option<Vec<Peers>>,
    ingress_deny: Option<Vec<Peers>>,
    egress_deny: Option<Vec<Peers>>,
}

/// Whether what it lets through is all that is let through. Left out, it is where a rule lets through or denies anything.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Deny {
    ingress: Option<bool>,
    egress: Option<bool>,
}

/// Peers and ports, for what comes in and for what goes out: they differ in how their fields begin.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Peers {
    #[serde(alias = "fromEndpoints", alias = "toEndpoints")]
    endpoints: Option<Vec<LabelSelector>>,
    #[serde(alias = "fromEntities", alias = "toEntities")]
    entities: Option<Vec<String>>,
    #[serde(alias = "fromCIDR", alias = "toCIDR")]
    ranges: Option<Vec<String>>,
    #[serde(alias = "fromCIDRSet", alias = "toCIDRSet")]
    blocks: Option<Vec<Block>>,
    #[serde(alias = "fromGroups", alias = "toGroups")]
    groups: Option<IgnoredAny>,
    #[serde(alias = "fromNodes", alias = "toNodes")]
    nodes: Option<IgnoredAny>,
    #[serde(alias = "fromRequires", alias = "toRequires")]
    requires: Option<IgnoredAny>,
    #[serde(alias = "toFQDNs")]
    names: Option<IgnoredAny>,
    #[serde(alias = "toServices")]
    services: Option<IgnoredAny>,
    #[serde(alias = "toPorts")]
    ports: Option<Vec<Ports>>,
    icmps: Option<Vec<IgnoredAny>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Ports {
    ports: Option<Vec<WirePort>>,
    rules: Option<Contents>,
}

/// What Cilium reads connections for: they have to be of that protocol.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Contents {
    http: Option<Vec<IgnoredAny>>,
    kafka: Option<Vec<IgnoredAny>>,
    dns: Option<Vec<IgnoredAny>>,
}

impl Contents {
    fn protocol(self) -> Option<&'static str> {
        let all = [("HTTP", self.http), ("Kafka", self.kafka), ("DNS", self.dns)];
        all.into_iter().find_map(|(name, rules)| some(rules).map(|_| name))
    }
}

impl CiliumPolicy {
    /// One for each of its rules. A rule about nodes is about no pod.
    pub(in crate::mesh) fn fences(self) -> Vec<Fence> {
        let Metadata { namespace, name, .. } = self.metadata;
        let namespace = Some(namespace).filter(|namespace| !namespace.is_empty());
        let rules = self.spec.into_iter().chain(self.specs.unwrap_or_default());
        let kind = match namespace {
            Some(_) => Kind::CiliumNetworkPolicy,
            None => Kind::CiliumClusterwideNetworkPolicy,
        };
        let fence = |rule: Rule| {
            let Deny { ingress: inward, egress: outward } = rule.enable_default_deny;
            let denied = [rule.ingress_deny, rule.egress_deny].map(Option::unwrap_or_default);
            let [denies_in, denies_out] = denied.each_ref().map(|rules| !rules.is_empty());
            let openings_of = |rules: Vec<Peers>| -> Vec<Opening> {
                rules.into_iter().flat_map(|rule| rule.openings(namespace.as_deref())).collect()
            };
            let openings = |rules: Option<Vec<Peers>>, is_closed: bool| {
                let rules = some(rules).or(is_closed.then(Vec::new))?;
                Some(openings_of(rules))
            };
            // Who is required besides is not read.
            let surely =
                |rules: Vec<Peers>| rules.into_iter().filter(|rule| rule.requires.is_none()).collect();
            Some(Fence {
                kind,
                namespace: namespace.clone(),
                name: name.clone(),
                pods: plain(rule.endpoint_selector?)?,
                ingress: openings(rule.ingress, inward.unwrap_or(denies_in)),
                egress: openings(rule.egress, outward.unwrap_or(denies_out)),
                denied: denied.map(|rules| openings_of(surely(rules))),
                is_addition: [inward, outward].map(|said| said == Some(false)),
                reading: Reading::default(),
            })
        };
        rules.filter_map(fence).collect()
    }
}

fn some<T>(list: Option<Vec<T>>) -> Option<Vec<T>> {
    list.filter(|list| !list.is_empty())
}

impl Peers {
    /// A rule that names nobody is about everybody where it names ports, and lets nobody through where it says nothing. Ports that
    /// Cilium reads for a protocol stand apart.
    fn openings(mut self, namespace: Option<&str>) -> Vec<Opening> {
        let mut by_protocol: BTreeMap<Option<&'static str>, Vec<WirePort>> = BTreeMap::new();
        for one in some(self.ports.take()).unwrap_or_default() {
            let protocol = one.rules.and_then(Contents::protocol);
            by_protocol.entry(protocol).or_default().extend(one.ports.unwrap_or_default());
        }
        // What is about ICMP is about no port.
        if some(self.icmps.take()).is_some() {
            by_protocol.entry(None).or_default();
        }
        let has_ports = !by_protocol.is_empty();
        let peers = self.peers(namespace, has_ports);
        if !has_ports {
            return vec![Opening { peers, ..Opening::default() }];
        }
        let opening = |(protocol, ports): (_, Vec<WirePort>)| {
            // What Cilium is not told is any.
            let of = |protocol| Some(ranges(&ports, protocol, "ANY"));
            Opening { peers: peers.clone(), ports: of("TCP"), udp_ports: of("UDP"), protocol }
        };
        by_protocol.into_iter().map(opening).collect()
    }

    fn peers(self, namespace: Option<&str>, has_ports: bool) -> Option<Vec<Peer>> {
        let unread = [self.groups, self.nodes, self.requires, self.names, self.services];
        let is_unclear = unread.iter().any(Option::is_some);
        let is_silent = self.endpoints.is_none()
            && self.entities.is_none()
            && self.ranges.is_none()
            && self.blocks.is_none()
            && !is_unclear;
        if is_silent && has_ports {
            return None;
        }
        let endpoints = self.endpoints.unwrap_or_default().into_iter().map(|one| pods(one, namespace));
        let entities = self.entities.unwrap_or_default();
        let ranges = self.ranges.unwrap_or_default();
        let ranges = ranges
            .iter()
            .map(|one| Cidr::read(one).map_or(Peer::Unclear, |range| Peer::Range(range, Vec::new())));
        let blocks = self.blocks.unwrap_or_default().into_iter().map(Block::peer);
        let unclear = is_unclear.then_some(Peer::Unclear);
        let peers = endpoints
            .chain(entities.iter().flat_map(|one| entity(one)))
            .chain(ranges)
            .chain(blocks)
            .chain(unclear);
        Some(peers.collect())
    }
}

/// What Cilium calls whole groups by.
fn entity(word: &str) -> Vec<Peer> {
    let family = |all: &str| vec![Cidr::read(all).map_or(Peer::Unclear, Peer::World)];
    match word {
        "all" => vec![Peer::Outside, Peer::Cluster],
        "world" => vec![Peer::Outside],
        "world-ipv4" => family("0.0.0.0/0"),
        "world-ipv6" => family("::/0"),
        "cluster" => vec![Peer::Cluster],
        "remote-node" | "ingress" => vec![Peer::Front],
        // Its own: that of another cluster has an address of the world.
        "kube-apiserver" => vec![Peer::ApiServer],
        "host" => vec![Peer::Node],
        _ => Vec::new(),
    }
}

/// The label by which Cilium knows the namespace of a pod.
const NAMESPACE: &str = "io.kubernetes.pod.namespace";

/// A selector that says where is about all namespaces, as is one of the whole cluster.
fn pods(selector: LabelSelector, namespace: Option<&str>) -> Peer {
    let Some(mut selector) = plain(selector) else { return Peer::Unclear };
    let mentions = |begin: &str| selector.requirements().any(|part| part.key.starts_with(begin));
    let is_of_cluster = mentions(CILIUMS_CLUSTER);
    let says_where = mentions(NAMESPACE) || mentions("io.cilium.k8s.namespace.labels.");
    let own = namespace.filter(|_| !says_where);
    if !is_of_cluster {
        return Peer::Pods { namespaces: own.is_none().then(LabelSelector::default), pods: selector };
    }
    // Of a connected cluster it is the namespace of the same name.
    selector.match_labels.extend(own.map(|own| (NAMESPACE.to_owned(), own.to_owned())));
    Peer::OfCluster(selector)
}

/// The same without the sources that Cilium writes before keys; `None` when it is about something that is no pod.
fn plain(selector: LabelSelector) -> Option<LabelSelector> {
    let key = |key: String| {
        let bare = ["k8s:", "any:", "k8s.", "any."].into_iter().find_map(|source| key.strip_prefix(source));
        let bare = bare.map_or_else(|| key.clone(), str::to_owned);
        (!bare.starts_with("reserved")).then_some(bare)
    };
    let labels = selector.match_labels.into_iter().map(|(name, value)| Some((key(name)?, value)));
    let expressions = selector
        .match_expressions
        .into_iter()
        .map(|one| Some(Requirement { key: key(one.key.clone())?, ..one }));
    Some(LabelSelector {
        match_labels: labels.collect::<Option<Labels>>()?,
        match_expressions: expressions.collect::<Option<Vec<_>>>()?,
    })
}
