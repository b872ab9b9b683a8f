//! Network policies on the pods behind a Service: the gateway comes to them, or clients themselves. Since Linkerd 2.18 proxies go
//! to each other by their own port; before, only with what is opaque.

use super::shut::{Shut, fences, knows_others};
use crate::mesh::checks::behind::{behind, number, targets};
use crate::mesh::checks::gateway::Gateway;
use crate::mesh::checks::opaque::is_opaque;
use crate::mesh::checks::policy::{DATA, port_of};
use crate::mesh::checks::version::minor;
use crate::mesh::checks::{Question, settings};
use crate::mesh::machinery::{Direction, Machinery, Pod, Settings, Whom};
use crate::verdict::{Finding, Severity};

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
    let mut pairs =
        pods.iter().flat_map(|pod| targets(asked).map(move |(port, target)| (*pod, port, target)));
    let (port, by) = pairs.find_map(|(pod, port, target)| shut(asked, there, (pod, whom), (port, target)))?;
    let (exporter, consumer) = (&asked.seen.exporter, &asked.target.consumer);
    let who = match whom {
        Whom::Pod(pod) => format!("the gateway ({}/{})", pod.namespace, pod.account),
        Whom::Abroad | Whom::Translated => format!("clients of {consumer}"),
    };
    let text = format!("{by} does not let {who} to port {port} of its pods");
    let action = format!("let {who} to port {port} of the pods, beside what is let through already");
    Some(by.finding(asked, ("backend-network-policy", Severity::Error), (exporter, text, action)))
}

/// What keeps the gateway, or clients, from a port: at the pod, or at the gateway.
fn shut<'a>(
    asked: &Question<'_>,
    there: &'a Machinery,
    (pod, whom): (&Pod, Whom<'_>),
    (port, target): (u16, &str),
) -> Option<(u16, Shut<'a>)> {
    let fences = fences(Some(there))?;
    let own = number(pod, target)?;
    let is_by_proxy = pod.is_meshed && (is_opaque(asked, port) || goes_by_proxy(asked));
    let needed = if is_by_proxy { port_of(pod, DATA) } else { own };
    let at_pod = || Shut::of(fences, pod, (Direction::Ingress, whom, needed));
    let at_gateway = || match whom {
        Whom::Pod(gateway) => Shut::of(fences, gateway, (Direction::Egress, Whom::Pod(pod), needed)),
        Whom::Abroad | Whom::Translated => None,
    };
    Some((needed, at_pod().or_else(at_gateway)?))
}

/// Whether who dials goes to the proxies' own port with everything: the gateway, or clients.
fn goes_by_proxy(asked: &Question<'_>) -> bool {
    let dialing = if asked.uses_gateway() { asked.there() } else { asked.here() };
    let Some(settings) = dialing.and_then(settings) else { return true };
    let is_old =
        |settings: &Settings| settings.version.as_deref().and_then(minor).is_some_and(|minor| minor < 18);
    settings.transport.as_deref().map_or(!is_old(settings), |mode| mode != "transparent")
}
