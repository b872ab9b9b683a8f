//! Network policies of Kubernetes and of Cilium, as they come over the wire.

mod cilium;

pub(in crate::mesh) use cilium::CiliumPolicy;

use super::Metadata;
use crate::mesh::machinery::{Fence, Opening, Peer, Reading};
use crate::mesh::network::Cidr;
use crate::terms::{Kind, LabelSelector};
use serde::Deserialize;

/// A `NetworkPolicy`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::mesh) struct WirePolicy {
    metadata: Metadata,
    spec: Spec,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Spec {
    pod_selector: LabelSelector,
    policy_types: Option<Vec<String>>,
    ingress: Option<Vec<Ingress>>,
    egress: Option<Vec<Egress>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Ingress {
    from: Option<Vec<WirePeer>>,
    ports: Option<Vec<WirePort>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Egress {
    to: Option<Vec<WirePeer>>,
    ports: Option<Vec<WirePort>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct WirePeer {
    ip_block: Option<Block>,
    namespace_selector: Option<LabelSelector>,
    pod_selector: Option<LabelSelector>,
}

/// A range, of either kind of policy.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Block {
    cidr: String,
    except: Option<Vec<String>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct WirePort {
    protocol: Option<String>,
    port: Option<Port>,
    end_port: u16,
}

/// By number or by name; Cilium writes numbers as texts.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Port {
    Number(u16),
    Name(String),
}

impl WirePort {
    /// Where it says none, it is of the usual one.
    fn is_of(&self, protocol: &str, usual: &str) -> bool {
        let own = self.protocol.as_deref().filter(|own| !own.is_empty()).unwrap_or(usual);
        own == protocol || own == "ANY"
    }

    /// First and last; the last is 0 where there is but one.
    fn range(&self) -> (String, u16) {
        match &self.port {
            None | Some(Port::Number(0)) => ("1".into(), u16::MAX),
            Some(Port::Number(number)) => (number.to_string(), self.end_port),
            Some(Port::Name(name)) if name == "0" => ("1".into(), u16::MAX),
            Some(Port::Name(name)) => (name.clone(), self.end_port),
        }
    }
}

/// Those of a protocol.
fn ranges(ports: &[WirePort], protocol: &str, usual: &str) -> Vec<(String, u16)> {
    ports.iter().filter(|port| port.is_of(protocol, usual)).map(WirePort::range).collect()
}

impl Block {
    /// A range that cannot be read may be any.
    fn peer(self) -> Peer {
        let except = self.except.unwrap_or_default();
        Cidr::read(&self.cidr).map_or(Peer::Unclear, |range| {
            Peer::Range(range, except.iter().filter_map(|one| Cidr::read(one)).collect())
        })
    }
}

impl From<WirePeer> for Peer {
    fn from(peer: WirePeer) -> Self {
        match (peer.ip_block, peer.namespace_selector, peer.pod_selector) {
            (Some(block), ..) => block.peer(),
            (None, None, None) => Self::Unclear,
            (None, namespaces, pods) => Self::Pods { namespaces, pods: pods.unwrap_or_default() },
        }
    }
}

/// An empty list is everybody, and every port.
fn opening(peers: Option<Vec<WirePeer>>, ports: Option<Vec<WirePort>>) -> Opening {
    let some = |list: Option<Vec<_>>| list.filter(|list| !list.is_empty());
    let ports = ports.filter(|ports| !ports.is_empty());
    let of = |protocol| ports.as_ref().map(|ports| ranges(ports, protocol, "TCP"));
    Opening {
        peers: some(peers).map(|peers| peers.into_iter().map(Into::into).collect()),
        ports: of("TCP"),
        udp_ports: of("UDP"),
        protocol: None,
    }
}

impl From<WirePolicy> for Fence {
    fn from(policy: WirePolicy) -> Self {
        let Spec { pod_selector, policy_types, ingress, egress } = policy.spec;
        // Left out or empty, it is about what comes in, and about what goes out where it says something of that.
        let types = policy_types.filter(|types| !types.is_empty());
        let is_about = |word: &str, usual: bool| {
            types.as_ref().map_or(usual, |types| types.iter().any(|one| one == word))
        };
        let (inward, outward) = (
            is_about("Ingress", true),
            is_about("Egress", egress.as_ref().is_some_and(|rules| !rules.is_empty())),
        );
        let inside = ingress.unwrap_or_default().into_iter().map(|rule| opening(rule.from, rule.ports));
        let outside = egress.unwrap_or_default().into_iter().map(|rule| opening(rule.to, rule.ports));
        Self {
            kind: Kind::NetworkPolicy,
            namespace: Some(policy.metadata.namespace),
            name: policy.metadata.name,
            pods: pod_selector,
            ingress: inward.then(|| inside.collect()),
            egress: outward.then(|| outside.collect()),
            denied: [Vec::new(), Vec::new()],
            is_addition: [false; 2],
            reading: Reading::default(),
        }
    }
}

#[cfg(test)]
mod tests;
