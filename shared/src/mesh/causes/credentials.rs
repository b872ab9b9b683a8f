//! What follows from credentials of a Link, and from fields of it that a service mirror cannot live with.

use super::is_of;
use crate::mesh::link::is_together;
use crate::terms::Kind;
use crate::verdict::{Finding, Ground, Severity};

/// What may go well all the same has ended nothing where mirrors come; nor has a leader that was only taken out of its controller.
pub(super) fn is_enough(cause: &Finding) -> bool {
    cause.severity == Severity::Error
        || match cause.check {
            "credentials-server" | "credentials-trust" => cause.ground == Some(Ground::Unmirrored),
            "controller-leading" => is_of(cause, Kind::Lease),
            _ => true,
        }
}

/// What follows from credentials that nobody takes.
pub(super) fn is_of_credentials(cause: &Finding, effect: &Finding, check: &str) -> bool {
    match (cause.check, check) {
        ("credentials-authority" | "credentials-trust", "discovery-secret") => {
            is_of_one_kubeconfig(cause, effect)
        }
        ("credentials-server", "discovery-secret") => {
            let said = |it: &Finding| {
                it.evidence.first().filter(|one| one.field.contains(SERVER)).map(|one| one.value.clone())
            };
            said(cause).is_some() && said(cause) == said(effect)
        }
        // Both Secrets have one token.
        (_, "discovery-secret") => {
            effect.evidence.iter().any(|one| one.field.ends_with("users[].user.token"))
        }
        _ => true,
    }
}

/// Whether both Secrets were written at once, and neither was read since.
pub(super) fn is_of_one_change(cause: &Finding, effect: &Finding) -> bool {
    let changed =
        |it: &Finding| it.evidence.first().filter(|one| one.field == CHANGED).map(|one| one.value.clone());
    changed(cause).zip(changed(effect)).is_some_and(|(one, other)| is_together(&one, &other))
}

/// When the credentials were written.
const CHANGED: &str = "metadata.managedFields[].time";

/// Whether nobody has said where the probe goes: who has never got in knows of no gateway.
pub(super) fn is_unwritten(effect: &Finding) -> bool {
    effect.evidence.iter().any(|one| one.field == PROBED && one.value.is_empty())
}

/// Where endpoints of the probe say where it goes.
const PROBED: &str = "subsets[].addresses[].ip";
/// How often the gateway is probed, and what does not work without a service mirror that runs.
const PERIOD: &str = "spec.probeSpec.period";
pub(super) const OF_PERIOD: [&str; 3] = ["controller-running", "controller-leading", "controller-meshed"];

pub(super) fn is_of_period(cause: &Finding) -> bool {
    cause.evidence.iter().any(|one| one.value.starts_with(PERIOD))
}

/// Whether one field makes both kubeconfigs useless: they come from one `link-gen`.
fn is_of_one_kubeconfig(cause: &Finding, effect: &Finding) -> bool {
    let is_same = |field: &str| {
        cause.evidence.iter().any(|one| field.strip_prefix(KUBECONFIG) == Some(one.field.as_str()))
    };
    effect.evidence.iter().any(|one| is_same(&one.field))
}

/// Where kubeconfigs say where they lead to.
const SERVER: &str = "clusters[].cluster.server";
/// Where the Secret of the control plane has it.
const KUBECONFIG: &str = "data[kubeconfig]: ";

#[cfg(test)]
mod tests {
    use crate::mesh::causes::explains;
    use crate::terms::{ClusterName, Kind, ObjectRef};
    use crate::verdict::{Finding, Remedy, Severity};

    #[test]
    fn a_link_with_wrong_credentials_explains_that_nobody_mirrors_what_asks_for_it_there() {
        let [infra, apps, edge] = ["infra", "apps", "edge"].map(ClusterName::new);
        let link = ObjectRef::namespaced(&apps, Kind::Link, "linkerd-multicluster", "infra");
        let cause =
            Finding::error("link-credentials", &[&edge, &apps, &infra], "x", Remedy::new("y")).about(link);
        let label = |cluster: &ClusterName| {
            let object = ObjectRef::namespaced(cluster, Kind::Service, "shop", "web");
            Finding::info("export-label", &[cluster], "x").about(object)
        };
        assert!(explains(&cause, &label(&infra)));
        assert!(!explains(&cause, &label(&apps)), "to its own cluster it leads nobody");
        assert!(!explains(&cause, &label(&ClusterName::new("west"))), "another one");
        let slip = Finding { severity: Severity::Warning, ..label(&infra) };
        assert!(!explains(&cause, &slip), "a slip is to be mended, too");
    }

    #[test]
    fn a_mirror_of_a_mirror_explains_whatever_is_wrong_with_it() {
        let apps = ClusterName::new("apps");
        let of = |id| Finding::error(id, &[&apps], "x", Remedy::new("y"));
        let bare = of("mirror-address").seen("endpointslices", "none");
        assert!(explains(&of("export-is-mirror"), &bare));
        assert!(!explains(&of("mirror-edited"), &bare), "slices are made of Endpoints, whatever these say");
    }
}
