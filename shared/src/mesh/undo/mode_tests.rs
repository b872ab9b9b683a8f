//! Exports of several modes, taken back together or one by one.

use super::tests::wanted;
use super::*;
use crate::mesh::export::Effect;
use crate::mesh::names;
use crate::mesh::samples::*;
use crate::verdict::Severity;

fn taking_back(ways: &[Way]) -> Wanted {
    Wanted { ways: ways.to_vec(), ..wanted(&[]) }
}

fn both() -> ServiceSeen {
    labelled(&[(names::EXPORTED, "true"), (names::FEDERATED, "member")], MANAGER, "Apply")
}

fn apps() -> ConsumerSeen {
    let apps = consumer(vec![default_link("infra")]);
    let apps = holding(apps, "postgres-rw-infra-east", mirror(&exported(), "infra-east", "41"));
    holding(apps, "postgres-rw-federated", federated_service("postgres-rw@infra-east", None))
}

fn planned(service: ServiceSeen, ways: &[Way]) -> (Vec<String>, Vec<Way>) {
    let planned = plan(&mesh(service, vec![("apps", apps())]), &taking_back(ways)).unwrap();
    let steps = planned.plan.steps().iter().map(|step| step.action.details()).collect();
    (steps, planned.targets.iter().map(|target| target.way).collect())
}

#[test]
fn every_mode_is_taken_back_unless_one_is_named() {
    let (exported, federated) = (format!("{}-", names::EXPORTED), format!("{}-", names::FEDERATED));
    assert_eq!(
        planned(both(), &[]),
        (vec![format!("{exported} {federated}")], vec![Way::Gateway, Way::Federated])
    );
    assert_eq!(planned(both(), &[Way::Gateway]), (vec![exported], vec![Way::Gateway]));
    assert_eq!(planned(both(), &[Way::Federated]), (vec![federated], vec![Way::Federated]));
    assert_eq!(planned(both(), &[Way::Flat]), (vec![], vec![]), "it is not exported in that way");
}

#[test]
fn a_flat_mirror_that_stays_without_its_label_is_waited_for_as_one() {
    let mut flat = mirror(&exported(), "infra-east", "41");
    flat.labels.insert(names::REMOTE_DISCOVERY.into(), "infra-east".into());
    let apps = holding(consumer(vec![default_link("infra")]), "postgres-rw-infra-east", flat);
    let targets = |ways: &[Way]| {
        let planned = plan(&mesh(service(), vec![("apps", apps.clone())]), &taking_back(ways)).unwrap();
        planned.targets.iter().map(|target| target.way).collect::<Vec<_>>()
    };
    assert_eq!(
        (targets(&[]), targets(&[Way::Flat]), targets(&[Way::Gateway])),
        (vec![Way::Flat], vec![Way::Flat], vec![])
    );
}

#[test]
fn where_both_selectors_match_taking_back_the_flat_way_leaves_the_gateway_and_says_so() {
    let mut link = link("infra", "infra-east", selecting(&[("export", "yes")]));
    link.link.remote_discovery_selector = selecting(&[("flat", "yes")]);
    let service = labelled(&[("export", "yes"), ("flat", "yes")], MANAGER, "Apply");
    let seen = mesh(service, vec![("apps", consumer(vec![link]))]);
    let one = plan(&seen, &taking_back(&[Way::Flat])).unwrap();
    assert_eq!(one.plan.steps()[0].action.details(), "flat-");
    assert_eq!(one.side_effects[0].effect, Effect::ToGateway);
    let all = plan(&seen, &taking_back(&[])).unwrap();
    assert_eq!(all.plan.steps()[0].action.details(), "export- flat-");
}

#[test]
fn a_federated_service_ends_with_its_last_member() {
    let ends = |remote: &str, local| {
        let apps = holding(apps(), "postgres-rw-federated", federated_service(remote, local));
        let seen = mesh(both(), vec![("apps", apps)]);
        let planned = plan(&seen, &taking_back(&[Way::Federated])).unwrap();
        super::ends(&seen, &planned.targets[0])
    };
    assert!(ends("postgres-rw@infra-east", None));
    assert!(!ends("postgres-rw@infra-east,postgres-rw@edge", None));
    assert!(!ends("postgres-rw@infra-east", Some("postgres-rw")));
}

#[test]
fn a_federated_service_that_lists_a_deleted_link_alone_is_deleted_and_one_with_others_is_named() {
    let undone = |remote: &str, local| {
        let apps = holding(consumer(vec![]), "postgres-rw-federated", federated_service(remote, local));
        plan(&mesh(both(), vec![("apps", apps)]), &wanted(&[]))
    };
    for left_over in ["postgres-rw@infra", ""] {
        let planned = undone(left_over, None).unwrap();
        let deleted = planned.plan.steps().iter().map(|step| &step.action);
        assert!(
            deleted.into_iter().any(|action| matches!(action, Change::DeleteMirror { .. })),
            "{planned:?}"
        );
        assert_eq!(planned.targets.last().map(|target| target.way), Some(Way::Federated));
    }
    let shared = undone("postgres-rw@infra,postgres-rw@edge", Some("postgres-rw")).unwrap();
    assert!(shared.plan.steps().iter().all(|step| !matches!(step.action, Change::DeleteMirror { .. })));
    let stray = &shared.findings[0];
    assert_eq!((stray.check, stray.severity), ("mirror-stray", Severity::Warning));
    let command = stray.remedy.clone().unwrap().command.unwrap();
    assert!(command.ends_with("multicluster.linkerd.io/remote-discovery=postgres-rw@edge"), "{command}");
}
