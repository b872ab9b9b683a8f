//! Network policies on the pods behind a Service: the gateway comes to them, or clients themselves. Proxies bring what is
//! opaque to each other's own port, and the rest to that of the application.

use super::shut::{Shut, fences};
use crate::mesh::checks::Question;
use crate::mesh::checks::behind::{behind, number, targets};
use crate::mesh::checks::gateway::Gateway;
use crate::mesh::checks::opaque::is_opaque;
use crate::mesh::checks::policy::{DATA, port_of};
use crate::mesh::machinery::{Direction, Fence, Pod, Whom};
use crate::verdict::{Finding, Severity};

pub(in crate::mesh::checks) fn backends(asked: &Question<'_>) -> Option<Finding> {
    let fences = fences(asked.there())?;
    let gateway = Gateway::of(asked);
    let gateways = gateway.as_ref().and_then(Gateway::pods).unwrap_or_default();
    let whom = match gateways.first() {
        Some(pod) => Whom::Pod(pod),
        None if asked.uses_gateway() => return None,
        None => Whom::Abroad,
    };
    let pods = behind(asked)?;
    let pairs = pods.iter().flat_map(|pod| targets(asked).map(move |(port, target)| (*pod, port, target)));
    let found = pairs.filter_map(|(pod, port, target)| judge(asked, fences, (pod, whom), (port, target)));
    let (severity, port, by) = found.max_by_key(|(severity, ..)| *severity)?;
    let (exporter, consumer) = (&asked.seen.exporter, &asked.target.consumer);
    let who = match whom {
        Whom::Pod(pod) => format!("the gateway ({}/{})", pod.namespace, pod.account),
        Whom::Abroad => format!("clients of {consumer}"),
    };
    let text = format!("{by} does not let {who} to port {port} of its pods");
    let action = format!(
        "let {who} to port {port}, on which proxies and applications are reached, beside what is let in already"
    );
    Some(by.finding(asked, ("backend-network-policy", severity), (exporter, text, action)))
}

/// What is shut of a port, and how bad that is.
fn judge<'a>(
    asked: &Question<'_>,
    fences: &'a [Fence],
    (pod, whom): (&Pod, Whom<'_>),
    (port, target): (u16, &str),
) -> Option<(Severity, u16, Shut<'a>)> {
    let own = number(pod, target)?;
    let shut = |port: u16| Shut::of(fences, pod, (Direction::Ingress, whom, port));
    if !pod.is_meshed {
        return Some((Severity::Error, own, shut(own)?));
    }
    let proxy = port_of(pod, DATA);
    let by = shut(proxy)?;
    // What is not opaque comes to the application's port.
    let is_needed = is_opaque(asked, port) || shut(own).is_some();
    Some((if is_needed { Severity::Error } else { Severity::Warning }, proxy, by))
}
