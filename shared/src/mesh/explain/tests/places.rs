//! In which clusters a Service is explained.

use super::*;
use crate::mesh::samples::{cluster, consumer, default_link, holding, link, mesh, selecting, service};

fn labelled() -> ServiceSeen {
    let mut service = service();
    service.labels.extend(labels(&[(names::EXPORTED, "true")]));
    service
}

fn places(seen: &MeshSeen, to: &[&str]) -> Vec<(Option<String>, Option<String>, Option<&'static str>)> {
    let consumers = to.iter().map(|name| cluster(name)).collect();
    let explained = explain(seen, &Asked { consumers, ..Asked::default() });
    assert_eq!(explained.len(), 1);
    let told = explained[0]
        .mirrors
        .iter()
        .map(|chain| (chain.consumer.as_ref().map(ToString::to_string), chain.link.clone(), leading(chain)));
    told.collect()
}

fn at(
    name: &str,
    link: Option<&str>,
    check: &'static str,
) -> (Option<String>, Option<String>, Option<&'static str>) {
    (Some(name.to_owned()), link.map(str::to_owned), Some(check))
}

#[test]
fn clusters_without_a_link_are_passed_over_unless_they_are_asked_for_or_there_is_none_at_all() {
    let linked = || consumer(vec![default_link("infra")]);
    let seen = mesh(service(), vec![("apps", linked()), ("edge", consumer(vec![]))]);
    assert_eq!(places(&seen, &[]), [at("apps", Some("infra"), "not-labelled")]);
    assert_eq!(places(&seen, &["edge"]), [at("edge", None, "no-link")]);
    let none = mesh(service(), vec![("apps", consumer(vec![])), ("edge", consumer(vec![]))]);
    assert_eq!(places(&none, &[]), [at("apps", None, "no-link"), at("edge", None, "no-link")]);
    let alone = mesh(service(), vec![]);
    assert_eq!(places(&alone, &[]), [(None, None, Some("no-link"))]);
}

#[test]
fn every_link_and_every_way_has_a_chain() {
    let west = link("west", "infra-west", selecting(&[(names::EXPORTED, "true")]));
    let mut both = labelled();
    both.labels.insert(names::FEDERATED.into(), "member".into());
    let seen = mesh(both, vec![("apps", consumer(vec![west, default_link("infra")]))]);
    let explained = explain(&seen, &Asked::default());
    let told: Vec<_> =
        explained[0].mirrors.iter().map(|one| (one.link.clone().unwrap(), one.mode.unwrap())).collect();
    let link = |name: &str, way| (name.to_owned(), way);
    assert_eq!(
        told,
        [
            link("infra", Way::Gateway),
            link("infra", Way::Federated),
            link("west", Way::Gateway),
            link("west", Way::Federated)
        ]
    );
}

#[test]
fn a_mirror_that_a_deleted_link_left_is_told_with_its_cause() {
    let orphan = mirror(&exported(), "infra", "41");
    let apps = holding(consumer(vec![]), "postgres-rw-infra", orphan);
    let seen = mesh(labelled(), vec![("apps", apps), ("edge", consumer(vec![]))]);
    let explained = explain(&seen, &Asked::default());
    let [chain] = explained[0].mirrors.as_slice() else { panic!("edge is not concerned: {explained:#?}") };
    assert_eq!((chain.outcome, leading(chain)), (Outcome::Broken, Some("no-link")));
    assert_eq!(chain.mirror.as_deref(), Some("postgres-rw-infra"));
    assert_eq!(standing(chain, Standing::Follows), ["mirror"]);
    let left = chain.chain.iter().find(|step| step.stage == "mirror").unwrap().finding.clone().unwrap();
    assert_eq!((left.check, left.because), ("mirror-orphaned", Some("no-link")));
    assert!(left.remedy.unwrap().command.unwrap().starts_with("kubectl mesh-export undo svc/postgres-rw "));
}

#[test]
fn a_mirror_of_a_service_that_is_gone_is_told_too() {
    let mut world = World::healthy(Way::Gateway);
    world.in_mesh(|seen| present(&mut seen.services).by_key.clear());
    let chain = world.chain();
    assert_eq!(leading(&chain), Some("service-not-found"));
    assert_eq!(
        (standing(&chain, Standing::Broken), standing(&chain, Standing::Follows)),
        (vec!["service"], vec!["mirror"])
    );
    assert_eq!(standing(&chain, Standing::Holds), ["link"]);
}

#[test]
fn an_export_that_is_suggested_repeats_the_mode_and_the_clusters() {
    let mut world = World::healthy(Way::Flat);
    world.bed.service.labels.remove(names::EXPORTED);
    world.asked.ways = vec![Way::Flat];
    world.asked.again = Again {
        verb: Some("explain"),
        to: vec!["apps".into()],
        flags: vec!["--mode=flat".into()],
        ..Again::default()
    };
    let command = world.chain().cause.unwrap().remedy.unwrap().command.unwrap();
    assert_eq!(
        command,
        "kubectl mesh-export svc/postgres-rw --context infra-admin --namespace databases --to apps --mode=flat"
    );
}
