//! Whether the exported Service can be mirrored at all.

use super::behind::{behind, number, targets};
use super::gateway::Gateway;
use super::{Question, idle};
use crate::mesh::link::Way;
use crate::mesh::machinery::{Pod, Refused};
use crate::mesh::names::{self, EXPORTED};
use crate::mesh::snapshot::EndpointsSeen;
use crate::terms::Observed;
use crate::verdict::{Finding, Idle, Remedy};
use std::collections::BTreeSet;

pub(super) fn export_is_mirror(asked: &Question<'_>) -> Option<Finding> {
    let labels = &asked.service.labels;
    let made = labels.get(names::MIRRORED_SERVICE).is_some_and(|value| value == "true");
    if !made {
        return None;
    }
    let (text, action) = match labels.get(names::CLUSTER_NAME) {
        Some(origin) => (
            format!("it is itself a mirror, of a Service in {origin}; mirrors of mirrors loop"),
            format!("export the original from {origin}"),
        ),
        None => (
            "it is itself a federated Service, which Linkerd made; mirrors of mirrors loop".to_owned(),
            "export its members instead".to_owned(),
        ),
    };
    let finding = Finding::error("export-is-mirror", &[&asked.seen.exporter], text, Remedy::new(action));
    let field = format!("metadata.labels[{}]", names::MIRRORED_SERVICE);
    Some(finding.about(asked.exported()).seen(field, "true"))
}

pub(super) fn export_shape(asked: &Question<'_>) -> Option<Finding> {
    let service = asked.service;
    let (text, remedy, (field, value)) = if service.is_external {
        let text = "it is an ExternalName Service, which has no addresses to mirror";
        let remedy = "export a Service with a selector, or reach its name from the consumer directly";
        (text, remedy, ("spec.type", "ExternalName"))
    } else if service.ports.is_empty() {
        let text = "it is a Service without ports, and a mirror needs one";
        (text, "declare the ports that clients use in spec.ports", ("spec.ports", "<none>"))
    } else {
        return None;
    };
    let finding = Finding::error("export-shape", &[&asked.seen.exporter], text, Remedy::new(remedy));
    Some(finding.about(asked.exported()).seen(field, value))
}

/// The mesh carries TCP; other ports are mirrored, and nothing arrives.
pub(super) fn protocols(asked: &Question<'_>) -> Option<Finding> {
    let others = asked.service.ports.iter().filter(|port| port.protocol != "TCP");
    let others: Vec<String> = others.map(ToString::to_string).collect();
    if others.is_empty() {
        return None;
    }
    let text = format!("the mesh carries only TCP: {} will not be reachable", others.join(", "));
    let remedy = Remedy::new("expect no traffic on them, or export a Service with only its TCP ports");
    let finding = Finding::warning("export-protocol", &[&asked.seen.exporter], text, remedy);
    Some(finding.about(asked.exported()).seen("spec.ports", others.join(",")))
}

pub(super) fn endpoints(asked: &Question<'_>) -> Option<Finding> {
    let endpoints = match &asked.seen.endpoints {
        Observed::Present(endpoints) => endpoints,
        Observed::Absent => return None,
        Observed::Unknown(obstacle) => {
            let (exporter, what) = (&asked.seen.exporter, "whether it has ready endpoints");
            let finding = Finding::not_looked_at("export-endpoints", &[exporter], what, obstacle);
            return Some(finding.about(asked.exported()));
        }
    };
    let key = &asked.target.exported;
    // One without addresses has no backends either, which is told of its shape.
    if asked.service.is_external {
        return None;
    }
    if endpoints.by_key.get(key).is_some_and(|seen: &EndpointsSeen| seen.ready > 0) {
        return kept_local(asked);
    }
    let gone = || backends(asked).into_iter().filter(|pod| pod.is_over);
    let idle = || backends(asked).into_iter().filter(|pod| !pod.is_over && !pod.is_ready);
    let typed = |words: &[&str]| asked.kubectl_there(words);
    let refused = refused(asked);
    let refusal = refused.map_or("", |one| one.message.as_str());
    let remedy = idle::raised(&key.namespace, (refusal, idle()), &typed);
    let remedy = remedy.or_else(|| found(asked)).unwrap_or_else(|| start(asked));
    let told = idle::told(idle().chain(gone()), "");
    let other = refused.map(|_| format!(" ({refusal})")).or_else(|| selecting(asked));
    let (why, idle) = other.map_or((told.why, told.idle), |why| (why, Idle::default()));
    let is_member = asked.target.way == Way::Federated && !asked.service.labels.contains_key(EXPORTED);
    let end = if is_member { "it adds none to the federated Service" } else { "its mirrors will have none" };
    let text = format!("it has no ready endpoints{why}, so {end}");
    let finding = Finding::warning("export-endpoints", &[&asked.seen.exporter], text, remedy);
    let finding = Finding { ground: told.ground, idle, ..finding.about(asked.exported()) };
    let finding = finding.seen(format!("subsets[].addresses of endpoints/{}", key.name), "none");
    let finding = refused.into_iter().fold(finding, |finding, one| finding.seen(one.field(), &one.message));
    Some(standing(asked, finding))
}

/// What would make its pods, where these are refused for their proxies.
fn refused<'a>(asked: &'a Question<'_>) -> Option<&'a Refused> {
    let (namespace, selector) = (&asked.target.exported.namespace, &asked.service.selector);
    let makes = |one: &&Refused| {
        let has = |(key, value): (&String, &String)| one.labels.get(key) == Some(value);
        one.namespace == *namespace && !selector.is_empty() && selector.iter().all(has)
    };
    asked.seen.refused.get(&asked.seen.exporter)?.iter().find(makes)
}

/// With `internalTrafficPolicy: Local` the gateway reaches backends of its own nodes alone.
fn kept_local(asked: &Question<'_>) -> Option<Finding> {
    let gateway =
        Gateway::of(asked).filter(|_| asked.service.is_local && asked.target.way == Way::Gateway)?;
    let (of_gateway, own) = (gateway.pods()?, backends(asked));
    let [doors, ready] = [&of_gateway, &own].map(|pods| {
        let ready = pods.iter().filter(|pod| pod.is_ready && !pod.is_over);
        ready.map(|pod| pod.node.as_str()).collect::<BTreeSet<_>>()
    });
    // Of a pod that does not say where it is nobody knows.
    if doors.is_empty() || ready.is_empty() || doors.contains("") || ready.contains("") {
        return None;
    }
    let lost: Vec<&str> = doors.difference(&ready).copied().collect();
    let exporter = &asked.seen.exporter;
    let text = "it routes only to pods of the client's node (internalTrafficPolicy: Local), and none of them is ready on";
    let text = format!("{text} {}, where", lost.join(", "));
    let finding = if lost.is_empty() {
        return None;
    } else if lost.len() == doors.len() {
        let text = format!("{text} the gateway of {exporter} runs: its mirrors lead nowhere");
        Finding::warning("export-endpoints", &[exporter], text, widened(asked))
    } else {
        Finding::info(
            "export-endpoints",
            &[exporter],
            format!("{text} a pod of the gateway of {exporter} runs"),
        )
    };
    let finding = finding.about(asked.exported()).seen("spec.internalTrafficPolicy", "Local");
    let pods = of_gateway.iter().chain(&own).filter(|pod| pod.is_ready && !pod.is_over).take(2 * NAMED);
    Some(
        pods.fold(finding, |finding, pod| {
            finding.seen(format!("spec.nodeName of pod/{}", pod.name), &pod.node)
        }),
    )
}

/// Lets it lead to the backends of all nodes.
fn widened(asked: &Question<'_>) -> Remedy {
    let key = &asked.target.exported;
    let svc = format!("svc/{}", key.name);
    let patch = r#"{"spec":{"internalTrafficPolicy":"Cluster"}}"#;
    let words = ["--namespace", &key.namespace, "patch", &svc, "--patch", patch];
    let action = "let it route to pods of all nodes, or run a backend on each node of the gateway; for the former, run";
    Remedy::run(action, asked.kubectl_there(&words))
}

/// How backends are seen that are there, or are not.
fn start(asked: &Question<'_>) -> Remedy {
    let (key, query) = (&asked.target.exported, query(asked));
    let (none, pods) = (["get", "endpoints", &key.name], ["describe", "pods", "--selector", &query]);
    let look = if backends(asked).is_empty() { &none[..] } else { &pods[..] };
    let words = [&["--namespace", &key.namespace], look].concat();
    Remedy::run("start its backends; to see them, run", asked.kubectl_there(&words))
}

/// What it selects, where no pod has that, as a query.
fn unmet(asked: &Question<'_>) -> Option<String> {
    let selector = &asked.service.selector;
    let is_seen = asked.there().is_some_and(|there| matches!(there.backends, Observed::Present(_)));
    (is_seen && !selector.is_empty() && backends(asked).is_empty()).then(|| query(asked))
}

/// What it selects, as a query.
fn query(asked: &Question<'_>) -> String {
    let each = asked.service.selector.iter().map(|(key, value)| format!("{key}={value}"));
    each.collect::<Vec<_>>().join(",")
}

/// What keeps it from having any, where that is what it selects.
fn selecting(asked: &Question<'_>) -> Option<String> {
    if asked.service.selector.is_empty() {
        return Some(" (it selects no pods, and none were written by hand)".to_owned());
    }
    Some(format!(" (no pod matches its selector {})", unmet(asked)?))
}

/// How the right pods are found.
fn found(asked: &Question<'_>) -> Option<Remedy> {
    let namespace = &asked.target.exported.namespace;
    if asked.service.selector.is_empty() {
        let look = ["--namespace", namespace, "get", "endpointslices"];
        let action =
            "give it a selector, or an EndpointSlice with its backends; to see those that are there, run";
        return Some(Remedy::run(action, asked.kubectl_there(&look)));
    }
    unmet(asked)?;
    let look = ["--namespace", namespace, "get", "pods", "--show-labels"];
    let action = "start its backends, or correct spec.selector of the Service; to see the pods there, run";
    Some(Remedy::run(action, asked.kubectl_there(&look)))
}

/// The pods that it selects.
fn backends<'a>(asked: &'a Question<'_>) -> Vec<&'a Pod> {
    let (selector, namespace) = (&asked.service.selector, &asked.target.exported.namespace);
    match asked.there().map(|there| &there.backends) {
        Some(Observed::Present(pods)) => pods.selected(namespace, selector),
        Some(Observed::Absent | Observed::Unknown(_)) | None => Vec::new(),
    }
}

/// How the pods that it selects stand.
fn standing(asked: &Question<'_>, finding: Finding) -> Finding {
    if let Some(query) = unmet(asked) {
        return finding.seen("spec.selector", format!("{query}, which no pod has"));
    }
    idle::standing(finding, backends(asked).into_iter().filter(|pod| pod.is_over || !pod.is_ready))
}

/// How many pods are named.
const NAMED: usize = 3;

/// A target that no pod has under that name gives no endpoint.
pub(super) fn target_ports(asked: &Question<'_>) -> Option<Finding> {
    let pods = behind(asked).filter(|pods| !pods.is_empty())?;
    let (port, target) =
        targets(asked).find(|(_, target)| !pods.iter().any(|pod| number(pod, target).is_some()))?;
    let text = format!(
        "port {port} targets {target}, but no container behind it has a port of this name: nothing answers"
    );
    let key = &asked.target.exported;
    let words = ["--namespace", &key.namespace, "get", "service", &key.name, "-o", "yaml"];
    let remedy = Remedy::run(
        "give the container's port that name, or set targetPort to its number; to see the Service, run",
        asked.kubectl_there(&words),
    );
    let finding = Finding::warning("export-target-port", &[&asked.seen.exporter], text, remedy);
    let finding = finding.about(asked.exported()).seen("spec.ports[].targetPort", target);
    Some(pods.iter().take(NAMED).fold(finding, |finding, pod| {
        let names: Vec<&str> = pod.ports.iter().map(|port| port.0.as_str()).collect();
        finding.seen(format!("spec.containers[].ports[].name of pod/{}", pod.name), names.join(", "))
    }))
}
