//! DNS, which a pod asks before it goes anywhere by a name, and a proxy before it finds its control plane.

use super::reading::may_be_server;
use super::{CILIUMS_NAME, CILIUMS_NAMESPACE, Direction, Fence, NAME, Opening, Peer, Pod, closing, has};
use crate::mesh::network::Cidr;
use crate::terms::{LabelSelector, SelectorOperator};

/// Ports of UDP on which servers are asked: the usual one, and those of pods that may not take it (Kubernetes' own addons,
/// `OpenShift`, Gardener, the chart of `CoreDNS`). Policies are about ports of pods.
pub const DNS: [u16; 4] = [53, 1053, 5353, 8053];
/// Addresses that are good on one node alone, such as that of a cache there: Cilium takes them for foreign ones.
const LOCAL: &str = "169.254.0.0/16";
/// Where servers are pods, in most clusters.
const SYSTEM: &str = "kube-system";

/// Whether a peer can be a server. One is a pod of the cluster or stands on a node. In which namespace nobody can tell, but that
/// it is none of those known to have no server.
fn may_serve(fence: &Fence, peer: &Peer, without: &[&str]) -> bool {
    let is_without = |name: &str| name != SYSTEM && without.contains(&name);
    // Only a list of names says where alone a peer stands.
    let is_elsewhere = |selector: &LabelSelector| {
        selector.requirements().any(|part| {
            let is_name = [NAME, CILIUMS_NAMESPACE, CILIUMS_NAME].contains(&part.key.as_str());
            let is_list = part.operator == SelectorOperator::In && !part.values.is_empty();
            is_name && is_list && part.values.iter().all(|name| is_without(name))
        })
    };
    match peer {
        Peer::Outside | Peer::World(_) => false,
        // A cache on the node may have such an address.
        Peer::Range(range, _) if fence.reading.are_ranges_foreign => {
            Cidr::read(LOCAL).is_some_and(|local| local.covers(*range))
        }
        Peer::Cluster
        | Peer::Node
        | Peer::Front
        | Peer::ApiServer
        | Peer::Range(..)
        | Peer::OfCluster(_)
        | Peer::Unclear => true,
        Peer::Pods { namespaces: None, .. } => !fence.namespace.as_deref().is_some_and(is_without),
        Peer::Pods { namespaces: Some(namespaces), pods } => {
            !is_elsewhere(namespaces)
                && !is_elsewhere(pods)
                && may_be_server(fence, peer, (namespaces, pods), without)
        }
    }
}

fn is_of_dns((first, last): &(String, u16)) -> bool {
    DNS.iter().any(|port| has(first, *last, *port).unwrap_or(true))
}

fn opens(fence: &Fence, opening: &Opening, without: &[&str]) -> bool {
    let peers = opening.peers.as_ref();
    let ports = opening.udp_ports.as_ref();
    peers.is_none_or(|peers| peers.iter().any(|peer| may_serve(fence, peer, without)))
        && ports.is_none_or(|ports| ports.iter().any(is_of_dns))
}

impl Fence {
    /// Whether it lets some pods be asked for names, by their labels.
    pub fn asks_pods(&self) -> bool {
        let is_about_pods = |peer: &Peer| matches!(peer, Peer::Pods { .. });
        self.egress.iter().flatten().any(|opening| {
            opening.peers.iter().flatten().any(is_about_pods)
                && opening.udp_ports.iter().flatten().any(is_of_dns)
        })
    }
}

fn lets_ask(fence: &Fence, without: &[&str]) -> bool {
    fence.egress.iter().flatten().any(|opening| opens(fence, opening, without))
}

/// The policies that together keep a pod from DNS; empty when it may ask, or perhaps. No server stands in the namespaces
/// `without`.
pub fn silencing<'a>(fences: &'a [Fence], pod: &Pod, without: &[&str]) -> Vec<&'a Fence> {
    closing(fences, pod, Direction::Egress, |fence| lets_ask(fence, without))
}

/// Whether some policy of a namespace lets some of its pods ask, whichever these are.
pub fn lets_some_ask(fences: &[Fence], namespace: &str, without: &[&str]) -> bool {
    fences.iter().filter(|fence| fence.may_be_in(namespace)).any(|fence| lets_ask(fence, without))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mesh::machinery::{Reading, Servers};
    use crate::terms::{Kind, Labels, Requirement};
    use std::sync::Arc;

    fn selecting(key: &str, value: &str) -> LabelSelector {
        let match_labels = Labels::from([(key.to_owned(), value.to_owned())]);
        LabelSelector { match_labels, match_expressions: vec![] }
    }

    fn pods(namespace: &str) -> Peer {
        let namespaces = Some(selecting("kubernetes.io/metadata.name", namespace));
        Peer::Pods { namespaces, pods: LabelSelector::default() }
    }

    fn is_silenced(peers: Option<Vec<Peer>>, udp_ports: Option<&[(&str, u16)]>) -> bool {
        is_silenced_by(Reading::default(), peers, udp_ports)
    }

    fn is_silenced_by(reading: Reading, peers: Option<Vec<Peer>>, udp_ports: Option<&[(&str, u16)]>) -> bool {
        let udp_ports =
            udp_ports.map(|ports| ports.iter().map(|(first, last)| ((*first).to_owned(), *last)).collect());
        let fence = Fence {
            kind: Kind::NetworkPolicy,
            namespace: Some("shop".into()),
            name: "out".into(),
            pods: LabelSelector::default(),
            ingress: None,
            egress: Some(vec![Opening { peers, udp_ports, ..Opening::default() }]),
            denied: [vec![], vec![]],
            is_addition: [false; 2],
            reading,
        };
        let pod = Pod { namespace: "shop".into(), ..Pod::default() };
        !silencing(&[fence], &pod, &["shop", "linkerd"]).is_empty()
    }

    #[test]
    fn it_is_asked_on_its_port_of_udp() {
        for (ports, is_shut) in [
            (None, false),
            (Some(&[][..]), true),
            (Some(&[("53", 0)][..]), false),
            (Some(&[("5353", 0)][..]), false),
            (Some(&[("8053", 0)][..]), false),
            (Some(&[("1", 65535)][..]), false),
            (Some(&[("dns", 0)][..]), false),
            (Some(&[("123", 0), ("4000", 5000)][..]), true),
        ] {
            assert_eq!(is_silenced(None, ports), is_shut, "{ports:?}");
        }
    }

    #[test]
    fn its_servers_stand_in_the_cluster_and_not_beside_what_is_known() {
        let own = || Peer::Pods { namespaces: None, pods: LabelSelector::default() };
        let everywhere =
            || Peer::Pods { namespaces: Some(LabelSelector::default()), pods: LabelSelector::default() };
        let ciliums = |name: &str| {
            let pods = selecting(CILIUMS_NAMESPACE, name);
            Peer::Pods { namespaces: Some(LabelSelector::default()), pods }
        };
        let labelled = || {
            let namespaces = Some(selecting("team", "platform"));
            Peer::Pods { namespaces, pods: LabelSelector::default() }
        };
        for (peers, is_shut) in [
            (vec![], true),
            (vec![Peer::Outside], true),
            (vec![own()], true),
            (vec![pods("linkerd")], true),
            (vec![ciliums("linkerd")], true),
            (vec![pods("linkerd"), pods("kube-system")], false),
            (vec![pods("openshift-dns")], false),
            (vec![ciliums("kube-system")], false),
            (vec![everywhere()], false),
            (vec![labelled()], false),
            (vec![Peer::Node], false),
        ] {
            let text = format!("{peers:?}");
            assert_eq!(is_silenced(Some(peers), None), is_shut, "{text}");
        }
    }

    #[test]
    fn servers_that_are_known_are_asked_by_their_labels() {
        let labels = Labels::from([("k8s-app".to_owned(), "kube-dns".to_owned())]);
        let server = Pod { namespace: SYSTEM.into(), labels, ..Pod::default() };
        let all = [SYSTEM, "shop", "linkerd", "resolvers"].map(|name| (name.to_owned(), Labels::new()));
        let reading = Reading {
            servers: Some(Arc::new(Servers { pods: vec![server], ..Servers::default() })),
            namespaces: Some(Arc::new(all.into())),
            ..Reading::default()
        };
        let peer = |namespaces, value: &str| {
            let pods = if value.is_empty() { LabelSelector::default() } else { selecting("k8s-app", value) };
            Peer::Pods { namespaces: Some(namespaces), pods }
        };
        let named = |name: &str| selecting(NAME, name);
        for (peer, is_shut) in [
            (peer(named(SYSTEM), "kube-dns"), false),
            (peer(named(SYSTEM), ""), false),
            (peer(named(SYSTEM), "coredns"), true),
            (peer(named("elsewhere"), "kube-dns"), false),
            (peer(selecting("name", SYSTEM), ""), true),
            (peer(named("resolvers"), "coredns"), false),
            (peer(LabelSelector::default(), "coredns"), false),
            (Peer::Cluster, false),
        ] {
            let text = format!("{peer:?}");
            assert_eq!(is_silenced_by(reading.clone(), Some(vec![peer]), None), is_shut, "{text}");
        }
    }

    #[test]
    fn ranges_are_about_no_server_where_they_are_about_no_pod() {
        let range = |text: &str| Some(vec![Peer::Range(Cidr::read(text).unwrap(), vec![])]);
        let cilium = || Reading { are_ranges_foreign: true, ..Reading::default() };
        for (text, by_cilium) in [
            ("0.0.0.0/0", true),
            ("10.96.0.10/32", true),
            ("169.254.20.10/32", false),
            ("169.254.0.0/16", false),
        ] {
            assert_eq!(is_silenced_by(cilium(), range(text), None), by_cilium, "{text}");
            assert!(!is_silenced(range(text), None), "{text}: others go by addresses");
        }
    }

    #[test]
    fn a_selector_of_names_says_where_alone_servers_are_not() {
        let by_name = |key: &str, operator, values: &[&str]| {
            let values = values.iter().map(|one| (*one).to_owned()).collect();
            let part = Requirement { key: key.to_owned(), operator, values };
            LabelSelector { match_expressions: vec![part], ..LabelSelector::default() }
        };
        let named = |operator, values: &[&str]| {
            let namespaces = Some(by_name(NAME, operator, values));
            Peer::Pods { namespaces, pods: LabelSelector::default() }
        };
        let ciliums_by = |operator, values: &[&str]| {
            let pods = by_name(CILIUMS_NAMESPACE, operator, values);
            Peer::Pods { namespaces: Some(LabelSelector::default()), pods }
        };
        for (peers, is_shut) in [
            (vec![named(SelectorOperator::In, &["linkerd", "kube-system"])], false),
            (vec![named(SelectorOperator::In, &["linkerd", "shop"])], true),
            (vec![named(SelectorOperator::NotIn, &["linkerd"])], false),
            (vec![named(SelectorOperator::Exists, &[])], false),
            (vec![ciliums_by(SelectorOperator::Exists, &[])], false),
            (vec![ciliums_by(SelectorOperator::NotIn, &["linkerd"])], false),
            (vec![ciliums_by(SelectorOperator::In, &["linkerd"])], true),
        ] {
            let text = format!("{peers:?}");
            assert_eq!(is_silenced(Some(peers), None), is_shut, "{text}");
        }
    }
}
