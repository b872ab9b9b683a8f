//! Which clusters are to get the mirrors, and what speaks against them.

use super::super::link::Link;
use super::super::snapshot::{Belonging, ConsumerSeen, MeshSeen};
use super::unlinked::{no_link, no_link_at_all};
use crate::terms::{ClusterName, Kind, ObjectRef, Observed, Obstacle};
use crate::verdict::{Finding, Remedy, against, kubectl};

/// The check that names clusters whose Links cannot be seen.
pub(super) const UNSEEN: &str = "cluster-unseen";

/// The consumers of an export, and the reasons that forbid some.
#[derive(Debug, Clone, PartialEq)]
pub struct Chosen<'a> {
    /// Each cluster with the Link that mirrors into it.
    pub consumers: Vec<(ClusterName, &'a Link)>,
    /// Reasons against, or things not seen.
    pub findings: Vec<Finding>,
    /// Those of them that may answer later, each with a finding of its own.
    pub unanswered: Vec<(ClusterName, Obstacle)>,
}

/// Why a cluster cannot be asked for its Links.
pub enum Blocked {
    /// It could not be looked at.
    Unseen(Obstacle),
    /// It has no Link to the exporter.
    NoLink,
}

/// Chooses the consumers: those named by `--to`, else every cluster with a Link to the exporter.
pub fn chosen<'a>(seen: &'a MeshSeen, asked: &[ClusterName]) -> Chosen<'a> {
    let mut chosen = Chosen { consumers: Vec::new(), findings: Vec::new(), unanswered: Vec::new() };
    for (name, consumer) in seen.others() {
        let is_asked = asked.contains(name);
        if !is_asked && !asked.is_empty() {
            continue;
        }
        match links(seen, name, consumer, &mut chosen.findings) {
            Ok(links) => chosen.consumers.extend(links.into_iter().map(|link| (name.clone(), link))),
            Err(Blocked::Unseen(obstacle)) => {
                chosen.findings.push(unseen(seen, name, &obstacle));
                chosen.unanswered.extend(obstacle.is_worth_another_try().then(|| (name.clone(), obstacle)));
            }
            Err(Blocked::NoLink) if is_asked => chosen.findings.push(no_link(seen, name)),
            Err(Blocked::NoLink) => {}
        }
    }
    if chosen.consumers.is_empty() && chosen.findings.is_empty() {
        chosen.findings.push(no_link_at_all(seen));
    }
    chosen
}

fn links<'a>(
    seen: &MeshSeen,
    name: &ClusterName,
    consumer: &'a Observed<ConsumerSeen>,
    findings: &mut Vec<Finding>,
) -> Result<Vec<&'a Link>, Blocked> {
    let consumer = match consumer {
        Observed::Present(consumer) => consumer,
        Observed::Absent => return Err(Blocked::NoLink),
        Observed::Unknown(obstacle) => return Err(Blocked::Unseen(obstacle.clone())),
    };
    let links = match &consumer.links {
        Observed::Present(links) => links,
        Observed::Absent | Observed::Unknown(Obstacle::NotServed { .. }) => return Err(Blocked::NoLink),
        Observed::Unknown(obstacle) => return Err(Blocked::Unseen(obstacle.clone())),
    };
    let mut ours = Vec::new();
    let mut unproved = Vec::new();
    for seen_link in links {
        match &seen_link.belonging {
            Belonging::Exporter(_) => {
                let unread = |obstacle| assumed(seen, (name, &seen_link.link), obstacle);
                findings.extend(seen_link.hidden.as_ref().map(unread));
                ours.push(&seen_link.link);
            }
            Belonging::Elsewhere | Belonging::Stranger(_) | Belonging::Itself => {}
            Belonging::Unknown(obstacle) => {
                unproved.push(unproven(seen, (name, &seen_link.link), (name, obstacle)));
            }
            Belonging::Unasked(obstacle) => {
                unproved.push(unproven(seen, (name, &seen_link.link), (&seen.exporter, obstacle)));
            }
        }
    }
    match (ours.is_empty(), unproved.is_empty()) {
        (true, true) => return Err(Blocked::NoLink),
        // Any of them may be the one.
        (true, false) => findings.extend(unproved),
        // A Link to the exporter is there; the others most likely lead elsewhere.
        (false, _) => {}
    }
    Ok(ours)
}

fn unseen(seen: &MeshSeen, name: &ClusterName, obstacle: &Obstacle) -> Finding {
    let remedy = against(obstacle, name, &seen.fleet);
    Finding::unknown(UNSEEN, &[name], format!("cannot see its Links: {obstacle}"), remedy)
        .seen("obstacle", obstacle.to_string())
}

/// A Link whose credentials nobody can read, and whose gateway or name is the exporter's.
fn assumed(seen: &MeshSeen, (name, link): (&ClusterName, &Link), obstacle: &Obstacle) -> Finding {
    let summary = format!(
        "the Link is assumed to point to {}, judging by its gateway or name, since its credentials cannot be read: {obstacle}",
        seen.exporter
    );
    Finding { summary, ..unproven(seen, (name, link), (name, obstacle)) }
}

/// A Link that may lead to the exporter or not. `place` is the cluster that could not be read.
fn unproven(
    seen: &MeshSeen,
    (name, link): (&ClusterName, &Link),
    (place, obstacle): (&ClusterName, &Obstacle),
) -> Finding {
    let why = if place == name {
        format!("its credentials ({}/{}) cannot be read: {obstacle}", link.namespace, link.credentials)
    } else {
        format!("cannot check in {place} whether the account of its credentials exists: {obstacle}")
    };
    let read =
        ["--namespace", &link.namespace, "get", "links.multicluster.linkerd.io", &link.name, "-o", "yaml"];
    let remedy = if matches!(obstacle, Obstacle::Malformed { .. }) {
        Remedy::run(
            "recreate the Link with `linkerd multicluster link-gen`; to see what it names, run",
            kubectl(&seen.fleet, name, &read),
        )
    } else {
        against(obstacle, place, &seen.fleet)
    };
    let text = format!("cannot tell which cluster the Link points to: {why}");
    let object = ObjectRef::namespaced(name, Kind::Link, &link.namespace, &link.name);
    let finding = Finding::unknown("link-credentials", &[&seen.exporter, name], text, remedy).about(object);
    let finding = finding.seen("spec.clusterCredentialsSecret", &link.credentials);
    if place != name || link.credentials.is_empty() {
        return finding;
    }
    finding.seen(format!("data.kubeconfig of secret/{}", link.credentials), obstacle.to_string())
}
