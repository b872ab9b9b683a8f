//! What follows from credentials of a Link, and from fields of it that a service mirror cannot live with.

use crate::verdict::Finding;

/// What follows from credentials that nobody takes.
pub(super) fn is_of_credentials(cause: &Finding, effect: &Finding, check: &str) -> bool {
    match (cause.check, check) {
        ("credentials-authority", "discovery-secret") => is_of_one_kubeconfig(cause, effect),
        // Both Secrets have one token.
        (_, "discovery-secret") => {
            effect.evidence.iter().any(|one| one.field.ends_with("users[].user.token"))
        }
        // Who has never got in knows of no gateway; what is asked there is of the Link.
        ("credentials-expired" | "credentials-authority", "probe-place") => {
            effect.evidence.iter().any(|one| one.field == PROBED && one.value.is_empty())
        }
        ("credentials-expired" | "credentials-authority", "probe-policy") => false,
        _ => true,
    }
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

/// Where the Secret of the control plane has it.
const KUBECONFIG: &str = "data[kubeconfig]: ";
