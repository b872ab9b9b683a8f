//! Network policies on the way of a mirror's clients. Proxies speak with each other on ports of their own, which nobody
//! thinks of who lets in an application's port.

mod abroad;
mod backends;
mod clients;
mod control_plane;
mod door;
mod shut;

use super::controller::serves;
use super::gateway::Gateway;
use super::policy::{ADMIN, DATA, port_of};
use super::{Pair, known};
use crate::mesh::link::port;
use crate::mesh::machinery::{Direction, Pod};
use crate::mesh::names::CLUSTER_NAME;
use crate::terms::Labels;
use crate::verdict::Finding;
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
    let (pod, port, by) = all.into_iter().find_map(|(pod, port)| {
        let by = Shut::of(fences, pod, (Direction::Ingress, entrance.whom(), port))?;
        Some((pod, port, by))
    })?;
    let doubt = by.doubt();
    let text = format!("{by} lets nothing of {consumer} to port {port} of the gateway of {exporter}{doubt}");
    let action = format!(
        "let other clusters to ports {} and {} of the gateway",
        port_of(pod, DATA),
        port_of(pod, ADMIN)
    );
    let door = Door {
        namespace: &pod.namespace,
        name: format!("{}-from-clusters", gateway.service().name),
        pods: labelled(Labels::from([("app".to_owned(), gateway.service().name.clone())])),
        direction: Direction::Ingress,
        peers: None,
        ports: vec![port_of(pod, DATA), port_of(pod, ADMIN)],
        has_dns: false,
    };
    let finding =
        by.finding(asked, ("gateway-network-policy", by.weight()), (exporter, text, action), Some(door));
    let is_odd = [DATA, ADMIN].iter().any(|one| port_of(pod, *one) != one.1);
    Some(if is_odd { declared(finding, pod) } else { finding })
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
        "{by} does not let the service mirror of the Link {} to port {port} of {what} of {exporter}{}",
        asked.link.name,
        by.doubt()
    );
    let action = format!("let it out to {what} of {exporter}, port {port}");
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
