//! Proxies ask the control plane of their own cluster where to go, whom to let in, and who they are; they find it by its name.

use super::door::{Door, labelled};
use super::shut::{Shut, fences};
use super::{backends, clients, controller, gateway, out};
use crate::mesh::checks::controller::serves;
use crate::mesh::checks::gateway::Gateway;
use crate::mesh::checks::{Pair, Question, known};
use crate::mesh::machinery::{DNS, Direction, Fence, Pod, Whom, leads_into, lets_some_ask, lets_some_out};
use crate::mesh::names::CONTROL_PLANE;
use crate::terms::{ClusterName, LabelSelector, Labels};
use crate::verdict::{Finding, Severity};

const CHECK: &str = "control-plane-network-policy";
/// Its parts, by the label of their pods, with the ports that proxies ask.
const PARTS: [(&str, &str, u16); 3] =
    [("destination", "destination", 8086), ("policy", "destination", 8090), ("identity", "identity", 8080)];

fn part(component: &str) -> Pod {
    let label = |key: &str, value: &str| (format!("linkerd.io/{key}"), value.to_owned());
    let labels =
        Labels::from([label("control-plane-component", component), label("control-plane-ns", CONTROL_PLANE)]);
    let name = format!("linkerd-{component}");
    Pod {
        namespace: CONTROL_PLANE.into(),
        account: name.clone(),
        name,
        labels,
        is_meshed: true,
        ..Pod::default()
    }
}

/// What somebody is kept from, and what keeps him from it.
struct Kept<'a> {
    /// A part with its port; without one it is DNS alone.
    part: Option<(&'static str, u16)>,
    by: Shut<'a>,
    is_silent: bool,
}

/// The first part that a pod is kept from, or DNS.
fn kept<'a>(fences: &'a [Fence], pod: &Pod) -> Option<Kept<'a>> {
    let silent = Shut::silent(fences, pod);
    let is_silent = silent.is_some();
    let part = PARTS.iter().find_map(|(what, component, port)| {
        let there = part(component);
        let by = Shut::of(fences, pod, (Direction::Egress, Whom::Pod(&there), *port))?;
        // Who lets some of the control plane through may know its pods by what we do not.
        (!leads_into(fences, pod, (CONTROL_PLANE, *port))).then_some(Kept {
            part: Some((*what, *port)),
            by,
            is_silent,
        })
    });
    part.or_else(|| Some(Kept { part: None, by: silent?, is_silent }))
}

/// Of the gateway, the service mirror, and where all pods are shut in, of the mirror's clients. What keeps them from where they
/// are going besides is another finding.
pub(in crate::mesh::checks) fn control_plane(
    pair: &Pair<'_>,
    export: Option<&Question<'_>>,
) -> Option<Finding> {
    let is_told = gateway(pair).or_else(|| backends(export?)).is_some();
    let of_gateway = if is_told { None } else { of_gateway(pair) };
    let of_controller = if controller(pair).is_some() { None } else { of_controller(pair) };
    let of_clients = export.filter(|asked| clients(asked).is_none()).and_then(of_clients);
    let found = [of_gateway, of_controller, of_clients].into_iter().flatten();
    found.reduce(|worst, one| if one.severity > worst.severity { one } else { worst })
}

fn of_gateway(asked: &Pair<'_>) -> Option<Finding> {
    let gateway = Gateway::of(asked)?;
    let fences = fences(Some(gateway.there))?;
    let all = gateway.pods()?;
    let (pod, found) =
        all.iter().filter(|pod| pod.is_meshed).find_map(|pod| Some((pod, kept(fences, pod)?)))?;
    let exporter = &asked.seen.exporter;
    let own = Labels::from([("app".to_owned(), gateway.service().name.clone())]);
    let who = (exporter, format!("the gateway of {exporter}"));
    Some(finding(asked, who, (&pod.namespace, labelled(own)), found))
}

fn of_controller(asked: &Pair<'_>) -> Option<Finding> {
    let here = asked.here()?;
    let fences = fences(Some(here))?;
    let mut ours = known(&here.pods)?
        .iter()
        .filter(|pod| serves(&pod.labels, asked.link) && pod.is_meshed && !pod.is_over);
    let (pod, found) = ours.find_map(|pod| Some((pod, kept(fences, pod)?)))?;
    let who = (asked.consumer, format!("the service mirror of the Link {}", asked.link.name));
    Some(finding(asked, who, (&pod.namespace, out(pod, "").pods), found))
}

fn of_clients(asked: &Question<'_>) -> Option<Finding> {
    let (namespace, consumer) = (&asked.target.exported.namespace, asked.consumer);
    let all = fences(asked.here())?.iter().filter(|fence| fence.is_about_all()).cloned();
    let about_all: Vec<Fence> = all.collect();
    let anybody = Pod { namespace: namespace.clone(), ..Pod::default() };
    let found = kept(&about_all, &anybody)?;
    // Who lets some of the pods there has thought of it.
    let (there, all) = (part("destination"), fences(asked.here())?);
    let is_known = match found.part {
        Some((_, port)) => lets_some_out(all, namespace, (Whom::Pod(&there), port)),
        None => lets_some_ask(all, namespace, &[namespace, CONTROL_PLANE]),
    };
    if is_known {
        return None;
    }
    let who = (consumer, format!("pods of {namespace} in {consumer}"));
    let found = finding(asked, who, (namespace, LabelSelector::default()), found);
    Some(Finding { severity: found.severity.min(Severity::Warning), ..found })
}

fn finding(
    asked: &Pair<'_>,
    (cluster, who): (&ClusterName, String),
    (namespace, pods): (&str, LabelSelector),
    Kept { part, by, is_silent }: Kept<'_>,
) -> Finding {
    let [dns, ..] = DNS;
    let text = match part {
        Some((what, port)) => {
            format!("{by} does not let {who} to port {port} of Linkerd's control plane ({what})")
        }
        None => format!(
            "{by} does not let {who} ask DNS (port {dns} of UDP), by which proxies find Linkerd's control plane"
        ),
    };
    let ports: Vec<u16> = part.iter().flat_map(|_| PARTS).map(|(.., port)| port).collect();
    let words: Vec<String> = ports.iter().map(ToString::to_string).collect();
    let places = part.map(|_| format!("out to the namespace {CONTROL_PLANE}, ports {}", words.join(", ")));
    let asking = is_silent.then(|| "ask DNS".to_owned());
    let places: Vec<String> = places.into_iter().chain(asking).collect();
    let action = format!("let {who} {}", places.join(", and "));
    let whose = pods.match_labels.values().next().map_or("all".to_owned(), Clone::clone);
    let door = Door {
        namespace,
        name: format!("{whose}-to-{}", if part.is_some() { "linkerd" } else { "dns" }),
        pods,
        direction: Direction::Egress,
        peers: Some(CONTROL_PLANE),
        ports,
        has_dns: is_silent,
    };
    // Policies that are not read, of Calico or for administrators, often let everybody ask DNS.
    let severity = if part.is_some() { Severity::Error } else { Severity::Warning };
    by.finding(asked, (CHECK, severity), (cluster, text, action), Some(door))
}
