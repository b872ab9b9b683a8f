//! What a list makes of what there is.

mod further;

use super::*;
use crate::mesh::change::{Keeping, Ownership};
use crate::mesh::export::{Again, Creation, MANAGER, Routability};
use crate::mesh::names;
use crate::mesh::samples::*;
use crate::mesh::snapshot::{ConsumerSeen, EndpointsSeen, ServiceSeen};
use crate::terms::Obstacle;

fn wanted() -> Wanted {
    Wanted {
        despite: std::collections::BTreeSet::new(),
        consumers: vec![],
        ways: vec![],
        routability: Routability::MustBeShown,
        ownership: Ownership::Respect,
        keeping: Keeping::Respect,
        creation: Creation::Asked,
        again: Again::default(),
    }
}

fn entry(name: &str, to: &[&str], ways: &[Way]) -> Entry {
    let consumers = to.iter().map(|name| cluster(name)).collect();
    Entry { key: Key::new("databases", name), consumers, ways: ways.to_vec() }
}

/// `apps` and `edge` select different labels; these Services are in `databases`.
fn seen(services: Vec<(&str, ServiceSeen)>) -> MeshSeen {
    let apps = consumer(vec![link("one", "infra-east", selecting(&[(names::EXPORTED, "true")]))]);
    let edge = consumer(vec![link("two", "infra-west", selecting(&[("to-edge", "yes")]))]);
    let mut seen = mesh(service(), vec![("apps", apps), ("edge", edge)]);
    if let Observed::Present(ends) = &mut seen.endpoints {
        let ready = EndpointsSeen { ready: 1, ..EndpointsSeen::default() };
        ends.by_key =
            services.iter().map(|(name, _)| (Key::new("databases", *name), ready.clone())).collect();
    }
    if let Observed::Present(all) = &mut seen.services {
        all.by_key = services.into_iter().map(|(name, one)| (Key::new("databases", name), one)).collect();
    }
    seen
}

fn exported(manager: &str) -> ServiceSeen {
    labelled(&[(names::EXPORTED, "true")], manager, "Apply")
}

fn steps(converging: &Converging) -> Vec<String> {
    let steps = converging.planned.plan.steps().iter();
    steps.map(|step| format!("{} {}", step.object.name, step.action.details())).collect()
}

/// What is committed for one export of a list is not what another one needs.
#[test]
fn what_keepers_are_told_is_what_each_entry_says() {
    let mut service = service();
    let flux = [("name", "apps"), ("namespace", "flux-system")];
    service
        .labels
        .extend(flux.map(|(key, value)| (format!("kustomize.toolkit.fluxcd.io/{key}"), value.to_owned())));
    let seen = seen(vec![("a", service.clone()), ("b", service)]);
    let list = [entry("a", &["apps"], &[]), entry("b", &["edge"], &[])];
    let wanted = Wanted { keeping: Keeping::Commit, ..wanted() };
    let told = kept(&seen, (&list, &wanted));
    let told: Vec<_> = told.iter().map(|one| (one.key.name.as_str(), one.edit.set.clone())).collect();
    assert_eq!(told, [("a", labels(&[(names::EXPORTED, "true")])), ("b", labels(&[("to-edge", "yes")]))]);
}

#[test]
fn the_command_for_one_export_of_a_list_is_its_own() {
    let flags = ["--prune", "--dry-run=server", "--mode=gateway"].map(str::to_owned).to_vec();
    let again = Again { flags, ..Again::default() };
    let entry = entry("b", &["edge"], &[Way::Flat, Way::Federated]);
    let own = of_part(&again, (&entry.consumers, &entry.ways));
    assert_eq!(
        (own.to, own.flags),
        (vec!["edge".into()], vec!["--dry-run=server".into(), "--mode=flat,federated".into()])
    );
}

#[test]
fn what_is_missing_is_exported_each_to_its_own_clusters_and_what_is_besides_is_shown() {
    let seen = seen(vec![
        ("a", service()),
        ("b", service()),
        ("mine", exported(MANAGER)),
        ("theirs", exported("flux")),
    ]);
    let list = [entry("a", &["apps"], &[]), entry("b", &["edge"], &[])];
    let plan = plan(&seen, (&list, &wanted()), Pruning::Shown).unwrap();
    assert_eq!(steps(&plan), ["a mirror.linkerd.io/exported=true", "b to-edge=yes"]);
    let targets = plan.planned.targets.iter();
    let targets: Vec<_> = targets.map(|one| (one.exported.name.as_str(), one.consumer.as_str())).collect();
    assert_eq!(targets, [("a", "apps"), ("b", "edge")]);
    let surplus = |service: &str, ours, owners: &[&str]| Surplus {
        namespace: "databases".into(),
        service: service.into(),
        to: vec![],
        modes: vec![],
        ours,
        pruned: false,
        owners: owners.iter().map(|owner| (*owner).to_owned()).collect(),
    };
    assert_eq!(plan.surplus, [surplus("mine", true, &[]), surplus("theirs", false, &["flux"])]);
    let said: Vec<_> = plan.planned.findings.iter().map(|one| (one.check, one.summary.as_str())).collect();
    assert_eq!(
        said,
        [
            ("export-surplus", "exported but not in the list; --prune undoes it"),
            ("export-surplus", "exported but not in the list; it was exported by flux, so it is left alone"),
        ]
    );
    assert_eq!(plan.leaving, []);
}

#[test]
fn pruning_takes_back_what_is_ours_alone_and_nothing_else() {
    let mut shared = exported(MANAGER);
    shared.owners = exported("flux").owners;
    let seen = seen(vec![("a", exported(MANAGER)), ("mine", exported(MANAGER)), ("shared", shared)]);
    let plan = plan(&seen, (&[entry("a", &["apps"], &[])], &wanted()), Pruning::Asked).unwrap();
    assert_eq!(steps(&plan), ["mine mirror.linkerd.io/exported-"]);
    let leaving: Vec<_> = plan.leaving.iter().map(|one| one.mirror.as_str()).collect();
    assert_eq!(leaving, ["mine-infra-east"]);
    let pruned: Vec<_> = plan.surplus.iter().map(|one| (one.service.as_str(), one.pruned)).collect();
    assert_eq!(pruned, [("mine", true), ("shared", false)]);
}

#[test]
fn a_list_that_is_as_it_should_be_leaves_nothing_to_do() {
    let seen = seen(vec![("a", exported(MANAGER))]);
    let plan = plan(&seen, (&[entry("a", &["apps"], &[])], &wanted()), Pruning::Asked).unwrap();
    assert!(plan.planned.plan.is_empty() && plan.surplus.is_empty() && plan.planned.findings.is_empty());
}

#[test]
fn one_export_that_is_refused_forbids_all_and_every_reason_is_said() {
    let mut shapeless = service();
    shapeless.ports.clear();
    let seen = seen(vec![("a", service()), ("b", shapeless)]);
    let list = [entry("a", &["apps"], &[]), entry("b", &["edge"], &[]), entry("c", &["apps"], &[])];
    let findings = plan(&seen, (&list, &wanted()), Pruning::Asked).unwrap_err();
    let mut checks: Vec<_> = findings.iter().map(|one| one.check).collect();
    checks.sort_unstable();
    assert_eq!(checks, ["export-shape", "service-not-found"]);
}

#[test]
fn a_namespace_that_several_groups_need_is_made_once_before_all_labels() {
    let mut seen = seen(vec![("a", service()), ("b", service())]);
    let bare = |name: &ClusterName, there: Observed<ConsumerSeen>| match name.as_str() {
        "apps" => there.map(|consumer| ConsumerSeen {
            namespaces: [("databases".to_owned(), Observed::Absent)].into(),
            ..consumer
        }),
        _ => there,
    };
    seen.consumers = seen.consumers.map(bare);
    seen.homes
        .insert("databases".into(), Observed::Present(crate::mesh::namespace::NamespaceSeen::default()));
    let list = [entry("a", &["apps"], &[]), entry("b", &["apps"], &[Way::Gateway])];
    let plan = plan(&seen, (&list, &wanted()), Pruning::Shown).unwrap();
    let made: Vec<_> = plan.planned.plan.steps().iter().map(|step| step.object.to_string()).collect();
    assert_eq!(made, ["apps: ns/databases", "infra: svc/databases/a", "infra: svc/databases/b"]);
}

#[test]
fn a_dead_cluster_of_several_groups_is_named_once() {
    let mut seen = seen(vec![("a", service()), ("b", service())]);
    let dead = |name: &ClusterName, there| match name.as_str() {
        "edge" => Observed::Unknown(Obstacle::Unreachable { cause: "refused".into() }),
        _ => there,
    };
    seen.consumers = seen.consumers.map(dead);
    let list = [entry("a", &[], &[]), entry("b", &[], &[Way::Gateway])];
    let plan = plan(&seen, (&list, &wanted()), Pruning::Shown).unwrap();
    assert_eq!(plan.planned.unreached.len(), 1);
    assert_eq!(plan.planned.plan.steps().len(), 2);
}
