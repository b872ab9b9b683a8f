//! Where the mirror is to be: its name and its namespace.

use super::Question;
use super::flags::has_flag;
use crate::mesh::names;
use crate::mesh::snapshot::NamespaceState;
use crate::terms::{Kind, ObjectRef, Observed};
use crate::verdict::{Finding, Ground, Remedy};

pub(super) fn name_length(asked: &Question<'_>) -> Option<Finding> {
    let length = asked.target.mirror.len();
    if length <= names::LONGEST_NAME {
        return None;
    }
    let text = format!(
        "the mirror would be named {}, which has {length} characters; a Service name may have {}",
        asked.target.mirror,
        names::LONGEST_NAME
    );
    let remedy = Remedy::new("export it under a shorter name: a second Service with the same selector");
    let finding = Finding::error("mirror-name-length", &[&asked.seen.exporter], text, remedy);
    let finding = finding.about(asked.exported()).seen("metadata.name", &asked.target.exported.name);
    let field = format!("spec.targetClusterName of link/{}", asked.link.name);
    Some(finding.seen(field, &asked.link.target_cluster_name))
}

pub(super) fn namespace(asked: &Question<'_>) -> Option<Finding> {
    let (consumer, name) = (asked.consumer, &asked.target.exported.namespace);
    let seen = asked.seen_here.namespaces.get(name)?;
    let mut ground = None;
    let (text, remedy, phase) = match seen {
        Observed::Present(NamespaceState::Active) => return None,
        // Without the right to read namespaces the mirror itself tells; it is looked at in any case.
        Observed::Unknown(obstacle) => {
            let what = format_args!("whether the namespace {name} is there");
            return Some(Finding::not_looked_at("namespace-missing", &[consumer], what, obstacle));
        }
        Observed::Present(NamespaceState::Terminating) => {
            ground = Some(Ground::Deletion);
            let remedy = Remedy::new("wait until it is gone, recreate it, and run again");
            (format!("the namespace {name} is being deleted in {consumer}"), remedy, "Terminating")
        }
        Observed::Absent if has_flag(asked, "enable-namespace-creation") => {
            let text = format!(
                "the namespace {name} does not exist in {consumer}; the service mirror creates it, and pods there get no \
                 proxy unless it is annotated"
            );
            return Some(Finding::info("namespace-missing", &[consumer], text));
        }
        Observed::Absent => {
            let text =
                format!("the namespace {name} does not exist in {consumer}, so nothing is mirrored into it");
            let action = format!(
                "make it, with the annotation linkerd.io/inject and the labels of pod security that it has in {}; to make it, run",
                asked.seen.exporter
            );
            (text, Remedy::run(action, asked.kubectl(&["create", "namespace", name])), "<none>")
        }
    };
    let finding = Finding { ground, ..Finding::error("namespace-missing", &asked.both(), text, remedy) };
    let object = ObjectRef::cluster_scoped(consumer, Kind::Namespace, name);
    Some(finding.about(object).seen("status.phase", phase))
}
