//! Exports that go further than their entries say, and what of them is left.

use super::*;

/// Both clusters select labels of their own, and one of them federates too.
fn reaching(labels: &[(&str, &str)], manager: &str) -> MeshSeen {
    let mut apps = link("one", "infra-east", selecting(&[(names::EXPORTED, "true")]));
    apps.link.federated_service_selector = selecting(&[(names::FEDERATED, "member")]);
    let mut edge = link("two", "infra-west", selecting(&[("to-edge", "yes")]));
    edge.link.federated_service_selector = selecting(&[]);
    let mut seen = seen(vec![("a", labelled(labels, manager, "Apply"))]);
    let links = |name: &ClusterName, there: Observed<ConsumerSeen>| {
        let own = if name.as_str() == "apps" { apps.clone() } else { edge.clone() };
        there.map(|consumer| ConsumerSeen { links: Observed::Present(vec![own]), ..consumer })
    };
    seen.consumers = seen.consumers.map(links);
    seen
}

fn narrowed(seen: &MeshSeen, entry: Entry, pruning: Pruning) -> (Vec<String>, Vec<String>) {
    let plan = plan(seen, (&[entry], &wanted()), pruning).unwrap();
    let said = plan.planned.findings.iter().filter(|one| one.check == "export-surplus");
    (steps(&plan), said.map(|one| one.summary.clone()).collect())
}

#[test]
fn an_entry_that_has_become_narrower_is_surplus_by_what_it_does_not_say_any_more() {
    let both = [(names::EXPORTED, "true"), ("to-edge", "yes")];
    let seen = reaching(&both, MANAGER);
    let shown = narrowed(&seen, entry("a", &["apps"], &[]), Pruning::Shown);
    assert_eq!(shown.0, Vec::<String>::new());
    assert_eq!(shown.1, ["exported to edge, which is not in the list; --prune undoes it"]);
    let pruned = narrowed(&seen, entry("a", &["apps"], &[]), Pruning::Asked);
    assert_eq!(pruned, (vec!["a to-edge-".to_owned()], vec![]));
    assert_eq!(narrowed(&seen, entry("a", &["apps", "edge"], &[]), Pruning::Asked), (vec![], vec![]));
    assert_eq!(narrowed(&seen, entry("a", &[], &[]), Pruning::Asked), (vec![], vec![]), "all of them");
    let theirs = narrowed(&reaching(&both, "flux"), entry("a", &["apps"], &[]), Pruning::Asked);
    assert_eq!(
        theirs.1,
        ["exported to edge, which is not in the list; it was exported by flux, so it is left alone"]
    );
}

#[test]
fn a_mode_that_the_list_does_not_say_any_more_is_surplus_and_a_label_that_is_needed_stays() {
    let both = [(names::EXPORTED, "true"), (names::FEDERATED, "member")];
    let seen = reaching(&both, MANAGER);
    let pruned = narrowed(&seen, entry("a", &["apps"], &[Way::Gateway]), Pruning::Asked);
    assert_eq!(pruned, (vec!["a mirror.linkerd.io/federated-".to_owned()], vec![]));
    let shown = narrowed(&seen, entry("a", &["apps"], &[Way::Gateway]), Pruning::Shown);
    assert_eq!(shown.1, ["exported with the mode federated, which is not in the list; --prune undoes it"]);
    // Both clusters select one label.
    let mut shared = reaching(&[(names::EXPORTED, "true")], MANAGER);
    let same = |_: &ClusterName, there: Observed<ConsumerSeen>| {
        let own = link("same", "infra-east", selecting(&[(names::EXPORTED, "true")]));
        there.map(|consumer| ConsumerSeen { links: Observed::Present(vec![own]), ..consumer })
    };
    shared.consumers = shared.consumers.map(same);
    let (left, said) = narrowed(&shared, entry("a", &["apps"], &[]), Pruning::Asked);
    assert_eq!(left, Vec::<String>::new());
    assert!(said[0].contains("its labels serve more than that, so it is left"), "{said:?}");
}

#[test]
fn a_mode_that_nobody_named_is_taken_back_before_clusters_that_cannot_be_told_apart() {
    let mut seen = reaching(&[(names::EXPORTED, "true"), (names::FEDERATED, "member")], MANAGER);
    let same = |_: &ClusterName, there: Observed<ConsumerSeen>| {
        let mut own = link("same", "infra-east", selecting(&[(names::EXPORTED, "true")]));
        own.link.federated_service_selector = selecting(&[(names::FEDERATED, "member")]);
        there.map(|consumer| ConsumerSeen { links: Observed::Present(vec![own]), ..consumer })
    };
    seen.consumers = seen.consumers.map(same);
    let (taken, said) = narrowed(&seen, entry("a", &["apps"], &[Way::Gateway]), Pruning::Asked);
    assert_eq!(taken, ["a mirror.linkerd.io/federated-"]);
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(
        said[0].starts_with("exported to edge, which is not in the list; its labels serve more"),
        "{said:?}"
    );
}

#[test]
fn what_cannot_be_seen_to_go_is_left_and_called_so() {
    let mut seen = seen(vec![("mine", exported(MANAGER))]);
    let hidden = |_: &ClusterName, there: Observed<ConsumerSeen>| {
        let services = Observed::Unknown(Obstacle::Unauthorized);
        there.map(|consumer| ConsumerSeen { services, ..consumer })
    };
    seen.consumers = seen.consumers.map(hidden);
    let plan = plan(&seen, (&[], &wanted()), Pruning::Asked).unwrap();
    let said: Vec<&str> = plan.planned.findings.iter().map(|one| one.summary.as_str()).collect();
    assert!(
        said[0].contains(
            "it is left alone, since its removal cannot be observed: cannot see the mirrors of infra"
        ),
        "{said:?}"
    );
    assert!(plan.planned.plan.is_empty() && !plan.surplus[0].pruned);
}
