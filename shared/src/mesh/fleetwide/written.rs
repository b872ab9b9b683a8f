//! Clusters of which there are manifests alone: what is written is judged, and what is missing may be there all the same.

use super::super::checks::CHECKS;
use super::super::link::{Link, Way};
use super::super::names::{EXPORTED, FEDERATED};
use super::super::snapshot::{ConsumerSeen, Key, Mark, MeshSeen};
use crate::terms::{ClusterName, Kind, Labels, ObjectRef, Observed, Obstacle};
use crate::verdict::{Finding, Remedy, Severity};
use std::collections::BTreeSet;

/// Checks whose whole answer is written somewhere, and that take nothing that is missing for a fault. All others ask pods,
/// addresses or accounts, or whether something is there.
const WRITTEN: [&str; 27] = [
    "cilium-cni",
    "cilium-sockets",
    "client-ingress",
    "copied-labels",
    "credentials-expired",
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
    "link-fields",
    "link-selects-all",
    "link-twice",
    "link-version",
    "mirror-name-clash",
    "mirror-name-length",
    "namespace-injection",
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
    let many = if live.len() == 1 { "1 check asks".to_owned() } else { format!("{} checks ask", live.len()) };
    let why = format_args!("for which {many}, such as {example}");
    Some(Finding::not_asked("not-looked-at", &clusters, "what only a running cluster shows", why))
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
        "no manifest is of a Link".to_owned()
    } else {
        let named: Vec<&str> = targets.into_iter().take(super::NAMED).collect();
        format!(
            "no Link leads from one cluster of this run to another; they lead to {}: name each cluster as Links call it",
            named.join(", ")
        )
    };
    Finding::not_asked("no-link", &clusters, "anything between the clusters", why)
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
    finding.remedy = finding.remedy.map(|remedy| if is_there { in_manifests(&remedy) } else { remedy });
    finding
}

/// Commands to a cluster would be undone by what applies the manifests.
fn in_manifests(remedy: &Remedy) -> Remedy {
    let action = match remedy.action.rsplit_once("; ") {
        Some((action, command)) if command.ends_with("run") => action,
        Some(_) | None => &remedy.action,
    };
    Remedy::new(format!("in the manifests: {action}"))
}

/// The labels that ask for mirrors, and the values that they have.
const LABELS: [(&str, &[&str]); 2] = [(EXPORTED, &["true", "remote-discovery"]), (FEDERATED, &["member"])];
/// What somebody means by a yes.
const YES: [&str; 5] = ["1", "enabled", "on", "y", "yes"];
/// So many letters may be mistyped.
const SLIP: usize = 2;

/// Services that somebody wants mirrored, by a label that no Link takes.
pub(super) fn mislabelled(seen: &MeshSeen) -> Vec<Finding> {
    let consumers = seen.others().map(|(name, _)| name);
    let links: Vec<_> = consumers.flat_map(|name| seen.links_of(name)).collect();
    let is_selected = |mark: &Mark| {
        let labels = Labels::from([(mark.field.clone(), mark.value.clone())]);
        mark.is_label
            && mark.is_text
            && Way::ALL.iter().any(|way| links.iter().any(|link| link.goes(&labels, *way)))
    };
    let unselected = seen.marks.iter().filter(|mark| !is_selected(mark));
    let slips = unselected.filter_map(|mark| odd(mark).map(|why| of_mark(seen, mark, &why)));
    slips.chain(unserved(seen, &links)).collect()
}

/// The labels that ask for a mirror as Links usually do, with the selector that takes them.
const USUAL: [(&str, &str, Way, &str); 3] = [
    (EXPORTED, "true", Way::Gateway, "spec.selector"),
    (EXPORTED, "remote-discovery", Way::Flat, "spec.remoteDiscoverySelector"),
    (FEDERATED, "member", Way::Federated, "spec.federatedServiceSelector"),
];

/// Whether a cluster may have Links that nobody could see.
fn is_hidden(consumer: &Observed<ConsumerSeen>) -> bool {
    match consumer {
        Observed::Present(consumer) => {
            consumer.links.obstacle().is_some_and(|why| !matches!(why, Obstacle::NotServed { .. }))
        }
        Observed::Absent | Observed::Unknown(_) => true,
    }
}

/// What is written right, and asked for by no Link: its selector may be mistyped. One that cannot be used is
/// another finding, and one that takes the label with others besides may have them somewhere.
fn unserved(seen: &MeshSeen, links: &[&Link]) -> Vec<Finding> {
    let Observed::Present(services) = &seen.services else { return Vec::new() };
    if seen.others().any(|(_, consumer)| is_hidden(consumer)) {
        return Vec::new();
    }
    let speaks = |link: &Link, labels: &Labels, way: Way| {
        let selector = link.selector_of(way);
        let mut about = selector.requirements().filter(|part| labels.contains_key(&part.key)).peekable();
        let is_odd = !link.problems.is_empty() || selector.problem().is_some();
        is_odd || about.peek().is_some() && about.all(|part| part.holds(labels))
    };
    let of_usual = |(field, value, way, selector): (&str, &str, Way, &str)| {
        let labels = Labels::from([(field.to_owned(), value.to_owned())]);
        let is_asked =
            |mark: &&Mark| mark.is_label && mark.is_text && mark.field == field && mark.value == value;
        let lost =
            seen.marks.iter().filter(is_asked).filter(|mark| !services.by_key.contains_key(&mark.service));
        let lost: Vec<&Key> = lost.map(|mark| &mark.service).collect();
        let is_spoken_of = links.iter().any(|link| Way::ALL.iter().any(|way| speaks(link, &labels, *way)));
        let (first, link) = (lost.first()?, links.first().filter(|_| !is_spoken_of)?);
        let exporter = &seen.exporter;
        let names: Vec<String> =
            lost.iter().take(super::NAMED).map(|key| format!("svc/{}/{}", key.namespace, key.name)).collect();
        let (more, are) = (
            if lost.len() > names.len() { " and others" } else { "" },
            if lost.len() == 1 { "is" } else { "are" },
        );
        let text = format!(
            "no Link to {exporter} selects {field}={value}: {}{more} {are} not mirrored",
            names.join(", ")
        );
        let remedy = Remedy::new(format!(
            "in the manifests: correct {selector} of the Link {}, or take the label off",
            link.name
        ));
        let finding = Finding::warning("export-label", &[exporter], text, remedy);
        let object = ObjectRef::namespaced(exporter, Kind::Service, &first.namespace, &first.name);
        let finding = finding.about(object).seen(format!("metadata.labels[{field}]"), value);
        Some(finding.seen(format!("{selector} of link/{}", link.name), link.selector_of(way).query()))
    };
    USUAL.into_iter().filter_map(of_usual).collect()
}

/// Why a mark of a Service means nothing, and what was meant; `None` where it may be meant as it is.
fn odd(mark: &Mark) -> Option<(String, String)> {
    let Mark { field, value, .. } = mark;
    let (label, values) =
        LABELS.into_iter().find(|(label, _)| field == label || strsim::osa_distance(field, label) <= SLIP)?;
    let wanted = |value: &str| format!("{label}: \"{value}\"");
    let lower = value.to_lowercase();
    let near = values.iter().copied().min_by_key(|known| strsim::osa_distance(&lower, known))?;
    let is_near = strsim::osa_distance(&lower, near) <= SLIP;
    if mark.is_label && !mark.is_text {
        let first = values.first().copied().unwrap_or_default();
        let meant = if value == "false" {
            "false"
        } else if is_near {
            near
        } else {
            first
        };
        return Some((
            format!("{field} is {value} without quotes, which is no text: API servers refuse it"),
            wanted(meant),
        ));
    }
    if !mark.is_label {
        return (field == label && is_near)
            .then(|| (format!("{field} is an annotation, where it counts for nothing"), wanted(near)));
    }
    if field != label {
        return is_near.then(|| (format!("the label {field} means nothing"), wanted(near)));
    }
    let meant =
        if YES.contains(&lower.as_str()) { values.first().copied() } else { Some(near).filter(|_| is_near) };
    let is_known = values.contains(&value.as_str());
    meant
        .filter(|_| !is_known)
        .map(|meant| (format!("{field}={value} is selected by no Link"), wanted(meant)))
}

fn of_mark(seen: &MeshSeen, mark: &Mark, (why, meant): &(String, String)) -> Finding {
    let exporter = &seen.exporter;
    let field = if mark.is_label { "labels" } else { "annotations" };
    let remedy = Remedy::new(format!("in the manifests: label it {meant}"));
    let finding =
        Finding::error("export-label", &[exporter], format!("{why}, so it is not mirrored"), remedy);
    let object = ObjectRef::namespaced(exporter, Kind::Service, &mark.service.namespace, &mark.service.name);
    finding.about(object).seen(format!("metadata.{field}[{}]", mark.field), &mark.value)
}

#[cfg(test)]
#[path = "written_tests.rs"]
mod tests;
