//! Whole worlds, healthy and broken: what leads, and what is told under it.

mod laws;
mod matrix;

use super::*;
use crate::mesh::explain::tests::worlds::rows;
use crate::mesh::explain::tests::{World, world};
use crate::mesh::link::Way;
use crate::mesh::samples::bed::in_list;
use crate::terms::Obstacle;

fn judged(world: World) -> Judged {
    judge(&[world.seen().0], &|_| true)
}

/// What leads and matters, each with what is told under it.
fn leading(judged: &Judged) -> Vec<(&'static str, Vec<&'static str>)> {
    let checks = |all: &[Finding]| all.iter().map(|finding| finding.check).collect();
    let matters = judged.causes.iter().filter(|cause| cause.severity() > Severity::Info);
    matters.map(|cause| (cause.finding.check, checks(&cause.effects))).collect()
}

#[test]
fn nothing_is_wrong_in_a_healthy_world_in_whatever_way() {
    for way in Way::ALL {
        let judged = judged(World::healthy(way));
        assert_eq!(leading(&judged), [], "{way:?}: {judged:#?}");
        assert_eq!((judged.looked.links, judged.looked.mirrors), (1, 1), "{way:?}");
        let [link] = &judged.links[..] else { panic!("{:#?}", judged.links) };
        assert_eq!((link.exporter.as_str(), link.consumer.as_str(), link.mirrors), ("infra", "apps", 1));
        assert!(link.worst <= Some(Severity::Info), "{way:?}: {link:?}");
    }
}

/// Worlds in which somebody asks for a mirror that no label asks for: a fleet has nothing to miss there.
const UNASKED: [&str; 6] = [
    "would be made for a flat network",
    "does not mirror for a flat network",
    "does not federate",
    "selects (mirror.linkerd.io/exported=true)",
    "so it is not exported",
    "an annotation of that name counts for nothing",
];

#[test]
fn in_each_world_exactly_its_cause_leads() {
    let mut tried = 0;
    for (id, _, words, change) in rows() {
        if UNASKED.contains(words) {
            continue;
        }
        let judged = judged(world(change));
        let matters = judged.causes.iter().filter(|cause| cause.severity() > Severity::Info);
        let led: Vec<&Cause> = matters.collect();
        let ids: Vec<&str> = led.iter().map(|cause| cause.finding.check).collect();
        assert_eq!(ids, [*id], "{words}: {led:#?}");
        let is_told_so = led[0].finding.summary.contains(words) || *id == "no-link";
        assert!(is_told_so, "{id}: {}", led[0].finding.summary);
        assert!(led[0].finding.remedy.is_some(), "{id} says what to do");
        let is_linked = judged.links.iter().any(|link| link.worst >= Some(led[0].severity()));
        assert!(is_linked || judged.links.is_empty(), "{words}: {:#?}", judged.links);
        for effect in &led[0].effects {
            assert_eq!(effect.because, Some(*id), "{words}: {effect:?}");
        }
        tried += 1;
    }
    assert!(tried > 100, "{tried} worlds");
}

#[test]
fn a_direction_whose_services_nobody_may_list_is_not_seen() {
    let mut seen = World::healthy(Way::Gateway).seen().0;
    let (verb, resource, message) = ("list".to_owned(), "services".to_owned(), String::new());
    let why = Obstacle::Forbidden { verb, resource, namespace: None, message };
    seen.services = Observed::Unknown(why);
    let judged = judge(&[seen], &|_| true);
    assert_eq!(judged.links.iter().map(|link| link.worst).collect::<Vec<_>>(), [Some(Severity::Unknown)]);
}

#[test]
fn of_an_error_and_a_warning_the_error_is_the_cause() {
    let dead = rows().into_iter().find(|(id, ..)| *id == "gateway-up").map(|(.., change)| *change).unwrap();
    let (mut seen, _) = world(|world| {
        dead(world);
        in_list(&mut world.bed.here.pods)[0].started = "2026-01-01T00:00:00Z".into();
    })
    .seen();
    seen.consumers = seen.consumers.map(|_, consumer| {
        consumer.map(|mut consumer| {
            in_list(&mut consumer.links)[0].changed = "2026-01-02T00:00:00Z".into();
            consumer
        })
    });
    let told = leading(&judge(&[seen], &|_| true));
    assert_eq!(told, [("gateway-up", vec!["mirror-endpoints"]), ("credentials-reread", vec![])]);
}
