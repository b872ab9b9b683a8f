//! Network policies on the way of a mirror's clients. Proxies speak with each other on ports of their own, which nobody
//! thinks of who lets in an application's port.

mod abroad;
mod backends;
mod clients;
mod control_plane;
mod door;
mod narrow;
mod shut;

use super::controller::serves;
use super::gateway::Gateway;
use super::policy::{ADMIN, DATA, port_of};
use super::{Pair, known};
use crate::mesh::link::port;
use crate::mesh::machinery::{Direction, Pod, Whom};
use crate::mesh::names::CLUSTER_NAME;
use crate::terms::Labels;
use crate::verdict::{Finding, Severity};
use abroad::{Entrance, Goal};
use door::{Door, labelled};
use shut::{Shut, fences};

pub(super) use backends::backends;
pub(super) use clients::clients;
pub(super) use control_plane::control_plane;

/// Whether who comes from the consumer comes to the gateway by its own address, or that of its node.
pub(super) fn keeps_addresses(asked: &Pair<'_>, gateway: &Gateway<'_>) -> bool {
    Entrance::of(asked, gateway).is_seen()
}

/// The gateway is reached from another cluster, on its ports for data and for probes.
pub(super) fn gateway(asked: &Pair<'_>) -> Option<Finding> {
    let gateway = Gateway::of(asked)?;
    let (pods, fences) = (gateway.pods()?, fences(asked.there())?);
    let (exporter, consumer) = (&asked.seen.exporter, asked.consumer);
    let all = pods.iter().flat_map(|pod| [DATA, ADMIN].map(|one| (*pod, port_of(pod, one))));
    let entrance = Entrance::of(asked, &gateway);
    let from = |whom: Whom<'_>, (pod, port)| {
        Some((pod, port, Shut::of(fences, pod, (Direction::Ingress, whom, port))?))
    };
    let found = all.clone().find_map(|one| from(entrance.whom(), one));
    // What is handed on to other nodes comes from the first of them, and what is not as it is.
    let home = gateway.there.home.as_deref().filter(|_| found.is_none());
    let near = home.and_then(|node| {
        let whom = entrance.straight()?;
        all.filter(|(pod, _)| pod.node == node && pod.is_ready).find_map(|one| from(whom, one))
    });
    let Some((pod, port, by)) = found.or(near) else { return narrow::gateway(asked, &gateway) };
    let (doubt, weight) = match home {
        Some(node) => (
            format!(
                " on {node}, the node that announces its address: only traffic via other nodes is let in"
            ),
            Severity::Warning,
        ),
        None => (by.doubt().to_owned(), by.weight()),
    };
    let text = format!("{by} blocks {consumer} from port {port} of the gateway of {exporter}{doubt}");
    let action = format!(
        "allow other clusters to ports {} and {} of the gateway",
        port_of(pod, DATA),
        port_of(pod, ADMIN)
    );
    let door = opened(&gateway, pod);
    let finding = by.finding(asked, ("gateway-network-policy", weight), (exporter, text, action), Some(door));
    let lease = format!("cilium-l2announce-{}-{}", gateway.there.namespace, gateway.service().name);
    let finding = home
        .into_iter()
        .fold(finding, |finding, node| finding.seen(format!("spec.holderIdentity of lease/{lease}"), node));
    let is_odd = [DATA, ADMIN].iter().any(|one| port_of(pod, *one) != one.1);
    Some(if is_odd { declared(finding, pod) } else { finding })
}

/// A way in to the gateway.
fn opened<'a>(gateway: &Gateway<'_>, pod: &'a Pod) -> Door<'a> {
    let name = &gateway.service().name;
    Door {
        namespace: &pod.namespace,
        name: format!("{name}-from-clusters"),
        pods: labelled(Labels::from([("app".to_owned(), name.clone())])),
        direction: Direction::Ingress,
        peers: None,
        ports: vec![port_of(pod, DATA), port_of(pod, ADMIN)],
        has_dns: false,
    }
}

/// The finding with the ports of the proxy that the pod declares, where these are not the usual ones.
fn declared(finding: Finding, pod: &Pod) -> Finding {
    let [data, admin] = [DATA, ADMIN].map(|one| format!("{} {}", one.0, port_of(pod, one)));
    let field = format!("spec.containers[name=linkerd-proxy].ports[].containerPort of pod/{}", pod.name);
    finding.seen(field, format!("{data}, {admin}"))
}

/// The controller goes to the exporter's API server, and to the gateway for its probe.
pub(super) fn controller(asked: &Pair<'_>) -> Option<Finding> {
    let here = asked.here()?;
    let fences = fences(Some(here))?;
    let (exporter, consumer) = (&asked.seen.exporter, asked.consumer);
    let pods = known(&here.pods)?.iter().filter(|pod| serves(&pod.labels, asked.link) && !pod.is_over);
    let server =
        super::credentials::server_port(asked).map(|port| (port, "the API server", Goal::server(asked)));
    let probe = port(&asked.link.gateway.probe.port).filter(|_| asked.uses_gateway());
    let probe = probe.map(|port| (port, "the gateway", Goal::gateway(asked)));
    let places: Vec<(u16, &str, Goal)> = server.into_iter().chain(probe).collect();
    let all = pods.flat_map(|pod| places.iter().map(move |place| (pod, place)));
    let shut = all.filter_map(|(pod, (port, what, goal))| {
        let by = Shut::of(fences, pod, (Direction::Egress, goal.whom(), *port))?;
        Some((pod, port, what, by))
    });
    // What is certain is told before what may be otherwise.
    let (pod, port, what, by) =
        shut.reduce(|first, next| if next.3.weight() > first.3.weight() { next } else { first })?;
    let text = format!(
        "{by} blocks the service mirror of the Link {} from port {port} of {what} of {exporter}{}",
        asked.link.name,
        by.doubt()
    );
    let action = format!("allow it out to {what} of {exporter}, port {port}");
    let door = Door {
        ports: places.iter().map(|(port, ..)| *port).collect(),
        ..out(pod, &format!("service-mirror-{}-out", asked.link.name))
    };
    Some(by.finding(asked, ("controller-network-policy", by.weight()), (consumer, text, action), Some(door)))
}

/// A way out for a service mirror.
fn out<'a>(pod: &'a Pod, name: &str) -> Door<'a> {
    let is_own = |key: &str| key == "component" || key == CLUSTER_NAME;
    let own = pod.labels.iter().filter(|(key, _)| is_own(key));
    let pods = labelled(own.map(|(key, value)| (key.clone(), value.clone())).collect());
    let (namespace, name) = (pod.namespace.as_str(), name.to_owned());
    Door {
        namespace,
        name,
        pods,
        direction: Direction::Egress,
        peers: None,
        ports: Vec::new(),
        has_dns: false,
    }
}
