//! Network policies on the pods behind a Service: the gateway comes to them, or clients themselves. Since Linkerd 2.18 proxies go
//! to each other by their own port; before, only with what is opaque.

use super::door::{Door, labelled};
use super::narrow;
use super::shut::{Shut, fences, knows_others};
use crate::mesh::checks::behind::{behind, number, targets};
use crate::mesh::checks::gateway::Gateway;
use crate::mesh::checks::opaque::{is_opaque, is_skipped};
use crate::mesh::checks::policy::{DATA, port_of};
use crate::mesh::checks::version::is_older;
use crate::mesh::checks::{Question, settings};
use crate::mesh::machinery::{Direction, Machinery, Pod, Whom};
use crate::terms::Labels;
use crate::verdict::{Finding, Severity};
use std::collections::BTreeSet;

pub(in crate::mesh::checks) fn backends(asked: &Question<'_>) -> Option<Finding> {
    let there = asked.there()?;
    let gateway = Gateway::of(asked);
    let gateways = gateway.as_ref().and_then(Gateway::pods).unwrap_or_default();
    let whom = match gateways.first() {
        Some(pod) => Whom::Pod(pod),
        None if asked.uses_gateway() => return None,
        None if knows_others(Some(there)) => return None,
        None => Whom::Abroad,
    };
    let pods = behind(asked)?;
    let pairs = pods.iter().flat_map(|pod| targets(asked).map(move |(port, target)| (*pod, port, target)));
    let mut all = pairs.filter_map(|(pod, port, target)| shut(asked, there, (pod, whom), (port, target)));
    let Some((port, by, is_here, pod)) = all.next() else {
        return if asked.uses_gateway() { None } else { narrow::backends(asked) };
    };
    // One policy opens all that is shut there.
    let others = all.filter(|(_, _, here, _)| *here == is_here).map(|(port, ..)| port);
    let ports: BTreeSet<u16> = others.chain([port]).collect();
    let (exporter, consumer) = (&asked.seen.exporter, asked.consumer);
    let who = if let Whom::Pod(pod) = whom {
        format!("the gateway ({}/{})", pod.namespace, pod.account)
    } else {
        format!("clients of {consumer}")
    };
    let pods = words(asked, is_here && by.is_of_namespace());
    let text = format!("{by} blocks {who} from port {port} of {pods}");
    let action = format!("allow {who} to port {port} of the pods, in addition to what is allowed already");
    let door = door(asked, whom, (ports, is_here));
    let finding =
        by.finding(asked, ("backend-network-policy", Severity::Error), (exporter, text, action), door);
    // Nobody comes to the port of a proxy that is not there.
    Some(if pod.is_meshed {
        finding
    } else {
        finding.seen(format!("spec.containers[].name of pod/{}", pod.name), "no linkerd-proxy")
    })
}

/// Of a policy about the gateway, or of the whole cluster, nobody would know whose pods.
pub(super) fn words(asked: &Question<'_>, is_near: bool) -> String {
    let exported = &asked.target.exported;
    if is_near {
        "its pods".to_owned()
    } else {
        format!("the pods of {}/{}", exported.namespace, exported.name)
    }
}

/// What would let the gateway through, at the pods or at itself.
fn door<'a>(
    asked: &'a Question<'_>,
    whom: Whom<'a>,
    (ports, is_here): (BTreeSet<u16>, bool),
) -> Option<Door<'a>> {
    let ports = ports.into_iter().collect();
    // Of other clusters nobody knows the addresses.
    let Whom::Pod(gateway) = whom else { return None };
    if is_here {
        return Some(Door {
            namespace: &asked.target.exported.namespace,
            name: format!("{}-from-gateway", asked.target.exported.name),
            pods: labelled(asked.service.selector.clone()),
            direction: Direction::Ingress,
            peers: Some(&gateway.namespace),
            ports,
            has_dns: false,
        });
    }
    let app = gateway.labels.get("app").cloned().unwrap_or_default();
    Some(Door {
        namespace: &gateway.namespace,
        name: format!("gateway-to-{}", asked.target.exported.namespace),
        pods: labelled(Labels::from([("app".to_owned(), app)])),
        direction: Direction::Egress,
        peers: Some(&asked.target.exported.namespace),
        ports,
        has_dns: false,
    })
}

/// What keeps the gateway, or clients, from a port: at the pod, or at the gateway; and whether it is at the pod.
fn shut<'a>(
    asked: &Question<'_>,
    there: &'a Machinery,
    (pod, whom): (&'a Pod, Whom<'_>),
    (port, target): (u16, &str),
) -> Option<(u16, Shut<'a>, bool, &'a Pod)> {
    let fences = fences(Some(there))?;
    let is_open = |port: u16| Shut::of(fences, pod, (Direction::Ingress, whom, port)).is_none();
    let needed = needed(asked, pod, (port, target), is_open)?;
    let at_pod = || Shut::of(fences, pod, (Direction::Ingress, whom, needed));
    let at_gateway = || {
        let Whom::Pod(gateway) = whom else { return None };
        Shut::of(fences, gateway, (Direction::Egress, Whom::Pod(pod), needed))
    };
    let here = at_pod().map(|by| (by, true));
    let (by, is_here) = here.or_else(|| Some((at_gateway()?, false)))?;
    Some((needed, by, is_here, pod))
}

/// The port of a pod that who dials comes to. Where nothing tells, and its own is open, that may be the one.
pub(super) fn needed(
    asked: &Question<'_>,
    pod: &Pod,
    (port, target): (u16, &str),
    is_open: impl Fn(u16) -> bool,
) -> Option<u16> {
    let (own, proxy) = (number(pod, target)?, port_of(pod, DATA));
    // Ports that a proxy leaves alone are reached past it.
    let is_meshed = pod.is_meshed && !is_skipped(pod, own);
    let by_proxy = if is_opaque(asked, port) { Some(true) } else { goes_by_proxy(asked) };
    match by_proxy {
        None if is_meshed && is_open(own) => None,
        None | Some(true) if is_meshed => Some(proxy),
        None | Some(_) => Some(own),
    }
}

/// Whether who dials goes to the proxies' own port with everything: the gateway, or clients. `None` when nothing tells.
fn goes_by_proxy(asked: &Question<'_>) -> Option<bool> {
    let dialing = if asked.uses_gateway() { asked.there() } else { asked.here() };
    let settings = dialing.and_then(settings)?;
    let said = settings.transport.as_deref().map(|mode| mode != "transparent");
    said.or_else(|| is_older(settings.version.as_deref()?, 18).map(|is_old| !is_old))
}
