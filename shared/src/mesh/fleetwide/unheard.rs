//! Labels that ask for mirrors in a cluster to which no Link leads.

use super::NAMED;
use super::labels::{CHECK, is_hidden, object};
use crate::mesh::names::EXPORTED;
use crate::mesh::snapshot::{Key, Mark, MeshSeen};
use crate::verdict::Finding;

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
    let text = unasked(&format!("no Link of this run leads to {exporter}"), &all);
    let finding = Finding::info(CHECK, &[exporter], text).about(object(seen, &first.service));
    Some(finding.seen(format!("metadata.labels[{EXPORTED}]"), &first.value))
}

/// What is so, and which Services are not mirrored for that.
pub(super) fn unasked(what: &str, lost: &[&Key]) -> String {
    let names: Vec<String> =
        lost.iter().take(NAMED).map(|key| format!("svc/{}/{}", key.namespace, key.name)).collect();
    let more = if lost.len() > names.len() { " and others" } else { "" };
    let are = if lost.len() == 1 { "is" } else { "are" };
    format!("{what}: {}{more} {are} not mirrored", names.join(", "))
}
