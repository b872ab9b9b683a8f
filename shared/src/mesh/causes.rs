//! What explains what: the findings of a mesh as a graph, in one table. Whoever shows several findings at once asks it
//! which of them is the cause, and folds the others under it.

mod credentials;
mod fences;
mod kept;
mod table;

use credentials::{OF_PERIOD, is_enough, is_of_credentials, is_of_one_change, is_of_period, is_unwritten};
pub use fences::is_of_fences;
use fences::{is_earlier_fence, is_of_one_fence};
pub use kept::{is_kept, keeps};
use kept::{is_rewritten, may_be_kept};
use table::UNMEANT;
pub use table::{CAUSES, Cause};

use crate::terms::{ClusterName, Kind, ObjectRef};
use crate::verdict::{Finding, Ground, Severity, follows};

impl Cause {
    /// The ids that follow from it directly.
    pub fn effects(&self) -> &'static [&'static str] {
        self.effects
    }
}

fn of(id: &str) -> Option<&'static Cause> {
    CAUSES.iter().find(|cause| cause.id == id)
}

/// Whether a check tells no more than how far a mirror has come, which may be no more than a bad moment.
pub fn is_symptom(check: &str) -> bool {
    ["mirror-missing", "mirror-behind", "mirror-endpoints"].contains(&check)
}

/// Whether a check is of the mesh at all.
pub fn is_known(id: &str) -> bool {
    of(id).is_some()
}

/// Where a check stands in causal order; what is not in the table stands last.
pub fn position(id: &str) -> usize {
    CAUSES.iter().position(|cause| cause.id == id).unwrap_or(CAUSES.len())
}

/// Whether one check explains another, in however many steps.
fn reaches(cause: &str, effect: &str) -> bool {
    let effects = of(cause).map_or(&[][..], |cause| cause.effects);
    // The table is in order, so that this ends.
    effects.iter().any(|one| *one == effect || reaches(one, effect))
}

/// Whether a finding is the reason of another one.
pub fn explains(cause: &Finding, effect: &Finding) -> bool {
    (leads(cause, effect.check) && is_there(cause, effect))
        || is_of_one_fence(cause, effect)
        || is_kept(cause, effect)
        || is_unread(cause, effect)
}

/// Whether a finding explains another one better than what is wrong with the gateway: that leaves a mirror addresses which are not
/// ready, and where it has none at all, the Service has none.
pub fn is_nearest(cause: &Finding, effect: &Finding) -> bool {
    cause.check == "export-endpoints"
        && effect.check == "mirror-endpoints"
        && effect.evidence.first().is_some_and(|first| first.field.starts_with("subsets[].addresses"))
}

/// Whether a finding explains those of a check, wherever they are.
pub fn may_lead_to(cause: &Finding, check: &str) -> bool {
    leads(cause, check)
        || is_earlier_fence(cause.check, check)
        || may_be_kept(cause.check, check)
        || UNREAD == [cause.check, check]
}

fn leads(cause: &Finding, check: &str) -> bool {
    of(cause.check).is_some_and(|known| cause.severity >= known.from && cause.severity != Severity::Unknown)
        && (is_enough(cause) || check == "discovery-secret")
        && reaches(cause.check, check)
}

/// What a service mirror that has not taken its Link as it is now leaves as it was.
const UNREAD: [&str; 2] = ["probe-place", "mirror-address"];

/// Whether both lead to where the Link led before.
fn is_unread(cause: &Finding, effect: &Finding) -> bool {
    let written =
        |it: &Finding| it.evidence.first().filter(|one| one.field.starts_with("subsets[]")).cloned();
    [cause.check, effect.check] == UNREAD && written(cause).is_some() && written(cause) == written(effect)
}

/// The cluster of what a finding is about.
fn place(finding: &Finding) -> Option<&ClusterName> {
    finding.object.as_ref().map(|object| &object.cluster)
}

fn is_of(finding: &Finding, kind: Kind) -> bool {
    finding.object.as_ref().is_some_and(|object| object.kind == kind)
}

/// An injector gives proxies to pods of its own cluster alone, and what a controller probes through comes with it, while
/// what its Link says of the probe does not.
fn is_there(cause: &Finding, effect: &Finding) -> bool {
    // Kubernetes makes slices of Endpoints, whatever these say.
    let is_of_slices = || effect.evidence.iter().any(|one| one.field.contains("endpointslice"));
    if effect.check == "mirror-address" && is_of_slices() && cause.check != "export-is-mirror" {
        return false;
    }
    match (cause.check, effect.check) {
        (_, "export-label") if effect.ground == Some(Ground::Mistyped) => false,
        (check, "probe-place" | "probe-policy") if !OF_PROBE.contains(&check) => {
            check != "link-selects-all" && is_unwritten(effect)
        }
        ("proxy-injector", "gateway-meshed" | "controller-meshed" | "client-proxy") => {
            place(cause) == place(effect)
        }
        ("controller-running", "gateway-probe") => is_of(effect, Kind::Service),
        // What is wrong with the probe in the Link ends it, so that nobody takes the gateway for dead.
        ("gateway-probe", "mirror-endpoints") => is_of(cause, Kind::Service),
        ("namespace-injection", "client-proxy") => {
            let of = |it: &ObjectRef| (it.cluster.clone(), it.namespace.clone());
            let named = cause.object.as_ref().map(|it| (it.cluster.clone(), Some(it.name.clone())));
            named.is_some() && named == effect.object.as_ref().map(of)
        }
        ("controller-rights", "controller-leading") => cause.summary.contains(LEASES),
        ("controller-rights", "controller-running" | "controller-meshed" | "gateway-probe") => {
            effect.idle.is_ended
        }
        // A gateway that stands still and one that is elsewhere are two things to mend.
        ("gateway-up", "gateway-address" | "gateway-identity") => !is_of_pods(cause),
        // A second Link has no service mirror of its own. One that is there and does not run has another reason.
        ("gateway-address", "probe-place") | ("link-twice", "controller-running") => {
            is_of(effect, Kind::Link)
        }
        // What nobody asked for is as it is because of the Link, and what somebody did ask for is not.
        ("link-selects-all", check) => UNMEANT.contains(&check) && effect.ground == Some(Ground::Unmeant),
        // Of all fields the period alone ends it.
        ("link-fields", check) => !OF_PERIOD.contains(&check) || is_of_period(cause),
        ("link-twice", check) => !OF_CONTROLLER.contains(&check),
        ("cilium-cni", "gateway-up") => {
            effect.ground == Some(Ground::Network) && place(cause) == place(effect)
        }
        ("cilium-cni", check) => check == "mirror-endpoints",
        ("mirror-edited", _) => is_rewritten(cause, effect),
        // A path that nobody answers at is one that no policy lets in either.
        ("probe-place", "probe-policy") => {
            cause.evidence.iter().any(|one| one.field == "spec.probeSpec.path")
        }
        _ => is_believed(cause, effect),
    }
}

/// The same of what is signed, or shown to others.
fn is_believed(cause: &Finding, effect: &Finding) -> bool {
    match (cause.check, effect.check) {
        ("link-version", "controller-running") => {
            cause.severity == Severity::Error && place(cause) == place(effect)
        }
        ("link-version", check) if OF_CONTROLLER.contains(&check) => false,
        ("target-domain", "discovery-secret") => {
            effect.evidence.iter().any(|one| one.field.contains("cluster-domain"))
        }
        // Anchors that refuse their own issuer are the ones to change.
        ("trust-roots", "trust-issuer") => is_of_anchors(cause, effect) && effect.ground == cause.ground,
        ("trust-roots", "trust-copies") => is_of_anchors(cause, effect),
        ("trust-roots", "trust-renewal" | "trust-expiry") | ("trust-issuer", "trust-expiry") => false,
        ("trust-issuer", "trust-renewal" | "trust-copies") => cause.object == effect.object,
        // As long as one runs that has read another one.
        ("trust-issuer", "mirror-endpoints") => cause.severity == Severity::Error,
        // What is not renewed is as good as before until it has expired.
        ("trust-renewal", check) => check == "trust-expiry" && cause.object == effect.object,
        // Who asks for mirrors of a cluster has none where the Link to it leads elsewhere.
        ("link-credentials", "export-label") => {
            effect.severity == Severity::Info
                && place(cause) != place(effect)
                && place(effect).is_some_and(|it| cause.clusters.contains(it))
        }
        ("credentials-reread", "discovery-secret") => is_of_one_change(cause, effect),
        ("credentials-revoked", check) if OF_GATEWAY.contains(&check) => {
            cause.ground == Some(Ground::Extension)
        }
        (
            "credentials-revoked"
            | "credentials-expired"
            | "credentials-authority"
            | "credentials-server"
            | "credentials-trust",
            check,
        ) => is_of_credentials(cause, effect, check),
        _ => true,
    }
}

/// Whether nobody gets a certificate there for want of the right anchors.
fn is_of_anchors(cause: &Finding, effect: &Finding) -> bool {
    cause.ground == Some(Ground::Identity) && place(cause) == place(effect)
}

/// Whether it is about pods that are not ready.
fn is_of_pods(finding: &Finding) -> bool {
    finding.severity == Severity::Error && finding.is_seen_of_pods()
}

/// By what a service mirror leads: a right to it that is missing is named.
const LEASES: &str = "leases";

/// What follows from a controller that does not run, and from a second Link only through that.
const OF_CONTROLLER: [&str; 3] = ["controller-leading", "controller-meshed", "gateway-probe"];

/// What is wrong with the gateway, the Link or the probe itself. All else keeps the probe from being led anywhere at all.
const OF_PROBE: [&str; 3] = ["gateway-address", "gateway-identity", "probe-place"];

/// What is said of a gateway, and goes with it. An account alone takes none of it along.
const OF_GATEWAY: [&str; 6] =
    ["gateway-up", "gateway-meshed", "gateway-address", "gateway-identity", "mirror-address", "probe-place"];

/// Whether a check that nobody could make leaves it open what is the reason of another one. A gateway can be seen without the
/// account.
pub fn may_hide(cause: &str, effect: &str) -> bool {
    may_explain(cause, effect) && !(cause == "credentials-revoked" && OF_GATEWAY.contains(&effect))
}

/// Whether a check that nobody could make might be the reason of another one, if it spoke; what clusters stand on may be, too.
pub fn may_explain(cause: &str, effect: &str) -> bool {
    reaches(cause, effect) || follows(cause).iter().any(|one| *one == effect || may_explain(one, effect))
}

#[cfg(test)]
mod tests;
