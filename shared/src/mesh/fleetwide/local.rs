//! Members of federated Services in their own clusters: there the local service mirror answers for them, and no Link.

use super::grace::COMING;
use super::local_led;
use crate::mesh::checks::{self, made_anew, written_anew};
use crate::mesh::export::at_home::{LOCAL_MIRROR, missing_at_its_home};
use crate::mesh::link::{Link, Way};
use crate::mesh::machinery::Deployment;
use crate::mesh::names;
use crate::mesh::snapshot::{Key, MeshSeen, Objects, Port, ServiceSeen, Young};
use crate::terms::{ClusterName, Kind, LabelSelector, ObjectRef, Observed};
use crate::verdict::{Finding, Remedy, kubectl};

/// The members of the exporter that it has no federated Service for, as another side has seen it; that nobody would make one,
/// where that is so.
pub(super) fn at_home(sides: &[MeshSeen], seen: &MeshSeen, links: &[(&ClusterName, &Link)]) -> Vec<Finding> {
    // Older installations have no local service mirror, and some do without.
    let (Some(mirror), Observed::Present(services)) = (local_mirror(seen), &seen.services) else {
        return Vec::new();
    };
    let is_member = |service: &ServiceSeen| {
        !service.is_headless && links.iter().any(|(_, link)| link.goes(&service.labels, Way::Federated))
    };
    let mut members =
        services.by_key.iter().filter(|(_, service)| is_member(service)).map(|(key, _)| key).peekable();
    if members.peek().is_some() && mirror.available == 0 {
        return down(seen, mirror).into_iter().collect();
    }
    let idle = members.peek().and_then(|_| local_led::idle(sides, seen));
    let Some(made) = made(sides, seen) else { return idle.into_iter().collect() };
    // Of a name that is too long no cluster has one.
    let is_due =
        |key: &&Key| !is_on_its_way(seen, key) && names::federated(&key.name).len() <= names::LONGEST_NAME;
    let mut found: Vec<Finding> =
        members.filter(is_due).filter_map(|key| of_member((seen, mirror), made, key)).collect();
    found.dedup();
    // What one that is idle does not make follows from that.
    found.retain(|one| idle.is_none() || one.check != "federated-local");
    found.extend(idle);
    found
}

/// What is wrong with the federated Service of a member in its own cluster.
fn of_member(
    (seen, mirror): (&MeshSeen, &Deployment),
    made: &Objects<ServiceSeen>,
    key: &Key,
) -> Option<Finding> {
    let federated = made.by_key.get(&Key::new(key.namespace.clone(), names::federated(&key.name)));
    let Some(federated) = federated.filter(|found| found.local_member() == Some(key.name.as_str())) else {
        let field = format!("metadata.annotations[{}]", names::LOCAL_DISCOVERY);
        let said = federated.and_then(ServiceSeen::local_member).unwrap_or("<none>");
        let finding = missing_at_its_home(seen, key).seen(field, said);
        // Without it nobody knows it as made by a service mirror.
        let label = format!("metadata.labels[{}]", names::MIRRORED_SERVICE);
        let finding = if federated.is_none() { finding.seen(label, "<none>") } else { finding };
        return Some(unjoined(finding, (seen, mirror), key));
    };
    let Observed::Present(services) = &seen.services else { return None };
    let member = services.by_key.get(key)?;
    let has =
        |port: &Port| member.ports.iter().any(|own| (own.port, &own.protocol) == (port.port, &port.protocol));
    if let Some(selector) = unselected((seen, mirror), key) {
        let text = format!(
            "the local service mirror of {} selects {selector}, but federated Services there have members in their own \
             cluster without it: on its next restart it removes them",
            seen.exporter
        );
        let object = ObjectRef::namespaced(&seen.exporter, Kind::Deployment, names::EXTENSION, LOCAL_MIRROR);
        let remedy = selecting(seen, "the labels of the members");
        let finding = Finding::warning("federated-local", &[&seen.exporter], text, remedy).about(object);
        return Some(finding.seen(ARGUMENT, selector));
    }
    let odd = federated.ports.iter().find(|port| !has(port));
    let (field, value) = match odd {
        _ if federated.is_external => ("spec.type", "ExternalName".to_owned()),
        Some(port) => ("spec.ports[].port, .protocol", port.to_string()),
        None => return None,
    };
    Some(edited(seen, key, field, &value))
}

/// The same with what has a local service mirror that serves take up a member: it looks at one when that changes, if it selects it at
/// all.
fn unjoined(finding: Finding, (seen, mirror): (&MeshSeen, &Deployment), key: &Key) -> Finding {
    if let Some(selector) = unselected((seen, mirror), key) {
        let remedy = selecting(seen, &format!("what svc/{} is labelled with", key.name));
        let summary = format!("{}, since it selects {selector}", finding.summary);
        let finding = Finding { summary, remedy: Some(remedy), ..finding };
        return finding.seen(format!("{ARGUMENT} of deployment/{LOCAL_MIRROR}"), selector);
    }
    let action = format!(
        "touch svc/{} so that the local service mirror picks it up again; for example, run",
        key.name
    );
    Finding { remedy: Some(Remedy { action, ..written_anew(seen, key) }), ..finding }
}

/// What it selects in place of a member.
fn unselected<'a>((seen, mirror): (&MeshSeen, &'a Deployment), key: &Key) -> Option<&'a str> {
    let labels = match &seen.services {
        Observed::Present(all) => all.by_key.get(key).map(|member| &member.labels),
        Observed::Absent | Observed::Unknown(_) => None,
    };
    let is_other = |selector: &&str| {
        LabelSelector::parse(selector).is_ok_and(|one| labels.is_some_and(|all| !one.holds(all)))
    };
    selector(mirror).filter(is_other)
}

fn selecting(seen: &MeshSeen, what: &str) -> Remedy {
    let action = format!(
        "have localServiceMirror.federatedServiceSelector in the Helm values of linkerd-multicluster select {what}; to see it, run"
    );
    let words = ["--namespace", names::EXTENSION, "get", "deployment", LOCAL_MIRROR, "-o", "yaml"];
    Remedy::run(action, kubectl(&seen.fleet, &seen.exporter, &words))
}

/// Where a local service mirror is told what it takes for members.
const ARGUMENT: &str = "federated-service-selector";

/// What a local service mirror takes for members, where it is told.
pub(super) fn selector(mirror: &Deployment) -> Option<&str> {
    let said = |one: &&String| one.trim_start_matches('-').starts_with(ARGUMENT);
    mirror.arguments.iter().find(said)?.split_once('=').map(|(_, selector)| selector)
}

/// A federated Service keeps what it was made with.
fn edited(seen: &MeshSeen, key: &Key, field: &str, value: &str) -> Finding {
    let (exporter, name) = (&seen.exporter, names::federated(&key.name));
    let text = format!(
        "{name} of {exporter} has {value}, which its own member {} lacks: it was edited, or the member was",
        key.name
    );
    let remedy = made_anew(seen, exporter, &Key::new(&key.namespace, &name));
    let object = ObjectRef::namespaced(exporter, Kind::Service, &key.namespace, &name);
    Finding::warning("mirror-edited", &[exporter], text, remedy).about(object).seen(field, value)
}

/// Without it, what is federated in its own cluster stays as it is. A restart is no matter.
fn down(seen: &MeshSeen, mirror: &Deployment) -> Option<Finding> {
    let exporter = &seen.exporter;
    let turned =
        seen.young.as_ref().and_then(|young| young.turned.get(&(exporter.clone(), mirror.name.clone())));
    if turned.is_some_and(|age| *age < Young::LONGEST) {
        return None;
    }
    let machinery = seen.machinery_of(exporter)?;
    let pods = if let Observed::Present(pods) = &machinery.pods { pods.as_slice() } else { &[] };
    let idle =
        || pods.iter().filter(|pod| pod.name.starts_with(LOCAL_MIRROR) && !pod.is_ready && !pod.is_over);
    let told = checks::told(idle(), "");
    let text = format!(
        "the local service mirror of {exporter} has no pod that serves{}: federated Services there no longer gain or lose the \
         member of their own cluster",
        told.why
    );
    let namespace = &machinery.namespace;
    let words = ["--namespace", namespace, "describe", "deployment", LOCAL_MIRROR];
    let remedy =
        Remedy::run("bring it up; to see what blocks it, run", kubectl(&seen.fleet, exporter, &words));
    let object = ObjectRef::namespaced(exporter, Kind::Deployment, namespace, LOCAL_MIRROR);
    let finding = Finding::warning("federated-local", &[exporter], text, remedy).about(object);
    let finding = Finding { ground: told.ground, idle: told.idle, ..finding };
    let finding =
        finding.seen("status.availableReplicas", "0").seen("spec.replicas", mirror.wanted.to_string());
    Some(idle().fold(finding, |finding, pod| finding.pod_not_ready(&pod.name)))
}

/// What service mirrors have made in the exporter.
fn made<'a>(sides: &'a [MeshSeen], seen: &MeshSeen) -> Option<&'a Objects<ServiceSeen>> {
    if seen.written.contains(&seen.exporter) {
        return None;
    }
    let others = sides.iter().filter(|side| side.exporter != seen.exporter);
    let mut views = others.filter_map(|side| side.consumer(&seen.exporter));
    views.find_map(|view| match &view.services {
        Observed::Present(services) => Some(services),
        Observed::Absent | Observed::Unknown(_) => None,
    })
}

/// Whether it was written a moment ago.
fn is_on_its_way(seen: &MeshSeen, key: &Key) -> bool {
    let Some(young) = &seen.young else { return false };
    let labels = young.labels.iter().filter(|((of, _), _)| of == key).map(|(_, age)| age);
    young.written.get(key).into_iter().chain(labels).any(|age| *age < COMING)
}

/// The local service mirror of the exporter, as far as anybody could see.
pub(super) fn local_mirror(seen: &MeshSeen) -> Option<&Deployment> {
    let Observed::Present(deployments) = &seen.machinery_of(&seen.exporter)?.deployments else { return None };
    deployments.iter().find(|one| one.name == LOCAL_MIRROR)
}

#[cfg(test)]
#[path = "local_tests.rs"]
mod tests;
