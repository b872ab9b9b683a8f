//! One world for each cause.

pub(in crate::mesh) mod apart;
pub(in crate::mesh) mod hidden;
mod later;
pub(in crate::mesh) mod lost;
pub(in crate::mesh) mod mended;
pub(in crate::mesh) mod nearby;
mod pairs;
pub(in crate::mesh) mod passed;
pub(super) mod past;
mod reach;
pub(in crate::mesh) mod refused;
mod rows;

use super::*;
use crate::mesh::causes::CAUSES;
use crate::mesh::network::{Cidr, CiliumSeen, NetworkSeen};
use crate::mesh::samples::cluster;
use crate::terms::Obstacle;
use later::LATER;
use lost::LOST;
use pairs::MENDED;
use passed::PASSED;
use past::PAST;
use reach::REACHING;
use refused::REFUSED;
use rows::{MAKING, Row};

pub(in crate::mesh) fn rows() -> Vec<&'static Row> {
    MAKING.iter().chain(REACHING).chain(PAST).chain(LATER).chain(LOST).chain(REFUSED).chain(PASSED).collect()
}

pub(in crate::mesh) fn forbidden(resource: &str) -> Obstacle {
    let (verb, resource, message) = ("list".to_owned(), resource.to_owned(), String::new());
    Obstacle::Forbidden { verb, resource, namespace: None, message }
}

#[test]
fn in_each_world_exactly_its_cause_leads() {
    for (id, outcome, words, change) in rows() {
        let chain = world(change).chain();
        assert_eq!((leading(&chain), chain.outcome), (Some(*id), *outcome), "{words}: {chain:#?}");
        let cause = chain.cause.as_ref().unwrap();
        assert!(cause.summary.contains(words), "{id}: {}", cause.summary);
        assert!(chain.headline.ends_with(&cause.summary), "{id}: {}", chain.headline);
        assert!(cause.remedy.is_some(), "{id} says what to do");
        assert!(standing(&chain, Standing::Broken).len() <= 1, "{id}: nothing else leads: {chain:#?}");
        assert_eq!(chain.outcome == Outcome::Broken, !standing(&chain, Standing::Broken).is_empty(), "{id}");
    }
}

/// Those that need a world of their own stand beside the table; what is assumed or not looked at leads nowhere here.
const BESIDE: [&str; 7] = [
    "export-label",
    "mirror-orphaned",
    "federated-passed-over",
    "federated-local",
    "domain-assumed",
    "not-looked-at",
    "not-looked-at-here",
];

#[test]
fn every_cause_has_a_world() {
    let told: Vec<&str> = rows().iter().map(|(id, ..)| *id).collect();
    let lacking: Vec<&str> = CAUSES.iter().map(|cause| cause.id).filter(|id| !told.contains(id)).collect();
    let mut expected = BESIDE.to_vec();
    let place = |id: &&str| CAUSES.iter().position(|cause| cause.id == *id);
    expected.sort_by_key(place);
    assert_eq!(lacking, expected);
}

#[test]
fn a_federated_service_that_was_passed_over_is_told_from_one_that_is_not_made() {
    let made = |both: bool| {
        let mut world = World::healthy(Way::Federated);
        world.mirror = Some(federated_service("", None));
        world.asked.ways = vec![Way::Federated];
        let version = world.bed.service.version.clone();
        if both {
            world.bed.service.labels.insert(names::EXPORTED.into(), "true".into());
            world.in_consumer(move |apps| {
                let key = Key::new("databases", "postgres-rw-infra-east");
                let mirror = mirror(&exported(), "infra-east", &version);
                drop(present(&mut apps.services).by_key.insert(key, mirror));
            });
        }
        world.chain()
    };
    let (passed, missing) = (made(true), made(false));
    assert_eq!(leading(&passed), Some("federated-passed-over"), "{passed:#?}");
    let command = passed.cause.unwrap().remedy.unwrap().command.unwrap();
    assert!(command.starts_with("kubectl mesh-export svc/postgres-rw "), "{command}");
    assert!(!command.contains("--mode"), "a mode that is asked for has to be shown to work: {command}");
    assert_eq!(leading(&missing), Some("mirror-missing"), "{missing:#?}");
}

/// `None` of the ranges: nobody may list the nodes.
fn flat_between(ranges: [Option<&str>; 2]) -> Chain {
    let mut world = World::healthy(Way::Flat);
    let networks = [cluster("infra"), cluster("apps")].into_iter().zip(ranges).map(|(name, range)| {
        let ranges = range.map(|range| Cidr::read(range).into_iter().collect());
        let nodes = ranges.map_or_else(|| Observed::Unknown(forbidden("nodes")), Observed::Present);
        let cilium = Observed::Present(CiliumSeen { is_by_node: true, ..CiliumSeen::default() });
        (name, NetworkSeen { nodes, each: std::collections::BTreeMap::new(), cilium })
    });
    let networks: Vec<_> = networks.collect();
    world.in_mesh(move |seen| seen.networks.extend(networks));
    world.chain()
}

#[test]
fn addresses_that_pods_of_both_have_lead_past_a_gateway() {
    let overlapping = flat_between([Some("10.1.0.0/16"), Some("10.1.4.0/24")]);
    assert_eq!((leading(&overlapping), overlapping.outcome), (Some("flat-network"), Outcome::Broken));
    let apart = flat_between([Some("10.1.0.0/16"), Some("10.2.0.0/16")]);
    assert_eq!((leading(&apart), apart.outcome), (None, Outcome::Whole), "{apart:#?}");
    let unseen = flat_between([Some("10.1.0.0/16"), None]);
    assert_eq!(unseen.outcome, Outcome::Unsure, "{unseen:#?}");
    assert!(unseen.cause.unwrap().summary.contains("the addresses of its pods in apps"));
}

#[test]
fn ranges_of_ipv6_count_where_proxies_of_both_go_to_them() {
    let led = |uses: [bool; 2]| {
        let mut world = World::healthy(Way::Flat);
        mended::between(&mut world, ["fd00::/104", "fd00::/104"]);
        for (machinery, is_used) in [&mut world.bed.there, &mut world.bed.here].into_iter().zip(uses) {
            present(&mut machinery.settings).is_ipv6 = is_used;
        }
        leading(&world.chain()).map(str::to_owned)
    };
    assert_eq!(led([true, true]).as_deref(), Some("flat-network"));
    assert_eq!([led([true, false]), led([false, true]), led([false, false])], [None, None, None]);
}

#[test]
fn an_assumed_domain_is_a_remark() {
    let mut world = World::healthy(Way::Gateway);
    world.in_consumer(|apps| apps.domain = Observed::Unknown(forbidden("configmaps")));
    let chain = world.chain();
    assert_eq!((chain.outcome, leading(&chain)), (Outcome::Whole, None));
    assert_eq!(chain.remarks.iter().map(|one| one.check).collect::<Vec<_>>(), ["domain-assumed"]);
}

/// Both breaks at once; `None` where there is no such world, since one takes away what the other breaks.
fn both(one: fn(&mut World), other: fn(&mut World)) -> Option<Chain> {
    let built = std::panic::catch_unwind(|| {
        world(|world| {
            one(world);
            other(world);
        })
        .seen()
    });
    let (seen, asked) = built.ok()?;
    explain(&seen, &asked).remove(0).mirrors.into_iter().next()
}

#[test]
fn of_two_causes_one_leads_and_no_third() {
    let (mut tried, mut odd) = (0, Vec::new());
    for (one, _, what, change) in rows() {
        for (other, _, too, change_too) in rows() {
            let Some(chain) = both(*change, *change_too) else { continue };
            tried += 1;
            let led = leading(&chain).unwrap_or("nothing");
            if ![*one, *other].contains(&led) {
                odd.push(format!("{what} + {too}: {led}"));
            }
        }
    }
    assert_eq!(odd, MENDED);
    assert!(tried > rows().len() * rows().len() / 2, "{tried} pairs");
}
