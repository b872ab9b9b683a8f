//! What a cluster lacks of Linkerd. Of single parts that both lack, it may be that they stand elsewhere, or that nobody looked;
//! where one has them, the other one has lost them.

use super::issuer::secret;
use super::{Party, bundle};
use crate::mesh::checks::{Pair, known, machinery};
use crate::mesh::machinery::{Lost, Machinery, Pod, Token};
use crate::mesh::names::{CONFIG, CONTROL_PLANE, ISSUER, TRUST_ROOTS};
use crate::terms::{ClusterName, Kind, ObjectRef, Observed};
use crate::verdict::{Finding, Remedy, kubectl};

/// The label of a pod with a proxy: the namespace of the control plane that gave it one.
const OWNER: &str = "linkerd.io/control-plane-ns";

/// What is so of a cluster that lacks something, and what of one that has it.
type Sides = (fn(&Machinery) -> bool, fn(&Machinery) -> bool);

/// The one that lacks what the other one has.
fn lacking<'a>(
    asked: &'a Pair<'_>,
    both: &'a [Party<'_>; 2],
    (lacks, has): Sides,
) -> Option<&'a ClusterName> {
    let is =
        |party: &Party<'_>, of: fn(&Machinery) -> bool| machinery(asked.seen, party.name).is_some_and(of);
    let [one, other] = both;
    let pairs = [(one, other), (other, one)];
    pairs.into_iter().find(|(one, other)| is(one, lacks) && is(other, has)).map(|(one, _)| one.name)
}

/// An identity controller goes on with the issuer that it has read, and does not start again without one.
pub(super) fn issuer(asked: &Pair<'_>, both: &[Party<'_>; 2]) -> Option<Finding> {
    let sides: Sides = (
        |seen: &Machinery| seen.issuer == Observed::Absent,
        |seen: &Machinery| matches!(&seen.issuer, Observed::Present(issuer) if !issuer.chain.is_empty()),
    );
    let name = lacking(asked, both, sides).filter(|name| shows_secrets(asked, name))?;
    let text = format!(
        "{name} has no issuer: the Secret {} is missing or holds no certificate; its identity controller signs with its \
         loaded copy and will not survive a restart",
        ISSUER.1
    );
    let words = ["--namespace", ISSUER.0, "describe", "secret", ISSUER.1];
    let remedy = Remedy::run(
        "recreate it, signed by the trust anchor, or have cert-manager issue it; to look, run",
        kubectl(&asked.seen.fleet, name, &words),
    );
    let finding = Finding::warning("trust-issuer", &[name], text, remedy).about(secret(name));
    Some(finding.seen("data[tls.crt] or data[crt.pem]", "<none>"))
}

/// Whether Secrets of a cluster are among what was seen: dumps often leave them out.
fn shows_secrets(asked: &Pair<'_>, name: &ClusterName) -> bool {
    let Some(link) = asked.link_seen() else { return false };
    if name == asked.consumer {
        return !link.server.is_empty();
    }
    let is_kept = |token: &Token| token.secret.is_some() && token.has_secret == Observed::Present(());
    link.token.as_ref().is_some_and(is_kept)
}

/// A cluster whose pods have proxies of a control plane of which nothing is left.
pub(super) fn control_plane(asked: &Pair<'_>) -> Option<Finding> {
    let (name, pod) = asked.both().into_iter().find_map(|name| {
        let seen = machinery(asked.seen, name).filter(|seen| seen.lost == Lost::ControlPlane)?;
        let of = |pod: &Pod| pod.labels.get(OWNER).cloned();
        let pods = known(&seen.pods)?;
        // A control plane in another namespace is not looked at.
        if pods.iter().filter_map(of).any(|owner| owner != CONTROL_PLANE) {
            return None;
        }
        Some((name, pods.iter().filter(|pod| of(pod).is_some()).min_by_key(|pod| pod.name.as_str())?))
    })?;
    let text = format!(
        "{name} has no Linkerd control plane, but has linkerd-multicluster: proxies learn of no new address, running ones \
         lose their certificates within a day, and new ones do not start"
    );
    let words = ["--namespace", CONTROL_PLANE, "get", "deployments,configmaps"];
    let remedy = Remedy::run(
        "reinstall linkerd-control-plane with an issuer that the anchors of both clusters have signed; to see what is there, \
         run",
        kubectl(&asked.seen.fleet, name, &words),
    );
    let finding = Finding::error("trust-roots", &[name], text, remedy).about(bundle(name));
    Some(finding.seen(format!("metadata.labels[{OWNER}] of pod/{}", pod.name), CONTROL_PLANE))
}

/// Linkerd's settings, which every installation writes.
pub(super) fn settings(asked: &Pair<'_>, both: &[Party<'_>; 2]) -> Option<Finding> {
    let sides: Sides = (
        |seen: &Machinery| seen.settings == Observed::Absent,
        |seen: &Machinery| matches!(seen.settings, Observed::Present(_)),
    );
    let name = lacking(asked, both, sides)?;
    let text = format!(
        "{name} has Linkerd's trust anchors but not its settings: the ConfigMap {} is missing, so an upgrade loses what was \
         installed, and its domains cannot be checked",
        CONFIG.1
    );
    let words = ["--namespace", CONFIG.0, "get", "configmaps"];
    let remedy = Remedy::run(
        "upgrade linkerd-control-plane with the values that it was installed with; to see what is there, run",
        kubectl(&asked.seen.fleet, name, &words),
    );
    let config = ObjectRef::namespaced(name, Kind::ConfigMap, CONFIG.0, CONFIG.1);
    let finding = Finding::warning("trust-copies", &[name], text, remedy).about(config);
    Some(finding.seen(bundle(name).to_string(), TRUST_ROOTS.1))
}
