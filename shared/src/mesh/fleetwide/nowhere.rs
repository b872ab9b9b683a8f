//! Links that lead nowhere, whatever cluster they were made for: nothing can be mirrored with what they have.

use crate::mesh::link::Link;
use crate::mesh::snapshot::{Belonging, MeshSeen};
use crate::terms::{ClusterName, Kind, ObjectRef, Observed, Obstacle};
use crate::verdict::{Finding, Remedy, kubectl};

/// Those of all clusters but the exporter.
pub(super) fn nowhere(seen: &MeshSeen) -> Vec<Finding> {
    let links = seen.others().flat_map(|(name, consumer)| {
        let links = match consumer {
            Observed::Present(consumer) => &consumer.links,
            Observed::Absent | Observed::Unknown(_) => &Observed::Absent,
        };
        let links = if let Observed::Present(links) = links { links.as_slice() } else { &[] };
        links.iter().map(move |one| (name, one))
    });
    let broken = links.filter_map(|(name, one)| match &one.belonging {
        Belonging::Unknown(why @ Obstacle::Malformed { .. }) => Some(finding(seen, name, &one.link, why)),
        Belonging::Unknown(_) | Belonging::Unasked(_) | Belonging::Exporter(_) | Belonging::Elsewhere => None,
    });
    broken.collect()
}

fn finding(seen: &MeshSeen, name: &ClusterName, link: &Link, why: &Obstacle) -> Finding {
    let (namespace, read) =
        (&link.namespace, ["get", "links.multicluster.linkerd.io", &link.name, "-o", "yaml"]);
    let words: Vec<&str> = ["--namespace", namespace].into_iter().chain(read).collect();
    let remedy = Remedy::run(
        "make the Link anew with `linkerd multicluster link-gen`; to see what it names, run",
        kubectl(&seen.fleet, name, &words),
    );
    let text = format!("the Link {} leads nowhere, so it mirrors nothing: {why}", link.name);
    let object = ObjectRef::namespaced(name, Kind::Link, namespace, &link.name);
    let finding = Finding::error("link-credentials", &[name], text, remedy).about(object);
    let finding = finding.seen("spec.clusterCredentialsSecret", &link.credentials);
    if link.credentials.is_empty() {
        return finding;
    }
    finding.seen(format!("data.kubeconfig of secret/{}", link.credentials), why.to_string())
}
