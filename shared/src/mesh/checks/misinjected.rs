//! What the mirror's namespace says of the proxies of its pods, and does not come to that.

use super::injection::ANNOTATION;
use super::{Question, known};
use crate::mesh::machinery::Client;
use crate::mesh::snapshot::Misinjection;
use crate::terms::{Kind, ObjectRef};
use crate::verdict::{Finding, Remedy};

/// A namespace whose mark for the injector says nothing, or cannot be followed.
pub(super) fn namespace(asked: &Question<'_>) -> Option<Finding> {
    let (name, consumer) = (&asked.target.exported.namespace, asked.consumer);
    let (text, value, mend) = match asked.seen_here.misinjected.get(name)? {
        Misinjection::Barred(level) if level.is_empty() => return refused(asked),
        Misinjection::Barred(level) => return Some(barred(asked, (level, level))),
        Misinjection::PassedOver => return passed_over(asked),
        Misinjection::Label(value) => (
            format!("the namespace {name} in {consumer} has {ANNOTATION} as a label, which has no effect"),
            value,
            format!("annotate it with {ANNOTATION}: enabled"),
        ),
        Misinjection::Value(value) => (
            format!("the namespace {name} in {consumer} has {ANNOTATION}={value}, which has no effect"),
            value,
            format!("set its annotation {ANNOTATION} to `enabled`"),
        ),
    };
    let text = format!("{text}: pods there get no proxies from it");
    let object = format!("namespace/{name}");
    let words = ["annotate", "--overwrite", &object, "linkerd.io/inject=enabled"];
    let action =
        format!("{mend}, if clients of the mirror are to be meshed there, and restart them; for that, run");
    let remedy = Remedy::run(action, asked.kubectl(&words));
    let finding = Finding::warning("namespace-injection", &[consumer], text, remedy);
    Some(finding.about(ObjectRef::cluster_scoped(consumer, Kind::Namespace, name)).seen(ANNOTATION, value))
}

/// Namespaces of the system are passed over on purpose; it matters where a client lacks its proxy.
fn passed_over(asked: &Question<'_>) -> Option<Finding> {
    const LABEL: &str = "config.linkerd.io/admission-webhooks";
    let (name, consumer) = (&asked.target.exported.namespace, asked.consumer);
    let is_bare = |client: &Client| {
        let is_ours = client.names(&asked.target.key()) && client.pod.namespace == *name;
        is_ours && !client.pod.is_meshed && !client.pod.is_over
    };
    known(&asked.seen_here.clients)?.iter().find(|client| is_bare(client))?;
    let text = format!(
        "the namespace {name} in {consumer} is skipped by Linkerd's webhooks ({LABEL}=disabled): pods there get no proxies, \
         whatever their annotations"
    );
    let (object, off) = (format!("namespace/{name}"), format!("{LABEL}-"));
    let action = "remove the label, and restart the clients of the mirror; for that, run";
    let remedy = Remedy::run(action, asked.kubectl(&["label", &object, &off]));
    let object = ObjectRef::cluster_scoped(consumer, Kind::Namespace, name);
    let finding = Finding::warning("namespace-injection", &[consumer], text, remedy).about(object);
    Some(finding.seen(format!("metadata.labels[{LABEL}]"), "disabled"))
}

/// Whether some client of mirrors has its proxy there.
fn has_clients(asked: &Question<'_>) -> bool {
    let name = &asked.target.exported.namespace;
    let is_there =
        |client: &Client| client.pod.is_meshed && !client.pod.is_over && client.pod.namespace == *name;
    known(&asked.seen_here.clients).unwrap_or_default().iter().any(is_there)
}

/// The default of the cluster is known by whom it has refused. Where clients are there, that was somebody else, who may be told of
/// as a backend.
fn refused(asked: &Question<'_>) -> Option<Finding> {
    let all = asked.seen.refused.get(asked.consumer)?;
    let one = all.iter().find(|one| one.namespace == asked.target.exported.namespace)?;
    if has_clients(asked) {
        return None;
    }
    Some(barred(asked, (one.level(), "<none>")).seen(one.field(), &one.message))
}

/// A pod sets up its network itself, for which it needs `NET_ADMIN`.
fn barred(asked: &Question<'_>, (level, said): (&str, &str)) -> Finding {
    let (name, consumer) = (&asked.target.exported.namespace, asked.consumer);
    let text =
        format!("the pod security of the namespace {name} in {consumer} ({level}) rejects pods with a proxy");
    let object = format!("namespace/{name}");
    let words = ["label", "--overwrite", &object, "pod-security.kubernetes.io/enforce=privileged"];
    let action = "install linkerd-cni, or allow such pods in the namespace; for that, run";
    let (remedy, clusters) = (Remedy::run(action, asked.kubectl(&words)), [consumer]);
    let finding = if has_clients(asked) {
        let text = format!("{text}: clients of the mirror cannot be recreated once they are gone");
        Finding::warning("namespace-injection", &clusters, text, remedy)
    } else {
        let text = format!("{text}: clients of the mirror cannot be created there");
        Finding::error("namespace-injection", &clusters, text, remedy)
    };
    let object = ObjectRef::cluster_scoped(consumer, Kind::Namespace, name);
    finding.about(object).seen("metadata.labels[pod-security.kubernetes.io/enforce]", said)
}
