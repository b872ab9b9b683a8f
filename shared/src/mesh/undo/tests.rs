use super::*;
use crate::mesh::change::Keeping;
use crate::mesh::export::{Creation, Effect, Routability};
use crate::mesh::names;
use crate::mesh::samples::*;
use crate::mesh::snapshot::Belonging;
use crate::terms::Obstacle;
use crate::verdict::Severity;

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

fn ours() -> ServiceSeen {
    labelled(&[(names::EXPORTED, "true")], MANAGER, "Apply")
}

fn apps_with_mirror() -> crate::mesh::snapshot::ConsumerSeen {
    let mirror = mirror(&exported(), "infra-east", "41");
    holding(consumer(vec![default_link("infra")]), "postgres-rw-infra-east", mirror)
}

#[test]
fn what_we_applied_is_given_up_and_the_mirror_is_waited_for() {
    let planned = plan(&mesh(ours(), vec![("apps", apps_with_mirror())]), &wanted(&[])).unwrap();
    let expected = Change::Apply {
        labels: Labels::new(),
        set: Labels::new(),
        removed: vec![names::EXPORTED.into()],
        ownership: Ownership::Respect,
        uid: "uid-of-postgres-rw".into(),
    };
    assert_eq!(planned.plan.steps()[0].action, expected);
    assert_eq!(planned.targets.len(), 1);
}

#[test]
fn a_label_that_somebody_else_set_is_removed_only_when_asked() {
    let service = labelled(&[(names::EXPORTED, "true")], "kubectl-label", "Update");
    let seen = mesh(service, vec![("apps", apps_with_mirror())]);
    let refused = plan(&seen, &wanted(&[])).unwrap_err();
    assert_eq!(refused[0].check, "label-owned");
    assert!(refused[0].summary.contains("kubectl-label"), "{}", refused[0].summary);
    let taking = Wanted { ownership: Ownership::TakeOver, ..wanted(&[]) };
    let planned = plan(&seen, &taking).unwrap();
    assert_eq!(
        planned.plan.steps()[0].action,
        Change::Remove { labels: vec![names::EXPORTED.into()], version: "41".into() }
    );
}

#[test]
fn a_label_without_a_recorded_owner_is_said_to_have_none() {
    let mut nobodys = service();
    nobodys.labels.extend(labels(&[(names::EXPORTED, "true")]));
    let refused = plan(&mesh(nobodys, vec![("apps", apps_with_mirror())]), &wanted(&[])).unwrap_err();
    assert_eq!(
        refused[0].summary,
        "the label mirror.linkerd.io/exported was not set by this command, and has no recorded owner"
    );
}

#[test]
fn a_second_undo_finds_nothing_to_do_but_a_mirror_that_is_still_there() {
    let planned =
        plan(&mesh(service(), vec![("apps", consumer(vec![default_link("infra")]))]), &wanted(&[])).unwrap();
    assert!(planned.plan.is_empty() && planned.targets.is_empty());
    let planned = plan(&mesh(service(), vec![("apps", apps_with_mirror())]), &wanted(&[])).unwrap();
    assert!(planned.plan.is_empty());
    assert_eq!(planned.targets.len(), 1);
}

#[test]
fn a_cluster_that_loses_the_mirror_unasked_is_named() {
    let both = vec![("apps", apps_with_mirror()), ("edge", apps_with_mirror())];
    let planned = plan(&mesh(ours(), both), &wanted(&["apps"])).unwrap();
    let named: Vec<_> =
        planned.side_effects.iter().map(|side| (side.cluster.as_str(), side.effect)).collect();
    assert_eq!(named, [("edge", Effect::Loses)]);
}

#[test]
fn a_mirror_without_a_link_is_deleted_and_bound_to_its_uid() {
    let orphan = mirror(&exported(), "infra", "41");
    let apps = holding(consumer(vec![]), "postgres-rw-infra", orphan);
    let planned = plan(&mesh(service(), vec![("apps", apps)]), &wanted(&[])).unwrap();
    let steps: Vec<_> =
        planned.plan.steps().iter().map(|step| (step.object.to_string(), step.action.clone())).collect();
    assert_eq!(
        steps,
        [(
            "apps: svc/databases/postgres-rw-infra".to_owned(),
            Change::DeleteMirror { uid: "uid-of-postgres-rw-infra".into() }
        )]
    );
}

#[test]
fn mirrors_of_others_are_no_orphans_of_ours() {
    let of_another_service = mirror(&Key::new("databases", "postgres-ro"), "infra", "7");
    let of_another_exporter = mirror(&exported(), "somewhere", "7");
    let apps = holding(consumer(vec![]), "postgres-ro-infra", of_another_service);
    let apps = holding(apps, "postgres-rw-somewhere", of_another_exporter);
    assert_eq!(orphans(&mesh(service(), vec![("apps", apps)]), (&[], &[])), []);
}

#[test]
fn a_mirror_under_a_name_that_no_link_keeps_is_named_with_the_command_that_deletes_it() {
    let stray = |links| {
        let apps = holding(consumer(links), "postgres-rw-old", mirror(&exported(), "old", "7"));
        mesh(service(), vec![("apps", apps)])
    };
    let planned = plan(&stray(vec![default_link("infra")]), &wanted(&[])).unwrap();
    assert!(planned.plan.is_empty());
    let told: Vec<_> = planned.findings.iter().map(|finding| (finding.check, finding.severity)).collect();
    assert_eq!(told, [("mirror-stray", Severity::Warning)]);
    let remedy = planned.findings[0].remedy.clone().unwrap().command.unwrap();
    assert_eq!(remedy, "kubectl --context apps-admin --namespace databases delete svc/postgres-rw-old");
    let kept = stray(vec![default_link("infra"), link("old", "old", selecting(&[("a", "b")]))]);
    assert_eq!(plan(&kept, &wanted(&[])).unwrap().findings, []);
    let without_any = plan(&stray(vec![]), &wanted(&[])).unwrap_err();
    let checks: Vec<_> = without_any.iter().map(|finding| finding.check).collect();
    assert_eq!(checks, ["mirror-stray", "no-link"]);
}

#[test]
fn a_service_that_is_not_there_is_said_unless_its_mirror_is() {
    let mut seen = mesh(service(), vec![("apps", consumer(vec![default_link("infra")]))]);
    seen.services = Observed::Present(crate::mesh::snapshot::Objects::default());
    assert_eq!(plan(&seen, &wanted(&[])).unwrap_err()[0].check, "service-not-found");
    let apps = holding(consumer(vec![]), "postgres-rw-infra", mirror(&exported(), "infra", "41"));
    let mut seen = mesh(service(), vec![("apps", apps)]);
    seen.services = Observed::Present(crate::mesh::snapshot::Objects::default());
    assert_eq!(plan(&seen, &wanted(&[])).unwrap().plan.steps().len(), 1);
}

#[test]
fn labels_of_ours_go_even_when_no_link_is_left() {
    let planned = plan(&mesh(ours(), vec![("apps", consumer(vec![]))]), &wanted(&[])).unwrap();
    assert_eq!(planned.plan.steps()[0].action.details(), "mirror.linkerd.io/exported-");
    let refused = plan(&mesh(service(), vec![("apps", consumer(vec![]))]), &wanted(&[])).unwrap_err();
    assert_eq!(refused[0].check, "no-link");
}

#[test]
fn labels_that_serve_another_cluster_stay_when_the_chosen_one_has_no_link_any_more() {
    let mut unproven = default_link("infra");
    unproven.belonging = Belonging::Unknown(Obstacle::Unauthorized);
    let mut blind = consumer(vec![]);
    blind.links = Observed::Unknown(Obstacle::Unauthorized);
    for dev in [consumer(vec![default_link("infra")]), consumer(vec![unproven]), blind] {
        let seen = mesh(ours(), vec![("apps", consumer(vec![])), ("dev", dev)]);
        let refused = plan(&seen, &wanted(&["apps"])).unwrap_err();
        let checks: Vec<_> = refused.iter().map(|finding| finding.check).collect();
        assert_eq!(checks, ["no-link"]);
    }
    let other = link("infra", "infra-east", selecting(&[("export", "dev")]));
    let seen = mesh(ours(), vec![("apps", consumer(vec![])), ("dev", consumer(vec![other]))]);
    let planned = plan(&seen, &wanted(&["apps"])).unwrap();
    assert_eq!(planned.plan.steps()[0].action.details(), "mirror.linkerd.io/exported-");
}

#[test]
fn a_cluster_that_gains_by_the_loss_of_a_label_that_serves_nobody_is_named() {
    let gone =
        serde_json::json!({"matchExpressions": [{"key": names::EXPORTED, "operator": "DoesNotExist"}]});
    let contrary = link("infra", "infra-east", serde_json::from_value(gone).unwrap());
    let seen = mesh(ours(), vec![("apps", consumer(vec![])), ("dev", consumer(vec![contrary]))]);
    let planned = plan(&seen, &wanted(&["apps"])).unwrap();
    let named: Vec<_> =
        planned.side_effects.iter().map(|side| (side.cluster.as_str(), side.effect)).collect();
    assert_eq!(named, [("dev", Effect::Gains)]);
}
