//! What the proxies of both clusters trust. They prove who they are by certificates that the issuer of their cluster has
//! signed; each side has to hold a trust anchor that signed the issuer of the other one.

mod copies;
mod expiry;
mod gone;
mod held;
mod hindered;
mod issuer;

use super::{Pair, machinery};
use crate::mesh::certificate::{Certificate, is_believed, is_same_anchor};
use crate::mesh::machinery::Roots;
use crate::mesh::names::{ISSUER, TRUST_ROOTS};
use crate::terms::{ClusterName, Kind, ObjectRef, Observed};
use crate::verdict::{Finding, Ground, Remedy, kubectl};
use std::collections::BTreeSet;

pub(super) use copies::copies;
pub(super) use expiry::{expiry, in_words};
pub(super) use held::held;
pub(crate) use held::of_many;
pub(super) use issuer::{fitness, renewal};

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

    /// The anchors that signed its issuer, where that is known, else all.
    fn anchors_in_use(&self) -> Vec<&'a Certificate> {
        let all = || self.roots.anchors.iter();
        let is_used = |anchor: &&Certificate| self.is_believed_by(&[anchor.der.as_slice()]) == Some(true);
        let in_use: Vec<_> = all().filter(is_used).collect();
        if in_use.is_empty() { all().collect() } else { in_use }
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
            format!("Linkerd in {name} has no trust anchors: its ConfigMap {} is missing", TRUST_ROOTS.1);
        let finding = Finding::error(CHECK, &[name], text, remedy(asked, name)).on(Ground::Identity);
        return Some(finding.about(bundle(name)));
    }
    let Some([there, here]) = parties(asked) else { return gone::control_plane(asked) };
    if let Some(cluster) = [&there, &here].into_iter().find(|one| one.roots.anchors.is_empty()) {
        let name = cluster.name;
        let text = format!("the trust anchors of {name} are not certificates, so its proxies trust nobody");
        let finding = Finding::error(CHECK, &[name], text, remedy(asked, name)).about(bundle(name));
        return Some(finding.on(Ground::Identity).seen(BUNDLE, "not a certificate"));
    }
    let mut verified = [(&here, &there), (&there, &here)];
    // Of two that refuse each other, Links in both directions tell the same, whatever the clusters are called.
    verified.sort_by_cached_key(|(one, _)| (named(&one.roots.anchors, &[]), one.anchors()));
    let refusing = verified.iter().filter(|(one, other)| one.believes(other) == Some(false));
    worst_of(refusing.map(|(one, other)| refuses(asked, one, other)))
        .or_else(|| differing(asked, [&there, &here]))
}

/// Of sets that are not the same each side may have what it needs.
fn differing(asked: &Pair<'_>, mut parties: [&Party<'_>; 2]) -> Option<Finding> {
    const CHECK: &str = "trust-roots";
    // Links in both directions tell the same.
    parties.sort_by_key(|party| party.name);
    let [one, other] = parties;
    // One that was renewed with its key verifies what the former one verifies.
    let shared = |one: &Party<'_>, other: &Party<'_>| {
        let is_there = |anchor: &&[u8]| other.anchors().iter().any(|there| is_same_anchor(anchor, there));
        one.anchors().into_iter().collect::<BTreeSet<_>>().into_iter().filter(is_there).count()
    };
    let common = shared(one, other);
    let all = |party: &Party<'_>| party.anchors().into_iter().collect::<BTreeSet<_>>().len();
    if common == all(one) && shared(other, one) == all(other) {
        return None;
    }
    let (both, believed) = ([one.name, other.name], [one.believes(other), other.believes(one)]);
    let finding = if common == 0 && believed.contains(&None) {
        let text = format!(
            "{} and {} have no trust anchor in common, so their proxies refuse each other",
            one.name, other.name
        );
        Finding::error(CHECK, &both, text, remedy(asked, other.name))
    } else {
        let text =
            format!("the trust anchors of {} and {} differ ({common} in common)", one.name, other.name);
        if believed == [Some(true); 2] {
            let text = format!("{text}, but each trusts the other's issuer");
            return Some(Finding::info(CHECK, &both, text).about(bundle(other.name)));
        }
        let text = format!("{text}: a cluster whose issuer is signed by any other anchor is refused");
        Finding::warning(CHECK, &both, text, remedy(asked, other.name))
    };
    Some(finding.about(bundle(other.name)).seen(BUNDLE, format!("{common} in common")))
}

/// Proxies of the one do not believe those of the other.
fn refuses(asked: &Pair<'_>, one: &Party<'_>, other: &Party<'_>) -> Finding {
    let (name, peer) = (one.name, other.name);
    let whose = other.issuer.first().map_or("", |issuer| issuer.subject.as_str());
    let text = format!(
        "no trust anchor of {name} has signed the issuer of {peer} ({whose}): proxies of {name} refuse those of {peer}"
    );
    let is_wrong = issuer::is_refused(one) && [one, other].map(|it| other.believes(it)) == [Some(true); 2];
    let (text, remedy) = if is_wrong {
        let text = format!(
            "the trust anchors of {name} have signed neither its own issuer nor that of {peer} ({whose}), while those of \
             {peer} have signed both: new proxies in {name} get no certificate they trust, and refuse those of {peer}"
        );
        (text, given_back(asked, name, peer))
    } else {
        (text, remedy(asked, name))
    };
    // Links in both directions tell the same.
    let finding = Finding::error("trust-roots", &[name, peer], text, remedy).about(bundle(name));
    let finding = Finding { ground: is_wrong.then_some(Ground::Identity), ..finding };
    // Installers call all anchors alike.
    let by: Vec<Certificate> = other.anchors_in_use().into_iter().cloned().collect();
    let signer = named(&by, &one.roots.anchors);
    let is_alone = signer == named(&by, &[]);
    let whose = if is_alone { whose.to_owned() } else { format!("{whose}, signed by {signer}") };
    finding.seen(BUNDLE, named(&one.roots.anchors, &by)).seen(signed_by(peer), whose)
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

/// Whose certificates these are, in words, and what tells them from namesakes among others.
fn named(all: &[Certificate], others: &[Certificate]) -> String {
    let name = |one: &Certificate| {
        let is_namesake = |other: &Certificate| other.subject == one.subject && other.der != one.der;
        match one.left {
            None => "not a certificate".to_owned(),
            Some(_) if others.iter().any(is_namesake) => format!("{} ({})", one.subject, one.print()),
            Some(_) => one.subject.clone(),
        }
    };
    all.iter().map(name).collect::<Vec<_>>().join("; ")
}

/// The worst of these, with the others beside it: whoever mends the one has to know of them.
fn worst_of(found: impl Iterator<Item = Finding>) -> Option<Finding> {
    let mut found: Vec<Finding> = found.collect();
    found.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    let mut found = found.into_iter();
    let worst = found.next()?;
    Some(found.fold(worst, |worst, other| worst.seen(other.place(), other.summary)))
}

/// Anchors are changed step by step.
const ANEW: &str = "add a new anchor next to the old one in all clusters that trust it, restart all meshed workloads there, \
                    then rotate the issuers; to see the anchors, run";

fn anew(asked: &Pair<'_>, cluster: &ClusterName) -> Remedy {
    Remedy::run(ANEW, look(asked, cluster))
}

/// How the anchors of a cluster are seen.
fn look(asked: &Pair<'_>, cluster: &ClusterName) -> String {
    let (namespace, name) = TRUST_ROOTS;
    let words = ["--namespace", namespace, "get", "configmap", name, "-o", "yaml"];
    kubectl(&asked.seen.fleet, cluster, &words)
}

/// Anchors that were taken away, or replaced before the issuers were, come back first.
fn given_back(asked: &Pair<'_>, cluster: &ClusterName, peer: &ClusterName) -> Remedy {
    let action = format!(
        "add the anchors of {peer} to {cluster} (identityTrustAnchorsPEM of the chart, or the Bundle of trust-manager), and \
         leave the issuer as it is; then restart Linkerd in {cluster}, its gateway and what has started there since; to see \
         those of {peer}, run"
    );
    Remedy::run(action, look(asked, peer))
}

/// A proxy keeps the anchors that it was started with.
fn remedy(asked: &Pair<'_>, cluster: &ClusterName) -> Remedy {
    Remedy::run(
        "give both clusters the anchors of both (identityTrustAnchorsPEM of the chart, or the Bundle of trust-manager), and \
         restart Linkerd, its gateway and all meshed workloads; to see them, run",
        look(asked, cluster),
    )
}
