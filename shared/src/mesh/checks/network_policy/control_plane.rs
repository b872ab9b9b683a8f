//! Proxies ask the control plane of their own cluster where to go, whom to let in, and who they are; they find it by its name.

use super::clients::users;
use super::door::{Door, labelled};
use super::shut::{Shut, fences};
use super::{backends, clients, controller, gateway, out};
use crate::mesh::checks::behind::behind;
use crate::mesh::checks::controller::serves;
use crate::mesh::checks::gateway::Gateway;
use crate::mesh::checks::{Pair, Question, known};
use crate::mesh::machinery::{DNS, Direction, Fence, Pod, Whom, leads_into, lets_some, lets_some_ask};
use crate::mesh::names::CONTROL_PLANE;
use crate::terms::{ClusterName, LabelSelector, Labels};
use crate::verdict::{Finding, Severity};

const CHECK: &str = "control-plane-network-policy";
/// Its parts, by the label of their pods, with the ports that proxies ask.
const PARTS: [(&str, &str, u16); 3] =
    [("destination", "destination", 8086), ("policy", "destination", 8090), ("identity", "identity", 8080)];

/// The ports of its pods by which API servers ask its webhooks: what shuts proxies out shuts these out, too.
const WEBHOOKS: [u16; 2] = [8443, 9443];

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
    /// Whether it lets nobody out, or nobody in.
    direction: Direction,
    is_silent: bool,
}

/// The first part that a pod is kept from, where it is or where that is, or DNS.
fn kept<'a>(fences: &'a [Fence], pod: &Pod) -> Option<Kept<'a>> {
    let shut_in = shut_in(fences, pod);
    let may_be_worse = shut_in.as_ref().is_none_or(|kept| kept.part.is_none());
    if may_be_worse { shut_out(fences, pod).or(shut_in) } else { shut_in }
}

fn shut_out<'a>(fences: &'a [Fence], pod: &Pod) -> Option<Kept<'a>> {
    // By this label it is told that a pod has a proxy.
    let mut labelled = pod.clone();
    labelled.labels.insert("linkerd.io/control-plane-ns".into(), CONTROL_PLANE.into());
    let (direction, whom) = (Direction::Ingress, Whom::Pod(&labelled));
    PARTS.iter().find_map(|(what, component, port)| {
        // Who has Cilium let nothing through that no policy names sees sooner that Linkerd does not run.
        let by =
            Shut::of(fences, &part(component), (direction, whom, *port)).filter(|by| !by.is_setting())?;
        // Who lets it to some pods there may know these by what we do not.
        let is_open = lets_some(fences, CONTROL_PLANE, (direction, whom, *port));
        (by.is_denied || !is_open).then_some(Kept {
            part: Some((*what, *port)),
            by,
            direction,
            is_silent: false,
        })
    })
}

fn shut_in<'a>(fences: &'a [Fence], pod: &Pod) -> Option<Kept<'a>> {
    let direction = Direction::Egress;
    let silent = Shut::silent(fences, pod);
    let is_silent = silent.is_some();
    let part = PARTS.iter().find_map(|(what, component, port)| {
        let there = part(component);
        let by = Shut::of(fences, pod, (direction, Whom::Pod(&there), *port))?;
        // Who lets some of the control plane through may know its pods by what we do not.
        (by.is_denied || !leads_into(fences, pod, (CONTROL_PLANE, *port))).then_some(Kept {
            part: Some((*what, *port)),
            by,
            direction,
            is_silent,
        })
    });
    part.or_else(|| Some(Kept { part: None, by: silent?, direction, is_silent }))
}

/// Of the gateway, the service mirror, the pods behind the Service, and where all pods are shut in, of the mirror's clients. What
/// keeps them from where they are going besides is another finding.
pub(in crate::mesh::checks) fn control_plane(
    pair: &Pair<'_>,
    export: Option<&Question<'_>>,
) -> Option<Finding> {
    let is_told = gateway(pair).or_else(|| backends(export?)).is_some();
    let of_gateway = if is_told { None } else { of_gateway(pair) };
    let of_controller = if controller(pair).is_some() { None } else { of_controller(pair) };
    let of_clients = export.filter(|asked| clients(asked).is_none()).and_then(of_clients);
    let of_backends = export.filter(|asked| backends(asked).is_none()).and_then(of_backends);
    let found = [of_gateway, of_controller, of_backends, of_clients].into_iter().flatten();
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

/// Those that have started before the policy was there go on for a while; of these a policy about themselves is told.
fn of_backends(asked: &Question<'_>) -> Option<Finding> {
    let fences = fences(asked.there())?;
    let (own, exporter) = (&asked.target.exported, &asked.seen.exporter);
    let mut all: Vec<&Pod> = behind(asked)?.into_iter().filter(|pod| pod.is_meshed).collect();
    all.sort_by_key(|pod| pod.is_ready);
    let keeps = |pod: &Pod| if pod.is_ready { shut_in(fences, pod) } else { kept(fences, pod) };
    let (pod, found) = all.into_iter().find_map(|pod| Some((pod, keeps(pod)?)))?;
    let who = (exporter, format!("the pods of {}/{} in {exporter}", own.namespace, own.name));
    let selected = labelled(asked.service.selector.clone());
    let found = finding(asked, who, (&pod.namespace, selected), found);
    let most = if pod.is_ready { Severity::Warning } else { Severity::Error };
    Some(Finding { severity: found.severity.min(most), ..found })
}

fn of_clients(asked: &Question<'_>) -> Option<Finding> {
    let (namespace, consumer) = (&asked.target.exported.namespace, asked.consumer);
    let all = fences(asked.here())?.iter().filter(|fence| fence.is_about_all()).cloned();
    let about_all: Vec<Fence> = all.collect();
    let anybody = Pod { namespace: namespace.clone(), ..Pod::default() };
    let Some(found) = shut_in(&about_all, &anybody) else { return of_user(asked) };
    // Who lets some of the pods there has thought of it.
    let (there, all) = (part("destination"), fences(asked.here())?);
    let is_known = !found.by.is_denied
        && match found.part {
            Some((_, port)) => lets_some(all, namespace, (Direction::Egress, Whom::Pod(&there), port)),
            None => lets_some_ask(all, namespace, &[namespace, CONTROL_PLANE]),
        };
    if is_known {
        return of_user(asked);
    }
    let who = (consumer, format!("pods of {namespace} in {consumer}"));
    let found = finding(asked, who, (namespace, LabelSelector::default()), found);
    Some(Finding { severity: found.severity.min(Severity::Warning), ..found })
}

/// The first of those that name the mirror.
fn of_user(asked: &Question<'_>) -> Option<Finding> {
    let fences = fences(asked.here())?;
    let (pod, found) = users(asked).find_map(|pod| Some((pod, shut_in(fences, pod)?)))?;
    let who = (asked.consumer, format!("the pod {} in {}", pod.maker(), asked.consumer));
    let found = finding(asked, who, (&pod.namespace, LabelSelector::default()), found);
    let found = found.seen("the pod names", &asked.target.mirror);
    Some(Finding { severity: found.severity.min(Severity::Warning), ..found })
}

fn finding(
    asked: &Pair<'_>,
    (cluster, who): (&ClusterName, String),
    (namespace, pods): (&str, LabelSelector),
    Kept { part, by, direction, is_silent }: Kept<'_>,
) -> Finding {
    let [dns, ..] = DNS;
    let text = match part {
        Some((what, port)) => {
            format!("{by} blocks {who} from port {port} of Linkerd's control plane ({what})")
        }
        None => format!(
            "{by} blocks {who} from DNS (UDP port {dns}), by which proxies find Linkerd's control plane"
        ),
    };
    let ports: Vec<u16> = part.iter().flat_map(|_| PARTS).map(|(.., port)| port).collect();
    let words: Vec<String> = ports.iter().map(ToString::to_string).collect();
    let (action, door) = if direction == Direction::Ingress {
        let action = format!(
            "allow proxies to the pods of the namespace {CONTROL_PLANE}, ports {}, and API servers to its webhooks there, {} \
             and {}",
            words.join(", "),
            WEBHOOKS[0],
            WEBHOOKS[1]
        );
        (action, way_in([ports, WEBHOOKS.to_vec()].concat()))
    } else {
        let places =
            part.map(|_| format!("out to the namespace {CONTROL_PLANE}, ports {}", words.join(", ")));
        let asking = is_silent.then(|| "to DNS".to_owned());
        let places: Vec<String> = places.into_iter().chain(asking).collect();
        let whose = pods.match_labels.values().next().map_or("all".to_owned(), Clone::clone);
        let door = Door {
            namespace,
            name: format!("{whose}-to-{}", if part.is_some() { "linkerd" } else { "dns" }),
            pods,
            direction,
            peers: Some(CONTROL_PLANE),
            ports,
            has_dns: is_silent,
        };
        (format!("allow {who} {}", places.join(", and ")), door)
    };
    // Policies that are not read, of Calico or for administrators, often let everybody ask DNS.
    let severity = if part.is_some() { Severity::Error } else { Severity::Warning };
    by.finding(asked, (CHECK, severity), (cluster, text, action), Some(door))
}

/// Whoever has a proxy, wherever it is.
fn way_in<'a>(ports: Vec<u16>) -> Door<'a> {
    Door {
        namespace: CONTROL_PLANE,
        name: "linkerd-from-proxies".to_owned(),
        pods: LabelSelector::default(),
        direction: Direction::Ingress,
        peers: None,
        ports,
        has_dns: false,
    }
}
