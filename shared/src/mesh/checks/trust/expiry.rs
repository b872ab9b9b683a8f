//! Certificates that are good no longer, or not for long. Proxies get new ones every day: nothing shows before the first of
//! them is refused.

use super::{Party, anew, bundle, parties, worst_of};
use crate::mesh::certificate::{self, Certificate};
use crate::mesh::checks::Pair;
use crate::mesh::names::{ISSUER, TRUST_ROOTS};
use crate::terms::{ClusterName, Kind, ObjectRef};
use crate::verdict::{Finding, Ground, Remedy, kubectl};

const CHECK: &str = "trust-expiry";
const DAY: i64 = 24 * 3600;
/// A change of anchors takes several steps in both clusters, with all that is meshed restarted in between.
const ANCHOR_SOON: i64 = 90 * DAY;

pub(in crate::mesh::checks) fn expiry(asked: &Pair<'_>) -> Option<Finding> {
    let parties = parties(asked)?;
    worst_of(
        parties
            .iter()
            .flat_map(|party| [issuer(asked, party), above(asked, party), anchors(asked, party)])
            .flatten(),
    )
}

/// Clocks differ, and a certificate that was made a moment ago is as good as begun.
const TOLERANCE: i64 = 300;

/// What is left of an issuer that is good for long, when people should look.
const FORTNIGHT: i64 = 14 * DAY;

/// A while, as exactly as somebody needs it who has to act before it is over.
pub(in super::super) fn in_words(seconds: i64) -> String {
    let (size, unit) = match seconds {
        ..7200 => (60, "minute"),
        7200..172_800 => (3600, "hour"),
        _ => (DAY, "day"),
    };
    let count = seconds / size;
    if count == 1 { format!("1 {unit}") } else { format!("{count} {unit}s") }
}

/// For how many seconds more a certificate may be left alone: a part of its time, and not more than this.
fn late(certificate: &Certificate, (part, most): (i64, i64)) -> i64 {
    let total = certificate.left.unwrap_or_default().saturating_sub(certificate.until);
    (total / part).min(most)
}

/// Of the certificate that signs those of proxies, a fifth of its time is left when it should have been renewed, or a
/// day, and never more than two weeks.
fn issuer(asked: &Pair<'_>, party: &Party<'_>) -> Option<Finding> {
    let (issuer, cluster) = (party.issuer.first()?, party.name);
    let left = issuer.left?;
    let soon = late(issuer, (5, FORTNIGHT)).max(late(issuer, (4, DAY)));
    let remedy = renewed(asked, cluster);
    let (namespace, name) = ISSUER;
    let object = ObjectRef::namespaced(cluster, Kind::Secret, namespace, name);
    let finding = if left <= 0 {
        let text = format!("the issuer of {cluster} has expired: its proxies get no certificates any more");
        Finding::error(CHECK, &[cluster], text, remedy)
    } else if issuer.until > TOLERANCE {
        let text = format!("the issuer of {cluster} is not valid yet, for {} more", in_words(issuer.until));
        Finding::error(CHECK, &[cluster], text, remedy).on(Ground::Time)
    } else if left < soon {
        let text =
            format!("the issuer of {cluster} expires in {}: it should have been renewed", in_words(left));
        Finding::warning(CHECK, &[cluster], text, remedy)
    } else {
        return None;
    };
    Some(finding.about(object).seen("the issuer's certificate", &issuer.subject))
}

/// What lies between the issuer and an anchor, and is good no longer: with it, nobody believes what the issuer signs.
fn above(asked: &Pair<'_>, party: &Party<'_>) -> Option<Finding> {
    let cluster = party.name;
    let between = certificate::between(party.issuer, &party.anchors());
    let over = between.into_iter().find(|one| one.left.is_some_and(|left| left <= 0))?;
    let text = format!(
        "a certificate between the issuer of {cluster} and its trust anchor has expired: nobody believes its proxies"
    );
    let (namespace, name) = ISSUER;
    let object = ObjectRef::namespaced(cluster, Kind::Secret, namespace, name);
    let finding = Finding::error(CHECK, &[cluster], text, renewed(asked, cluster)).about(object);
    Some(finding.seen("data[tls.crt] or data[crt.pem]", &over.subject))
}

fn renewed(asked: &Pair<'_>, cluster: &ClusterName) -> Remedy {
    let (namespace, name) = ISSUER;
    let look = ["--namespace", namespace, "describe", "secret", name];
    Remedy::run(
        "renew it: with cert-manager see why its Certificate is not ready, else run `linkerd upgrade` with a new issuer; to \
         look, run",
        kubectl(&asked.seen.fleet, cluster, &look),
    )
}

/// What is signed by an anchor that has expired is good no longer either, so that nothing can be changed step by step.
fn replaced(asked: &Pair<'_>, cluster: &ClusterName) -> Remedy {
    let (namespace, name) = TRUST_ROOTS;
    let look = ["--namespace", namespace, "get", "configmap", name, "-o", "yaml"];
    Remedy::run(
        "replace the anchor, and the issuers that it has signed, in all clusters that share it at one time, then restart Linkerd's \
         control plane, its gateways and what is meshed; to see the anchors, run",
        kubectl(&asked.seen.fleet, cluster, &look),
    )
}

/// The anchors that matter: those that signed the issuer, where that is known, else all. The one that is good for longest
/// counts, and one that is good now before one that will be.
fn anchors(asked: &Pair<'_>, party: &Party<'_>) -> Option<Finding> {
    let cluster = party.name;
    let is_begun = |anchor: &Certificate| anchor.until <= TOLERANCE;
    let anchor = party.anchors_in_use().into_iter().max_by_key(|anchor| (is_begun(anchor), anchor.left))?;
    let (left, remedy) = (anchor.left?, anew(asked, cluster));
    let finding = if left <= 0 {
        let text = format!("the trust anchor of {cluster} has expired: its proxies believe nobody");
        Finding::error(CHECK, &[cluster], text, replaced(asked, cluster))
    } else if !is_begun(anchor) {
        let text =
            format!("the trust anchor of {cluster} is not valid yet, for {} more", in_words(anchor.until));
        Finding::error(CHECK, &[cluster], text, remedy).on(Ground::Time)
    } else if left < late(anchor, (4, ANCHOR_SOON)) {
        let text = format!("the trust anchor of {cluster} expires in {}", in_words(left));
        Finding::warning(CHECK, &[cluster], text, remedy)
    } else {
        return None;
    };
    Some(finding.about(bundle(cluster)).seen("the anchor's certificate", &anchor.subject))
}
