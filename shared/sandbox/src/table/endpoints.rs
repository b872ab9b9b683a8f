//! Endpoints and EndpointSlices: the first three of what may be thousands.
//!
//! Endpoints show ready addresses only, each with each port; a slice shows addresses and ports apart, and
//! those that are not ready, too. Nothing at all is `<none>` in the one and `<unset>` in the other.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::age;
use super::layout::{AGE, Heading, Layout, NAME, number, or, texts};
use crate::object::{list, name, text};

pub(super) const ENDPOINTS: Layout = Layout {
    headings: &[NAME, Heading::text("Endpoints", "The first ready addresses, with their ports."), AGE],
    cells: endpoints,
};

pub(super) const SLICE: Layout = Layout {
    headings: &[
        NAME,
        Heading::text("AddressType", "What the addresses of the slice are."),
        Heading::text("Ports", "The first ports of every endpoint."),
        Heading::text("Endpoints", "The first addresses, ready or not."),
        AGE,
    ],
    cells: slice,
};

const SHOWN: usize = 3;

fn endpoints(object: &Value, now: Timestamp) -> Vec<Value> {
    let subsets = list(object, "/subsets");
    let addresses: Vec<_> = subsets.iter().flat_map(addresses).collect();
    let shown = if subsets.is_empty() { "<none>".to_owned() } else { first(&addresses) };
    vec![json!(name(object)), json!(shown), json!(age::of(object, now))]
}

/// Each port with each ready address; the addresses alone if there are no ports.
fn addresses(subset: &Value) -> Vec<String> {
    let ips: Vec<_> = list(subset, "/addresses").iter().map(|address| text(address, "/ip")).collect();
    let ports = list(subset, "/ports");
    if ports.is_empty() {
        return ips.into_iter().map(str::to_owned).collect();
    }
    let with = |port: &Value| -> Vec<String> {
        let port = number(port, "/port");
        ips.iter()
            .map(|ip| if ip.contains(':') { format!("[{ip}]:{port}") } else { format!("{ip}:{port}") })
            .collect()
    };
    ports.iter().flat_map(with).collect()
}

fn slice(object: &Value, now: Timestamp) -> Vec<Value> {
    let ports: Vec<_> = list(object, "/ports").iter().map(port).collect();
    let endpoints = list(object, "/endpoints").iter();
    let addresses: Vec<_> =
        endpoints.flat_map(|endpoint| texts(endpoint, "/addresses")).map(str::to_owned).collect();
    vec![
        json!(name(object)),
        json!(text(object, "/addressType")),
        json!(or(&first(&ports), "<unset>")),
        json!(or(&first(&addresses), "<unset>")),
        json!(age::of(object, now)),
    ]
}

/// A port without a number is every port; its name says which one is meant.
fn port(port: &Value) -> String {
    let number = port.get("port").and_then(Value::as_i64);
    number.map_or_else(|| text(port, "/name").to_owned(), |number| number.to_string())
}

fn first(all: &[String]) -> String {
    match all.split_at_checked(SHOWN) {
        Some((shown, rest)) if !rest.is_empty() => format!("{} + {} more...", shown.join(","), rest.len()),
        Some(_) | None => all.join(","),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(subsets: &Value) -> Value {
        let object = json!({ "metadata": { "name": "web" }, "subsets": subsets });
        endpoints(&object, Timestamp::UNIX_EPOCH).swap_remove(1)
    }

    #[test]
    fn the_first_three_addresses_are_shown_and_the_others_counted() {
        let addresses: Vec<_> = (1..=4).map(|last| json!({ "ip": format!("10.244.0.{last}") })).collect();
        let ports = json!([{ "port": 8080 }, { "port": 9090 }]);
        let subset = json!([{ "addresses": addresses, "ports": ports }]);
        assert_eq!(shown(&subset), "10.244.0.1:8080,10.244.0.2:8080,10.244.0.3:8080 + 5 more...");
    }

    #[test]
    fn three_addresses_are_all() {
        let addresses = json!([{ "ip": "10.0.0.1" }, { "ip": "10.0.0.2" }]);
        let ports = json!([{ "port": 80 }]);
        let both = json!([
            { "addresses": addresses, "ports": ports },
            { "addresses": [{ "ip": "fd00::1" }], "ports": ports },
        ]);
        assert_eq!(shown(&both), "10.0.0.1:80,10.0.0.2:80,[fd00::1]:80");
    }

    #[test]
    fn addresses_without_ports_stand_alone() {
        assert_eq!(
            shown(&json!([{ "addresses": [{ "ip": "10.0.0.1" }, { "ip": "fd00::1" }] }])),
            "10.0.0.1,fd00::1"
        );
    }

    #[test]
    fn no_subsets_are_none_and_addresses_that_are_not_ready_are_not_shown() {
        assert_eq!(shown(&Value::Null), "<none>");
        let waiting = json!([{ "notReadyAddresses": [{ "ip": "10.0.0.1" }], "ports": [{ "port": 80 }] }]);
        assert_eq!(shown(&waiting), "");
    }

    #[test]
    fn a_slice_shows_ports_and_addresses_apart() {
        let object = json!({
            "metadata": { "name": "web-x7k2p", "creationTimestamp": "1970-01-01T00:00:00Z" },
            "addressType": "IPv4",
            "ports": [{ "name": "http", "port": 8080, "protocol": "TCP" }, { "name": "any" }, {}],
            "endpoints": [
                { "addresses": ["10.0.0.1", "10.0.0.2"] },
                { "addresses": ["10.0.0.3"] },
                { "addresses": ["10.0.0.4"] },
            ],
        });
        let expected =
            json!(["web-x7k2p", "IPv4", "8080,any,", "10.0.0.1,10.0.0.2,10.0.0.3 + 1 more...", "5s"]);
        assert_eq!(json!(slice(&object, Timestamp::from_second(5).unwrap())), expected);
    }

    #[test]
    fn an_empty_slice_has_nothing_set() {
        let cells = slice(&json!({ "ports": [], "endpoints": null }), Timestamp::UNIX_EPOCH);
        assert_eq!((&cells[2], &cells[3]), (&json!("<unset>"), &json!("<unset>")));
    }
}
