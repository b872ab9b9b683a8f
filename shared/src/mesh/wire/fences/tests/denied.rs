//! What Cilium denies, whatever else lets it through.

use super::{Direction, Fence, Value, cilium, database, gateway, json};
use crate::mesh::machinery::{Pod, Reading, Whom, denying};
use crate::mesh::network::Cidr;

/// Lets everything through but what it denies, for which the field is `field`.
fn denied(field: &str, rule: &Value) -> Vec<Fence> {
    let all = json!([{ "fromEntities": ["all"] }]);
    let spec = json!({ "endpointSelector": {}, "ingress": all, "egress": all, field: [rule] });
    let mut fences = cilium("databases", &spec);
    fences[0].reading.cluster = Some("infra".into());
    fences
}

fn denies(fences: &[Fence], pod: &Pod, what: (Direction, Whom<'_>, u16)) -> bool {
    !denying(fences, pod, what).is_empty()
}

#[test]
fn who_is_denied_is_known_for_certain() {
    let namespace = |name: &str| json!({ "matchLabels": { "k8s:io.kubernetes.pod.namespace": name } });
    let ports = |port: &str| json!([{ "ports": [{ "port": port, "protocol": "TCP" }] }]);
    let foreign = json!({ "matchLabels": { "k8s:io.cilium.k8s.namespace.labels.team": "mesh" } });
    let gateway = gateway();
    for (rule, pod, abroad) in [
        (json!({ "fromEndpoints": [namespace("linkerd-multicluster")] }), true, false),
        (json!({ "fromEndpoints": [namespace("other")] }), false, false),
        (json!({ "fromEndpoints": [{}] }), false, false),
        (json!({ "fromEndpoints": [foreign] }), false, false),
        (json!({ "fromEntities": ["cluster"] }), true, false),
        (json!({ "fromEntities": ["world"] }), false, true),
        (json!({ "fromEntities": ["all"] }), true, true),
        (json!({ "fromEntities": ["host", "remote-node"] }), false, false),
        (json!({ "fromEntities": ["all"], "toPorts": ports("4143") }), true, true),
        (json!({ "fromEntities": ["all"], "toPorts": ports("5432") }), false, false),
        (json!({ "toPorts": ports("4143") }), true, true),
        (json!({ "fromEntities": ["all"], "toPorts": ports("named") }), false, false),
        (json!({ "fromEntities": ["all"], "icmps": [{ "fields": [{ "type": 8 }] }] }), false, false),
        (json!({ "fromEndpoints": [namespace("linkerd-multicluster")], "fromRequires": [{}] }), false, false),
        (json!({ "fromCIDRSet": [{ "cidrGroupRef": "peers" }] }), false, false),
        (json!({ "fromCIDRSet": [{ "cidrGroupSelector": {} }] }), false, false),
        (json!({ "fromCIDR": ["10.0.0.0/8"] }), false, false),
        (json!({}), false, false),
    ] {
        let fences = denied("ingressDeny", &rule);
        let denies = |whom| denies(&fences, &database(), (Direction::Ingress, whom, 4143));
        assert_eq!((denies(Whom::Pod(&gateway)), denies(Whom::Abroad)), (pod, abroad), "{rule}");
    }
}

#[test]
fn addresses_that_are_gone_to_are_denied_where_all_of_them_are() {
    let address = [Cidr::read("203.0.113.10/32").unwrap()];
    for (rule, gateway, translated) in [
        (json!({ "toEntities": ["world"] }), true, false),
        (json!({ "toEntities": ["world-ipv4"] }), true, false),
        (json!({ "toEntities": ["world-ipv6"] }), false, false),
        (json!({ "toEntities": ["all"] }), true, true),
        (json!({ "toEntities": ["cluster"] }), false, false),
        (json!({ "toCIDR": ["203.0.113.0/24"] }), true, false),
        (json!({ "toCIDRSet": [{ "cidr": "203.0.113.0/24", "except": ["203.0.113.10/32"] }] }), false, false),
        (json!({ "toCIDRSet": [{ "cidrGroupRef": "peers" }] }), false, false),
        (json!({ "toServices": [{}] }), false, false),
    ] {
        let fences = denied("egressDeny", &rule);
        let denies = |whom| denies(&fences, &database(), (Direction::Egress, whom, 4143));
        assert_eq!(
            (denies(Whom::Gateway(&address)), denies(Whom::Translated)),
            (gateway, translated),
            "{rule}"
        );
    }
}

#[test]
fn who_may_come_by_a_node_is_not_known_to_be_denied() {
    let fences = |is_world_told| {
        let mut fences = denied("ingressDeny", &json!({ "fromEntities": ["world"] }));
        fences[0].reading.is_world_told = is_world_told;
        fences
    };
    let visits = |is_world_told, is_seen| {
        denies(
            &fences(is_world_told),
            &database(),
            (Direction::Ingress, Whom::Visitor { to: &[], is_seen }, 4143),
        )
    };
    assert_eq!((visits(false, false), visits(true, false), visits(false, true)), (false, true, true));
    let mut hidden = fences(true);
    hidden[0].reading = Reading::default();
    let what = (Direction::Ingress, Whom::Abroad, 4143);
    assert!(!denies(&hidden, &database(), what), "how Cilium is set is not known");
    assert!(!denies(&fences(true), &gateway(), what), "of another namespace");
    let on_host = Pod { is_on_host: true, ..database() };
    assert!(!denies(&fences(true), &on_host, what), "no policy is about it");
}
