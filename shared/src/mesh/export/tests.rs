use super::*;
use crate::mesh::names;
use crate::mesh::samples::*;
use crate::mesh::snapshot::{Belonging, ConsumerSeen, LinkSeen, NamespaceState};
use crate::terms::{Obstacle, PerCluster, Route};

pub(super) fn wanted(consumers: &[&str]) -> Wanted {
    Wanted {
        despite: std::collections::BTreeSet::new(),
        consumers: consumers.iter().map(|name| cluster(name)).collect(),
        ways: vec![],
        routability: Routability::MustBeShown,
        ownership: Ownership::Respect,
        keeping: Keeping::Respect,
        creation: Creation::Refused,
        again: Again::default(),
    }
}

pub(super) fn refusals(seen: &MeshSeen, wanted: &Wanted) -> Vec<(&'static str, Severity)> {
    let findings = plan(seen, wanted).expect_err("it must be refused");
    findings.iter().map(|finding| (finding.check, finding.severity)).collect()
}

#[test]
fn an_export_sets_the_label_that_the_link_wants_and_names_the_mirror_after_its_target() {
    let planned =
        plan(&mesh(service(), vec![("apps", consumer(vec![default_link("infra")]))]), &wanted(&[])).unwrap();
    let expected = Change::Apply {
        labels: labels(&[(names::EXPORTED, "true")]),
        set: labels(&[(names::EXPORTED, "true")]),
        removed: vec![],
        ownership: Ownership::Respect,
        uid: "uid-of-postgres-rw".into(),
    };
    assert_eq!(planned.plan.steps().iter().map(|step| &step.action).collect::<Vec<_>>(), [&expected]);
    assert_eq!(planned.targets[0].dns, "postgres-rw-infra-east.databases.svc.apps.example");
    assert_eq!((planned.side_effects, planned.findings), (vec![], vec![]));
}

#[test]
fn an_exported_service_needs_nothing_and_a_foreign_owner_of_the_label_is_named() {
    let service = labelled(&[(names::EXPORTED, "true")], "kubectl-label", "Update");
    let planned =
        plan(&mesh(service, vec![("apps", consumer(vec![default_link("infra")]))]), &wanted(&[])).unwrap();
    assert!(planned.plan.is_empty());
    assert_eq!(planned.findings[0].check, "label-co-owned");
    assert!(planned.findings[0].summary.contains("kubectl-label"), "{:?}", planned.findings);
}

#[test]
fn a_value_that_somebody_else_set_is_overruled_only_when_asked() {
    let service = labelled(&[(names::EXPORTED, "edge-only")], "kustomize-controller", "Apply");
    let seen = mesh(service, vec![("apps", consumer(vec![default_link("infra")]))]);
    assert_eq!(refusals(&seen, &wanted(&[])), [("label-owned", Severity::Error)]);
    let taking = Wanted { ownership: Ownership::TakeOver, ..wanted(&[]) };
    let planned = plan(&seen, &taking).unwrap();
    let Change::Apply { ownership, .. } = &planned.plan.steps()[0].action else { panic!("no apply") };
    assert_eq!(*ownership, Ownership::TakeOver);
}

#[test]
fn a_cluster_that_gains_the_mirror_unasked_is_named() {
    let both = vec![("apps", consumer(vec![default_link("a")])), ("edge", consumer(vec![default_link("e")]))];
    let planned = plan(&mesh(service(), both), &wanted(&["apps"])).unwrap();
    assert_eq!(planned.targets.len(), 1);
    let named: Vec<_> = planned
        .side_effects
        .iter()
        .map(|side| (side.cluster.as_str(), side.mirror.as_str(), side.effect))
        .collect();
    assert_eq!(named, [("edge", "postgres-rw-infra-east", Effect::Gains)]);
}

#[test]
fn a_link_with_another_selector_gains_nothing() {
    let other = link("e", "infra-east", selecting(&[("export", "edge")]));
    let both = vec![("apps", consumer(vec![default_link("a")])), ("edge", consumer(vec![other]))];
    assert_eq!(plan(&mesh(service(), both), &wanted(&["apps"])).unwrap().side_effects, []);
}

#[test]
fn a_cluster_whose_links_cannot_be_seen_may_gain_it() {
    let mut edge = consumer(vec![]);
    edge.links = Observed::Unknown(Obstacle::Unauthorized);
    let both = vec![("apps", consumer(vec![default_link("a")])), ("edge", edge)];
    let planned = plan(&mesh(service(), both), &wanted(&["apps"])).unwrap();
    assert_eq!(planned.side_effects[0].effect, Effect::Unseen);
}

#[test]
fn a_link_that_nobody_can_attribute_may_gain_it_when_its_selector_asks_for_it() {
    let unproven = |name: &str, selector, belonging| {
        let mut link = link(name, name, selector);
        link.belonging = belonging;
        link
    };
    let asks = || selecting(&[(names::EXPORTED, "true")]);
    let effects = |apps: Vec<LinkSeen>, edge: Vec<LinkSeen>| {
        let both = vec![("apps", consumer(apps)), ("edge", consumer(edge))];
        let planned = plan(&mesh(service(), both), &wanted(&["apps"])).unwrap();
        let named =
            planned.side_effects.into_iter().map(|side| (side.cluster.to_string(), side.mirror, side.effect));
        named.collect::<Vec<_>>()
    };
    let (unread, unasked) =
        (Belonging::Unknown(Obstacle::Unauthorized), Belonging::Unasked(Obstacle::Unauthorized));
    for belonging in [unread, unasked] {
        let second = unproven("second", asks(), belonging);
        let named = |cluster: &str| [(cluster.into(), "postgres-rw-second".into(), Effect::Unseen)];
        assert_eq!(effects(vec![default_link("a")], vec![second.clone()]), named("edge"));
        assert_eq!(effects(vec![default_link("a"), second], vec![]), named("apps"));
    }
    let other = unproven("second", selecting(&[("a", "b")]), Belonging::Unknown(Obstacle::Unauthorized));
    assert_eq!(effects(vec![default_link("a")], vec![other]), []);
    assert_eq!(effects(vec![default_link("a")], vec![unproven("x", asks(), Belonging::Elsewhere)]), []);
}

#[test]
fn blindness_in_any_required_fact_never_gives_a_plan() {
    let blind = || Obstacle::TimedOut { after: std::time::Duration::from_secs(20) };
    let healthy = || mesh(service(), vec![("apps", consumer(vec![default_link("infra")]))]);
    let mut services = healthy();
    services.services = Observed::Unknown(blind());
    let mut consumer_services = healthy();
    let mut apps = consumer(vec![default_link("infra")]);
    apps.services = Observed::Unknown(blind());
    consumer_services.consumers = with_apps(&consumer_services, &apps);
    for seen in [services, consumer_services] {
        let severities: Vec<_> =
            refusals(&seen, &wanted(&[])).into_iter().map(|(_, severity)| severity).collect();
        assert_eq!(severities, [Severity::Unknown]);
    }
}

fn with_apps(seen: &MeshSeen, apps: &ConsumerSeen) -> PerCluster<Observed<ConsumerSeen>> {
    PerCluster::of(&seen.fleet, |name| match name.as_str() {
        "apps" => Observed::Present(apps.clone()),
        _ => Observed::Absent,
    })
}

#[test]
fn a_missing_service_is_suggested_from_the_other_cluster_or_by_likeness() {
    let mut seen = mesh(service(), vec![("apps", consumer(vec![default_link("infra")]))]);
    seen.services = Observed::Present(crate::mesh::snapshot::Objects::default());
    let near = |at: &str, name: &str| ObjectRef::namespaced(&cluster(at), Kind::Service, "databases", name);
    seen.nearby = vec![near("infra", "postgres-ro"), near("apps", "postgres-rw")];
    let command = |seen: &MeshSeen| {
        let findings = plan(seen, &wanted(&[])).unwrap_err();
        findings[0].remedy.clone().unwrap().to_string()
    };
    assert_eq!(
        command(&seen),
        "it is in apps; to go on from there, run: `kubectl mesh-export svc/postgres-rw --context apps-admin \
         --namespace databases`"
    );
    let flags = vec!["--dry-run=client".into()];
    let again =
        Again { verb: Some("undo"), to: vec!["apps".into(), "edge".into()], flags, ..Again::default() };
    let mut elsewhere = seen.clone();
    elsewhere.fleet = seen.fleet.clone().reached_by(Route {
        kubeconfig: Some("my config".into()),
        contexts: vec!["infra-admin".into(), "apps-admin".into()],
        config: Some("fleet.yaml".into()),
        primary: Some(cluster("infra")),
        overrides: vec!["--user".into(), "ops".into()],
        ..Route::default()
    });
    assert_eq!(
        missing(&elsewhere, &again)[0].remedy.clone().unwrap().command.unwrap(),
        "kubectl mesh-export undo svc/postgres-rw --contexts infra-admin,apps-admin --config fleet.yaml --kubeconfig \
         'my config' --context apps-admin --namespace databases --to edge --dry-run=client"
    );
    seen.nearby.pop();
    assert_eq!(
        command(&seen),
        "did you mean svc/postgres-ro? Run: `kubectl mesh-export svc/postgres-ro --context infra-admin --namespace \
         databases`"
    );
}

#[test]
fn a_remedy_never_reaches_clusters_that_to_did_not_name() {
    let mut seen = mesh(service(), vec![("apps", consumer(vec![default_link("infra")]))]);
    seen.services = Observed::Present(crate::mesh::snapshot::Objects::default());
    seen.nearby = vec![ObjectRef::namespaced(&cluster("apps"), Kind::Service, "databases", "postgres-rw")];
    let narrow = Again { to: vec!["apps".into()], ..Again::default() };
    assert_eq!(
        missing(&seen, &narrow)[0].remedy.clone().unwrap().to_string(),
        "it is in apps; go on from there and name other clusters with --to; to look at it, run: `kubectl --context \
         apps-admin --namespace databases get services postgres-rw`"
    );
}

#[test]
fn a_namespace_that_is_being_deleted_is_no_place_for_a_mirror() {
    let mut apps = consumer(vec![default_link("infra")]);
    apps.namespaces.insert("databases".into(), Observed::Present(NamespaceState::Terminating));
    assert_eq!(
        refusals(&mesh(service(), vec![("apps", apps)]), &wanted(&[])),
        [("namespace-missing", Severity::Error)]
    );
}

#[test]
fn labels_of_ours_that_are_there_already_are_kept_by_the_apply() {
    let service = labelled(&[("to-edge", "yes")], MANAGER, "Apply");
    let planned =
        plan(&mesh(service, vec![("apps", consumer(vec![default_link("infra")]))]), &wanted(&[])).unwrap();
    let Change::Apply { labels: applied, set, .. } = &planned.plan.steps()[0].action else {
        panic!("no apply")
    };
    assert_eq!(applied, &labels(&[("to-edge", "yes"), (names::EXPORTED, "true")]));
    assert_eq!(set, &labels(&[(names::EXPORTED, "true")]));
}
