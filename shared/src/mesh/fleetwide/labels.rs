//! Services that somebody wants mirrored, by what no Link takes: a label that is mistyped, or a right one that no selector asks for.

use super::direction::Direction;
use super::members::is_joined_at_home;
use super::told::Told;
use super::unheard::{unasked, unheard};
use crate::mesh::export::label_command;
use crate::mesh::link::{Link, Way};
use crate::mesh::names::{self, EXPORTED, FEDERATED};
use crate::mesh::snapshot::{Belonging, ConsumerSeen, Key, Mark, MeshSeen, Objects, ServiceSeen};
use crate::terms::{ClusterName, Kind, LabelSelector, Labels, ObjectRef, Observed, Obstacle};
use crate::verdict::{Finding, Ground, Remedy, Severity, kubectl};

pub(super) const CHECK: &str = "export-label";

/// The labels that ask for mirrors, and the values that they have.
const LABELS: [(&str, &[&str]); 2] = [(EXPORTED, &["true", "remote-discovery"]), (FEDERATED, &["member"])];
/// What somebody means by a yes.
const YES: [&str; 5] = ["1", "enabled", "on", "y", "yes"];
/// So many letters may be mistyped.
const SLIP: usize = 2;

/// A Link to the exporter, and the cluster that it is in.
type Selecting<'a> = (&'a ClusterName, &'a Link);

/// What is found of the exporter's Services, each where a mirror that is left over would stand: it follows from this.
pub(super) fn tell(sides: &[MeshSeen], seen: &MeshSeen, links: &[Selecting<'_>], told: &mut Told<'_>) {
    if links.is_empty() {
        told.of_everybody(unheard(sides, seen));
    }
    for (key, finding) in mislabelled(sides, seen, links) {
        if links.is_empty() {
            told.of_everybody([finding]);
            continue;
        }
        for (consumer, link) in links.iter().copied() {
            let place = Direction { seen, consumer, link }.place();
            let mirror = names::mirror(&key.name, &link.target_cluster_name);
            for name in [mirror, names::federated(&key.name)] {
                told.of_mirror(&place, &Key::new(&key.namespace, name), vec![finding.clone()]);
            }
        }
    }
}

/// Whether there are manifests alone of the exporter: what is to be done is to be done there.
fn is_written(seen: &MeshSeen) -> bool {
    seen.written.contains(&seen.exporter)
}

/// Services that somebody wants mirrored, by a label that no Link takes. Where a Link may be one that nobody could see, a
/// running cluster is accused of nothing.
pub(super) fn mislabelled(
    sides: &[MeshSeen],
    seen: &MeshSeen,
    links: &[Selecting<'_>],
) -> Vec<(Key, Finding)> {
    let is_clear = seen.others().all(|(_, consumer)| !is_hidden(consumer)) && !links.is_empty();
    if !is_clear && !is_written(seen) {
        return Vec::new();
    }
    let is_selected = |mark: &Mark| {
        let labels = Labels::from([(mark.field.clone(), mark.value.clone())]);
        mark.is_label
            && mark.is_text
            && Way::ALL.iter().any(|way| links.iter().any(|(_, link)| link.goes(&labels, *way)))
    };
    let is_mirrored = |key: &Key| match &seen.services {
        Observed::Present(services) => services.by_key.contains_key(key),
        Observed::Absent | Observed::Unknown(_) => false,
    };
    // Whoever is mirrored by another label has what was meant.
    let is_odd_anyway = |mark: &Mark| is_written(seen) && names::misplaced(&mark.field).is_none();
    let is_open = |mark: &&Mark| is_odd_anyway(mark) || !is_mirrored(&mark.service);
    let unselected = seen.marks.iter().filter(|mark| !is_selected(mark)).filter(is_open);
    let slips =
        unselected.filter_map(|mark| odd(mark).map(|why| (mark.service.clone(), of_mark(seen, mark, &why))));
    slips.chain(unserved(sides, seen, links)).collect()
}

/// The labels that ask for a mirror as Links usually do, with the selector that takes them.
const USUAL: [(&str, &str, Way, &str); 3] = [
    (EXPORTED, "true", Way::Gateway, "spec.selector"),
    (EXPORTED, "remote-discovery", Way::Flat, "spec.remoteDiscoverySelector"),
    (FEDERATED, "member", Way::Federated, "spec.federatedServiceSelector"),
];

/// Whether a cluster may have Links to the exporter that nobody could see.
pub(super) fn is_hidden(consumer: &Observed<ConsumerSeen>) -> bool {
    let Observed::Present(consumer) = consumer else { return true };
    let is_unsure =
        |belonging: &Belonging| matches!(belonging, Belonging::Unknown(_) | Belonging::Unasked(_));
    match &consumer.links {
        Observed::Present(links) => links.iter().any(|seen| is_unsure(&seen.belonging)),
        Observed::Absent => false,
        Observed::Unknown(why) => !matches!(why, Obstacle::NotServed { .. }),
    }
}

/// Whether a Link says something of such labels that holds, or nothing that could be relied on. One that takes the label with
/// others besides has to have them somewhere.
fn speaks(link: &Link, labels: &Labels, way: Way, services: &Objects<ServiceSeen>) -> bool {
    let selector = link.selector_of(way);
    let is_odd = !link.problems.is_empty() || selector.problem().is_some();
    let is_alone = || selector.requirements().all(|part| labels.contains_key(&part.key));
    let has_some = || services.by_key.values().any(|service| link.goes(&service.labels, way));
    is_odd || has(selector, labels) && (is_alone() || has_some())
}

/// Whether a selector asks for such labels, perhaps among others.
fn has(selector: &LabelSelector, labels: &Labels) -> bool {
    let mut about = selector.requirements().filter(|part| labels.contains_key(&part.key)).peekable();
    about.peek().is_some() && about.all(|part| part.holds(labels))
}

/// What is written right, and asked for by no Link: its selector may be mistyped, or it has none for that. One that cannot be
/// used is another finding.
fn unserved(sides: &[MeshSeen], seen: &MeshSeen, links: &[Selecting<'_>]) -> Vec<(Key, Finding)> {
    let Observed::Present(services) = &seen.services else { return Vec::new() };
    if seen.others().any(|(_, consumer)| is_hidden(consumer)) {
        return Vec::new();
    }
    let of_usual = |(field, value, way, selector): (&str, &str, Way, &'static str)| {
        let labels = Labels::from([(field.to_owned(), value.to_owned())]);
        let is_asked =
            |mark: &&Mark| mark.is_label && mark.is_text && mark.field == field && mark.value == value;
        let lost =
            seen.marks.iter().filter(is_asked).filter(|mark| !services.by_key.contains_key(&mark.service));
        let lost: Vec<&Key> = lost.map(|mark| &mark.service).collect();
        let is_spoken_of =
            links.iter().any(|(_, link)| Way::ALL.iter().any(|way| speaks(link, &labels, *way, services)))
                || (way == Way::Federated && is_joined_at_home(sides, seen, &lost));
        let (first, link) = (*lost.first()?, links.first().filter(|_| !is_spoken_of)?);
        let is_part = links.iter().any(|(_, link)| has(link.selector_of(way), &labels));
        let label = format!("{field}={value}");
        let what = if is_part {
            format!("no Service of {} has what else a Link selects besides {label}", seen.exporter)
        } else if links.iter().all(|(_, link)| link.is_pruned(selector)) {
            format!("no Link to {} can select {label}, which needs Linkerd 2.17", seen.exporter)
        } else {
            format!("no Link to {} selects {label}", seen.exporter)
        };
        let text = unasked(&what, &lost);
        let remedy = corrected(seen, *link, selector);
        // A selector that selects something else may be meant so; one that selects nothing never mirrors what is asked for.
        let is_unable = links.iter().all(|(_, link)| is_without(link, way));
        let severity = if is_unable { Severity::Error } else { Severity::Warning };
        let finding = Finding::warning(CHECK, &[&seen.exporter], text, remedy).about(object(seen, first));
        let finding = Finding { severity, ..finding }.seen(format!("metadata.labels[{field}]"), value);
        let (_, link) = link;
        let field = format!("{selector} of link/{}", link.name);
        Some((first.clone(), finding.seen(field, link.selector_of(way).query())))
    };
    USUAL.into_iter().filter_map(of_usual).collect()
}

/// Whether a Link mirrors nothing in this way, whatever labels say.
fn is_without(link: &Link, way: Way) -> bool {
    link.selector_of(way).query().is_empty() || (way == Way::Gateway && link.gateway_address.is_empty())
}

fn corrected(seen: &MeshSeen, (consumer, link): Selecting<'_>, selector: &str) -> Remedy {
    let is_gatewayless = selector == "spec.selector" && link.gateway_address.is_empty();
    let action = if link.is_pruned(selector) {
        format!("upgrade Linkerd of {consumer} (federated Services need 2.17), or remove the label")
    } else if is_gatewayless {
        format!(
            "the Link {} has no gateway: recreate it with one (`linkerd multicluster link-gen`), or, if pods reach each \
             other's addresses, label the Service {EXPORTED}=remote-discovery",
            link.name
        )
    } else {
        format!("correct {selector} of the Link {}, or remove the label", link.name)
    };
    if is_written(seen) {
        return Remedy::new(format!("in the manifests: {action}"));
    }
    let kind = "links.multicluster.linkerd.io";
    let words = ["--namespace", &link.namespace, "get", kind, &link.name, "-o", "yaml"];
    Remedy::run(format!("{action}; to see what it selects, run"), kubectl(&seen.fleet, consumer, &words))
}

pub(super) fn object(seen: &MeshSeen, key: &Key) -> ObjectRef {
    ObjectRef::namespaced(&seen.exporter, Kind::Service, &key.namespace, &key.name)
}

/// Why a mark of a Service means nothing, and the label that was meant; `None` where it may be meant as it is.
fn odd(mark: &Mark) -> Option<(String, (&'static str, &'static str))> {
    let Mark { field, value, .. } = mark;
    let (label, values) = LABELS.into_iter().find(|(label, _)| {
        strsim::osa_distance(field, label) <= SLIP || names::misplaced(field) == Some(*label)
    })?;
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
        let why = format!("{field} is {value} without quotes, which is not a string: API servers reject it");
        return Some((why, (label, meant)));
    }
    if !mark.is_label {
        let why = || format!("{field} is set as an annotation, where it has no effect");
        return (field == label && is_near).then(|| (why(), (label, near)));
    }
    if field != label {
        return is_near.then(|| (format!("the label {field} has no effect"), (label, near)));
    }
    // What one label is told, the other does not know.
    let is_yes = YES.contains(&lower.as_str()) || (lower == "true" && !values.contains(&"true"));
    let meant = if is_yes { values.first().copied() } else { Some(near).filter(|_| is_near) };
    let is_known = values.contains(&value.as_str());
    let why = || format!("{field}={value} is selected by no Link");
    meant.filter(|_| !is_known).map(|meant| (why(), (label, meant)))
}

/// An API server refuses some of what is written; of a running cluster nothing is broken, and something is missing.
fn of_mark(seen: &MeshSeen, mark: &Mark, (why, (label, meant)): &(String, (&str, &str))) -> Finding {
    let (remedy, severity) = if is_written(seen) {
        (Remedy::new(format!("in the manifests: label it {label}: \"{meant}\"")), Severity::Error)
    } else {
        let command =
            label_command(seen, &mark.service, &[format!("{label}={meant}"), "--overwrite".to_owned()]);
        let action = "set the label in its manifests; if it has none, run";
        (Remedy::run(action, command), Severity::Warning)
    };
    let field = if mark.is_label { "labels" } else { "annotations" };
    let text = format!("{why}, so it is not mirrored");
    let finding = Finding::error(CHECK, &[&seen.exporter], text, remedy).about(object(seen, &mark.service));
    let finding = Finding { severity, ..finding }.on(Ground::Mistyped);
    finding.seen(format!("metadata.{field}[{}]", mark.field), &mark.value)
}

#[cfg(test)]
#[path = "labels_tests.rs"]
mod tests;
