//! Network policies to paste: what would let somebody through, beside those that do not.

use crate::mesh::checks::Pair;
use crate::mesh::machinery::{DNS, Direction};
use crate::terms::{ClusterName, LabelSelector, Labels};
use crate::verdict::{Remedy, command, kubectl};
use serde_json::{Map, Value, json};

/// A policy that opens some ports and shuts nothing that is not shut already.
pub(super) struct Door<'a> {
    /// Its namespace, and that of the pods.
    pub(super) namespace: &'a str,
    /// Its name.
    pub(super) name: String,
    /// The pods.
    pub(super) pods: LabelSelector,
    /// Which way.
    pub(super) direction: Direction,
    /// The namespace of whom it is opened to; everybody where there is none.
    pub(super) peers: Option<&'a str>,
    /// The ports, of TCP.
    pub(super) ports: Vec<u16>,
    /// Whether DNS may be asked too, wherever it is.
    pub(super) has_dns: bool,
}

/// The pods with these labels; all of them where there are none.
pub(super) fn labelled(match_labels: Labels) -> LabelSelector {
    LabelSelector { match_labels, ..LabelSelector::default() }
}

fn numbers(ports: &[u16], protocol: &str) -> Vec<Value> {
    ports.iter().map(|port| json!({"port": port, "protocol": protocol})).collect()
}

/// How names of doors begin or go on, ...
const NAMES: [&str; 9] = [
    "-from-clusters-",
    "service-mirror-",
    "to-gateway-of-",
    "to-pods-of-",
    "-from-gateway-",
    "gateway-to-",
    "-to-linkerd-",
    "-to-dns-",
    "linkerd-from-proxies-",
];
/// ... and how many letters of their digest are at the end.
const MARK: usize = 8;

/// Whether a policy has the name of a door.
pub(super) fn is_door(name: &str) -> bool {
    let is_mark = |mark: &str| {
        mark.len() == MARK && mark.bytes().all(|one| one.is_ascii_digit() || (b'a'..=b'f').contains(&one))
    };
    NAMES.iter().any(|one| name.contains(one)) && name.rsplit('-').next().is_some_and(is_mark)
}

impl Door<'_> {
    pub(super) fn remedy(
        &self,
        asked: &Pair<'_>,
        (cluster, action, until): (&ClusterName, &str, &str),
    ) -> Remedy {
        let (text, apply) =
            (self.manifest().to_string(), kubectl(&asked.seen.fleet, cluster, &["apply", "-f", "-"]));
        Remedy::run(
            format!("{action}; to do so with an additional policy{until}, run"),
            format!("{} | {apply}", command(["echo", &text])),
        )
    }

    fn manifest(&self) -> Value {
        let peer = |name: &str| json!([{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": name}}}]);
        let (list, field, word) = match self.direction {
            Direction::Ingress => ("ingress", "from", "Ingress"),
            Direction::Egress => ("egress", "to", "Egress"),
        };
        let whom = self.peers.map(|name| (field.to_owned(), peer(name)));
        let opening = (!self.ports.is_empty()).then(|| {
            let ports = ("ports".to_owned(), numbers(&self.ports, "TCP").into());
            Value::Object([ports].into_iter().chain(whom).collect::<Map<_, _>>())
        });
        // What is too long for UDP is asked again by TCP.
        let asked = [numbers(&DNS, "UDP"), numbers(&DNS, "TCP")].concat();
        let dns = self.has_dns.then(|| json!({"ports": asked}));
        let openings: Vec<Value> = opening.into_iter().chain(dns).collect();
        let spec = json!({"podSelector": self.pods, "policyTypes": [word], list: openings});
        // Another one of this name would end what it opens: what differs is called otherwise.
        let digest = ring::digest::digest(&ring::digest::SHA256, spec.to_string().as_bytes());
        let mark = digest
            .as_ref()
            .iter()
            .take(MARK / 2)
            .fold(String::new(), |text, byte| format!("{text}{byte:02x}"));
        let metadata = json!({"name": format!("{}-{mark}", self.name), "namespace": self.namespace});
        json!({"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": metadata, "spec": spec})
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_door_is_opened_to_one_namespace_or_to_everybody() {
        let pods = labelled(Labels::from([("app".to_owned(), "web".to_owned())]));
        let (name, ports) = ("web-from-gateway".to_owned(), vec![4143]);
        let door = Door {
            namespace: "shop",
            name,
            pods,
            direction: Direction::Ingress,
            peers: Some("mesh"),
            ports,
            has_dns: false,
        };
        let open = json!([{"ports": [{"port": 4143, "protocol": "TCP"}],
            "from": [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "mesh"}}}]}]);
        let made = door.manifest();
        let name = made["metadata"]["name"].as_str().unwrap();
        assert!(is_door(name) && !is_door("web-from-gateway-") && !is_door("web-a1b2c3d4"), "{name}");
        assert_eq!((&made["spec"]["ingress"], &made["spec"]["policyTypes"]), (&open, &json!(["Ingress"])));
        let out = Door { pods: LabelSelector::default(), direction: Direction::Egress, peers: None, ..door };
        let made = out.manifest();
        assert_eq!(made["spec"]["egress"], json!([{"ports": [{"port": 4143, "protocol": "TCP"}]}]));
        assert_eq!(made["spec"]["podSelector"], json!({}));
        let ask = Door { has_dns: true, ..out };
        let dns = ask.manifest()["spec"]["egress"][1].clone();
        assert_eq!((&dns["to"], &dns["ports"][0]), (&Value::Null, &json!({"port": 53, "protocol": "UDP"})));
        assert!(
            dns["ports"].as_array().is_some_and(|all| all.contains(&json!({"port": 53, "protocol": "TCP"})))
        );
        let alone = Door { ports: vec![], peers: Some("linkerd"), ..ask };
        assert_eq!(alone.manifest()["spec"]["egress"], json!([dns]));
    }
}
