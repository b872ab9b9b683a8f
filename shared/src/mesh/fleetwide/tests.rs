//! Whole worlds, healthy and broken: what leads, and what is told under it.

mod first;
mod folded;
mod gone;
mod later;
mod laws;
mod matrix;
pub(crate) mod own;
mod stale;

use super::*;
use crate::mesh::explain::explain;
use crate::mesh::explain::tests::worlds::apart::BESIDE;
use crate::mesh::explain::tests::worlds::rows;
use crate::mesh::explain::tests::{World, world};
use crate::mesh::link::Way;
use crate::mesh::samples::bed::in_list;
use crate::mesh::samples::exported;
use crate::mesh::snapshot::{Key, Refusal};
use crate::terms::{ContextName, Fleet, Member, Obstacle, PerCluster};

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

#[test]
fn what_a_link_says_of_a_mirror_that_is_not_there_is_told_with_it_and_old_news_is_not() {
    let says = |is_there: bool, said: &str| {
        let judged = judged(world(|world| {
            if !is_there {
                world.without_mirror();
            }
            let refusal = Refusal { exported: exported(), is_federated: false, said: said.to_owned() };
            world.in_consumer(|apps| in_list(&mut apps.links)[0].refused = vec![refusal]);
        }));
        let found: Vec<Finding> = judged.causes.into_iter().map(|cause| cause.finding).collect();
        let evidence = found.iter().flat_map(|one| &one.evidence);
        let evidence = evidence.map(|one| format!("{} = {}", one.field, one.value));
        evidence.chain(found.iter().map(|one| one.summary.clone())).collect::<Vec<_>>()
    };
    let said = |is_there: bool| says(is_there, "MissingNamespace: no such namespace");
    let told =
        "apps has no Service postgres-rw-infra-east; the Link says: MissingNamespace: no such namespace";
    assert!(said(false).iter().any(|one| one == told), "{:#?}", said(false));
    let words = "status.mirrorServices[].conditions[type=Mirrored] of link/infra = MissingNamespace: no such namespace";
    assert!(said(false).iter().any(|one| one == words), "{:#?}", said(false));
    assert!(!said(true).iter().any(|one| one == words), "the mirror is there");
    let failed = says(true, "Error: no such host");
    let told = "postgres-rw-infra-east exists, but its service mirror failed to update it last time";
    assert!(
        failed.iter().any(|one| one.starts_with(told) && one.ends_with(": Error: no such host")),
        "{failed:#?}"
    );
}

#[test]
fn what_several_ways_of_a_link_have_in_common_is_told_once() {
    let mut seen = world(|world| world.bed.link.target_domain = "cluster.local".into()).seen().0;
    let Observed::Present(services) = &mut seen.services else { panic!("a healthy world has Services") };
    let (key, mut flat) = services.by_key.iter().map(|(key, one)| (key.clone(), one.clone())).next().unwrap();
    flat.labels.insert("mirror.linkerd.io/exported".into(), "remote-discovery".into());
    services.by_key.insert(Key::new(&key.namespace, "flat"), flat);
    let judged = judge(&[seen], &|_| true);
    assert_eq!(judged.looked.mirrors, 2);
    let told = judged.causes.iter().filter(|cause| cause.finding.check == "target-domain");
    assert_eq!(told.count(), 1, "{judged:#?}");
}

/// Worlds in which somebody asks for a mirror that no label asks for: a fleet has nothing to miss there.
const UNASKED: [&str; 6] = [
    "would be created for a flat network",
    "does not mirror for a flat network",
    "does not federate",
    "selects (mirror.linkerd.io/exported=true)",
    "so it is not exported",
    "an annotation of that name has no effect",
];

/// Everything that is told of a world: of a fleet, and to who asks for one mirror.
fn findings(world: World) -> Vec<Finding> {
    let (seen, asked) = world.seen();
    let explained = explain(&seen, &asked);
    let causes = explained.into_iter().flat_map(|one| one.mirrors).filter_map(|mirror| mirror.cause);
    let fleet = laws::found(judge(&[seen], &|_| true));
    fleet.into_iter().chain(causes).collect()
}

/// What each check says in the worlds in which it must speak.
pub(crate) fn spoken() -> Vec<Finding> {
    let rows = rows().into_iter().map(|(id, _, _, change)| (*id, *change));
    let worlds = rows.chain(BESIDE.iter().map(|(id, _, change)| (*id, *change)));
    worlds
        .flat_map(|(id, change)| findings(world(change)).into_iter().filter(move |one| one.check == id))
        .collect()
}

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

#[test]
fn what_is_accepted_weighs_on_no_link() {
    let dead = rows().into_iter().find(|(id, ..)| *id == "gateway-up").map(|(.., change)| *change).unwrap();
    let mut judged = judged(world(dead));
    assert_eq!(judged.links[0].worst, Some(Severity::Error));
    let accepted = |check: &str| Silence {
        check: check.to_owned(),
        clusters: Vec::new(),
        object: None,
        reason: "it comes next week".to_owned(),
        until: None,
        is_over: false,
    };
    assert_eq!(judged.silence(&[accepted("gateway-spread")]), []);
    assert_eq!(judged.links[0].worst, Some(Severity::Error), "it was about something else");
    let silenced = judged.silence(&[accepted("gateway-up")]);
    assert_eq!(silenced[0].0.check, "gateway-up");
    assert!(judged.links[0].worst <= Some(Severity::Info), "{:?}", judged.links);
}

/// The same world with a second consumer that is as the first one.
fn twin(mut seen: MeshSeen) -> MeshSeen {
    let [apps, edge] = ["apps", "edge"].map(ClusterName::new);
    let of = |name: &ClusterName| if *name == edge { apps.clone() } else { name.clone() };
    let names: Vec<ClusterName> = seen.fleet.names().cloned().chain([edge.clone()]).collect();
    let context = |name: &ClusterName| ContextName(format!("{name}-admin"));
    let members = names.into_iter().map(|name| Member { context: context(&name), name });
    seen.fleet = Fleet::new(members.collect()).unwrap();
    seen.consumers = PerCluster::of(&seen.fleet, |name| seen.consumers.get(&of(name)).unwrap().clone());
    seen.machinery = PerCluster::of(&seen.fleet, |name| seen.machinery.get(&of(name)).unwrap().clone());
    seen.discovery.extend(seen.discovery.get(&apps).cloned().map(|one| (edge.clone(), one)));
    seen.networks.extend(seen.networks.get(&apps).cloned().map(|one| (edge.clone(), one)));
    seen.peers.extend(seen.peers.get(&apps).cloned().map(|one| (edge, one)));
    seen
}

/// Everything that is told, in whatever place.
fn all(judged: &Judged) -> impl Iterator<Item = &Finding> {
    judged.causes.iter().flat_map(|cause| [&cause.finding].into_iter().chain(&cause.effects))
}

#[test]
fn what_is_wrong_with_the_exporter_is_told_once_however_many_get_from_it() {
    let asked = rows().into_iter().filter(|(_, _, words, _)| !UNASKED.contains(words));
    for (_, _, _, change) in asked {
        let judged = judge(&[twin(world(change).seen().0)], &|_| true);
        let mut told = BTreeSet::new();
        // Of a Service that two Links do not select both say so.
        for finding in all(&judged).filter(|finding| finding.check != "not-labelled") {
            let object = finding.object.as_ref().map(ToString::to_string);
            let place = object.unwrap_or_else(|| format!("{:?}", finding.clusters));
            let is_new = told.insert((finding.check, place, finding.summary.clone()));
            assert!(is_new, "{}: {}", finding.check, finding.summary);
        }
    }
}
