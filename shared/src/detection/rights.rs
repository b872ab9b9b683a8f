//! Who may see less never hears better news.

use super::certificates::Certificates;
use super::laws::worlds;
use super::look::Seen;
use super::world::{CLUSTERS, World};
use crate::mesh::access::{FLEET_ROLES, REQUIRED};
use crate::mesh::fleetwide::judge;
use crate::mesh::link::Way;
use crate::verdict::{Exit, Finding, Severity};
use std::collections::BTreeSet;

/// Each world that is not healthy meets every so many rights: all of them with all worlds would take minutes. It has no
/// divisor in common with the number of rights, so that each right meets other worlds.
const STEP: usize = 23;

/// What a look may read, and in which cluster; resources as RBAC names them.
pub(super) fn rights() -> Vec<(&'static str, String)> {
    let named = |group: &str, resource: &str| match group {
        "" => resource.to_owned(),
        group => format!("{resource}.{group}"),
    };
    let rules = FLEET_ROLES.iter().flat_map(|role| role.rules);
    let all: BTreeSet<String> =
        rules.flat_map(|rule| rule.resources.iter().map(|resource| named(rule.group, resource))).collect();
    CLUSTERS.into_iter().flat_map(|cluster| all.iter().map(move |one| (cluster, one.clone()))).collect()
}

/// How the command ends, with `--strict` and without it.
fn ends(found: &[Finding]) -> [Exit; 2] {
    let is_blind = found.iter().any(|finding| finding.is_unseen);
    [true, false].map(|is_strict| {
        Exit::of_findings(found, |severity| severity == Severity::Error, is_strict && is_blind)
    })
}

/// Whether it says that something of a cluster could not be seen.
pub(super) fn is_blind(finding: &Finding, cluster: &str) -> bool {
    let is_of = finding.clusters.iter().any(|name| name.as_str() == cluster);
    is_of && (finding.is_unseen || finding.severity == Severity::Unknown)
}

/// What matters less than before, or is told no more.
fn lost<'a>(before: &'a [Finding], after: &'a [Finding]) -> impl Iterator<Item = &'a Finding> {
    let is_told = |one: &Finding| {
        after.iter().any(|other| other.fingerprint == one.fingerprint && other.severity >= one.severity)
    };
    before.iter().filter(move |one| one.severity >= Severity::Warning && !is_told(one))
}

/// What is told on a guess: a check speaks of an object, and did not where everything was seen.
pub(super) fn accused<'a>(before: &'a [Finding], after: &'a [Finding]) -> impl Iterator<Item = &'a Finding> {
    let is_known = |one: &Finding| before.iter().any(|other| other.fingerprint == one.fingerprint);
    let accuses = |one: &Finding| matches!(one.severity, Severity::Warning | Severity::Error);
    after.iter().filter(move |one| accuses(one) && !is_known(one))
}

/// How a world without a right sounds better than with it.
fn better(world: &World, certificates: &Certificates, rights: &[(&str, String)]) -> Vec<String> {
    let before = Seen::of(world, certificates).judged();
    let mut better = Vec::new();
    for (cluster, resource) in rights {
        let after = Seen::without(resource, cluster, world, certificates).judged();
        let told = || after.iter().map(|one| one.check).collect::<Vec<_>>();
        let (was, is) = (ends(&before), ends(&after));
        if was.into_iter().zip(is).any(|(was, is)| was != Exit::Ok && is == Exit::Ok) {
            better.push(format!("{cluster} {resource}: all is well, and was not: {:?}", told()));
        }
        for one in accused(&before, &after) {
            better.push(format!(
                "{cluster} {resource}: {} speaks without a reason: {}",
                one.check, one.summary
            ));
        }
        let is_said = after.iter().any(|finding| is_blind(finding, cluster));
        for one in lost(&before, &after).filter(|_| !is_said) {
            better.push(format!("{cluster} {resource}: {} is lost without a word: {:?}", one.check, told()));
        }
    }
    better
}

#[test]
fn a_right_that_is_missing_never_makes_a_verdict_better() {
    let (certificates, rights) = (Certificates::new(), rights());
    assert!(!rights.len().is_multiple_of(STEP), "each right meets other worlds");
    let healthy = World::all().into_iter().map(|(_, world)| (0, 1, world));
    let broken = worlds().enumerate().map(|(at, world)| (at % STEP, STEP, world));
    let all: Vec<(usize, usize, World)> = healthy.chain(broken).collect();
    let of_world = |(first, step, world): &(usize, usize, World)| {
        let met: Vec<_> = rights.iter().skip(*first).step_by(*step).cloned().collect();
        better(world, &certificates, &met)
    };
    let halves = [0, 1].map(|half| all.iter().skip(half).step_by(2));
    let found: Vec<String> = std::thread::scope(|scope| {
        let runs = halves.map(|half| scope.spawn(|| half.flat_map(of_world).collect::<Vec<_>>()));
        runs.into_iter().flat_map(|run| run.join().unwrap()).collect()
    });
    assert!(found.is_empty(), "{}:\n{}", found.len(), found.join("\n"));
}

/// How many Links are judged by somebody who may not read Secrets of the consumer, where the Link has these fields.
fn judged_of(spec: &serde_json::Value) -> usize {
    let mut world = World::healthy(Way::Gateway);
    let links = world.0[1].iter_mut().filter(|one| one["kind"] == "Link");
    links.for_each(|link| json_patch::merge(&mut link["spec"], spec));
    let seen = Seen::without("secrets", "apps", &world, &Certificates::new());
    assert!(seen.judged().iter().any(|one| one.check == "link-credentials"));
    let Seen::Looked { sides, .. } = &seen else { panic!("it is refused") };
    judge(sides, &|_| true).looked.links
}

#[test]
fn a_link_whose_credentials_nobody_may_read_is_of_whom_its_gateway_or_its_name_is() {
    let named = |name: &str, address: &str| {
        judged_of(&serde_json::json!({"targetClusterName": name, "gatewayAddress": address}))
    };
    assert_eq!(judged_of(&serde_json::json!({})), 1);
    assert_eq!(named("other", "203.0.113.10"), 1, "its gateway");
    assert_eq!(named("infra", "203.0.113.99"), 1, "its name");
    assert_eq!(named("other", "203.0.113.99"), 0, "neither");
}

/// The manifests say of each rule whether it is required.
#[test]
fn what_is_required_makes_the_answer_unsure_and_nothing_else_does() {
    let certificates = Certificates::new();
    let mut unsure = BTreeSet::new();
    for (_, world) in World::all().into_iter().take(3) {
        for (cluster, resource) in rights() {
            let found = Seen::without(&resource, cluster, &world, &certificates).judged();
            if found.iter().any(|finding| finding.severity == Severity::Unknown) {
                unsure.insert(resource);
            }
        }
    }
    // It is asked who gives pods their proxies where one of them lacks it, which none of a healthy world does.
    unsure.insert("mutatingwebhookconfigurations.admissionregistration.k8s.io".to_owned());
    assert_eq!(unsure, REQUIRED.map(str::to_owned).into());
}
