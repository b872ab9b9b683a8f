mod denied;
mod parsed;

use super::*;
use crate::mesh::machinery::{Direction, Pod, Whom, shutting};
use serde_json::{Value, json};

fn policy(spec: &Value) -> Fence {
    let whole = json!({ "metadata": { "namespace": "databases", "name": "it" }, "spec": spec });
    serde_json::from_value::<WirePolicy>(whole).unwrap().into()
}

fn cilium(namespace: &str, spec: &Value) -> Vec<Fence> {
    let whole = json!({ "metadata": { "namespace": namespace, "name": "it" }, "spec": spec });
    serde_json::from_value::<CiliumPolicy>(whole).unwrap().fences()
}

fn database() -> Pod {
    let labels = [("app".to_owned(), "postgres".to_owned())].into();
    Pod { namespace: "databases".into(), labels, ..Pod::default() }
}

fn gateway() -> Pod {
    let labels = [("app".to_owned(), "linkerd-gateway".to_owned())].into();
    Pod { namespace: "linkerd-multicluster".into(), labels, ..Pod::default() }
}

fn is_shut(fences: &[Fence], whom: Whom<'_>, port: u16) -> bool {
    !shutting(fences, &database(), (Direction::Ingress, whom, port)).0.is_empty()
}

#[test]
fn a_policy_without_types_is_about_what_it_speaks_of() {
    let [inward, both] = [json!({}), json!({ "egress": [{}] })].map(|spec| policy(&spec));
    assert_eq!((inward.ingress, inward.egress), (Some(vec![]), None));
    assert_eq!((both.ingress, both.egress), (Some(vec![]), Some(vec![Opening::default()])));
    let empty = policy(&json!({ "policyTypes": [], "egress": [{}] }));
    assert_eq!((empty.ingress, empty.egress), (Some(vec![]), Some(vec![Opening::default()])));
    let outward = policy(&json!({ "policyTypes": ["Egress"], "egress": [{}] }));
    assert_eq!((outward.ingress, outward.egress), (None, Some(vec![Opening::default()])));
}

#[test]
fn ports_of_other_protocols_open_nothing_for_tcp() {
    let open = |ports: &Value| policy(&json!({ "ingress": [{ "ports": ports }] }));
    for (ports, shut) in [
        (json!([{ "protocol": "UDP", "port": 4143 }]), true),
        (json!([{ "port": 4143 }]), false),
        (json!([{ "protocol": "TCP" }]), false),
        (json!([{ "port": 4000, "endPort": 5000 }]), false),
        (json!([]), false),
        (json!([{ "port": "postgresql" }]), true),
    ] {
        assert_eq!(is_shut(&[open(&ports)], Whom::Abroad, 4143), shut, "{ports}");
    }
}

#[test]
fn ports_of_udp_are_kept_beside_those_of_tcp() {
    let kubernetes =
        |ports: &Value| policy(&json!({ "egress": [{ "ports": ports }] })).egress.unwrap().remove(0);
    let ciliums = |ports: &Value| {
        cilium(
            "databases",
            &json!({ "endpointSelector": {}, "egress": [{ "toPorts": [{ "ports": ports }] }] }),
        )
        .remove(0)
        .egress
        .unwrap()
        .remove(0)
    };
    let range = |first: &str, last| Some(vec![(first.to_owned(), last)]);
    let none = || Some(vec![]);
    for (ports, tcp, udp) in [
        (json!([{ "protocol": "UDP", "port": 53 }]), none(), range("53", 0)),
        (json!([{ "port": 53 }]), range("53", 0), none()),
        (json!([{ "protocol": "UDP" }]), none(), range("1", u16::MAX)),
        (json!([{ "protocol": "SCTP", "port": 53 }]), none(), none()),
    ] {
        let opening = kubernetes(&ports);
        assert_eq!((opening.ports, opening.udp_ports), (tcp, udp), "{ports}");
    }
    let opening = ciliums(&json!([{ "protocol": "ANY", "port": "53" }]));
    assert_eq!((opening.ports, opening.udp_ports), (range("53", 0), range("53", 0)));
    let opening = ciliums(&json!([{ "port": "53" }]));
    assert_eq!(
        (opening.ports, opening.udp_ports),
        (range("53", 0), range("53", 0)),
        "said by nobody, it is any"
    );
    let opening = ciliums(&json!([{ "protocol": "TCP", "port": "53" }]));
    assert_eq!((opening.ports, opening.udp_ports), (range("53", 0), none()));
    let all = kubernetes(&json!([]));
    assert_eq!((all.ports, all.udp_ports), (None, None));
}

#[test]
fn peers_are_ranges_or_pods() {
    let from = |from: &Value| policy(&json!({ "ingress": [{ "from": from }] }));
    let gateway = gateway();
    let multicluster = json!({ "matchLabels": { "kubernetes.io/metadata.name": "linkerd-multicluster" } });
    for (peers, abroad, pod) in [
        (json!([{ "podSelector": {} }]), true, true),
        (json!([{ "namespaceSelector": {} }]), true, false),
        (json!([{ "namespaceSelector": multicluster }]), true, false),
        (json!([{ "ipBlock": { "cidr": "0.0.0.0/0" } }]), false, false),
        (json!([{ "ipBlock": { "cidr": "odd" } }]), false, false),
        (json!([]), false, false),
    ] {
        let fences = [from(&peers)];
        assert_eq!(is_shut(&fences, Whom::Abroad, 1), abroad, "{peers} from abroad");
        assert_eq!(is_shut(&fences, Whom::Pod(&gateway), 1), pod, "{peers} from the gateway");
    }
}

#[test]
fn what_cilium_lets_in_is_read_in_its_own_words() {
    let gateway = gateway();
    let ports = json!([{ "ports": [{ "port": "4143", "protocol": "TCP" }] }]);
    let namespace = json!({ "matchLabels": { "k8s:io.kubernetes.pod.namespace": "linkerd-multicluster" } });
    for (rule, abroad, pod) in [
        // A rule that says nothing lets nobody in.
        (json!({}), true, true),
        (json!({ "toPorts": ports }), false, false),
        (json!({ "fromEntities": ["world"] }), false, true),
        (json!({ "fromEntities": ["cluster"] }), true, false),
        (json!({ "fromEntities": ["all"], "toPorts": ports }), false, false),
        (json!({ "fromEntities": ["host", "health"] }), true, true),
        (json!({ "fromEntities": ["remote-node"] }), false, true),
        (json!({ "fromEntities": ["kube-apiserver"] }), false, true),
        (json!({ "fromEntities": ["world-ipv6"] }), false, true),
        (json!({ "fromCIDR": ["0.0.0.0/0"] }), false, false),
        (json!({ "fromCIDRSet": [{ "cidr": "203.0.0.0/16" }] }), false, false),
        // So few public addresses are of no pods.
        (json!({ "fromCIDRSet": [{ "cidr": "203.0.113.0/24" }] }), false, true),
        (json!({ "fromEndpoints": [{}] }), true, true),
        (json!({ "fromEndpoints": [namespace] }), true, false),
        (json!({ "fromEndpoints": [{ "matchLabels": { "reserved:ingress": "" } }] }), false, false),
        (json!({ "fromEndpoints": [] }), true, true),
        (json!({ "fromEntities": ["ingress"] }), false, true),
        (json!({ "fromNodes": [{}] }), false, false),
        (
            json!({ "fromEndpoints": [{ "matchLabels": { "io.cilium.k8s.policy.cluster": "apps" } }] }),
            false,
            false,
        ),
        (
            json!({ "fromEndpoints": [{ "matchLabels": {
            "k8s:io.cilium.k8s.namespace.labels.kubernetes.io/metadata.name": "linkerd-multicluster" } }] }),
            true,
            false,
        ),
    ] {
        let fences = cilium("databases", &json!({ "endpointSelector": {}, "ingress": [rule] }));
        assert_eq!(is_shut(&fences, Whom::Abroad, 4143), abroad, "{rule} from abroad");
        assert_eq!(is_shut(&fences, Whom::Pod(&gateway), 4143), pod, "{rule} from the gateway");
    }
}

#[test]
fn rules_of_cilium_may_be_many_leave_pods_free_or_be_about_nodes() {
    let shut = json!({ "endpointSelector": { "matchLabels": { "k8s:app": "postgres" } }, "ingress": [{}] });
    let free = json!({ "endpointSelector": {}, "enableDefaultDeny": { "ingress": false }, "ingress": [{}] });
    let nodes = json!({ "nodeSelector": {}, "ingress": [{}] });
    let several = json!({ "metadata": { "name": "it" }, "specs": [shut, free, nodes] });
    let fences = serde_json::from_value::<CiliumPolicy>(several).unwrap().fences();
    assert_eq!(fences.len(), 2);
    assert!(fences.iter().all(|fence| fence.kind == Kind::CiliumClusterwideNetworkPolicy));
    assert!(is_shut(&fences[..1], Whom::Abroad, 1) && !is_shut(&fences[1..], Whom::Abroad, 1));
    assert_eq!(fences[1].is_addition, [true, false]);
}

#[test]
fn whom_cilium_lets_out_to_is_read_in_its_own_words() {
    let address = [Cidr::read("203.0.113.10/32").unwrap()];
    let fqdn = json!([{ "matchName": "gateway.example" }]);
    for (rules, gateway, server) in [
        (json!([{ "toEntities": ["cluster"] }]), true, true),
        (
            json!([{ "toEntities": ["host", "remote-node", "health", "ingress", "unmanaged", "init"] }]),
            true,
            true,
        ),
        (json!([{ "toEntities": ["cluster", "kube-apiserver"] }]), true, true),
        (json!([{ "toEntities": ["world"] }]), false, false),
        (json!([{ "toEntities": ["world-ipv4"] }]), false, false),
        (json!([{ "toEntities": ["world-ipv6"] }]), true, true),
        (json!([{ "toEntities": ["world-ipv6", "world-ipv4"] }]), false, false),
        (json!([{ "toEntities": ["all"] }]), false, false),
        (json!([{ "toEntities": ["cluster"] }, { "toCIDR": ["203.0.113.0/24"] }]), false, false),
        (json!([{ "toEntities": ["cluster"] }, { "toCIDR": ["203.0.113.128/25"] }]), true, true),
        (json!([{ "toCIDRSet": [{ "cidr": "203.0.113.0/24", "except": ["203.0.113.10/32"] }] }]), true, true),
        (
            json!([{ "toEntities": ["cluster"] }, { "toCIDRSet": [{ "cidrGroupRef": "peers" }] }]),
            false,
            false,
        ),
        (json!([{ "toEntities": ["cluster"] }, { "toFQDNs": fqdn }]), false, false),
        (json!([{ "toEntities": ["cluster"] }, { "toServices": [{}] }]), false, false),
        (json!([{ "toEndpoints": [{}] }]), true, true),
    ] {
        let fences = cilium("databases", &json!({ "endpointSelector": {}, "egress": rules }));
        let is_shut = |whom| !shutting(&fences, &database(), (Direction::Egress, whom, 4191)).0.is_empty();
        assert_eq!(is_shut(Whom::Gateway(&address)), gateway, "{rules} to a gateway");
        assert_eq!(is_shut(Whom::Server(&address)), server, "{rules} to an API server");
    }
    let free = json!({ "endpointSelector": {}, "enableDefaultDeny": { "egress": false },
        "egress": [{ "toEntities": ["cluster"] }] });
    let fences = cilium("databases", &free);
    assert!(shutting(&fences, &database(), (Direction::Egress, Whom::Gateway(&address), 4191)).0.is_empty());
}

#[test]
fn a_direction_is_closed_by_rules_of_either_kind_or_because_it_is_said() {
    let deny = json!([{ "toPorts": [{ "ports": [{ "port": "22", "protocol": "TCP" }] }] }]);
    for (spec, inward, outward) in [
        (json!({}), None, None),
        (json!({ "ingressDeny": [], "egressDeny": null }), None, None),
        (json!({ "ingressDeny": deny }), Some(vec![]), None),
        (json!({ "egressDeny": deny }), None, Some(vec![])),
        (json!({ "enableDefaultDeny": { "ingress": true } }), Some(vec![]), None),
        (json!({ "enableDefaultDeny": { "egress": true } }), None, Some(vec![])),
        (json!({ "enableDefaultDeny": { "ingress": false }, "ingressDeny": deny }), None, None),
        (json!({ "enableDefaultDeny": { "ingress": false, "egress": false } }), None, None),
    ] {
        let mut whole = spec.clone();
        whole["endpointSelector"] = json!({});
        let fence = cilium("databases", &whole).remove(0);
        assert_eq!((fence.ingress, fence.egress), (inward, outward), "{spec}");
    }
    let both =
        json!({ "endpointSelector": {}, "ingressDeny": deny, "ingress": [{ "fromEntities": ["world"] }] });
    assert!(!is_shut(&cilium("databases", &both), Whom::Abroad, 5432), "what is let through beside is");
    let pod = gateway();
    assert!(is_shut(&cilium("databases", &both), Whom::Pod(&pod), 5432), "and nothing else is");
}

#[test]
fn a_selector_that_names_a_cluster_alone_is_about_the_namespace_of_its_policy() {
    let of = |labels: serde_json::Value| {
        let rule = json!({ "fromEndpoints": [{ "matchLabels": labels }] });
        let mut fences = cilium("databases", &json!({ "endpointSelector": {}, "ingress": [rule] }));
        fences[0].reading.cluster = Some("infra".into());
        is_shut(&fences, Whom::Pod(&gateway()), 4143)
    };
    let cluster = "k8s:io.cilium.k8s.policy.cluster";
    assert!(of(json!({ cluster: "infra" })), "the gateway is elsewhere");
    assert!(!of(json!({ cluster: "infra", "k8s:io.kubernetes.pod.namespace": "linkerd-multicluster" })));
    assert!(of(json!({ cluster: "apps", "k8s:io.kubernetes.pod.namespace": "linkerd-multicluster" })));
}
