//! Ports that Cilium reads for a protocol.

use super::{Direction, Value, cilium, gateway, json, shutting};
use crate::mesh::machinery::{Whom, reads, silencing};

#[test]
fn ports_that_are_read_for_a_protocol_stand_apart_from_others_of_their_rule() {
    let of = |ports: Value| {
        let rule = json!({ "fromEntities": ["world"], "toPorts": ports });
        let fences = cilium("linkerd-multicluster", &json!({ "endpointSelector": {}, "ingress": [rule] }));
        let pod = gateway();
        [4143, 4191].map(|port| {
            let what = (Direction::Ingress, Whom::Abroad, port);
            (!shutting(&fences, &pod, what).0.is_empty(), reads(&fences, &pod, what))
        })
    };
    let port = |number: &str| json!([{ "port": number, "protocol": "TCP" }]);
    let read = |number: &str, rules: Value| json!({ "ports": port(number), "rules": rules });
    let plain = |number: &str| json!({ "ports": port(number) });
    let http = json!({ "http": [{ "method": "GET" }] });
    let open = (false, None);
    assert_eq!(of(json!([plain("4143"), plain("4191")])), [open, open]);
    assert_eq!(of(json!([read("4143", http.clone()), plain("4191")])), [(true, Some("HTTP")), open]);
    assert_eq!(
        of(json!([read("4143", json!({ "http": [] })), plain("4191")])),
        [open, open],
        "no rules at all"
    );
    assert_eq!(of(json!([read("4143", json!({ "kafka": [{}] })), plain("4191")]))[0], (true, Some("Kafka")));
    assert_eq!(of(json!([read("8080", http), plain("4143")])), [open, (true, None)], "of an application");
}

#[test]
fn dns_that_is_read_is_asked_all_the_same() {
    let ports = json!([{ "ports": [{ "port": "53", "protocol": "ANY" }], "rules": { "dns": [{ "matchPattern": "*" }] } }]);
    let rule = json!({ "toEndpoints": [{ "matchLabels": { "k8s:io.kubernetes.pod.namespace": "kube-system" } }],
        "toPorts": ports });
    let fences = cilium("linkerd-multicluster", &json!({ "endpointSelector": {}, "egress": [rule] }));
    assert!(silencing(&fences, &gateway(), &["linkerd"]).is_empty());
}
