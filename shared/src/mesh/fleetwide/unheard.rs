//! Labels that ask for mirrors in a cluster to which no Link leads.

use super::NAMED;
use super::labels::{CHECK, is_hidden, object};
use super::nowhere::{self, anew};
use crate::mesh::names::EXPORTED;
use crate::mesh::snapshot::{Belonging, Key, LinkSeen, Mark, MeshSeen};
use crate::terms::{ClusterName, Kind, ObjectRef};
use crate::verdict::{Finding, Remedy};

/// What asks there for a mirror, where other clusters are linked to. It may be meant so: one manifest serves several clusters, or a Link
/// is still to come.
pub(super) fn unheard(sides: &[MeshSeen], seen: &MeshSeen) -> Option<Finding> {
    let exporter = &seen.exporter;
    let is_linked = sides.iter().any(|side| !super::links(side).is_empty());
    let is_hidden = seen.others().any(|(_, consumer)| is_hidden(consumer));
    if !is_linked || is_hidden || seen.written.contains(exporter) {
        return None;
    }
    let asks = |mark: &&Mark| {
        let value = mark.value.as_str();
        mark.is_label && mark.field == EXPORTED && ["true", "remote-discovery"].contains(&value)
    };
    let first = seen.marks.iter().find(asks)?;
    let all: Vec<&Key> = seen.marks.iter().filter(asks).map(|mark| &mark.service).collect();
    let text = unasked(&format!("no Link of this run points to {exporter}"), &all);
    let label = format!("metadata.labels[{EXPORTED}]");
    if let Some(finding) = misnamed(sides, seen, &text) {
        return Some(finding.seen(format!("{label} of svc/{}", first.service.name), &first.value));
    }
    let finding = Finding::info(CHECK, &[exporter], text).about(object(seen, &first.service));
    Some(finding.seen(label, &first.value))
}

/// A Link that is called like the exporter, and has the credentials of another cluster: who made it may have meant the former.
fn misnamed(sides: &[MeshSeen], seen: &MeshSeen, lost: &str) -> Option<Finding> {
    let meant = &seen.exporter;
    let is_called = |(name, one): &(&ClusterName, &LinkSeen)| {
        let target = one.link.target_cluster_name.as_str();
        let is_of_it = meant.as_str() == target || seen.context(meant) == target;
        is_of_it && *name != meant && matches!(one.belonging, Belonging::Exporter(_))
    };
    let of_side = |side| MeshSeen::links(side).filter(is_called).map(|found| (&side.exporter, found));
    let all = sides.iter().flat_map(of_side);
    let (other, (consumer, LinkSeen { link, server, .. })) =
        all.min_by_key(|(other, (consumer, one))| (*other, *consumer, &one.link.name))?;
    let text = format!(
        "the Link {} of {consumer} is named for {meant} but has the credentials of {other}; {lost}",
        link.name
    );
    let anew = anew(seen, consumer, link);
    let action = format!("unless {other} is meant, {}", anew.action);
    let remedy = Remedy { action, ..anew };
    let object = ObjectRef::namespaced(consumer, Kind::Link, &link.namespace, &link.name);
    let finding = Finding::warning(nowhere::CHECK, &[meant, consumer, other], text, remedy).about(object);
    let field = format!("clusters[].cluster.server in data.kubeconfig of secret/{}", link.credentials);
    Some(finding.seen("spec.targetClusterName", &link.target_cluster_name).seen(field, server))
}

/// What is so, and which Services are not mirrored for that.
pub(super) fn unasked(what: &str, lost: &[&Key]) -> String {
    let names: Vec<String> =
        lost.iter().take(NAMED).map(|key| format!("svc/{}/{}", key.namespace, key.name)).collect();
    let more = if lost.len() > names.len() { " and others" } else { "" };
    let are = if lost.len() == 1 { "is" } else { "are" };
    format!("{what}: {}{more} {are} not mirrored", names.join(", "))
}
