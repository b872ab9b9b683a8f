//! What a policy says, in words.

use super::{CILIUMS_CLUSTER, Direction, Fence, Opening, Peer};
use crate::terms::LabelSelector;
use std::fmt::{Display, Formatter, Result};

impl Fence {
    /// What it opens in a direction.
    pub fn opened(&self, direction: Direction) -> String {
        let all: Vec<String> = self.real(direction).map(ToString::to_string).collect();
        if all.is_empty() { "nothing".to_owned() } else { all.join("; ") }
    }

    /// What it denies in a direction.
    pub fn what_it_denies(&self, direction: Direction) -> String {
        let all: Vec<String> = self.denied(direction).iter().map(ToString::to_string).collect();
        all.join("; ")
    }

    /// Whether it opens nothing at all in a direction.
    pub fn opens_nothing(&self, direction: Direction) -> bool {
        self.real(direction).next().is_none()
    }

    /// Its openings without those to nobody, which are how Cilium is told to shut.
    fn real(&self, direction: Direction) -> impl Iterator<Item = &Opening> {
        let all = self.openings(direction).unwrap_or_default().iter();
        all.filter(|opening| opening.peers.as_ref().is_none_or(|peers| !peers.is_empty()))
    }

    /// The pods that it is about.
    pub fn selected(&self) -> String {
        if self.pods.is_empty() { "all pods".to_owned() } else { self.pods.query() }
    }

    /// What the cluster is called, where it is about pods of a cluster by its name.
    pub fn cluster(&self) -> Option<&str> {
        let names = |selector: &LabelSelector| selector.requirements().any(|one| one.key == CILIUMS_CLUSTER);
        let openings = [&self.ingress, &self.egress].into_iter().flatten().flatten();
        let mut peers = openings.flat_map(|opening| opening.peers.iter().flatten());
        let is_meant = names(&self.pods) || peers.any(|peer| matches!(peer, Peer::OfCluster(_)));
        self.reading.cluster.as_deref().filter(|_| is_meant)
    }
}

fn ports(list: &[(String, u16)], protocol: &str) -> Vec<String> {
    let word = |(first, last): &(String, u16)| match last {
        0 => format!("{first}/{protocol}"),
        last => format!("{first}-{last}/{protocol}"),
    };
    list.iter().map(word).collect()
}

impl Display for Opening {
    fn fmt(&self, out: &mut Formatter<'_>) -> Result {
        match (&self.ports, &self.udp_ports) {
            (None, None) => write!(out, "all ports")?,
            (tcp, udp) => {
                let of = |list: &Option<Vec<_>>, protocol| match list {
                    Some(list) => ports(list, protocol),
                    None => vec![format!("all of {protocol}")],
                };
                let all = [of(tcp, "TCP"), of(udp, "UDP")].concat();
                write!(out, "{}", if all.is_empty() { "no port".to_owned() } else { all.join(", ") })?;
            }
        }
        self.protocol.iter().try_for_each(|protocol| write!(out, ", read as {protocol}"))?;
        let Some(peers) = &self.peers else { return Ok(()) };
        let all: Vec<String> = peers.iter().map(ToString::to_string).collect();
        write!(out, " of {}", if all.is_empty() { "nobody".to_owned() } else { all.join(", ") })
    }
}

impl Display for Peer {
    fn fmt(&self, out: &mut Formatter<'_>) -> Result {
        match self {
            Self::Outside => write!(out, "the world"),
            Self::World(family) => write!(out, "the world in {family}"),
            Self::Cluster => write!(out, "the cluster"),
            Self::Node => write!(out, "the node"),
            Self::Front => write!(out, "other nodes"),
            Self::ApiServer => write!(out, "the API server"),
            Self::Unclear => write!(out, "others"),
            Self::Range(range, except) => {
                write!(out, "{range}")?;
                except.iter().try_for_each(|one| write!(out, " without {one}"))
            }
            Self::OfCluster(pods) => write!(out, "pods ({})", pods.query()),
            Self::Pods { namespaces, pods } => {
                let pods = pods.query();
                let pods = if pods.is_empty() { "all pods".to_owned() } else { format!("pods ({pods})") };
                match namespaces {
                    None => write!(out, "{pods}"),
                    Some(all) if all.is_empty() => write!(out, "{pods} of all namespaces"),
                    Some(some) => write!(out, "{pods} of namespaces ({})", some.query()),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mesh::network::Cidr;
    use crate::terms::Labels;

    fn selector(key: &str, value: &str) -> LabelSelector {
        let match_labels = Labels::from([(key.to_owned(), value.to_owned())]);
        LabelSelector { match_labels, ..LabelSelector::default() }
    }

    #[test]
    fn an_opening_says_its_ports_and_to_whom_they_are_open() {
        let of = |peers: Option<Vec<Peer>>, tcp: Option<&[(&str, u16)]>, udp: Option<&[(&str, u16)]>| {
            let list = |all: Option<&[(&str, u16)]>| {
                all.map(|all| all.iter().map(|(first, last)| ((*first).to_owned(), *last)).collect())
            };
            Opening { peers, ports: list(tcp), udp_ports: list(udp), protocol: None }.to_string()
        };
        assert_eq!(of(None, None, None), "all ports");
        assert_eq!(of(None, Some(&[("53", 0)]), Some(&[("53", 0)])), "53/TCP, 53/UDP");
        assert_eq!(of(Some(vec![]), Some(&[("8080", 8090)]), Some(&[])), "8080-8090/TCP of nobody");
        let read = Opening {
            ports: Some(vec![("4143".to_owned(), 0)]),
            protocol: Some("HTTP"),
            ..Opening::default()
        };
        assert_eq!(read.to_string(), "4143/TCP, all of UDP, read as HTTP");
        let range = Peer::Range(Cidr::read("10.0.0.0/8").unwrap(), vec![Cidr::read("10.1.0.0/16").unwrap()]);
        assert_eq!(of(Some(vec![range]), None, None), "all ports of 10.0.0.0/8 without 10.1.0.0/16");
        let namespaces = Some(selector("kubernetes.io/metadata.name", "shop"));
        let pods = Peer::Pods { namespaces, pods: selector("app", "web") };
        let wanted = "no port of pods (app=web) of namespaces (kubernetes.io/metadata.name=shop)";
        assert_eq!(of(Some(vec![pods]), Some(&[]), Some(&[])), wanted);
    }
}
