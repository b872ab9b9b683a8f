//! Namespaces that consumers lack.

use super::tests::{refusals, wanted};
use super::*;
use crate::mesh::namespace::NamespaceSeen;
use crate::mesh::samples::*;
use crate::mesh::snapshot::NamespaceState;
use crate::terms::Obstacle;

fn seen(home: Option<Observed<NamespaceSeen>>, state: Observed<NamespaceState>) -> MeshSeen {
    let mut apps = consumer(vec![default_link("infra")]);
    apps.namespaces.insert("databases".into(), state);
    let edge = consumer(vec![default_link("infra")]);
    let mut seen = mesh(service(), vec![("apps", apps), ("edge", edge)]);
    seen.homes.extend(home.map(|home| ("databases".to_owned(), home)));
    seen
}

fn creating() -> Wanted {
    let selection = ["svc/postgres-rw", "--namespace", "databases"].map(str::to_owned).to_vec();
    let again = Again { selection, flags: vec!["--no-wait".to_owned()], ..Again::default() };
    Wanted { creation: Creation::Asked, again, ..wanted(&[]) }
}

#[test]
fn it_is_made_where_it_is_missing_as_it_is_at_home_before_any_label_is_set() {
    let home = NamespaceSeen {
        labels: labels(&[("team", "storage"), ("pod-security.kubernetes.io/enforce", "baseline")]),
        annotations: labels(&[("linkerd.io/inject", "enabled")]),
    };
    let seen = seen(Some(Observed::Present(home)), Observed::Absent);
    let planned = plan(&seen, &creating()).unwrap();
    let steps: Vec<_> = planned
        .plan
        .steps()
        .iter()
        .map(|step| (step.object.to_string(), step.action.done(), step.action.details()))
        .collect();
    let made = "labels pod-security.kubernetes.io/enforce=baseline, annotations linkerd.io/inject=enabled";
    assert_eq!(
        steps,
        [
            ("apps: ns/databases".to_owned(), "created", made.to_owned()),
            (
                "infra: svc/databases/postgres-rw".to_owned(),
                "labeled",
                "mirror.linkerd.io/exported=true".to_owned()
            ),
        ]
    );
    assert_eq!(planned.findings, []);
}

#[test]
fn one_that_has_nothing_to_copy_is_made_bare_and_the_plan_says_so() {
    let seen = seen(Some(Observed::Present(NamespaceSeen::default())), Observed::Absent);
    let planned = plan(&seen, &creating()).unwrap();
    assert_eq!(planned.plan.steps()[0].action.details(), "without labels and annotations");
}

#[test]
fn one_that_is_there_is_left_alone_and_nothing_is_looked_at_for_it() {
    let seen = seen(None, Observed::Present(NamespaceState::Active));
    assert_eq!(namespaces_needed(&seen, &creating()).len(), 0);
    let planned = plan(&seen, &creating()).unwrap();
    assert!(planned.plan.steps().iter().all(|step| step.action.done() == "labeled"));
}

#[test]
fn nothing_is_guessed_of_a_namespace_that_cannot_be_read_at_home() {
    let forbidden = Obstacle::Forbidden {
        verb: "get".into(),
        resource: "namespaces".into(),
        namespace: None,
        message: String::new(),
    };
    let seen = seen(Some(Observed::Unknown(forbidden)), Observed::Absent);
    let findings = plan(&seen, &creating()).unwrap_err();
    assert_eq!(
        findings.iter().map(|one| (one.check, one.severity)).collect::<Vec<_>>(),
        [("namespace-unseen", Severity::Unknown)]
    );
    let remedy = findings[0].remedy.clone().unwrap().to_string();
    for part in ["`get namespaces` in infra", "kubectl --context apps-admin create namespace databases"] {
        assert!(remedy.contains(part), "{remedy}");
    }
}

#[test]
fn one_that_is_being_deleted_stays_a_reason_against() {
    let home = Observed::Present(NamespaceSeen::default());
    let seen = seen(Some(home), Observed::Present(NamespaceState::Terminating));
    assert_eq!(refusals(&seen, &creating()), [("namespace-missing", Severity::Error)]);
}

#[test]
fn without_the_flag_the_refusal_names_the_same_command_with_it_and_kubectls_own() {
    let seen = seen(None, Observed::Absent);
    let asked = Wanted { creation: Creation::Refused, ..creating() };
    let findings = plan(&seen, &asked).unwrap_err();
    assert_eq!(
        findings[0].remedy.clone().unwrap().to_string(),
        "create it with `kubectl --context apps-admin create namespace databases`, or have it created with the mesh and pod \
         security settings it has in infra; run: `kubectl mesh-export svc/postgres-rw --namespace databases --context \
         infra-admin --no-wait --create-namespace`"
    );
    assert_eq!(namespaces_needed(&seen, &asked).len(), 0, "nothing is read for it");
    assert_eq!(namespaces_needed(&seen, &creating()), ["databases".to_owned()].into());
}
