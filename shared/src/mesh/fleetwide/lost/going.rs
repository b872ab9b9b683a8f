//! Namespaces of Linkerd that are being deleted.

use crate::mesh::names::CONTROL_PLANE;
use crate::mesh::snapshot::MeshSeen;
use crate::terms::{Kind, Observed};
use crate::verdict::{Finding, Remedy, kubectl};

/// Those of all clusters that Links lead from or to.
pub(super) fn going(seen: &MeshSeen) -> Vec<Finding> {
    let all = seen.machinery.iter().filter_map(|(name, machinery)| match machinery {
        Observed::Present(machinery) => Some((name, machinery)),
        Observed::Absent | Observed::Unknown(_) => None,
    });
    let of = |(cluster, machinery): (_, &crate::mesh::machinery::Machinery)| {
        let spaces = machinery.going.iter().filter(|one| one.kind == Kind::Namespace);
        let finding = |space: &crate::terms::ObjectRef| {
            let name = &space.name;
            let (what, chart) = if name == CONTROL_PLANE {
                ("Linkerd's control plane", "linkerd-control-plane")
            } else {
                ("Linkerd's multicluster extension", "linkerd-multicluster")
            };
            let text = format!(
                "the namespace {name} of {cluster} is being deleted: nothing can be made in it any more, and {what} goes with it"
            );
            let action = format!(
                "wait until it is gone, and install {chart} in {cluster} again; to see what keeps it, run"
            );
            let words = ["get", "namespace", name, "-o", "yaml"];
            let remedy = Remedy::run(action, kubectl(&seen.fleet, cluster, &words));
            let finding =
                Finding::warning("namespace-missing", &[cluster], text, remedy).about(space.clone());
            finding.seen("metadata.deletionTimestamp", "set")
        };
        spaces.map(finding).collect::<Vec<_>>()
    };
    all.flat_map(of).collect()
}
