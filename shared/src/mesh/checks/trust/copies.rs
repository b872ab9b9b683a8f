//! Copies of trust anchors beside those that proxies get.

use super::issuer::{issuer, secret};
use super::{BUNDLE, Party, bundle, gone, named, parties, worst_of};
use crate::mesh::certificate::Certificate;
use crate::mesh::checks::{Pair, machinery, settings};
use crate::mesh::names::{CONFIG, ISSUER, TRUST_ROOTS};
use crate::terms::{Kind, ObjectRef};
use crate::verdict::{Finding, Remedy, kubectl};

/// Anchors stand in several places, of which proxies get one. Who compares the others is misled, and an upgrade may
/// bring them back.
pub(in crate::mesh::checks) fn copies(asked: &Pair<'_>) -> Option<Finding> {
    let both = parties(asked)?;
    let differing = both.iter().filter_map(|party| installed(asked, party).or_else(|| signed(asked, party)));
    worst_of(differing).or_else(|| gone::settings(asked, &both))
}

/// What Linkerd was installed with.
fn installed(asked: &Pair<'_>, party: &Party<'_>) -> Option<Finding> {
    let (cluster, anchors) = (party.name, party.anchors());
    let told = &machinery(asked.seen, cluster).and_then(settings)?.anchors;
    let is_same = told.iter().all(|one| anchors.contains(&one.as_slice()))
        && anchors.iter().all(|one| told.iter().any(|told| told == one));
    if told.is_empty() || anchors.is_empty() || is_same {
        return None;
    }
    let text = format!(
        "Linkerd in {cluster} was installed with other trust anchors than its proxies use: an upgrade brings the old ones \
         back, and `linkerd check` compares them"
    );
    let words = ["--namespace", CONFIG.0, "get", "configmap", CONFIG.1, "-o", "yaml"];
    let remedy = Remedy::run(
        "give the chart the same anchors (identityTrustAnchorsPEM), or set identity.externalCA if something else provides \
         them; to see its values, run",
        kubectl(&asked.seen.fleet, cluster, &words),
    );
    let config = ObjectRef::namespaced(cluster, Kind::ConfigMap, CONFIG.0, CONFIG.1);
    let told: Vec<Certificate> = told.iter().map(|der| Certificate::read(der.clone(), 0)).collect();
    Some(
        Finding::warning("trust-copies", &[cluster], text, remedy)
            .about(config)
            .seen("data.values: identityTrustAnchorsPEM", named(&told, &party.roots.anchors))
            .seen(format!("{BUNDLE} of configmap/{}", TRUST_ROOTS.1), named(&party.roots.anchors, &told)),
    )
}

/// Whom the issuer's Secret names as who signed it.
fn signed(asked: &Pair<'_>, party: &Party<'_>) -> Option<Finding> {
    let (cluster, anchors) = (party.name, party.anchors());
    let is_known = |one: &Certificate| {
        // What lies between the issuer and an anchor may stand there, or above the anchor.
        let has_signed = |anchor: &Certificate| anchor.is_signed_by(&[one.der.as_slice()]) == Some(true);
        anchors.contains(&one.der.as_slice())
            || one.is_signed_by(&anchors) != Some(false)
            || party.roots.anchors.iter().any(has_signed)
    };
    let stranger = issuer(asked, cluster)?.signers.iter().find(|one| !is_known(one))?;
    let signer = std::slice::from_ref(stranger);
    let whose = named(signer, &party.roots.anchors);
    let text = format!(
        "the Secret of the issuer of {cluster} names {whose} as its CA (ca.crt), which no trust anchor of {cluster} is or \
         has signed",
    );
    let words = ["--namespace", ISSUER.0, "describe", "secret", ISSUER.1];
    let action = "make ca.crt of that Secret match the trust anchors; to look, run";
    let remedy = Remedy::run(action, kubectl(&asked.seen.fleet, cluster, &words));
    let finding = Finding::warning("trust-copies", &[cluster], text, remedy).about(secret(cluster));
    let finding = finding.seen("data[ca.crt]", whose);
    Some(finding.seen(format!("{BUNDLE} ({})", bundle(cluster)), named(&party.roots.anchors, signer)))
}
