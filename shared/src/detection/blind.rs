//! Each check that speaks of a mutation, looked at by somebody who may not read what it sees by: it is silent, what could not
//! be seen is said, and nobody else is accused. What a snapshot has of it is tried in `mesh::fleetwide::tests`; here it is what a look makes of a refusal.

use super::certificates::Certificates;
use super::look::Seen;
use super::mutations::of_object;
use super::rights::{accused, is_blind, rights};
use super::settle::settled;
use super::world::World;
use crate::health::checks::tests::matrix::own as of_clusters;
use crate::mesh::fleetwide::tests::own::own as of_mesh;
use crate::verdict::{Finding, Severity};
use std::collections::BTreeMap;

/// Checks that see by something else in these worlds than in those of a snapshot, and by what.
const OTHERWISE: &[(&str, &str)] = &[
    // The kubelets are of the nodes, and dumps say the version of the server beside their objects.
    ("api-version-skew", "nodes"),
    // Cilium says on the Service itself that it has no address for it.
    ("cilium-pools", "services"),
    // The port and the path of the probe are those of the gateway's Service.
    ("probe-place", "services"),
    // It is asked, and has no pod that serves.
    ("proxy-injector", "deployments"),
    // Anchors are in a ConfigMap, whoever may read what they have signed.
    ("trust-expiry", "configmaps"),
    // That somebody has made the issuer anew stands in its Secret.
    ("trust-renewal", "secrets"),
];

/// What a run says that ends before a look.
const REFUSED: &str = "refused";

/// For each check that speaks of one the first mutated world, with what it says there.
type Speaking = BTreeMap<&'static str, Spoken>;

/// The world, the fingerprint of what the check says, and all that is said.
type Spoken = (World, String, Vec<Finding>);

/// Whether it says that something is wrong, and not that it cannot be seen.
fn speaks(finding: &Finding) -> bool {
    matches!(finding.severity, Severity::Warning | Severity::Error) && finding.check != REFUSED
}

/// What the first of the worlds has just so is mutated there alone.
fn of_world(world: &World, first: Option<&World>, certificates: &Certificates) -> Speaking {
    let mut found = Speaking::new();
    let places = (0..2).flat_map(|cluster| (0..world.0[cluster].len()).map(move |at| (cluster, at)));
    let mutations = places.flat_map(|(cluster, at)| of_object(world, cluster, at));
    for mutation in mutations.filter(|one| first.is_none_or(|first| !one.is_of(first, world))) {
        let changed = settled(mutation.applied(world), world);
        let all = Seen::of(&changed, certificates).judged();
        for finding in all.iter().filter(|one| speaks(one)) {
            let said = || (changed.clone(), finding.fingerprint.clone(), all.clone());
            found.entry(finding.check).or_insert_with(said);
        }
    }
    found
}

fn speaking(certificates: &Certificates) -> Speaking {
    let worlds = World::all();
    let first = &worlds[0].1;
    std::thread::scope(|scope| {
        let runs = worlds.iter().enumerate().map(|(at, (_, world))| {
            scope.spawn(move || of_world(world, (at > 0).then_some(first), certificates))
        });
        let runs: Vec<_> = runs.collect();
        runs.into_iter().rev().flat_map(|run| run.join().unwrap()).collect()
    })
}

/// The resources that a check sees by, without their cluster: in the last of the worlds Links lead both ways.
fn kinds(check: &str) -> Vec<&'static str> {
    let other = OTHERWISE.iter().filter(|(id, _)| *id == check).map(|(_, kind)| *kind);
    let own = of_mesh(check).into_iter().chain(of_clusters(check));
    other.chain(own).map(|kind| kind.split(' ').next().unwrap_or(kind)).collect()
}

/// Whether somebody without the right hears nothing of it, and that something could not be seen.
fn hides(
    (cluster, resource): (&str, &str),
    (world, said, before): &Spoken,
    certificates: &Certificates,
) -> bool {
    let after = Seen::without(resource, cluster, world, certificates).judged();
    let is_told = after.iter().any(|one| one.fingerprint == *said && speaks(one));
    let accused: Vec<&str> = accused(before, &after).map(|one| one.summary.as_str()).collect();
    assert_eq!(accused, Vec::<&str>::new(), "{said} without {resource} of {cluster}");
    !is_told && after.iter().any(|one| is_blind(one, cluster))
}

#[test]
fn a_check_is_silent_without_the_right_to_what_it_sees_by() {
    let (certificates, rights) = (Certificates::new(), rights());
    let found = speaking(&certificates);
    let is_hidden = |check: &str, spoken: &Spoken| {
        let of = |kind: &str, resource: &str| resource.split('.').next() == Some(kind);
        kinds(check).into_iter().any(|kind| {
            let own = rights.iter().filter(|(_, resource)| of(kind, resource));
            own.into_iter().any(|(cluster, resource)| hides((cluster, resource), spoken, &certificates))
        })
    };
    let seeing: Vec<&str> =
        found.iter().filter(|(check, spoken)| !is_hidden(check, spoken)).map(|(check, _)| *check).collect();
    assert_eq!(seeing, Vec::<&str>::new(), "of {:?}", found.keys().collect::<Vec<_>>());
    assert!(found.len() > 60, "{}: {:?}", found.len(), found.keys().collect::<Vec<_>>());
}
