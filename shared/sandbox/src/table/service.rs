//! Services.
//!
//! What is outside depends on the type: a load balancer without an address is pending, while other types
//! without one simply have none. The addresses that somebody has set by hand come after those that the
//! load balancer was given.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::age;
use super::layout::{AGE, Heading, Layout, NAME, number, or, pairs, texts};
use crate::object::{list, name, text};

pub(super) const LAYOUT: Layout = Layout {
    headings: &[
        NAME,
        Heading::text("Type", "Who can reach the service, and how."),
        Heading::text("Cluster-IP", "The first address inside the cluster."),
        Heading::text("External-IP", "The addresses that lead to the service from outside."),
        Heading::text("Port(s)", "The ports, each with the port of the nodes if there is one."),
        AGE,
        Heading::text("Selector", "The labels of the pods behind the service.").wide(),
    ],
    cells,
};

fn cells(service: &Value, now: Timestamp) -> Vec<Value> {
    let address = or(text(service, "/spec/clusterIPs/0"), text(service, "/spec/clusterIP"));
    let ports: Vec<_> = list(service, "/spec/ports").iter().map(port).collect();
    vec![
        json!(name(service)),
        json!(text(service, "/spec/type")),
        json!(or(address, "<none>")),
        json!(external(service)),
        json!(or(&ports.join(","), "<none>")),
        json!(age::of(service, now)),
        json!(or(&pairs(service, "/spec/selector").join(","), "<none>")),
    ]
}

fn port(port: &Value) -> String {
    let (inside, protocol) = (number(port, "/port"), or(text(port, "/protocol"), "TCP"));
    match number(port, "/nodePort") {
        0 => format!("{inside}/{protocol}"),
        outside => format!("{inside}:{outside}/{protocol}"),
    }
}

fn external(service: &Value) -> String {
    let own = texts(service, "/spec/externalIPs");
    match text(service, "/spec/type") {
        "ClusterIP" | "NodePort" => or(&own.join(","), "<none>").to_owned(),
        "LoadBalancer" => {
            let given: BTreeSet<_> =
                list(service, "/status/loadBalancer/ingress").iter().filter_map(ingress).collect();
            let all: Vec<_> = given.into_iter().chain(own).collect();
            or(&all.join(","), "<pending>").to_owned()
        }
        "ExternalName" => text(service, "/spec/externalName").to_owned(),
        _ => "<unknown>".to_owned(),
    }
}

fn ingress(ingress: &Value) -> Option<&str> {
    Some(or(text(ingress, "/ip"), text(ingress, "/hostname"))).filter(|address| !address.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(spec: &Value, status: &Value) -> Vec<Value> {
        let metadata = json!({ "name": "web", "creationTimestamp": "2026-01-01T00:00:00Z" });
        let service = json!({ "metadata": metadata, "spec": spec, "status": status });
        cells(&service, "2026-01-03T03:00:00Z".parse().unwrap())
    }

    fn external_of(spec: &Value, ingress: &Value) -> Value {
        row(spec, &json!({ "loadBalancer": { "ingress": ingress } })).swap_remove(3)
    }

    #[test]
    fn a_service_inside_the_cluster_has_nothing_outside() {
        let spec = json!({
            "type": "ClusterIP", "clusterIP": "10.96.0.7", "clusterIPs": ["10.96.0.7", "fd00::7"],
            "ports": [{ "port": 80, "protocol": "TCP" }, { "port": 53, "protocol": "UDP" }],
            "selector": { "tier": "front", "app": "web" },
        });
        let expected =
            json!(["web", "ClusterIP", "10.96.0.7", "<none>", "80/TCP,53/UDP", "2d3h", "app=web,tier=front"]);
        assert_eq!(json!(row(&spec, &json!({}))), expected);
    }

    #[test]
    fn a_headless_service_has_no_address_and_may_have_no_ports() {
        let cells = row(&json!({ "type": "ClusterIP", "clusterIPs": ["None"] }), &json!({}));
        assert_eq!((&cells[2], &cells[4], &cells[6]), (&json!("None"), &json!("<none>"), &json!("<none>")));
    }

    #[test]
    fn ports_of_the_nodes_are_shown_behind_the_port() {
        let ports = json!([{ "port": 80, "nodePort": 30080, "protocol": "TCP" }, { "port": 81 }]);
        let cells = row(&json!({ "type": "NodePort", "ports": ports }), &json!({}));
        assert_eq!(cells[4], "80:30080/TCP,81/TCP");
    }

    #[test]
    fn a_load_balancer_shows_its_addresses_in_order_and_then_the_external_ones() {
        let ingress =
            json!([{ "ip": "172.18.0.9" }, { "hostname": "lb.example.com" }, { "ip": "172.18.0.10" }, {}]);
        let spec = json!({ "type": "LoadBalancer" });
        assert_eq!(external_of(&spec, &ingress), "172.18.0.10,172.18.0.9,lb.example.com");
        assert_eq!(external_of(&spec, &json!([])), "<pending>");
        let spec = json!({ "type": "LoadBalancer", "externalIPs": ["1.2.3.4"] });
        assert_eq!(external_of(&spec, &json!([{ "ip": "172.18.0.9" }])), "172.18.0.9,1.2.3.4");
    }

    #[test]
    fn an_external_name_is_an_external_address() {
        let spec = json!({ "type": "ExternalName", "externalName": "example.com" });
        let cells = row(&spec, &json!({}));
        assert_eq!((&cells[2], &cells[3]), (&json!("<none>"), &json!("example.com")));
    }

    #[test]
    fn external_addresses_stand_for_themselves() {
        assert_eq!(
            external_of(&json!({ "type": "ClusterIP", "externalIPs": ["1.2.3.4", "::1"] }), &json!([])),
            "1.2.3.4,::1"
        );
        assert_eq!(external_of(&json!({ "type": "Odd" }), &json!([])), "<unknown>");
    }
}
