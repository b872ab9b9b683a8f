//! Whether the issuer of a cluster may sign for its proxies, and whether the cluster signs with the one that it should.

use super::{Party, anew, bundle, gone, hindered, parties, worst_of};
use crate::mesh::certificate::{Certificate, leads_to};
use crate::mesh::checks::{Pair, machinery};
use crate::mesh::machinery::{Issuer, Key, Stuck};
use crate::mesh::names::{CONTROL_PLANE, IDENTITY, ISSUER};
use crate::terms::{ClusterName, Kind, ObjectRef, Observed};
use crate::verdict::{Finding, Ground, Remedy, Severity, kubectl};

pub(super) fn secret(cluster: &ClusterName) -> ObjectRef {
    ObjectRef::namespaced(cluster, Kind::Secret, ISSUER.0, ISSUER.1)
}

/// What signs has to be an authority. Its name is of no matter: identity controllers do not verify it.
pub(in crate::mesh::checks) fn fitness(asked: &Pair<'_>) -> Option<Finding> {
    let both = parties(asked)?;
    let unfit = both.iter().filter_map(|party| unfit(asked, party).or_else(|| unusual(asked, party)));
    worst_of(unfit).or_else(|| gone::issuer(asked, &both))
}

fn unfit(asked: &Pair<'_>, party: &Party<'_>) -> Option<Finding> {
    let (issuer, cluster) = (party.issuer.first()?, party.name);
    let words = ["--namespace", ISSUER.0, "describe", "secret", ISSUER.1];
    let made = |action: &str| {
        let action = format!("recreate it {action}, signed by the trust anchor; to look, run");
        Remedy::run(action, kubectl(&asked.seen.fleet, cluster, &words))
    };
    if let Some((text, field, value)) = useless(asked, party, issuer) {
        let finding = Finding::warning("trust-issuer", &[cluster], text, made("with its key"));
        return Some(finding.about(secret(cluster)).seen(field, value));
    }
    let (finding, field, value) = if !issuer.may_sign? {
        let text = format!(
            "the issuer of {cluster} ({}) is not a CA: nobody trusts the proxy certificates it signs",
            issuer.subject
        );
        let finding = Finding::error("trust-issuer", &[cluster], text, made("as a CA (isCA)"));
        (finding, "the issuer's basic constraints", "CA:FALSE")
    } else if is_refused(party) {
        let text = format!(
            "no trust anchor of {cluster} has signed its own issuer ({}): its identity controller rejects it, and new pods \
             get no identity",
            issuer.subject
        );
        let finding =
            Finding::error("trust-issuer", &[cluster], text, made("with all intermediate certificates"));
        let finding = finding.on(Ground::Identity);
        (finding, "data[tls.crt] or data[crt.pem]", issuer.subject.as_str())
    } else if issuer.is_p256? {
        return None;
    } else {
        let text = format!(
            "the key of the issuer of {cluster} ({}) is not ECDSA P-256, the only kind that Linkerd supports",
            issuer.subject
        );
        let finding = Finding::warning("trust-issuer", &[cluster], text, made("with such a key"));
        (finding, "the issuer's public key", "not prime256v1")
    };
    Some(finding.about(secret(cluster)).seen(field, value))
}

/// What an identity controller cannot be started with; one that runs has read what was there before.
fn useless(
    asked: &Pair<'_>,
    party: &Party<'_>,
    first: &Certificate,
) -> Option<(String, &'static str, &'static str)> {
    let of = |name: &ClusterName| issuer(asked, name).map(|issuer| issuer.key);
    // Some take keys out of what they hand on, and then out of all.
    let is_kept = asked.both().into_iter().any(|name| matches!(of(name), Some(Key::Held | Key::Other)));
    let (what, field, value) = match of(party.name) {
        _ if first.left.is_none() => {
            ("is not a certificate", "data[tls.crt] or data[crt.pem]", "not a certificate")
        }
        Some(Key::Gone) if is_kept => ("has no key", "data[tls.key] or data[key.pem]", "<none>"),
        Some(Key::Other) => (
            "has a key that does not match the certificate",
            "data[tls.key] or data[key.pem]",
            "another public key than that of the certificate",
        ),
        _ => return None,
    };
    let text = format!(
        "the issuer of {} {what}: its identity controller signs with its loaded copy and will not survive a restart",
        party.name
    );
    Some((text, field, value))
}

/// An anchor in use that Linkerd itself would not take.
fn unusual(asked: &Pair<'_>, party: &Party<'_>) -> Option<Finding> {
    let (anchor, cluster) =
        (party.anchors_in_use().into_iter().find(|one| one.may_anchor == Some(false))?, party.name);
    let text = format!(
        "the key of the trust anchor of {cluster} ({}) is neither ECDSA P-256 nor RSA with 2048 or 4096 bits, the only kinds \
         that Linkerd supports: `linkerd check` fails",
        anchor.subject
    );
    let finding = Finding::warning("trust-issuer", &[cluster], text, anew(asked, cluster));
    Some(finding.about(bundle(cluster)).seen("the anchor's public key", "neither prime256v1 nor RSA"))
}

/// Whether its own cluster does not believe it. An anchor that cannot be read may have signed it, and where there is none the
/// anchors are what is wrong.
pub(super) fn is_refused(party: &Party<'_>) -> bool {
    let is_read = party.roots.anchors.iter().all(|anchor| anchor.left.is_some());
    is_read && !party.roots.anchors.is_empty() && leads_to(party.issuer, &party.anchors()) == Some(false)
}

pub(super) fn issuer<'a>(asked: &'a Pair<'_>, cluster: &ClusterName) -> Option<&'a Issuer> {
    match &machinery(asked.seen, cluster)?.issuer {
        Observed::Present(issuer) => Some(issuer),
        Observed::Absent | Observed::Unknown(_) => None,
    }
}

/// A new issuer that is not made, or not taken: the old one works until it expires.
pub(in crate::mesh::checks) fn renewal(asked: &Pair<'_>) -> Option<Finding> {
    worst_of(asked.both().into_iter().filter_map(|cluster| stuck(asked, cluster)))
}

/// Whether its identity controller has refused a new one, which is told with what mends it.
pub(super) fn is_refused_anew(asked: &Pair<'_>, cluster: &ClusterName) -> bool {
    matches!(issuer(asked, cluster).and_then(|issuer| issuer.stuck.as_ref()), Some(Stuck::Refused(_)))
}

/// What has an identity controller read everything anew.
const RESTART: &[&str] = &["rollout", "restart", "deployment", IDENTITY];

fn stuck(asked: &Pair<'_>, cluster: &ClusterName) -> Option<Finding> {
    let issuer = issuer(asked, cluster)?;
    let stuck = issuer.stuck.as_ref()?;
    let is_over = issuer.chain.first().is_some_and(|own| own.left.is_some_and(|left| left <= 0));
    let run = |action: &str, words: &[&str]| {
        let words: Vec<&str> = ["--namespace", CONTROL_PLANE].iter().chain(words).copied().collect();
        Remedy::run(action, kubectl(&asked.seen.fleet, cluster, &words))
    };
    let (text, remedy) = match stuck {
        Stuck::Unready(name, why) => {
            let (text, action) = unready(cluster, (name, why), is_over);
            (text, run(action, &["describe", &format!("certificates.cert-manager.io/{name}")]))
        }
        Stuck::Hindered(hindrance) => return Some(hindered::finding(asked, cluster, (hindrance, issuer))),
        // A new one that has expired is told as such.
        Stuck::Refused(_) | Stuck::Missed if is_over => return None,
        Stuck::Refused(why) => {
            let (action, words) = corrected(asked, cluster, why);
            let text = format!(
                "the identity controller of {cluster} rejected its new issuer ({why}) and still signs with the old one"
            );
            (text, run(action, words))
        }
        Stuck::Missed => (
            format!(
                "the issuer of {cluster} has changed, but its identity controller has not reported using the new one"
            ),
            run("make it reload the Secret", RESTART),
        ),
    };
    let severity = if is_over { Severity::Error } else { Severity::Warning };
    let finding = Finding::warning("trust-renewal", &[cluster], text, remedy).about(secret(cluster));
    let finding = Finding { severity, ..finding };
    Some(match stuck {
        Stuck::Unready(name, why) => finding
            .seen(format!("status.conditions[type=Ready].status or renewalTime of certificate/{name}"), why),
        Stuck::Refused(why) => finding.seen("the last event of the identity controller", why),
        Stuck::Hindered(_) => finding,
        Stuck::Missed => finding.seen(format!("events of deployment/{IDENTITY}"), "none reports it"),
    })
}

/// What cert-manager does not renew, and what is to be done: once it has expired, nothing goes on.
fn unready(cluster: &ClusterName, (name, why): (&str, &str), is_over: bool) -> (String, &'static str) {
    if is_over {
        let text = format!(
            "the issuer of {cluster} has expired and cert-manager does not renew it (Certificate {name}: {why}): its proxies \
             can no longer get certificates"
        );
        return (text, "get cert-manager running and renewing it; to see what it reports, run");
    }
    let text =
        format!("the Certificate {name} of the issuer of {cluster} is not ready ({why}): it is not renewed");
    (text, "see what cert-manager reports")
}

/// How an identity controller comes to an issuer that it has refused: by anchors, which it reads when it starts and never again, or by
/// another one.
fn corrected(asked: &Pair<'_>, cluster: &ClusterName, why: &str) -> (&'static str, &'static [&'static str]) {
    // So Go says it.
    if why.contains("signed by unknown authority") && is_good_now(asked, cluster) {
        let action = "restart the identity controller, which still has the trust anchors it started with: the current ones \
                      have signed it";
        return (action, RESTART);
    }
    let action = "correct the Secret first, then restart the identity controller: if restarted before, it does not come up \
                  again; to look, run";
    (action, &["describe", "secret", ISSUER.1])
}

/// Whether one that is started now takes the issuer.
fn is_good_now(asked: &Pair<'_>, cluster: &ClusterName) -> bool {
    let Some(party) = Party::of(asked, cluster) else { return false };
    let Some(own) = party.issuer.first() else { return false };
    let is_good = |one: &Certificate| one.left > Some(0) && one.until <= 0;
    leads_to(party.issuer, &party.anchors()) == Some(true)
        && own.may_sign == Some(true)
        && party.issuer.iter().chain(party.anchors_in_use()).all(is_good)
}
