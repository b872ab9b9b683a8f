//! Laws of plans, over Services, Links and what cannot be seen.

use super::tests::wanted;
use super::*;
use crate::mesh::names;
use crate::mesh::samples::*;
use crate::mesh::snapshot::{ConsumerSeen, ServiceSeen};
use crate::terms::{Fleet, Obstacle, PerCluster};
use proptest::prelude::*;

fn services() -> impl Strategy<Value = ServiceSeen> {
    let values = prop::sample::select(vec!["true", "false", "remote-discovery", "member", ""]);
    let keys = prop::sample::select(vec![names::EXPORTED, names::FEDERATED, "app", "tier"]);
    let managers =
        prop::sample::select(vec![(MANAGER, "Apply"), ("kubectl-label", "Update"), ("helm", "Apply")]);
    (prop::collection::vec((keys, values), 0..3), managers)
        .prop_map(|(pairs, (manager, operation))| labelled(&pairs, manager, operation))
}

/// What the API server does with the steps of a plan, as far as labels go.
fn applied(mut service: ServiceSeen, plan: &Plan<Change>) -> ServiceSeen {
    for step in plan.steps() {
        if let Change::Apply { labels: ours, removed, .. } = &step.action {
            let kept = service.labels.iter().filter(|(key, _)| !removed.contains(key));
            let all: Vec<(String, String)> = kept.chain(ours).map(|(a, b)| (a.clone(), b.clone())).collect();
            let own: Vec<(&str, &str)> = ours.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
            service = ServiceSeen { labels: all.into_iter().collect(), ..labelled(&own, MANAGER, "Apply") };
        }
    }
    service
}

fn seen(service: ServiceSeen, links: [bool; 2]) -> MeshSeen {
    let with = |has: bool| consumer(if has { vec![default_link("infra")] } else { vec![] });
    mesh(service, vec![("apps", with(links[0])), ("edge", with(links[1]))])
}

/// The same fleet with the last two clusters in the other order.
fn turned(seen: &MeshSeen) -> MeshSeen {
    let mut members = seen.fleet.members().to_vec();
    members.swap(1, 2);
    let fleet = Fleet::new(members).unwrap();
    let consumers =
        PerCluster::of(&fleet, |name| seen.consumers.get(name).cloned().unwrap_or(Observed::Absent));
    let machinery = PerCluster::of(&fleet, |_| Observed::Absent);
    MeshSeen { fleet, consumers, machinery, ..seen.clone() }
}

fn blind<T>() -> Observed<T> {
    Observed::Unknown(Obstacle::Unauthorized)
}

/// Takes one fact away.
fn blinded(mut seen: MeshSeen, field: usize) -> MeshSeen {
    let in_apps = |consumer: &mut ConsumerSeen| match field {
        1 => consumer.links = blind(),
        2 => consumer.services = blind(),
        3 => consumer.endpoints = blind(),
        4 => drop(consumer.namespaces.insert("databases".into(), blind())),
        _ => {}
    };
    if field == 0 {
        seen.services = blind();
    }
    seen.consumers = seen.consumers.map(|name, consumer| {
        let mut consumer = consumer;
        if let (Observed::Present(consumer), "apps") = (&mut consumer, name.as_str()) {
            in_apps(consumer);
        }
        consumer
    });
    seen
}

proptest! {
    #[test]
    fn what_was_planned_and_done_needs_nothing_more(service in services(), links in any::<[bool; 2]>()) {
        let before = seen(service.clone(), links);
        if let Ok(planned) = plan(&before, &wanted(&[])) {
            let after = applied(service, &planned.plan);
            let again = plan(&seen(after, links), &wanted(&[]));
            prop_assert!(again.is_ok_and(|again| again.plan.is_empty()), "{:?}", planned.plan);
        }
    }

    #[test]
    fn the_order_of_the_fleet_changes_the_order_of_what_is_said_and_nothing_else(
        service in services(), links in any::<[bool; 2]>()
    ) {
        let (one, other) = (seen(service.clone(), links), turned(&seen(service, links)));
        let said = |seen: &MeshSeen| match plan(seen, &wanted(&[])) {
            Ok(planned) => {
                let mut targets: Vec<String> = planned.targets.iter().map(|one| format!("{one:?}")).collect();
                targets.sort();
                (planned.plan.steps().len(), targets, vec![])
            }
            Err(findings) => {
                let mut said: Vec<String> = findings.iter().map(|one| one.check.to_owned()).collect();
                said.sort();
                (0, vec![], said)
            }
        };
        prop_assert_eq!(said(&one), said(&other));
    }

    #[test]
    fn a_fact_that_cannot_be_seen_makes_no_plan_better(
        service in services(), links in any::<[bool; 2]>(), field in 0usize..5
    ) {
        let whole = seen(service, links);
        let (with, without) = (plan(&whole, &wanted(&["apps"])), plan(&blinded(whole, field), &wanted(&["apps"])));
        // What was refused is refused; what is planned all the same needs no fact that is gone, or says so.
        prop_assert!(with.is_ok() || without.is_err(), "{with:?} {without:?}");
        if let (Err(findings), true) = (&without, with.is_ok()) {
            prop_assert!(worst(findings) >= Some(Severity::Unknown), "{findings:?}");
        }
        prop_assert!(without.is_err() || !matches!(field, 0..=2), "{without:?}");
    }
}
