//! Which clusters are to get the mirrors, and what speaks against them.

use super::super::link::Link;
use super::super::snapshot::{Belonging, ConsumerSeen, MeshSeen};
use crate::terms::{ClusterName, Kind, ObjectRef, Observed, Obstacle};
use crate::verdict::{Finding, Remedy, against, command, kubectl};

/// The check that names clusters whose Links cannot be seen.
pub(super) const UNSEEN: &str = "cluster-unseen";

/// What is proposed as the end of mirrors' names is no longer, so that Services with usual names keep room.
const LONGEST_SUFFIX: usize = 20;

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
            Belonging::Exporter(_) => ours.push(&seen_link.link),
            Belonging::Elsewhere => {}
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

/// A Link that may lead to the exporter or not. `place` is the cluster that could not be read.
fn unproven(
    seen: &MeshSeen,
    (name, link): (&ClusterName, &Link),
    (place, obstacle): (&ClusterName, &Obstacle),
) -> Finding {
    let why = if place == name {
        format!("its credentials ({}/{}) cannot be read: {obstacle}", link.namespace, link.credentials)
    } else {
        format!("{place} cannot be asked whether it knows the account of its credentials: {obstacle}")
    };
    let read =
        ["--namespace", &link.namespace, "get", "links.multicluster.linkerd.io", &link.name, "-o", "yaml"];
    let remedy = if matches!(obstacle, Obstacle::Malformed { .. }) {
        Remedy::run(
            "make the Link anew with `linkerd multicluster link-gen`; to see what it names, run",
            kubectl(&seen.fleet, name, &read),
        )
    } else {
        against(obstacle, place, &seen.fleet)
    };
    let text = format!("cannot tell which cluster the Link leads to: {why}");
    Finding::unknown("link-credentials", &[&seen.exporter, name], text, remedy).about(ObjectRef::namespaced(
        name,
        Kind::Link,
        &link.namespace,
        &link.name,
    ))
}

fn no_link(seen: &MeshSeen, name: &ClusterName) -> Finding {
    let exporter = &seen.exporter;
    if lacks_multicluster(seen, name) {
        return not_installed(seen, &[name]);
    }
    Finding::error(
        "no-link",
        &[exporter, name],
        format!("{name} has no Link to {exporter}, so nothing is mirrored from {exporter} into it"),
        link_it(seen, name),
    )
}

fn no_link_at_all(seen: &MeshSeen) -> Finding {
    let exporter = &seen.exporter;
    let others: Vec<&ClusterName> = seen.others().map(|(name, _)| name).collect();
    if !others.is_empty() && others.iter().all(|name| lacks_multicluster(seen, name)) {
        return not_installed(seen, &others);
    }
    let remedy = others.first().map_or_else(|| name_others(seen), |first| link_it(seen, first));
    Finding::error(
        "no-link",
        &[exporter],
        format!("no cluster of this run has a Link to {exporter}, so its Services are mirrored nowhere"),
        remedy,
    )
}

fn name_others(seen: &MeshSeen) -> Remedy {
    let contexts = format!("{},OTHER", seen.context(&seen.exporter));
    Remedy::new(format!(
        "it is the only cluster of this run; name the others too, as in `{}`",
        command(["--contexts", &contexts])
    ))
}

/// Whether a cluster does not even know what a Link is.
fn lacks_multicluster(seen: &MeshSeen, name: &ClusterName) -> bool {
    let consumer = seen.consumers.get(name).and_then(|consumer| match consumer {
        Observed::Present(consumer) => Some(consumer),
        Observed::Absent | Observed::Unknown(_) => None,
    });
    consumer.is_some_and(|seen| matches!(seen.links, Observed::Unknown(Obstacle::NotServed { .. })))
}

fn not_installed(seen: &MeshSeen, names: &[&ClusterName]) -> Finding {
    let exporter = &seen.exporter;
    let listed = names.iter().map(|name| name.as_str()).collect::<Vec<_>>().join(", ");
    let text = format!(
        "Linkerd multicluster is not installed in {listed} (no Links are served), so nothing is mirrored there"
    );
    let clusters: Vec<&ClusterName> = [exporter].into_iter().chain(names.iter().copied()).collect();
    let first = names.first().copied().unwrap_or(exporter);
    let install = linkerd(seen, first, &["multicluster", "install"]);
    let apply = kubectl(&seen.fleet, first, &["apply", "-f", "-"]);
    let remedy = Remedy::run("install it, then link the clusters", format!("{install} | {apply}"));
    Finding::error("no-link", &clusters, text, remedy)
}

/// Since Linkerd 2.18 a Link alone does nothing: its controller is a value of the chart.
fn link_it(seen: &MeshSeen, consumer: &ClusterName) -> Remedy {
    let name = as_dns_label(seen.exporter.as_str());
    let make = linkerd(seen, &seen.exporter, &["multicluster", "link-gen", "--cluster-name", &name]);
    let apply = kubectl(&seen.fleet, consumer, &["apply", "-f", "-"]);
    let action = format!(
        "link them, and give the Link its controller: `controllers: [{{link: {{ref: {{name: {name}}}}}}}]` in the Helm \
         values of linkerd-multicluster in {consumer}; to make the Link, run"
    );
    Remedy::run(action, format!("{make} | {apply}"))
}

/// Linkerd's own command knows a few of kubectl's flags.
pub(crate) fn linkerd(seen: &MeshSeen, cluster: &ClusterName, words: &[&str]) -> String {
    let route = seen.fleet.route();
    let file = route.kubeconfig.iter().flat_map(|file| ["--kubeconfig", file]);
    let head = ["linkerd"].into_iter().chain(file).chain(["--context", seen.context(cluster)]);
    let pairs = route
        .identity
        .chunks(2)
        .filter(|pair| matches!(pair, [flag, _] if flag == "--as" || flag == "--as-group"));
    let identity = pairs.flatten().map(String::as_str);
    command(head.chain(identity).chain(words.iter().copied()))
}

/// A name as mirrors can end with it: contexts are called `admin@infra` or `arn:aws:eks:...`, labels are not.
fn as_dns_label(name: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
    let label: String = name.chars().map(plain).take(LONGEST_SUFFIX).collect();
    let label = label.trim_matches('-');
    if label.is_empty() { "exporter".to_owned() } else { label.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::as_dns_label;

    #[test]
    fn a_context_becomes_a_name_that_a_mirror_can_end_with() {
        assert_eq!(as_dns_label("infra"), "infra");
        assert_eq!(as_dns_label("Admin@Infra"), "admin-infra");
        assert_eq!(as_dns_label("arn:aws:eks:eu-central-1:1234:cluster/infra"), "arn-aws-eks-eu-centr");
        assert_eq!(as_dns_label("::"), "exporter");
    }
}
