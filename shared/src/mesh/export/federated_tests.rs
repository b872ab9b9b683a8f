//! Members of federated Services.

use super::tests::{refusals, wanted};
use super::*;
use crate::mesh::names;
use crate::mesh::samples::*;
use crate::mesh::snapshot::ConsumerSeen;
use crate::terms::LabelSelector;

fn federated(ways: &[Way]) -> Wanted {
    Wanted { ways: ways.to_vec(), ..wanted(&[]) }
}

fn details(planned: &Planned) -> Vec<String> {
    planned.plan.steps().iter().map(|step| step.action.details()).collect()
}

fn apps() -> ConsumerSeen {
    consumer(vec![default_link("infra")])
}

fn seen(service: ServiceSeen, apps: ConsumerSeen) -> MeshSeen {
    mesh(service, vec![("apps", apps)])
}

#[test]
fn a_member_gets_its_label_and_the_federated_service_is_waited_for() {
    let planned = plan(&seen(service(), apps()), &federated(&[Way::Federated])).unwrap();
    assert_eq!(details(&planned), ["mirror.linkerd.io/federated=member"]);
    let [target] = planned.targets.as_slice() else { panic!("{:?}", planned.targets) };
    assert_eq!((target.mirror.as_str(), target.way), ("postgres-rw-federated", Way::Federated));
    assert_eq!(target.member(), "postgres-rw@infra-east");
}

/// What becomes exported and a member at once is passed over by the federation.
#[test]
fn of_two_labels_the_one_of_the_federation_is_set_first() {
    let planned = plan(&seen(service(), apps()), &federated(&[Way::Gateway, Way::Federated])).unwrap();
    assert_eq!(details(&planned), ["mirror.linkerd.io/federated=member", "mirror.linkerd.io/exported=true"]);
    let Change::Apply { labels: last, .. } = &planned.plan.steps()[1].action else { panic!("no apply") };
    assert_eq!(last, &labels(&[(names::FEDERATED, "member"), (names::EXPORTED, "true")]));
}

fn both() -> ServiceSeen {
    labelled(&[(names::EXPORTED, "true"), (names::FEDERATED, "member")], "flux", "Apply")
}

#[test]
fn a_service_that_was_passed_over_is_touched_once_its_mirror_is_there() {
    let mirrored =
        |version| holding(apps(), "postgres-rw-infra-east", mirror(&exported(), "infra-east", version));
    let planned = plan(&seen(both(), mirrored("41")), &wanted(&[])).unwrap();
    assert_eq!(details(&planned), ["platform.tools/touched=41"]);
    assert_eq!(planned.plan.steps()[0].action.done(), "annotated");
    for apps in [apps(), mirrored("40")] {
        // Its mirror is still to be made, or written: then it is looked at again without us.
        assert!(plan(&seen(both(), apps), &wanted(&[])).unwrap().plan.is_empty());
    }
    let joined =
        holding(mirrored("41"), "postgres-rw-federated", federated_service("postgres-rw@infra-east", None));
    assert!(plan(&seen(both(), joined), &wanted(&[])).unwrap().plan.is_empty());
}

#[test]
fn a_member_that_another_link_was_faster_than_is_touched() {
    let member = labelled(&[(names::FEDERATED, "member")], MANAGER, "Apply");
    let other = holding(apps(), "postgres-rw-federated", federated_service("postgres-rw@other", None));
    let planned = plan(&seen(member.clone(), other), &wanted(&[])).unwrap();
    assert_eq!(planned.plan.steps()[0].action.done(), "annotated");
    // There is none yet: the service mirror has still to make it.
    assert!(plan(&seen(member, apps()), &wanted(&[])).unwrap().plan.is_empty());
}

#[test]
fn a_headless_service_is_not_federated_and_a_foreign_one_of_the_name_is_in_the_way() {
    let headless = ServiceSeen { is_headless: true, ..service() };
    let asked = federated(&[Way::Federated]);
    assert_eq!(refusals(&seen(headless, apps()), &asked), [("federated-mode", Severity::Error)]);
    let taken = holding(apps(), "postgres-rw-federated", ServiceSeen::default());
    assert_eq!(refusals(&seen(service(), taken), &asked), [("mirror-name-clash", Severity::Error)]);
    let joined = holding(apps(), "postgres-rw-federated", federated_service("postgres-rw@other", None));
    assert!(plan(&seen(service(), joined), &asked).is_ok());
}

#[test]
fn a_link_that_federates_nothing_says_whether_its_version_can() {
    let refused = |version: &str| {
        let mut link = default_link("infra");
        link.link.federated_service_selector = LabelSelector::default();
        link.link.version = version.into();
        let seen = seen(service(), consumer(vec![link]));
        let findings = plan(&seen, &federated(&[Way::Federated])).unwrap_err();
        assert_eq!((findings.len(), findings[0].check), (1, "federated-mode"));
        findings[0].summary.clone()
    };
    assert!(
        refused("v1alpha1").ends_with("serves Links only in v1alpha1, which lacks federatedServiceSelector")
    );
    assert!(refused("v1alpha3").ends_with("its federatedServiceSelector is empty, which selects nothing"));
}

#[test]
fn a_cluster_that_gains_the_member_unasked_is_named_with_the_federated_service() {
    let clusters = vec![("apps", apps()), ("edge", apps())];
    let asked = Wanted { consumers: vec![cluster("apps")], ..federated(&[Way::Federated]) };
    let planned = plan(&mesh(service(), clusters), &asked).unwrap();
    let told: Vec<_> =
        planned.side_effects.iter().map(|one| (one.mirror.as_str(), one.mode, one.effect)).collect();
    assert_eq!(told, [("postgres-rw-federated", Way::Federated, Effect::Gains)]);
}
