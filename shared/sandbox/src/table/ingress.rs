//! Ingresses: under which hosts and addresses something is reached from outside.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::age;
use super::layout::{AGE, Heading, Layout, NAME, or};
use crate::object::{list, name, text};

pub(super) const LAYOUT: Layout = Layout {
    headings: &[
        NAME,
        Heading::text("Class", "Who makes it work."),
        Heading::text("Hosts", "The host names that it answers to."),
        Heading::text("Address", "The addresses of the load balancer."),
        Heading::text("Ports", "The ports that it listens on."),
        AGE,
    ],
    cells,
};

/// So many rules are shown with their hosts.
const SHOWN: usize = 3;

fn cells(ingress: &Value, now: Timestamp) -> Vec<Value> {
    let entries = list(ingress, "/status/loadBalancer/ingress").iter();
    let addresses = entries.map(|entry| or(text(entry, "/ip"), text(entry, "/hostname")));
    let addresses: BTreeSet<_> = addresses.filter(|address| !address.is_empty()).collect();
    let ports = if list(ingress, "/spec/tls").is_empty() { "80" } else { "80, 443" };
    vec![
        json!(name(ingress)),
        json!(or(text(ingress, "/spec/ingressClassName"), "<none>")),
        json!(hosts(list(ingress, "/spec/rules"))),
        json!(addresses.into_iter().collect::<Vec<_>>().join(",")),
        json!(ports),
        json!(age::of(ingress, now)),
    ]
}

fn hosts(rules: &[Value]) -> String {
    let hosts: Vec<_> =
        rules.iter().map(|rule| text(rule, "/host")).filter(|host| !host.is_empty()).collect();
    match hosts.get(..SHOWN) {
        _ if hosts.is_empty() => "*".to_owned(),
        // As the server counts: rules without a host are among those that are left.
        Some(shown) if is_cut(rules) => format!("{} + {} more...", shown.join(","), rules.len() - SHOWN),
        _ => hosts.join(","),
    }
}

/// Whether a rule follows the last one that is shown.
fn is_cut(rules: &[Value]) -> bool {
    let mut shown = 0;
    rules.iter().any(|rule| {
        let full = shown == SHOWN;
        shown += usize::from(!text(rule, "/host").is_empty());
        full
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ingress_shows_hosts_addresses_and_ports() {
        let ingress = json!({
            "metadata": { "name": "web", "creationTimestamp": "2026-01-01T00:00:00Z" },
            "spec": { "ingressClassName": "nginx", "rules": [{ "host": "a.example" }, { "host": "b.example" }], "tls": [{}] },
            "status": { "loadBalancer": { "ingress": [{ "ip": "10.0.0.2" }, { "hostname": "lb.example" }] } },
        });
        let expected = json!(["web", "nginx", "a.example,b.example", "10.0.0.2,lb.example", "80, 443", "5m"]);
        assert_eq!(json!(cells(&ingress, "2026-01-01T00:05:00Z".parse().unwrap())), expected);
        let expected = json!(["", "<none>", "*", "", "80", "<unknown>"]);
        assert_eq!(json!(cells(&json!({}), Timestamp::UNIX_EPOCH)), expected);
    }

    #[test]
    fn more_than_three_hosts_are_counted() {
        let rules: Vec<_> = ["a", "b", "c", "d"].into_iter().map(|host| json!({ "host": host })).collect();
        assert_eq!(hosts(&rules), "a,b,c + 1 more...");
        assert_eq!(hosts(&rules[..3]), "a,b,c");
    }
}
