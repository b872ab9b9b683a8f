//! What the proxies of both clusters trust. They prove who they are by certificates that the issuer of their cluster has
//! signed; each side has to hold a trust anchor that signed the issuer of the other one.

mod expiry;
mod gone;
mod held;
mod issuer;

use super::{Pair, machinery};
use crate::mesh::certificate::{Certificate, is_believed};
use crate::mesh::machinery::Roots;
use crate::mesh::names::{ISSUER, TRUST_ROOTS};
use crate::terms::{ClusterName, Kind, ObjectRef, Observed};
use crate::verdict::{Finding, Remedy, kubectl};
use std::collections::BTreeSet;

pub(super) use expiry::{expiry, in_words};
pub(super) use held::held;
pub(super) use issuer::{copies, fitness, renewal};

/// A cluster with what it trusts, and who signs there.
struct Party<'a> {
    name: &'a ClusterName,
    roots: &'a Roots,
    issuer: &'a [Certificate],
}

impl<'a> Party<'a> {
    fn of(asked: &'a Pair<'_>, name: &'a ClusterName) -> Option<Self> {
        let seen = machinery(asked.seen, name)?;
        let Observed::Present(roots) = &seen.roots else { return None };
        let issuer = if let Observed::Present(issuer) = &seen.issuer { issuer.chain.as_slice() } else { &[] };
        Some(Self { name, roots, issuer })
    }

    fn anchors(&self) -> Vec<&'a [u8]> {
        self.roots.anchors.iter().map(|anchor| anchor.der.as_slice()).collect()
    }

    /// Whether who holds these anchors believes its proxies; `None` when its issuer could not be read.
    fn is_believed_by(&self, anchors: &[&[u8]]) -> Option<bool> {
        is_believed(self.issuer, &self.anchors(), anchors)
    }

    /// Whether its proxies believe those of the other one; `None` when the issuer there could not be read.
    fn believes(&self, other: &Self) -> Option<bool> {
        other.is_believed_by(&self.anchors())
    }
}

/// The exporter and the consumer.
fn parties<'a>(asked: &'a Pair<'_>) -> Option<[Party<'a>; 2]> {
    Some([Party::of(asked, &asked.seen.exporter)?, Party::of(asked, asked.consumer)?])
}

pub(super) fn roots(asked: &Pair<'_>) -> Option<Finding> {
    const CHECK: &str = "trust-roots";
    if let Some(name) = asked.both().into_iter().find(|name| lacks(asked, name)) {
        let text =
            format!("Linkerd in {name} has no trust anchors: its ConfigMap {} is not there", TRUST_ROOTS.1);
        return Some(Finding::error(CHECK, &[name], text, remedy(asked, name)).about(bundle(name)));
    }
    let [there, here] = parties(asked)?;
    let (exporter, consumer) = (there.name, here.name);
    if let Some(cluster) = [&there, &here].into_iter().find(|one| one.roots.anchors.is_empty()) {
        let name = cluster.name;
        let text = format!("the trust anchors of {name} are no certificates, so its proxies trust nobody");
        let finding = Finding::error(CHECK, &[name], text, remedy(asked, name)).about(bundle(name));
        return Some(finding.seen(BUNDLE, "no certificate"));
    }
    let sets = [&here, &there].map(|one| one.anchors().into_iter().collect::<BTreeSet<_>>());
    let common = sets[0].intersection(&sets[1]).count();
    let is_same = sets.iter().all(|set| set.len() == common);
    let (both, verified) = (asked.both(), [(&here, &there), (&there, &here)]);
    let refused = verified.iter().find(|(one, other)| one.believes(other) == Some(false));
    let finding = if let Some((one, other)) = refused {
        return Some(refuses(asked, one, other));
    } else if common == 0 && verified.iter().any(|(one, other)| one.believes(other).is_none()) {
        let text = format!(
            "{exporter} and {consumer} have no trust anchor in common, so their proxies refuse each other"
        );
        Finding::error(CHECK, &both, text, remedy(asked, consumer))
    } else if is_same {
        return None;
    } else {
        let text = format!("the trust anchors of {exporter} and {consumer} differ ({common} in common)");
        // Each side has what it needs: the sets need not be the same.
        if verified.iter().all(|(one, other)| one.believes(other) == Some(true)) {
            let text = format!("{text}, and they believe each other's issuers");
            return Some(Finding::info(CHECK, &both, text).about(bundle(consumer)));
        }
        let text = format!("{text}: a cluster whose issuer another one signed is refused");
        Finding::warning(CHECK, &both, text, remedy(asked, consumer))
    };
    Some(finding.about(bundle(consumer)).seen(BUNDLE, format!("{common} in common")))
}

/// Proxies of the one do not believe those of the other.
fn refuses(asked: &Pair<'_>, one: &Party<'_>, other: &Party<'_>) -> Finding {
    let (name, peer) = (one.name, other.name);
    let whose = other.issuer.first().map_or("", |issuer| issuer.subject.as_str());
    let text = format!(
        "no trust anchor of {name} has signed the issuer of {peer} ({whose}): proxies of {name} refuse those of {peer}"
    );
    let finding = Finding::error("trust-roots", &asked.both(), text, remedy(asked, name)).about(bundle(name));
    let anchors: Vec<&str> = one.roots.anchors.iter().map(|anchor| anchor.subject.as_str()).collect();
    finding.seen(BUNDLE, anchors.join("; ")).seen(signed_by(peer), whose)
}

/// Where the anchors stand in their `ConfigMap`, ...
const BUNDLE: &str = "data[ca-bundle.crt]";

/// ... and the issuer's certificate in its Secret, by the one name or the other.
fn signed_by(cluster: &ClusterName) -> String {
    format!("data[tls.crt] or data[crt.pem] of secret/{} in {cluster}", ISSUER.1)
}

/// Whether Linkerd is there, and not what its proxies trust.
fn lacks(asked: &Pair<'_>, cluster: &ClusterName) -> bool {
    machinery(asked.seen, cluster)
        .is_some_and(|seen| seen.roots == Observed::Absent && matches!(seen.settings, Observed::Present(_)))
}

fn bundle(cluster: &ClusterName) -> ObjectRef {
    let (namespace, name) = TRUST_ROOTS;
    ObjectRef::namespaced(cluster, Kind::ConfigMap, namespace, name)
}

/// A proxy keeps the anchors that it was started with.
fn remedy(asked: &Pair<'_>, cluster: &ClusterName) -> Remedy {
    let (namespace, name) = TRUST_ROOTS;
    let words = ["--namespace", namespace, "get", "configmap", name, "-o", "yaml"];
    Remedy::run(
        "give both clusters the anchors of both (identityTrustAnchorsPEM of the chart, or the Bundle of trust-manager), and \
         restart Linkerd, its gateway and what is meshed; to see them, run",
        kubectl(&asked.seen.fleet, cluster, &words),
    )
}
