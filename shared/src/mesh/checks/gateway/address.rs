//! Whether a Link leads to where the gateway is now: it holds the address that the gateway had when the Link was made.
//! A hand may have written another one, of something that stands in front of the gateway.

use super::{DATA, Gateway, Pair, known};
use crate::mesh::checks::probe::is_unled;
use crate::mesh::link::Link;
use crate::mesh::network::is_public;
use crate::terms::first_of;
use crate::verdict::{Finding, Remedy, Severity};
use core::net::IpAddr;

const CHECK: &str = "gateway-address";

/// What does not agree: the words, the field, its value, and whether nothing in between can explain it.
type Drift = (String, &'static str, String, bool);

pub(in crate::mesh::checks) fn address(asked: &Pair<'_>) -> Option<Finding> {
    if let Some(finding) = taken::taken(asked) {
        return Some(finding);
    }
    let gateway = Gateway::of(asked)?;
    if let Some(finding) = inward::inward(asked, &gateway).or_else(|| unresolved(asked)) {
        return Some(finding);
    }
    let (text, field, value, is_sure) = moved(asked, &gateway).or_else(|| port(asked, &gateway))?;
    let finding = if is_sure {
        Finding::error(CHECK, &asked.both(), text, asked.link_anew())
    } else {
        let anew = asked.link_anew();
        let action =
            format!("unless something in front of the gateway (NAT, a proxy) explains this, {}", anew.action);
        Finding::warning(CHECK, &asked.both(), text, Remedy { action, ..anew })
    };
    let finding = finding.about(asked.the_link()).seen(field, value);
    Some(shown(finding, &gateway))
}

/// A name that nobody resolves, as the service mirror says in its Link.
fn unresolved(asked: &Pair<'_>) -> Option<Finding> {
    let (link, consumer) = (asked.link, asked.consumer);
    let names = || link.gateway_address.split(',').map(str::trim).filter(|one| !is_address(one));
    let named = |said: &str| names().find(|name| said.contains(UNRESOLVED) && said.contains(*name));
    let (name, refusal) = asked.link_seen()?.refused.iter().find_map(|one| Some((named(&one.said)?, one)))?;
    let text = format!("the Link points to {name}, which does not resolve in {consumer}");
    let anew = asked.link_anew();
    let action = format!("make it resolve in {consumer}; or, if the gateway has moved, {}", anew.action);
    let finding = Finding::error(CHECK, &asked.both(), text, Remedy { action, ..anew });
    let finding = finding.about(asked.the_link()).seen("spec.gatewayAddress", &link.gateway_address);
    let finding = finding.seen("status.mirrorServices[].conditions[type=Mirrored]", &refusal.said);
    is_unled(asked).then_some(finding)
}

/// How a service mirror says that.
const UNRESOLVED: &str = "no such host";

/// The finding with where the gateway is, as its Service says, or its nodes.
fn shown(finding: Finding, gateway: &Gateway<'_>) -> Finding {
    let (service, name) = (gateway.service, &gateway.service.name);
    let (places, at, port, number) = if service.service_type == "NodePort" {
        let nodes = reached_at(gateway).unwrap_or_default();
        ("status.addresses[].address of its nodes".to_owned(), nodes, "nodePort", service.node_port(DATA))
    } else {
        let at = service.addresses();
        let kind = if at.first().is_none_or(|one| is_address(one)) { "ip" } else { "hostname" };
        let places = format!("status.loadBalancer.ingress[].{kind} of svc/{name}");
        (places, at, "port", service.port(DATA))
    };
    let number = number.map(|number| number.to_string()).unwrap_or_default();
    finding.seen(places, shortened(&at)).seen(format!("spec.ports[name={DATA}].{port} of svc/{name}"), number)
}

mod inward;
mod taken;

pub(super) use inward::is_taken_for_dead;

/// Where the gateway is: at its load balancer, or on all nodes.
pub(in crate::mesh::checks) fn reached_at(gateway: &Gateway<'_>) -> Option<Vec<String>> {
    gateway.service.reached_at(&gateway.there.nodes)
}

/// Addresses of the Link that the gateway does not have.
fn moved(asked: &Pair<'_>, gateway: &Gateway<'_>) -> Option<Drift> {
    let (link, now) = (asked.link, &reached_at(gateway)?);
    // One of a load balancer is reached at its nodes, too, by whoever asks for that port.
    let is_balanced = gateway.service.service_type == "LoadBalancer";
    if is_balanced
        && gateway.service.node_port(DATA).is_some_and(|port| link.gateway.port_number() == Some(port))
    {
        return None;
    }
    // Nodes come and go: one that is there is enough.
    let has = |one: &str| now.iter().any(|address| is_same(address, one));
    let is_on_nodes = gateway.service.service_type == "NodePort";
    if now.is_empty() || (is_on_nodes && link.gateway_address.split(',').any(has)) {
        return None;
    }
    let said = link.gateway_address.split(',').map(str::trim).filter(|one| !one.is_empty());
    let strangers: Vec<&str> =
        said.filter(|one| comparable(one, now) && !now.iter().any(|address| is_same(address, one))).collect();
    let first = strangers.first()?;
    let text = format!(
        "the Link points to {}, but the gateway of {} is at {}",
        strangers.join(", "),
        asked.seen.exporter,
        shortened(now)
    );
    // Addresses may be translated to private ones, or be those of something in front, and names may be aliases.
    let is_sure = is_balanced && is_public_text(first) && now.iter().all(|one| is_public_text(one));
    Some((text, "spec.gatewayAddress", link.gateway_address.clone(), is_sure))
}

/// Addresses of the gateway that the Link does not have: it works, and does not use them all. Or those of nodes that are gone.
pub(in crate::mesh::checks) fn addresses(asked: &Pair<'_>) -> Option<Finding> {
    let gateway = Gateway::of(asked)?;
    lacking(asked, &gateway).or_else(|| left(asked, &gateway))
}

fn lacking(asked: &Pair<'_>, gateway: &Gateway<'_>) -> Option<Finding> {
    let (link, now) = (asked.link, &gateway.service.ingress);
    let has = |address: &str| link.gateway_address.split(',').any(|one| is_same(one, address));
    // A Link of one family may be meant so, and one that goes by a name.
    let said = link.gateway_address.split(',').map(str::trim).filter(|one| is_address(one));
    let families: Vec<bool> = said.map(|one| one.contains(':')).collect();
    let (own, others): (Vec<&str>, Vec<&str>) = now.iter().map(String::as_str).partition(|one| has(one));
    // And so may one of public addresses, or of those of a network between the clusters.
    let is_alike = |one: &str| own.iter().any(|own| is_public_text(own) == is_public_text(one));
    let is_wanted = |one: &&str| is_address(one) && families.contains(&one.contains(':')) && is_alike(one);
    let lacks: Vec<&str> = others.into_iter().filter(is_wanted).collect();
    if lacks.is_empty() || gateway.service.service_type != "LoadBalancer" {
        return None;
    }
    let text = format!(
        "the Link does not list {}, another address of the gateway of {}: clients cannot fail over to it",
        lacks.join(", "),
        asked.seen.exporter
    );
    let found = partial(asked, text);
    // Where nodes are the load balancer, they come and go, and two are enough.
    let is_of_nodes =
        known(&gateway.there.pods).unwrap_or_default().iter().any(|pod| now.contains(&pod.host));
    Some(if own.len() > 1 || is_of_nodes {
        Finding { severity: Severity::Info, remedy: None, ..found }
    } else {
        found
    })
}

/// Nodes of the Link that are gone, beside some that are there.
fn left(asked: &Pair<'_>, gateway: &Gateway<'_>) -> Option<Finding> {
    let nodes = reached_at(gateway).filter(|_| gateway.service.service_type == "NodePort")?;
    let said = asked.link.gateway_address.split(',').map(str::trim).filter(|one| is_address(one));
    let (there, gone): (Vec<&str>, Vec<&str>) =
        said.partition(|one| nodes.iter().any(|node| is_same(node, one)));
    // What is in front of nodes has an address of its own kind.
    let is_alike = |one: &&str| there.iter().any(|node| is_public_text(node) == is_public_text(one));
    let gone: Vec<&str> = gone.into_iter().filter(is_alike).collect();
    if gone.is_empty() {
        return None;
    }
    let text = format!(
        "the Link also points to {}, where {} has no node: connections sent there fail",
        gone.join(", "),
        asked.seen.exporter
    );
    Some(partial(asked, text))
}

fn is_public_text(address: &str) -> bool {
    address.parse().is_ok_and(is_public)
}

fn partial(asked: &Pair<'_>, text: String) -> Finding {
    let finding = Finding::warning("gateway-addresses", &asked.both(), text, asked.link_anew());
    finding.about(asked.the_link()).seen("spec.gatewayAddress", &asked.link.gateway_address)
}

/// How many addresses are named.
const NAMED: usize = 4;

fn shortened(all: &[String]) -> String {
    first_of(all, NAMED)
}

/// Whether the two can be told apart without a look into DNS: addresses from addresses, and names from names of the same domain. A
/// name of one's own may be an alias of what a load balancer is called.
fn comparable(said: &str, now: &[String]) -> bool {
    let domain =
        |name: &str| name.split_once('.').map(|(_, domain)| domain.trim_end_matches('.').to_lowercase());
    let is_alike = |other: &str| match (is_address(said), is_address(other)) {
        (false, false) => domain(said) == domain(other),
        (one, other) => one == other,
    };
    now.iter().all(|address| is_alike(address))
}

/// Whether both are one address, however it is written, or one name.
fn is_same(one: &str, other: &str) -> bool {
    let (one, other) = (one.trim(), other.trim());
    match (one.parse::<IpAddr>(), other.parse::<IpAddr>()) {
        (Ok(one), Ok(other)) => one == other,
        _ => one.trim_end_matches('.').eq_ignore_ascii_case(other.trim_end_matches('.')),
    }
}

/// Whether a Link leads to one of these addresses.
pub(super) fn leads_to_some(link: &Link, addresses: &[String]) -> bool {
    link.gateway_address.split(',').any(|one| addresses.iter().any(|other| is_same(one, other)))
}

fn port(asked: &Pair<'_>, gateway: &Gateway<'_>) -> Option<Drift> {
    let (said, port) = (asked.link.gateway.port_number()?, gateway.service.outer_port(DATA)?);
    if said == port || gateway.service.node_port(DATA) == Some(said) {
        return None;
    }
    let text = format!(
        "the Link points to port {said}, but the gateway of {} is on port {port}",
        asked.seen.exporter
    );
    // An address that is the gateway's own has nothing in front of it.
    // On a node that is so of ports that no pod of the gateway has there itself.
    let nodes = reached_at(gateway).filter(|_| !gateway.is_on_hosts()).unwrap_or_default();
    let own = |one: &str| gateway.service.addresses().iter().chain(&nodes).any(|address| address == one);
    let is_sure = asked.link.gateway_address.split(',').map(str::trim).any(own);
    Some((text, "spec.gatewayPort", asked.link.gateway.port.clone(), is_sure))
}

fn is_address(text: &str) -> bool {
    text.parse::<IpAddr>().is_ok()
}
