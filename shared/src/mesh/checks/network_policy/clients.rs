//! Network policies on who uses a mirror: what goes out of its namespace to the gateway, or past it to pods of the exporter.

use super::abroad::Goal;
use super::backends::needed;
use super::door::Door;
use super::shut::{Shut, fences, knows_others};
use crate::mesh::checks::behind::{behind, targets};
use crate::mesh::checks::{Question, known};
use crate::mesh::machinery::{Client, Direction, Fence, Pod, lets_some};
use crate::terms::LabelSelector;
use crate::verdict::{Finding, Severity};

/// Where clients go to.
struct Aim {
    goal: Goal,
    port: u16,
    /// Its name in a sentence, with its cluster.
    what: String,
    /// How a policy is called that lets them there.
    door: String,
}

impl Aim {
    fn of(asked: &Question<'_>) -> Vec<Self> {
        if asked.uses_gateway() { Self::gateway(asked).into_iter().collect() } else { Self::pods(asked) }
    }

    fn gateway(asked: &Question<'_>) -> Option<Self> {
        let (exporter, port) = (&asked.seen.exporter, asked.link.gateway.port_number()?);
        let (what, door) = (format!("the gateway of {exporter}"), format!("to-gateway-of-{exporter}"));
        Some(Self { goal: Goal::gateway(asked), port, what, door })
    }

    /// Past the gateway, clients go to the pods themselves. By whom Cilium knows these where it connects clusters is not seen.
    fn pods(asked: &Question<'_>) -> Vec<Self> {
        let pods = behind(asked).unwrap_or_default();
        if pods.is_empty() || !asked.way.is_direct() || knows_others(asked.here()) {
            return Vec::new();
        }
        let Some(fences) = fences(asked.here()) else { return Vec::new() };
        let (exporter, exported) = (&asked.seen.exporter, &asked.target.exported);
        let goal = Goal::pods(asked, &pods);
        let namespace = exported.namespace.as_str();
        let is_open = |port: u16| lets_out(asked, fences, (namespace, &goal, port));
        // Each kind of pods once: they are alike.
        let first = pods.iter().filter(|pod| pod.is_meshed).chain(&pods).next();
        let all = first.into_iter().flat_map(|pod| targets(asked).map(move |target| (pod, target)));
        let ports = all.filter_map(|(pod, target)| needed(asked, pod, target, is_open));
        let mut ports: Vec<u16> = ports.collect();
        ports.sort_unstable();
        ports.dedup();
        let aim = |port| Self {
            goal: Goal::pods(asked, &pods),
            port,
            what: format!("pods of {namespace}/{} of {exporter}", exported.name),
            door: format!("to-pods-of-{exporter}"),
        };
        ports.into_iter().map(aim).collect()
    }
}

/// Those who name the mirror, and have a proxy: others get nowhere by it.
pub(super) fn users<'a>(asked: &'a Question<'_>) -> impl Iterator<Item = &'a Pod> {
    let all = known(&asked.seen_here.clients).unwrap_or_default().iter();
    let is_ours = |client: &&Client| client.names(&asked.target.key()) && client.pod.is_meshed;
    all.filter(is_ours).map(|client| &client.pod)
}

/// A pod of a namespace, of which no more is known.
fn anybody(namespace: &str) -> Pod {
    Pod { namespace: namespace.to_owned(), ..Pod::default() }
}

fn about_all(fences: &[Fence]) -> Vec<Fence> {
    fences.iter().filter(|fence| fence.is_about_all()).cloned().collect()
}

/// Whether pods of a namespace are let there, as far as is known.
fn lets_out(asked: &Question<'_>, fences: &[Fence], (namespace, goal, port): (&str, &Goal, u16)) -> bool {
    let what = (Direction::Egress, goal.whom(), port);
    let is_shut = |pod: &Pod| Shut::of(fences, pod, what).is_some();
    Shut::of(&about_all(fences), &anybody(namespace), what).is_none() && !users(asked).any(is_shut)
}

/// Who shuts all pods of a namespace in shuts in the clients of its mirrors, and so does who shuts in one that names a mirror,
/// wherever that is.
pub(in crate::mesh::checks) fn clients(asked: &Question<'_>) -> Option<Finding> {
    let fences = fences(asked.here())?;
    Aim::of(asked).into_iter().find_map(|aim| kept(asked, fences, &aim))
}

fn kept(asked: &Question<'_>, fences: &[Fence], aim: &Aim) -> Option<Finding> {
    let namespace = asked.target.exported.namespace.as_str();
    let what = (Direction::Egress, aim.goal.whom(), aim.port);
    // Who lets some pods out has thought of the clients.
    let is_thought_of = lets_some(fences, namespace, (Direction::Egress, aim.goal.whom(), aim.port));
    let of_all = || {
        let about_all = about_all(fences);
        let by = Shut::of(&about_all, &anybody(namespace), what)?;
        if is_thought_of && !by.is_denied {
            return None;
        }
        Some(told(asked, (&by, aim), (namespace, format!("pods of {namespace}"))))
    };
    let of_user = || {
        let (pod, by) = users(asked).find_map(|pod| Some((pod, Shut::of(fences, pod, what)?)))?;
        let finding = told(asked, (&by, aim), (&pod.namespace, format!("the pod {}", pod.maker())));
        Some(finding.seen("the pod names", &asked.target.mirror))
    };
    of_all().or_else(of_user)
}

fn told(asked: &Question<'_>, (by, aim): (&Shut<'_>, &Aim), (namespace, who): (&str, String)) -> Finding {
    let consumer = asked.consumer;
    let Aim { port, what, .. } = aim;
    let text = format!("{by} blocks {who} in {consumer} from port {port} of {what}");
    let action = format!("allow clients of the mirror out to {what}, port {port}");
    let door = Door {
        namespace,
        name: aim.door.clone(),
        pods: LabelSelector::default(),
        direction: Direction::Egress,
        peers: None,
        ports: vec![*port],
        has_dns: false,
    };
    by.finding(asked, ("client-network-policy", Severity::Warning), (consumer, text, action), Some(door))
}
