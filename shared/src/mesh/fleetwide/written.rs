//! Clusters of which there are manifests alone: what is written is judged, and what is missing may be there all the same.

use super::super::checks::CHECKS;
use super::super::link::Link;
use super::super::snapshot::{ConsumerSeen, LinkSeen, MeshSeen};
use crate::terms::{ClusterName, Kind, ObjectRef, Observed};
use crate::verdict::{Evidence, Finding, Remedy, Severity};
use std::collections::BTreeSet;

/// Checks whose whole answer is written somewhere, and that take nothing that is missing for a fault. All others ask pods,
/// addresses or accounts, or whether something is there.
const WRITTEN: [&str; 30] = [
    "cilium-cni",
    "cilium-sockets",
    "client-ingress",
    "copied-labels",
    "credentials-expired",
    "credentials-name",
    "credentials-server",
    "credentials-trust",
    "export-is-mirror",
    "export-protocol",
    "export-shape",
    "federated-mode",
    "flat-mode",
    "flat-network",
    "gateway-identity",
    "gateway-mode",
    "gateway-probe",
    "link-fields",
    "link-selects-all",
    "link-twice",
    "link-version",
    "mirror-name-clash",
    "mirror-name-length",
    "namespace-injection",
    "opaque-ports",
    "route-circle",
    "target-control-plane",
    "target-domain",
    "trust-expiry",
    "trust-roots",
];

/// Whether manifests answer a check.
pub(super) fn is_answered(check: &str) -> bool {
    WRITTEN.contains(&check)
}

/// The clusters of a run of which there are manifests alone, in the order of the fleet.
pub(super) fn clusters(sides: &[MeshSeen]) -> Vec<&ClusterName> {
    let Some(seen) = sides.first() else { return Vec::new() };
    seen.fleet.names().filter(|name| seen.written.contains(*name)).collect()
}

/// That some checks ask a running cluster; said once.
pub(super) fn unasked(sides: &[MeshSeen], is_chosen: &dyn Fn(&str) -> bool) -> Option<Finding> {
    let clusters = clusters(sides);
    let live: Vec<&str> =
        CHECKS.iter().map(|check| check.id).filter(|id| is_chosen(id) && !is_answered(id)).collect();
    let example =
        live.iter().find(|id| **id == "gateway-up").or(live.first()).filter(|_| !clusters.is_empty())?;
    let many = if live.len() == 1 { "1 check".to_owned() } else { format!("{} checks", live.len()) };
    let why = format_args!("needed by {many}, such as {example}");
    Some(Finding::not_asked("not-looked-at", &clusters, "what only a running cluster shows", why).mutual())
}

/// What is to be said where no manifest has a Link between clusters of the run: that nothing was judged, and no fault, since
/// Links may be made elsewhere.
pub(super) fn unlinked(sides: &[MeshSeen]) -> Finding {
    let all = sides.iter().flat_map(MeshSeen::others).filter_map(|(_, consumer)| match consumer {
        Observed::Present(consumer) => Some(&consumer.links),
        Observed::Absent | Observed::Unknown(_) => None,
    });
    let known = all.filter_map(|links| if let Observed::Present(links) = links { Some(links) } else { None });
    let targets: BTreeSet<&str> =
        known.flatten().map(|seen| seen.link.target_cluster_name.as_str()).collect();
    let clusters = clusters(sides);
    let why = if targets.is_empty() {
        "none of the manifests read is a Link".to_owned()
    } else {
        let named: Vec<&str> = targets.into_iter().take(super::NAMED).collect();
        format!(
            "no Link points from one cluster of this run to another; they point to {}: name each cluster as Links call it",
            named.join(", ")
        )
    };
    Finding::not_asked("no-link", &clusters, "anything between the clusters", why).mutual()
}

/// Links of manifests to clusters that are no part of the run: their names may be mistyped.
pub(super) fn abroad(sides: &[MeshSeen]) -> Vec<Finding> {
    let links = |name: &ClusterName| {
        let seen = sides.iter().find_map(|seen| seen.consumers.get(name));
        let Some(Observed::Present(ConsumerSeen { links: Observed::Present(links), .. })) = seen else {
            return Vec::new();
        };
        let is_known =
            |one: &&LinkSeen| sides.iter().any(|seen| seen.exporter.as_str() == one.link.target_cluster_name);
        links.iter().filter(|one| !is_known(one)).map(|one| &one.link).collect()
    };
    let told = |name: &ClusterName, link: &Link| {
        let target = &link.target_cluster_name;
        let text =
            format!("the Link {} of {name} points to {target}, which is not part of this run", link.name);
        let object = ObjectRef::namespaced(name, Kind::Link, &link.namespace, &link.name);
        Finding::info("no-link", &[name], text).about(object).seen("spec.targetClusterName", target)
    };
    let all = clusters(sides).into_iter();
    all.flat_map(|name| links(name).into_iter().map(|link| told(name, link)).collect::<Vec<_>>()).collect()
}

/// A finding as it is told of manifests: what could not be seen is no fault, and what is to be done is to be done there.
pub(super) fn told(seen: &MeshSeen, mut finding: Finding) -> Finding {
    if finding.severity == Severity::Unknown {
        (finding.severity, finding.is_unseen) = (Severity::Info, true);
        finding.summary = format!("not looked at: {}", finding.summary);
    }
    let is_there = match &finding.object {
        Some(object) => seen.written.contains(&object.cluster),
        None => finding.clusters.iter().any(|name| seen.written.contains(name)),
    };
    if let Some(remedy) = finding.remedy.take() {
        finding.remedy = Some(if is_there { in_manifests(&finding, &remedy) } else { remedy });
    }
    finding
}

/// Commands to a cluster would be undone by what applies the manifests.
fn in_manifests(finding: &Finding, remedy: &Remedy) -> Remedy {
    let is_of_command = |last: &str| last.ends_with("run") || last.contains("run this");
    let mut action = remedy.action.as_str();
    while let Some((before, last)) = action.rsplit_once("; ")
        && is_of_command(last)
    {
        action = before;
    }
    let fields = fields_of_link(finding);
    if !fields.is_empty() && action.contains(ANEW) {
        let fields = fields.join(", ");
        return Remedy::new(format!(
            "in the manifests: correct {fields}, or recreate the Link with `linkerd multicluster link-gen`"
        ));
    }
    // What can be edited in a cluster can be edited in its file.
    let begins = [" with `kubectl ", " (`kubectl "];
    let action = begins.into_iter().fold(action.to_owned(), |action, begin| without(&action, begin));
    Remedy::new(format!("in the manifests: {action}"))
}

/// Without the command that begins so.
fn without(action: &str, begin: &str) -> String {
    let cut = action.split_once(begin).and_then(|(before, rest)| Some((before, rest.split_once('`')?.1)));
    let rest = |rest: &'_ str| rest.strip_prefix(')').unwrap_or(rest).to_owned();
    cut.map_or_else(|| action.to_owned(), |(before, after)| format!("{before}{}", rest(after)))
}

/// How it begins that a whole Link is made anew by a command.
const ANEW: &str = "recreate the Link in ";

/// The fields of a Link that a finding shows; of what cannot be read the words say which.
fn fields_of_link(finding: &Finding) -> Vec<&str> {
    if finding.object.as_ref().is_none_or(|object| object.kind != Kind::Link) {
        return Vec::new();
    }
    let mut fields: Vec<&str> = finding.evidence.iter().filter_map(field).collect();
    fields.dedup();
    fields
}

fn field(one: &Evidence) -> Option<&str> {
    let text = if one.field == "spec" { &one.value } else { &one.field };
    let (field, rest) = text.split_once(' ').unwrap_or((text, ""));
    let is_of_link = one.field == "spec" || rest.is_empty() || rest.starts_with("of link/");
    (field.starts_with("spec.") && is_of_link).then_some(field)
}

#[cfg(test)]
#[path = "written_tests.rs"]
mod tests;
