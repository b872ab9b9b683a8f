//! Certificates that are good no longer, or not for long. Proxies get new ones every day: nothing shows before the first of
//! them is refused.

use super::{ANEW, BUNDLE, Party, bundle, look, parties, worst_of};
use crate::mesh::certificate::{self, Certificate};
use crate::mesh::checks::Pair;
use crate::mesh::names::{ISSUER, TRUST_ROOTS};
use crate::terms::{ClusterName, Kind, ObjectRef};
use crate::verdict::{Finding, Ground, Remedy, Severity, kubectl};
use std::cmp::Reverse;
use std::collections::BTreeSet;

const CHECK: &str = "trust-expiry";
const DAY: i64 = 24 * 3600;
/// A change of anchors takes several steps in both clusters, with all that is meshed restarted in between.
const ANCHOR_SOON: i64 = 90 * DAY;

pub(in crate::mesh::checks) fn expiry(asked: &Pair<'_>) -> Option<Finding> {
    let (parties, mut told) = (parties(asked)?, BTreeSet::new());
    let found = parties.iter().flat_map(|party| of_party(asked, party));
    let mut found: Vec<Finding> = found.filter(|one| told.insert(one.fingerprint.clone())).collect();
    found.sort_by_key(|one| Reverse(one.severity));
    if found.first()?.object.is_none() {
        // Links in both directions tell the same of an anchor that both have.
        let place = |one: &Finding| {
            one.object.as_ref().map(|it| asked.seen.fleet.names().position(|name| *name == it.cluster))
        };
        found.sort_by_key(|one| (Reverse(one.severity), place(one)));
    }
    worst_of(found.into_iter())
}

/// Nobody renews an issuer that ends with its anchor, or after it, before there is another anchor.
fn of_party(asked: &Pair<'_>, party: &Party<'_>) -> impl Iterator<Item = Finding> {
    let issuer_left = party.issuer.first().and_then(|issuer| issuer.left);
    let anchor_left = in_use(party).and_then(|anchor| anchor.left);
    let is_first = anchor_left.zip(issuer_left).is_some_and(|(own, its)| own <= (its + DAY).max(0));
    let mut all = [issuer(asked, party), above(asked, party), anchors(asked, party)];
    all.rotate_right(usize::from(is_first));
    all.into_iter().flatten()
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

/// With so much of its time left somebody should have renewed a certificate that signs others.
fn soon(certificate: &Certificate) -> i64 {
    late(certificate, (5, FORTNIGHT)).max(late(certificate, (4, DAY)))
}

/// Of the certificate that signs those of proxies, a fifth of its time is left when it should have been renewed, or a
/// day, and never more than two weeks.
fn issuer(asked: &Pair<'_>, party: &Party<'_>) -> Option<Finding> {
    let (issuer, cluster) = (party.issuer.first()?, party.name);
    let left = issuer.left?;
    let soon = soon(issuer);
    let remedy = renewed(asked, cluster);
    let (namespace, name) = ISSUER;
    let object = ObjectRef::namespaced(cluster, Kind::Secret, namespace, name);
    let finding = if left <= 0 {
        let text = format!("the issuer of {cluster} has expired: its proxies can no longer get certificates");
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

/// What lies between the issuer and an anchor, and is good no longer, or not for long: without it, nobody believes what the issuer
/// signs.
fn above(asked: &Pair<'_>, party: &Party<'_>) -> Option<Finding> {
    let cluster = party.name;
    let between = certificate::between(party.issuer, &party.anchors());
    let first = between.into_iter().min_by_key(|one| one.left)?;
    let left = first.left?;
    let what = format!("an intermediate certificate between the issuer of {cluster} and its trust anchor");
    let remedy = renewed(asked, cluster);
    let finding = if left <= 0 {
        let text = format!("{what} has expired: nobody trusts its proxies");
        Finding::error(CHECK, &[cluster], text, remedy)
    } else if left < soon(first) {
        let text = format!("{what} expires in {}: then nobody trusts its proxies", in_words(left));
        Finding::warning(CHECK, &[cluster], text, remedy)
    } else {
        return None;
    };
    let (namespace, name) = ISSUER;
    let finding = finding.about(ObjectRef::namespaced(cluster, Kind::Secret, namespace, name));
    Some(finding.seen("data[tls.crt] or data[crt.pem]", &first.subject))
}

fn renewed(asked: &Pair<'_>, cluster: &ClusterName) -> Remedy {
    let (namespace, name) = ISSUER;
    let look = ["--namespace", namespace, "describe", "secret", name];
    Remedy::run(
        "renew it: with cert-manager, see why its Certificate is not ready, otherwise run `linkerd upgrade` with a new \
         issuer; to look, run",
        kubectl(&asked.seen.fleet, cluster, &look),
    )
}

/// What is signed by an anchor that has expired is good no longer either, so that nothing can be changed step by step.
const REPLACED: &str = "replace the anchor and the issuers it signed in all clusters that share it at the same time, then \
                        restart Linkerd's control plane, its gateways and all meshed workloads; to see the anchors, run";

fn is_begun(anchor: &Certificate) -> bool {
    anchor.until <= TOLERANCE
}

/// The anchors that matter: those that signed the issuer, where that is known, else all. The one that is good for longest
/// counts, and one that is good now before one that will be.
fn in_use<'a>(party: &Party<'a>) -> Option<&'a Certificate> {
    party.anchors_in_use().into_iter().max_by_key(|anchor| (is_begun(anchor), anchor.left))
}

/// Its anchor, what is wrong with it, and how much that matters.
fn odd<'a>(party: &Party<'a>) -> Option<(&'a Certificate, String, Severity)> {
    let anchor = in_use(party)?;
    let left = anchor.left?;
    Some(if left <= 0 {
        (anchor, "has expired: proxies there trust nobody".to_owned(), Severity::Error)
    } else if !is_begun(anchor) {
        (anchor, format!("is not valid yet, for {} more", in_words(anchor.until)), Severity::Error)
    } else if left < late(anchor, (4, ANCHOR_SOON)) {
        (anchor, format!("expires in {}", in_words(left)), Severity::Warning)
    } else {
        return None;
    })
}

/// One that several clusters have is one thing to change, wherever somebody comes upon it.
fn anchors(asked: &Pair<'_>, party: &Party<'_>) -> Option<Finding> {
    let (anchor, trouble, severity) = odd(party)?;
    let has_it = |name: &&ClusterName| {
        let other = Party::of(asked, name);
        let other = other.as_ref().and_then(odd);
        other.is_some_and(|(its, _, weight)| its.der == anchor.der && weight == severity)
    };
    let all: Vec<&ClusterName> = asked.seen.fleet.names().filter(has_it).collect();
    let names = all.iter().map(|name| name.as_str()).collect::<Vec<_>>().join(" and ");
    let text = format!("the trust anchor of {names} {trouble}");
    let action = if anchor.left? <= 0 { REPLACED } else { ANEW };
    let remedy =
        Remedy::run(action, all.iter().map(|name| look(asked, name)).collect::<Vec<_>>().join(" && "));
    let finding = Finding::warning(CHECK, &all, text, remedy);
    let finding = Finding { severity, ..finding };
    let finding = if is_begun(anchor) { finding } else { finding.on(Ground::Time) };
    if let [cluster] = all.as_slice() {
        return Some(finding.about(bundle(cluster)).seen(BUNDLE, &anchor.subject));
    }
    let value = format!("{} ({})", anchor.subject, anchor.print());
    let field = |name: &ClusterName| format!("{BUNDLE} of configmap/{} in {name}", TRUST_ROOTS.1);
    Some(all.into_iter().fold(finding.mutual(), |finding, name| finding.seen(field(name), &value)))
}
