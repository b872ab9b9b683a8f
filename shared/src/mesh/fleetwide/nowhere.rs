//! Links that lead nowhere, or back into their own cluster, whatever cluster they were made for: nothing can be mirrored with
//! what they have.

use crate::mesh::export::{Wrong, link_anew};
use crate::mesh::link::Link;
use crate::mesh::snapshot::{Belonging, LinkSeen, MeshSeen};
use crate::terms::{ClusterName, Kind, ObjectRef, Observed, Obstacle, is_dns_label};
use crate::verdict::{Evidence, Finding, Remedy, Severity, kubectl};

pub(super) const CHECK: &str = "link-credentials";

/// Credentials that nobody could read may lead anywhere, so that this is told of the Link alone, and once.
pub(super) fn unread(finding: Finding) -> Finding {
    let is_read_there = |evidence: &Evidence| evidence.field.starts_with("data.kubeconfig of secret/");
    let is_unread = finding.check == CHECK
        && finding.severity == Severity::Unknown
        && finding.evidence.iter().any(is_read_there);
    match finding.object.as_ref().filter(|_| is_unread).map(|link| link.cluster.clone()) {
        Some(cluster) => finding.of_alone(&cluster),
        None => finding,
    }
}

/// Those of all clusters but the exporter.
pub(super) fn nowhere(sides: &[MeshSeen], seen: &MeshSeen) -> Vec<Finding> {
    let broken = seen.links().filter_map(|(name, one)| match &one.belonging {
        Belonging::Unknown(why @ Obstacle::Malformed { .. }) => Some(finding(seen, name, &one.link, why)),
        Belonging::Itself => Some(circular(seen, name, one)),
        Belonging::Stranger(account) if !is_known(sides, name, &one.link) => {
            Some(strange(seen, name, one, account))
        }
        Belonging::Unknown(_)
        | Belonging::Unasked(_)
        | Belonging::Exporter(_)
        | Belonging::Stranger(_)
        | Belonging::Elsewhere => None,
    });
    broken.collect()
}

/// Whether it may lead to some cluster of the run, whatever that is called.
fn is_known(sides: &[MeshSeen], name: &ClusterName, link: &Link) -> bool {
    let of_side = |seen: &MeshSeen| {
        let Some(consumer) = seen.consumer(name) else { return false };
        let Observed::Present(links) = &consumer.links else { return false };
        let mut same =
            links.iter().filter(|one| one.link.namespace == link.namespace && one.link.name == link.name);
        same.any(|one| !one.belonging.leads_away())
    };
    sides.iter().any(of_side)
}

/// Its credentials are of an account that nobody of this run has.
fn strange(seen: &MeshSeen, name: &ClusterName, one: &LinkSeen, account: &str) -> Finding {
    let (link, exporter) = (&one.link, &seen.exporter);
    let text = format!(
        "the Link {} of {name} is named for {exporter}, but its credentials belong to no cluster of this run: {exporter} has \
         no account {account} as in its token, or only another one of that name",
        link.name
    );
    let object = ObjectRef::namespaced(name, Kind::Link, &link.namespace, &link.name);
    let finding = Finding::error(CHECK, &[exporter, name], text, anew(seen, name, link)).about(object);
    let finding = finding.seen("spec.targetClusterName", &link.target_cluster_name);
    finding
        .seen(format!("users[].user.token in data.kubeconfig of secret/{}", link.credentials), account)
        .seen(
            format!("clusters[].cluster.server in data.kubeconfig of secret/{}", link.credentials),
            &one.server,
        )
}

fn finding(seen: &MeshSeen, name: &ClusterName, link: &Link, why: &Obstacle) -> Finding {
    let text = format!("the Link {} points nowhere, so it mirrors nothing: {why}", link.name);
    let object = ObjectRef::namespaced(name, Kind::Link, &link.namespace, &link.name);
    // It may be for a cluster that is no part of the run.
    let is_called =
        seen.fleet.names().any(|other| other != name && other.as_str() == link.target_cluster_name);
    let remedy = if is_called {
        anew(seen, name, link)
    } else {
        let action = "recreate the Link with `linkerd multicluster link-gen`; to see what it names, run";
        Remedy::run(action, shown(seen, name, link))
    };
    let finding = Finding::error(CHECK, &[name], text, remedy).about(object);
    let finding = finding.seen("spec.clusterCredentialsSecret", &link.credentials);
    if link.credentials.is_empty() {
        return finding;
    }
    finding.seen(format!("data.kubeconfig of secret/{}", link.credentials), why.to_string())
}

/// A command that shows what it names.
fn shown(seen: &MeshSeen, name: &ClusterName, link: &Link) -> String {
    let read = ["get", "links.multicluster.linkerd.io", &link.name, "-o", "yaml"];
    let words: Vec<&str> = ["--namespace", &link.namespace].into_iter().chain(read).collect();
    kubectl(&seen.fleet, name, &words)
}

/// Its credentials were made with the context of the cluster that it was applied to.
fn circular(seen: &MeshSeen, name: &ClusterName, LinkSeen { link, server, .. }: &LinkSeen) -> Finding {
    let text = format!(
        "the Link {} of {name} has credentials of {name} itself, so it mirrors the cluster into itself",
        link.name
    );
    let object = ObjectRef::namespaced(name, Kind::Link, &link.namespace, &link.name);
    let finding = Finding::error(CHECK, &[name], text, anew(seen, name, link)).about(object);
    let finding = finding.seen("spec.clusterCredentialsSecret", &link.credentials);
    finding
        .seen(format!("clusters[].cluster.server in data.kubeconfig of secret/{}", link.credentials), server)
}

/// How to link anew: to the cluster that has the name of its target, or to the only other one.
pub(super) fn anew(seen: &MeshSeen, name: &ClusterName, link: &Link) -> Remedy {
    let others: Vec<&ClusterName> = seen.fleet.names().filter(|other| *other != name).collect();
    let called = others.iter().find(|other| other.as_str() == link.target_cluster_name);
    let only = others.first().filter(|_| others.len() == 1);
    let is_named = is_dns_label(&link.target_cluster_name);
    let Some(meant) = called.or(only).copied().filter(|_| is_named) else {
        return Remedy::run(
            "recreate the Link with `linkerd multicluster link-gen` in the cluster it is meant for; to see what it names, \
             run",
            shown(seen, name, link),
        );
    };
    link_anew(seen, (meant, name), link, Wrong::Cluster)
}
