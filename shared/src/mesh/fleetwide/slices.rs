//! The `EndpointSlices` of mirrors. A service mirror writes Endpoints, Kubernetes makes slices of these, and Linkerd tells proxies
//! what stands in the slices: the addresses, and whom to expect there.

use super::direction::Direction;
use crate::mesh::checks::written_anew;
use crate::mesh::export::Target;
use crate::mesh::link::Way;
use crate::mesh::machinery::Machinery;
use crate::mesh::names::{GATEWAY_IDENTITY, OF_SLICES, SLICE_OF, UNSLICED};
use crate::mesh::snapshot::{ConsumerSeen, EndpointsSeen, Key, SliceSeen};
use crate::terms::Observed;
use crate::verdict::{Finding, Remedy, Severity, kubectl};
use std::collections::BTreeSet;

/// How the evidence of mirrors begins that have no slice, and nothing that keeps it off.
pub(super) const NONE: &str = "endpointslices";

pub(super) const CHECK: &str = "mirror-address";

const COPIED: &str = "copied-labels";

/// What is found of a mirror, and is more than what its slices show.
const SHOWN: [&str; 7] = [
    CHECK,
    "mirror-edited",
    "mirror-endpoints",
    "mirror-missing",
    "mirror-behind",
    "mirror-name-clash",
    "mirror-endpoints-clash",
];

/// Tells what the slices of a mirror have that its Endpoints have not, where these are as they should be and had their time. A label
/// that is copied leads, where it keeps slices off.
pub(super) fn tell(
    direction: &Direction<'_>,
    (target, seen_here): (&Target, &ConsumerSeen),
    found: &mut Vec<Finding>,
) {
    let Some(odd) = unlike(direction, (target, seen_here), found) else { return };
    let is_copied = |one: &Finding| one.evidence.iter().any(|one| one.field.contains(UNSLICED));
    match found.iter_mut().find(|one| one.check == COPIED && is_copied(one)) {
        Some(copied) => {
            copied.severity = Severity::Error;
            copied.evidence.extend(odd.evidence);
        }
        None => found.push(odd),
    }
}

fn unlike(
    direction: &Direction<'_>,
    (target, seen_here): (&Target, &ConsumerSeen),
    found: &[Finding],
) -> Option<Finding> {
    let (Observed::Present(slices), Observed::Present(all)) = (&seen_here.slices, &seen_here.endpoints)
    else {
        return None;
    };
    let (key, seen) = (target.key(), direction.seen);
    let is_young = |key: &Key| {
        let of = (direction.consumer.clone(), key.clone());
        seen.young.as_ref().is_some_and(|young| young.ends.contains_key(&of))
    };
    let is_shown = found.iter().any(|one| SHOWN.contains(&one.check));
    // Those of a headless one follow its pods.
    let is_headless = target.found_in(seen).is_none_or(|mirror| mirror.is_headless);
    let is_unread = match seen.machinery.get(direction.consumer) {
        Some(Observed::Present(Machinery { settings: Observed::Present(said), .. })) => said.is_by_endpoints,
        _ => false,
    };
    if target.way != Way::Gateway || is_shown || is_headless || is_unread || is_young(&key) {
        return None;
    }
    let ends = all.by_key.get(&key).filter(|ends| ends.ready > 0)?;
    let ends = ends.is_made_for(&target.target_cluster_name).then_some(ends)?;
    match slices.get(&key) {
        Some(own) => odd(direction, target, (ends, own)),
        None => Some(none(direction, target, ends)),
    }
}

/// It has none, and clients reach nothing.
fn none(direction: &Direction<'_>, target: &Target, ends: &EndpointsSeen) -> Finding {
    let (seen, mirror) = (direction.seen, &target.mirror);
    let text = format!("{mirror} has no EndpointSlice although its Endpoints are ready");
    let said = ends.labels.get(UNSLICED).filter(|said| *said == "true");
    let Some(said) = said else {
        let action = format!(
            "enable the endpointslice-mirroring-controller in the kube-controller-manager of {}, which makes slices from \
             Endpoints; to see what it has made, run",
            direction.consumer
        );
        let words = ["get", "endpointslices", "--all-namespaces", "--selector", OF_SLICES];
        let remedy = Remedy::run(action, kubectl(&seen.fleet, direction.consumer, &words));
        let text = format!("{text}: Linkerd cannot route clients");
        let finding = about(direction, target, text, remedy);
        return finding.seen(NONE, format!("none with {SLICE_OF}={mirror}"));
    };
    let text = format!("{text}, since these are labelled {UNSLICED}: Linkerd cannot route clients");
    let finding = about(direction, target, text, written_anew(seen, &target.exported));
    finding.seen(format!("metadata.labels[{UNSLICED}] of endpoints/{mirror}"), said)
}

/// One of them is not what Kubernetes made.
fn odd(
    direction: &Direction<'_>,
    target: &Target,
    (ends, own): (&EndpointsSeen, &[SliceSeen]),
) -> Option<Finding> {
    let list = |all: &BTreeSet<String>| all.iter().cloned().collect::<Vec<_>>().join(", ");
    let all: BTreeSet<String> = own.iter().flat_map(|one| one.addresses.iter().cloned()).collect();
    let named = |said: &Option<String>| said.clone().unwrap_or_else(|| "nobody".to_owned());
    let stranger = own.iter().find(|one| one.identity != ends.identity);
    let mover = own.iter().find(|one| !one.addresses.is_subset(&ends.addresses)).or(own.first());
    let (slice, field, value, what) = if let Some(one) = stranger {
        let what = format!(
            "expects the gateway to be {}, but its Endpoints {}",
            named(&one.identity),
            named(&ends.identity)
        );
        let value = one.identity.clone().unwrap_or_default();
        (one, format!("metadata.annotations[{GATEWAY_IDENTITY}]"), value, what)
    } else if all != ends.addresses {
        let what = format!("points to {}, but its Endpoints to {}", list(&all), list(&ends.addresses));
        let one = mover?;
        (one, "endpoints[].addresses".to_owned(), list(&one.addresses), what)
    } else {
        let one = own.first().filter(|_| own.iter().all(|one| !one.is_ready))?;
        let what = "says that nothing is ready, but its Endpoints are".to_owned();
        (one, "endpoints[].conditions.ready".to_owned(), "false".to_owned(), what)
    };
    let slice = slice.name.as_str();
    let text = format!("the EndpointSlice {slice} of {} {what}: Linkerd uses the slice", target.mirror);
    let words = ["--namespace", &target.exported.namespace, "delete", "endpointslice", slice];
    let action = "delete it: Kubernetes recreates it from the Endpoints at once; run";
    let remedy = Remedy::run(action, kubectl(&direction.seen.fleet, direction.consumer, &words));
    let finding = about(direction, target, text, remedy);
    Some(finding.seen(format!("{field} of endpointslice/{slice}"), value))
}

fn about(direction: &Direction<'_>, target: &Target, text: String, remedy: Remedy) -> Finding {
    let clusters = [&direction.seen.exporter, direction.consumer];
    Finding::error(CHECK, &clusters, text, remedy).about(target.object())
}
