//! Whether a local service mirror that serves may do its work, and leads: as a controller of Links, it does nothing else.

use crate::mesh::checks::of_local;
use crate::mesh::export::at_home::LOCAL_MIRROR;
use crate::mesh::machinery::Machinery;
use crate::mesh::snapshot::MeshSeen;
use crate::terms::{ClusterName, Kind, ObjectRef, Observed};
use crate::verdict::{Finding, Ground, Remedy, kubectl};

/// Its Lease.
const LEASE: &str = "local-service-mirror-write";
/// What becomes of it.
const SO: &str = "federated Services there no longer gain or lose the member of their own cluster";

/// What keeps that of the exporter from its work. As the consumer of another one, its roles and Leases were looked at.
pub(super) fn idle(sides: &[MeshSeen], seen: &MeshSeen) -> Option<Finding> {
    let cluster = &seen.exporter;
    let others = sides.iter().filter(|side| side.exporter != *cluster);
    let here = others.filter_map(|side| side.machinery_of(cluster));
    here.clone().find_map(|here| forbidden(seen, cluster, here)).or_else(|| {
        let mut all = here;
        all.find_map(|here| unled(seen, cluster, here))
    })
}

fn forbidden(seen: &MeshSeen, cluster: &ClusterName, here: &Machinery) -> Option<Finding> {
    let Observed::Present(pods) = &here.pods else { return None };
    let pod = pods.iter().find(|pod| pod.name.starts_with(LOCAL_MIRROR) && !pod.is_over)?;
    let (namespace, name) =
        (here.namespace.as_str(), if pod.account.is_empty() { "default" } else { &pod.account });
    let told = |what: &str| {
        let text = format!("the local service mirror of {cluster} is not allowed to {what}: {SO}");
        let whom = format!("system:serviceaccount:{namespace}:{name}");
        let words = ["auth", "can-i", "--list", "--namespace", namespace, "--as", &whom];
        let action = format!(
            "restore the roles of linkerd-multicluster in {cluster} with `helm upgrade`, or add the missing rules; to check \
             with the cluster, run"
        );
        let remedy = Remedy::run(action, kubectl(&seen.fleet, cluster, &words));
        let about = ObjectRef::namespaced(cluster, Kind::ServiceAccount, namespace, name);
        Finding::warning("federated-local", &[cluster], text, remedy).about(about)
    };
    of_local(&here.rights, (namespace, name), told)
}

/// Older ones have no Lease.
fn unled(seen: &MeshSeen, cluster: &ClusterName, here: &Machinery) -> Option<Finding> {
    let Observed::Present(leases) = &here.leases else { return None };
    let lease = leases.iter().find(|lease| lease.name == LEASE).filter(|lease| !lease.is_kept())?;
    let namespace = here.namespace.as_str();
    let (who, age) = (if lease.holder.is_empty() { "nobody" } else { &lease.holder }, lease.age?);
    let text = format!(
        "the local service mirror of {cluster} has no leader: {who} holds its Lease, which has not been renewed for {age} s: {SO}"
    );
    let words = ["--namespace", namespace, "rollout", "restart", "deployment", LOCAL_MIRROR];
    let remedy =
        Remedy::run("restart it so that a pod takes the Lease", kubectl(&seen.fleet, cluster, &words));
    let about = ObjectRef::namespaced(cluster, Kind::Lease, namespace, LEASE);
    let finding = Finding::warning("federated-local", &[cluster], text, remedy).about(about);
    let finding = Finding { ground: (!lease.holder.is_empty()).then_some(Ground::Time), ..finding };
    Some(
        finding.seen(
            "spec.renewTime",
            format!("{age} s ago, and spec.leaseDurationSeconds is {}", lease.duration),
        ),
    )
}
