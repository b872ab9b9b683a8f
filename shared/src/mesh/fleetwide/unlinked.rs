//! A fleet in which nothing is linked.

use super::written;
use crate::mesh::export::{chosen, lacks_multicluster};
use crate::mesh::snapshot::{Belonging, ConsumerSeen, LinkSeen, MeshSeen};
use crate::terms::{ClusterName, Observed};
use crate::verdict::Finding;

/// What is wrong where no cluster of the fleet has a Link to another, told once: how the first one would be linked to.
pub(super) fn unlinked(sides: &[MeshSeen]) -> Option<Finding> {
    if !written::clusters(sides).is_empty() {
        return Some(written::unlinked(sides));
    }
    if sides.iter().any(is_unsure) {
        return None;
    }
    let first = sides.first()?;
    let found = chosen(first, &[]).findings.into_iter().find(|finding| finding.check == "no-link")?;
    let clusters: Vec<&ClusterName> = first.fleet.names().collect();
    let lacks = |name: &&ClusterName| sides.iter().any(|seen| lacks_multicluster(seen, name));
    let lacking: Vec<&str> = clusters.iter().copied().filter(lacks).map(ClusterName::as_str).collect();
    let why = match lacking.as_slice() {
        [] => String::new(),
        names => format!(
            ": Linkerd multicluster is not installed in {} (no Links are served)",
            names.join(" and ")
        ),
    };
    let text =
        format!("no cluster of this run has a Link to another, so nothing is mirrored between them{why}");
    let finding = Finding::error("no-link", &clusters, text, found.remedy?).mutual();
    Some(finding.seen("links", "none to another cluster"))
}

/// Whether there is a Link of which nobody can say where it leads to: that is told by itself.
fn is_unsure(seen: &MeshSeen) -> bool {
    let is_unsure = |one: &LinkSeen| matches!(one.belonging, Belonging::Unknown(_) | Belonging::Unasked(_));
    seen.others().any(|(_, consumer)| {
        let Observed::Present(ConsumerSeen { links: Observed::Present(links), .. }) = consumer else {
            return false;
        };
        links.iter().any(is_unsure)
    })
}
