//! Clusters without a Link to the exporter, and how to link them.

use super::super::snapshot::{Belonging, ConsumerSeen, MeshSeen};
use crate::terms::{ClusterName, Observed, Obstacle};
use crate::verdict::{Finding, Remedy, command, kubectl, of_tool};

/// What is proposed as the end of mirrors' names is no longer, so that Services with usual names keep room.
const LONGEST_SUFFIX: usize = 20;

/// What is wrong where a chosen cluster has no Link to the exporter.
pub(super) fn no_link(seen: &MeshSeen, name: &ClusterName) -> Finding {
    let exporter = &seen.exporter;
    if lacks_multicluster(seen, name) {
        return not_installed(seen, &[name]);
    }
    Finding::error(
        "no-link",
        &[exporter, name],
        format!(
            "{name} has no Link to {exporter}, so nothing is mirrored from {exporter} into it{}{}",
            the_other_way(seen, &[name]),
            into_itself(seen, &[name])
        ),
        link_it(seen, name),
    )
    .seen("links", format!("none to {exporter}"))
}

/// What is wrong where no cluster has one.
pub(super) fn no_link_at_all(seen: &MeshSeen) -> Finding {
    let exporter = &seen.exporter;
    let others: Vec<&ClusterName> = seen.others().map(|(name, _)| name).collect();
    if !others.is_empty() && others.iter().all(|name| lacks_multicluster(seen, name)) {
        return not_installed(seen, &others);
    }
    let remedy = others.first().map_or_else(|| name_others(seen), |first| link_it(seen, first));
    Finding::error(
        "no-link",
        &[exporter],
        format!(
            "no cluster of this run has a Link to {exporter}, so its Services are mirrored nowhere{}{}",
            the_other_way(seen, &others),
            into_itself(seen, &others)
        ),
        remedy,
    )
    .seen("links", format!("none to {exporter}"))
}

/// A Link is made in the cluster that mirrors: those of the exporter bring Services to it.
fn the_other_way(seen: &MeshSeen, consumers: &[&ClusterName]) -> String {
    let links = consumers.iter().filter_map(|name| Some((name, seen.outward.get(*name)?)));
    let said = links.map(|(name, link)| {
        format!("; the Link {} in {} points the other way, to {name}", link.name, link.cluster)
    });
    said.collect()
}

/// A Link whose credentials were made with the context of its own cluster may be the one that is missed.
fn into_itself(seen: &MeshSeen, consumers: &[&ClusterName]) -> String {
    let links = |name: &ClusterName| match seen.consumer(name) {
        Some(ConsumerSeen { links: Observed::Present(links), .. }) => links.as_slice(),
        Some(_) | None => &[],
    };
    let said = consumers.iter().flat_map(|name| links(name).iter().map(move |seen| (name, seen)));
    let said = said.filter(|(_, seen)| seen.belonging == Belonging::Itself).map(|(name, seen)| {
        format!("; the Link {} in {name} has credentials of {name} itself", seen.link.name)
    });
    said.collect()
}

fn name_others(seen: &MeshSeen) -> Remedy {
    if seen.fleet.route().is_by_files {
        let flags = command(["--from", "OTHER=DIR"]);
        return Remedy::new(format!(
            "it is the only cluster of this run; name the files of the others too, as in `{flags}`"
        ));
    }
    let contexts = format!("{},OTHER", seen.context(&seen.exporter));
    Remedy::new(format!(
        "it is the only cluster of this run; name the others too, as in `{}`",
        command(["--contexts", &contexts])
    ))
}

/// Whether a cluster does not even know what a Link is.
pub(crate) fn lacks_multicluster(seen: &MeshSeen, name: &ClusterName) -> bool {
    seen.consumer(name)
        .is_some_and(|seen| matches!(seen.links, Observed::Unknown(Obstacle::NotServed { .. })))
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
    Finding::error("no-link", &clusters, text, remedy).seen("links", "not served")
}

/// Since Linkerd 2.18 a Link alone does nothing: its controller is a value of the chart.
fn link_it(seen: &MeshSeen, consumer: &ClusterName) -> Remedy {
    let name = as_dns_label(seen.exporter.as_str());
    let make = linkerd(seen, &seen.exporter, &["multicluster", "link-gen", "--cluster-name", &name]);
    let apply = kubectl(&seen.fleet, consumer, &["apply", "-f", "-"]);
    let action = format!(
        "link them, and add a controller for the Link: `controllers: [{{link: {{ref: {{name: {name}}}}}}}]` in the Helm \
         values of linkerd-multicluster in {consumer}; to make the Link, run this (with --api-server-address \
         https://HOST:PORT if pods there reach {} at a different address than you)",
        seen.exporter
    );
    Remedy::run(action, format!("{make} | {apply}"))
}

/// A command of Linkerd's own program.
pub(crate) fn linkerd(seen: &MeshSeen, cluster: &ClusterName, words: &[&str]) -> String {
    of_tool("linkerd", (&seen.fleet, cluster), words)
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
