//! How a Link and its credentials are made anew, with what Linkerd cannot find out by itself when it makes them.

use super::unlinked::linkerd;
use crate::mesh::checks::is_before_managed;
use crate::mesh::link::{Link, Way};
use crate::mesh::machinery::{GatewayService, Machinery};
use crate::mesh::names::{CONTROL_PLANE, GATEWAY_PORT as DATA};
use crate::mesh::network::is_public;
use crate::mesh::snapshot::{ConsumerSeen, MeshSeen};
use crate::terms::{ClusterName, Observed};
use crate::verdict::{Remedy, kubectl};
use core::net::IpAddr;

/// What of a Link is wrong, so that it is made anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wrong {
    /// What it says: it gets the gateway's address as that is now.
    Link,
    /// The same, with what its cluster is: all that is made with it changes.
    Cluster,
    /// Its credentials: it keeps the address that it has, which may be that of something in front of the gateway.
    Credentials,
    /// Both of it.
    Both,
}

/// Whose token credentials have that are made with no other account.
const ACCOUNT: &str = "linkerd-service-mirror-remote-access-default";

/// More nodes than these need not be named: one that is there is enough.
const NODES: usize = 4;

/// How a Link is made anew, as its exporter makes it now.
pub(crate) fn link_anew(
    seen: &MeshSeen,
    (exporter, consumer): (&ClusterName, &ClusterName),
    link: &Link,
    wrong: Wrong,
) -> Remedy {
    let pronoun = if matches!(wrong, Wrong::Link | Wrong::Cluster) { "it" } else { "them" };
    made(seen, (exporter, consumer), link, (wrong, "", pronoun))
}

/// The same of a Link whose cluster is another one than it says, with what is to be done after that.
pub(crate) fn link_anew_then(
    seen: &MeshSeen,
    way: (&ClusterName, &ClusterName),
    link: &Link,
    then: &str,
) -> Remedy {
    made(seen, way, link, (Wrong::Cluster, then, "the Link"))
}

fn made(
    seen: &MeshSeen,
    (exporter, consumer): (&ClusterName, &ClusterName),
    link: &Link,
    (wrong, then, pronoun): (Wrong, &str, &str),
) -> Remedy {
    let what = match wrong {
        Wrong::Link => {
            format!("recreate the Link in {exporter}, apply it in {consumer}, and restart its controller")
        }
        Wrong::Cluster => format!(
            "recreate the Link in {exporter}, apply it in {consumer}, and restart its controller{}",
            outlook(seen, (exporter, consumer), link)
        ),
        Wrong::Credentials | Wrong::Both => format!(
            "regenerate the credentials in {exporter}, apply them in {consumer}, and restart the controller of the Link {}{}",
            link.name,
            outlook(seen, (exporter, consumer), link)
        ),
    };
    let action = format!(
        "{what}{then}; to make {pronoun}, run this (with --api-server-address https://HOST:PORT if pods of {consumer} reach {exporter} at \
         a different address than you)"
    );
    Remedy::run(action, command(seen, (exporter, consumer), link, (wrong, &[])))
}

/// The command alone, with more flags.
pub(crate) fn command(
    seen: &MeshSeen,
    (exporter, consumer): (&ClusterName, &ClusterName),
    link: &Link,
    (wrong, more): (Wrong, &[&str]),
) -> String {
    let version = version(seen, consumer).or_else(|| version(seen, exporter));
    let is_old = version.is_some_and(is_before_managed);
    let verb = if is_old || !link.is_of_managed_controllers() { "link" } else { "link-gen" };
    let named = ["multicluster", verb, "--cluster-name", &link.target_cluster_name];
    let mut flags = seen.machinery_of(exporter).map(|there| flags(there, link, wrong)).unwrap_or_default();
    flags.extend(kept(seen, (exporter, consumer), link));
    let words: Vec<&str> =
        named.into_iter().chain(flags.iter().map(String::as_str)).chain(more.iter().copied()).collect();
    let make = linkerd(seen, exporter, &words);
    format!("{make} | {}", kubectl(&seen.fleet, consumer, &["apply", "-f", "-"]))
}

fn version<'a>(seen: &'a MeshSeen, cluster: &ClusterName) -> Option<&'a str> {
    match &seen.machinery_of(cluster)?.settings {
        Observed::Present(settings) => settings.version.as_deref(),
        Observed::Absent | Observed::Unknown(_) => None,
    }
}

/// The control plane reads credentials of its own once, where mirrors go past the gateway.
pub(crate) fn outlook(
    seen: &MeshSeen,
    (exporter, consumer): (&ClusterName, &ClusterName),
    link: &Link,
) -> String {
    let is_known = *exporter == seen.exporter && seen.discovery.contains_key(consumer);
    if !is_known && !is_direct(seen, (exporter, consumer), link) {
        return String::new();
    }
    let words = ["--namespace", CONTROL_PLANE, "rollout", "restart", "deployment", "linkerd-destination"];
    let restart = kubectl(&seen.fleet, consumer, &words);
    format!(" and linkerd-destination, which reads its own only at startup (`{restart}`)")
}

/// Whether something of the exporter goes past the gateway, or is to go. A Link that leads elsewhere by now has left what it made.
fn is_direct(seen: &MeshSeen, (exporter, consumer): (&ClusterName, &ClusterName), link: &Link) -> bool {
    let is_led = seen.consumer(consumer).is_some_and(|here| {
        here.led().any(|led| led.way.is_direct() && led.target == link.target_cluster_name)
    });
    let Observed::Present(services) = &seen.services else { return is_led };
    let goes = |way: Way| services.by_key.values().any(|service| link.goes(&service.labels, way));
    is_led || (*exporter == seen.exporter && Way::ALL.into_iter().any(|way| way.is_direct() && goes(way)))
}

/// With what else it was made, where that does not come by itself: what the Link does not select any more loses its mirror.
fn kept(seen: &MeshSeen, (exporter, consumer): (&ClusterName, &ClusterName), link: &Link) -> Vec<String> {
    let selected = |way| link.selector_of(way).query();
    let found = match seen.consumer(consumer) {
        Some(ConsumerSeen { links: Observed::Present(links), .. }) => links.as_slice(),
        Some(_) | None => &[],
    };
    let own = found.iter().find(|seen| seen.link == *link);
    // Another cluster has other accounts.
    let token = own.and_then(|own| own.token.as_ref()).filter(|_| *exporter == seen.exporter);
    [
        ("--selector", selected(Way::Gateway), "mirror.linkerd.io/exported=true"),
        ("--remote-discovery-selector", selected(Way::Flat), "mirror.linkerd.io/exported=remote-discovery"),
        ("--federated-service-selector", selected(Way::Federated), "mirror.linkerd.io/federated=member"),
        ("--excluded-labels", link.excluded.labels.join(","), ""),
        ("--excluded-annotations", link.excluded.annotations.join(","), ""),
        ("--service-account-name", token.map(|token| token.account.clone()).unwrap_or_default(), ACCOUNT),
    ]
    .into_iter()
    .filter(|(_, said, usual)| !said.is_empty() && said != usual)
    .flat_map(|(flag, said, _)| [flag.to_owned(), said])
    .collect()
}

/// What it takes from the gateway's Service is what a load balancer gave it: without one it fails.
fn flags(there: &Machinery, link: &Link, wrong: Wrong) -> Vec<String> {
    let flag = |name: &str, value: &str| vec![name.to_owned(), value.to_owned()];
    if link.gateway_address.is_empty() {
        return vec!["--gateway=false".to_owned()];
    }
    let Some(gateway) = there.gateway() else { return Vec::new() };
    let said: Vec<&str> =
        link.gateway_address.split(',').map(str::trim).filter(|one| !one.is_empty()).collect();
    let balanced: Vec<&str> = gateway.ingress.iter().map(String::as_str).collect();
    let port = link.gateway.port_number().filter(|said| gateway.outer_port(DATA) != Some(*said));
    match wrong {
        Wrong::Credentials => {
            let addresses =
                if said == balanced { Vec::new() } else { flag("--gateway-addresses", &said.join(",")) };
            let port = port.map(|port| flag("--gateway-port", &port.to_string())).unwrap_or_default();
            [addresses, port].concat()
        }
        Wrong::Link | Wrong::Cluster | Wrong::Both if balanced.is_empty() => {
            match outer(gateway, there, &said).as_slice() {
                [] => Vec::new(),
                all => flag("--gateway-addresses", &all.join(",")),
            }
        }
        Wrong::Link | Wrong::Cluster | Wrong::Both => Vec::new(),
    }
}

/// Where a gateway without a load balancer is: on its nodes, first by those that the Link has.
fn outer(gateway: &GatewayService, there: &Machinery, said: &[&str]) -> Vec<String> {
    let all = gateway.reached_at(&there.nodes).unwrap_or_else(|| gateway.addresses());
    let (kept, others): (Vec<String>, Vec<String>) =
        all.into_iter().partition(|one| said.contains(&one.as_str()));
    let is_alike = |one: &String| said.iter().any(|said| kind(said) == kind(one));
    let (alike, others): (Vec<String>, Vec<String>) = others.into_iter().partition(is_alike);
    // A node has one of each kind.
    let others = if kept.is_empty() && alike.is_empty() { others } else { Vec::new() };
    kept.into_iter().chain(alike).chain(others).take(NODES).collect()
}

/// Whether an address is a public one, and of which family.
fn kind(address: &str) -> Option<(bool, bool)> {
    let address: IpAddr = address.parse().ok()?;
    Some((is_public(address), address.is_ipv6()))
}
