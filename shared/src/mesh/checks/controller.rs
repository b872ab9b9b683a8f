//! The controller that makes the mirrors: since Linkerd 2.18 a value of the chart in the consumer, before that a part
//! of what `linkerd multicluster link` printed.

mod gone;
mod unlabelled;

use super::link::is_of_another;
use super::unmeshed::{inject, without_proxy};
use super::{Pair, idle, known, written_anew};
use crate::mesh::export::{Target, linkerd};
use crate::mesh::link::{Link, Way};
use crate::mesh::machinery::{Deployment, Pod};
use crate::mesh::names;
use crate::mesh::snapshot::MeshSeen;
use crate::terms::{Kind, ObjectRef};
use crate::verdict::{Finding, Idle, Remedy, Severity};
use unlabelled::unlabelled;

/// Label of controllers and their pods.
pub(super) const COMPONENT: &str = "component";
/// How many Deployments are named where none is the right one.
const NAMED: usize = 3;

pub(super) fn running(asked: &Pair<'_>) -> Option<Finding> {
    let here = asked.here()?;
    let link = asked.link;
    let mut all: Vec<&Deployment> =
        known(&here.deployments)?.iter().filter(|one| serves(&one.labels, link)).collect();
    all.retain(|one| !is_of_another(asked, one));
    all.sort_by(|one, other| one.name.cmp(&other.name));
    // The label may be that of another Link, which is called like the target of this one.
    if all.iter().any(|one| one.arguments.contains(&link.name)) {
        all.retain(|one| one.arguments.is_empty() || one.arguments.contains(&link.name));
    }
    match all.as_slice() {
        [] => unlabelled(asked).or_else(|| Some(none(asked))),
        [one] if one.available == 0 => Some(unavailable(asked, one)),
        [one] if !one.arguments.is_empty() && !one.arguments.contains(&link.name) => {
            Some(of_another(asked, one))
        }
        [_] => None,
        several => Some(match several.iter().filter(|one| one.wanted > 0).collect::<Vec<_>>()[..] {
            [one] if one.available == 0 => unavailable(asked, one),
            _ => several_of(asked, several),
        }),
    }
}

/// Labels of what works on a Link: the chart writes the Link's name, the older command the target's.
pub(super) fn serves(labels: &crate::terms::Labels, link: &Link) -> bool {
    let component = labels.get(COMPONENT).map(String::as_str).unwrap_or_default();
    let cluster = labels.get(names::CLUSTER_NAME);
    ["controller", "service-mirror", "linkerd-service-mirror"].contains(&component)
        && cluster.is_some_and(|name| *name == link.name || *name == link.target_cluster_name)
}

/// Whether it has pods that serve.
pub(super) fn is_available(asked: &Pair<'_>) -> bool {
    let all = asked.here().and_then(|here| known(&here.deployments)).unwrap_or_default();
    all.iter().any(|one| serves(&one.labels, asked.link) && one.available > 0)
}

/// What is said where none is there, or none that runs.
fn nothing(asked: &Pair<'_>) -> String {
    format!("no service mirror is running for the Link {}: nothing is mirrored", asked.link.name)
}

fn none(asked: &Pair<'_>) -> Finding {
    let look = ["--namespace", &asked.link.namespace, "get", "deployments"];
    let action = format!("{}; to see what runs there, run", to_make(asked));
    let remedy = Remedy::run(action, asked.kubectl(&look));
    let finding = Finding::error("controller-running", &asked.both(), nothing(asked), remedy);
    let finding = finding.about(asked.the_link());
    let there = asked.here().and_then(|here| known(&here.deployments)).unwrap_or_default();
    let finding = gone::named(finding, asked, there);
    let mut there: Vec<&Deployment> = there.iter().collect();
    there.sort_by(|one, other| one.name.cmp(&other.name));
    if there.is_empty() {
        return finding.seen("deployments", "none");
    }
    there.into_iter().take(NAMED).fold(finding, labels_of)
}

/// The finding with the labels of one of them.
fn labels_of(finding: Finding, one: &Deployment) -> Finding {
    let label = |key: &str| one.labels.get(key).map_or("<none>", String::as_str);
    let (cluster, name) = (names::CLUSTER_NAME, &one.name);
    let field = format!("metadata.labels[{COMPONENT}], metadata.labels[{cluster}] of deployment/{name}");
    finding.seen(field, format!("{}, {}", label(COMPONENT), label(cluster)))
}

/// How the Link gets a service mirror.
fn to_make(asked: &Pair<'_>) -> String {
    let (link, consumer) = (asked.link, asked.consumer);
    if asked.has_managed_controllers() {
        let elsewhere = "apply the Link and its Secret in the namespace of linkerd-multicluster, the only one whose Links \
                         its service mirrors read; if none of them serves it, ";
        return format!(
            "{}add `controllers: [{{link: {{ref: {{name: {}}}}}}}]` to the Helm values of linkerd-multicluster in {consumer}",
            if is_of_extension(asked) { "" } else { elsewhere },
            link.name
        );
    }
    let words = ["multicluster", "link", "--cluster-name", &link.target_cluster_name];
    let make = linkerd(asked.seen, &asked.seen.exporter, &words);
    format!(
        "Linkerd in {consumer} is older than 2.18, where the controller comes with the Link: create both with `{make} | {}`",
        asked.kubectl(&["apply", "-f", "-"])
    )
}

/// Whether the Link is where the extension is, as far as that shows.
fn is_of_extension(asked: &Pair<'_>) -> bool {
    let there = asked.here().and_then(|here| known(&here.deployments)).unwrap_or_default();
    let mut parts = there.iter().filter_map(|one| one.labels.get(COMPONENT));
    asked.link.namespace == names::EXTENSION
        || parts.any(|part| ["controller", "gateway", "local-service-mirror"].contains(&part.as_str()))
}

fn the(asked: &Pair<'_>, deployment: &Deployment) -> ObjectRef {
    ObjectRef::namespaced(asked.consumer, Kind::Deployment, &asked.link.namespace, &deployment.name)
}

fn unavailable(asked: &Pair<'_>, deployment: &Deployment) -> Finding {
    let pods = asked.here().and_then(|here| known(&here.pods)).unwrap_or_default();
    let ours: Vec<&Pod> = pods.iter().filter(|pod| serves(&pod.labels, asked.link) && !pod.is_over).collect();
    let told = idle::told(ours.iter().copied(), &deployment.trouble);
    let (text, idle) = if deployment.wanted == 0 {
        (format!("the service mirror of the Link {} is scaled to 0", asked.link.name), Idle::default())
    } else {
        let what = format!("the service mirror of the Link {} has no pod that serves", asked.link.name);
        (what + &told.why, told.idle)
    };
    let namespace = asked.link.namespace.as_str();
    let object = format!("deployment/{}", deployment.name);
    let words = if deployment.wanted == 0 {
        vec!["--namespace", namespace, "scale", &object, "--replicas=1"]
    } else {
        vec!["--namespace", namespace, "describe", &object]
    };
    let known =
        || idle::raised(namespace, (&told.trouble, ours.iter().copied()), &|words| asked.kubectl(words));
    let remedy = (deployment.wanted > 0)
        .then(known)
        .flatten()
        .unwrap_or_else(|| Remedy::run("bring it up; to begin with, run", asked.kubectl(&words)));
    let finding = Finding::error("controller-running", &asked.both(), text, remedy)
        .about(the(asked, deployment))
        .seen("status.availableReplicas", deployment.available.to_string());
    let finding = Finding { ground: told.ground, idle, ..finding };
    idle::standing(finding, ours.into_iter().filter(|pod| !pod.is_ready))
}

fn of_another(asked: &Pair<'_>, deployment: &Deployment) -> Finding {
    let last = deployment.arguments.last().map(String::as_str).unwrap_or_default();
    let text = format!("the service mirror of the Link {} serves the Link {last} instead", asked.link.name);
    let words = ["--namespace", &asked.link.namespace, "get", "deployment", &deployment.name, "-o", "yaml"];
    let remedy = Remedy::run("correct its last argument; to see it, run", asked.kubectl(&words));
    Finding::error("controller-running", &asked.both(), text, remedy)
        .about(the(asked, deployment))
        .seen("spec.template.spec.containers[].args", last)
}

fn several_of(asked: &Pair<'_>, all: &[&Deployment]) -> Finding {
    let names: Vec<&str> = all.iter().map(|one| one.name.as_str()).collect();
    let (count, link, names) = (all.len(), &asked.link.name, names.join(", "));
    // What is scaled to 0 does no harm yet.
    let is_alone = all.iter().filter(|one| one.wanted > 0).count() < 2;
    let text = if is_alone {
        format!(
            "{count} service mirrors exist for the Link {link} and will undo each other's work once both run: {names}"
        )
    } else {
        format!("{count} service mirrors serve the Link {link} and undo each other's work: {names}")
    };
    let words = ["multicluster", "unlink", "--only-controller", "--cluster-name", &asked.link.name];
    let remove = linkerd(asked.seen, asked.consumer, &words);
    let remedy =
        Remedy::run("remove the one left over from an older Linkerd; to print what to delete, run", remove);
    let severity = if is_alone { Severity::Warning } else { Severity::Error };
    let finding = Finding { severity, ..Finding::error("controller-running", &asked.both(), text, remedy) };
    all.iter().fold(finding.about(asked.the_link()), |finding, one| {
        finding.seen(format!("spec.replicas of deployment/{}", one.name), one.wanted.to_string())
    })
}

/// The probe of the gateway goes through the controller's own proxy, which brings the identity.
pub(super) fn meshed(asked: &Pair<'_>) -> Option<Finding> {
    if !asked.uses_gateway() {
        return None;
    }
    let pods = known(&asked.here()?.pods)?;
    let is_bare = |pod: &&Pod| serves(&pod.labels, asked.link) && pod.is_ready && !pod.is_meshed;
    let pod = pods.iter().filter(is_bare).min_by_key(|pod| pod.name.as_str())?;
    let text = format!(
        "the service mirror of the Link {} runs without Linkerd's proxy, so it cannot probe the gateway",
        asked.link.name
    );
    let object = ObjectRef::namespaced(asked.consumer, Kind::Pod, &asked.link.namespace, &pod.name);
    let remedy = inject(asked, (&asked.link.namespace, name_of_deployment(asked)), (pod, true));
    let finding = Finding::error("controller-meshed", &asked.both(), text, remedy);
    Some(without_proxy(finding.about_pod(object, pod.maker()), pod))
}

/// Its Deployment, where that is known.
pub(super) fn deployment<'a>(asked: &'a Pair<'_>) -> Option<&'a Deployment> {
    known(&asked.here()?.deployments)?
        .iter()
        .filter(|one| serves(&one.labels, asked.link))
        .min_by_key(|one| one.name.as_str())
}

/// The name of it.
pub(crate) fn name_of_deployment<'a>(asked: &'a Pair<'_>) -> Option<&'a str> {
    deployment(asked).map(|one| one.name.as_str())
}

/// What has one that serves take up a member of a federated Service: it looks at one again when that changes.
pub(crate) fn taken_up(seen: &MeshSeen, target: &Target) -> Option<Remedy> {
    let seen_here = seen.consumer(&target.consumer)?;
    let (link, consumer) = (target.link_in(seen)?, &target.consumer);
    let asked = Pair { seen, link, way: target.way, consumer, seen_here };
    let is_serving = deployment(&asked).is_some_and(|one| one.available > 0);
    let action = "touch the Service so that its mirror picks it up again; for example, run".to_owned();
    let is_due = is_serving && target.way == Way::Federated;
    is_due.then(|| Remedy { action, ..written_anew(seen, &target.exported) })
}

/// What has it read everything anew.
pub(crate) fn restart(asked: &Pair<'_>) -> Remedy {
    let namespace = asked.link.namespace.as_str();
    if let Some(name) = name_of_deployment(asked) {
        let words = ["--namespace", namespace, "rollout", "restart", "deployment", name];
        return Remedy::run(
            "restart the service mirror so that it rereads everything",
            asked.kubectl(&words),
        );
    }
    let words = ["--namespace", namespace, "get", "deployments"];
    Remedy::run("restart the service mirror of the Link; to find it, run", asked.kubectl(&words))
}
