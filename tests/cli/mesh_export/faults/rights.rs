//! Credentials that are not accepted, and rights that are missing: real ones, judged by the API server.

use super::stage::{MIRROR, SOON, Stage, ended};
use crate::marks::{Marks, NOTHING};
use serde_json::{Value, json};
use testkit::kubectl::Outcome;
use testkit::world::{User, mesh_shared};

/// A right: verb, API group, resource.
pub(super) type Right = (&'static str, &'static str, &'static str);

const LINKS: &str = "multicluster.linkerd.io";
/// What an export needs or uses in the namespace of the Service.
pub(super) const NAMESPACED: [Right; 5] = [
    ("list", "", "services"),
    ("watch", "", "services"),
    ("patch", "", "services"),
    ("list", "", "endpoints"),
    ("watch", "", "endpoints"),
];
/// What it needs or uses anywhere.
pub(super) const CLUSTERWIDE: [Right; 5] = [
    ("get", "", "namespaces"),
    ("get", "", "serviceaccounts"),
    ("get", "", "secrets"),
    ("get", "", "configmaps"),
    ("list", LINKS, "links"),
];

#[test]
fn a_token_that_is_not_accepted_asks_to_log_in_and_writes_nothing() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = Stage::new(ground, "token");
    let marks = Marks::about(&stage.world);
    let wrong = || User::Token("not-a-token".to_owned());
    for (infra, apps, context) in
        [(wrong(), stage.administrator(), "infra"), (stage.administrator(), wrong(), "apps")]
    {
        let outcome = stage.kubectl_as(infra, apps).run(["mesh-export", "svc/postgres-rw"]);
        ended(&outcome, 6, &["401", "log in again", &format!("--context {context}")]);
        assert!(!outcome.stderr.contains("not-a-token"), "{outcome}");
    }
    assert_eq!(marks.writes(), NOTHING);
}

#[test]
fn a_right_that_is_missing_in_the_exporter_is_named_and_nothing_is_written() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = Stage::new(ground, "exporter-right");
    let refused = ["infra patch services postgres-rw 403"];
    for (right, code, words, writes) in [
        (
            ("list", "", "services"),
            4,
            "infra: cannot see the Services: cannot list services: forbidden",
            &NOTHING[..],
        ),
        (("get", "", "serviceaccounts"), 4, "cannot get serviceaccounts: forbidden", &NOTHING),
        (("patch", "", "services"), 3, "cannot patch services: forbidden", &refused),
    ] {
        let marks = Marks::about(&stage.world);
        let outcome = without(&stage, "infra", right);
        ended(&outcome, code, &[words, &format!("`{} {}` in infra", right.0, right.2)]);
        assert_eq!(marks.writes(), writes, "without {right:?}: {outcome}");
    }
    for right in [("list", "", "endpoints"), ("watch", "", "services"), ("get", "", "namespaces")] {
        does_without(&stage, "infra", right);
    }
}

#[test]
fn a_right_that_is_missing_in_the_consumer_is_named_and_nothing_is_written() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = Stage::new(ground, "consumer-right");
    for right in [
        ("list", LINKS, "links"),
        ("get", "", "secrets"),
        ("list", "", "services"),
        ("list", "", "endpoints"),
    ] {
        let marks = Marks::about(&stage.world);
        let outcome = without(&stage, "apps", right);
        let resource =
            if right.1.is_empty() { right.2.to_owned() } else { format!("{}.{}", right.2, right.1) };
        let words = format!("cannot {} {resource}: forbidden", right.0);
        ended(&outcome, 4, &[&words, &format!("`{} {resource}` in apps", right.0)]);
        assert_eq!(marks.writes(), NOTHING, "without {right:?}: {outcome}");
    }
    for right in [
        ("get", "", "configmaps"),
        ("get", "", "namespaces"),
        ("watch", "", "services"),
        ("watch", "", "endpoints"),
    ] {
        does_without(&stage, "apps", right);
    }
}

#[test]
fn an_undo_that_cannot_see_the_services_or_the_mirrors_says_so_instead_of_calling_them_gone() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = Stage::new(ground, "undo-right");
    ended(&stage.export(&[]), 0, &[]);
    for cluster in ["infra", "apps"] {
        let marks = Marks::about(&stage.world);
        let kubectl = limited(&stage, cluster, ("list", "", "services"));
        let outcome = kubectl.run(["mesh-export", "undo", "svc/postgres-rw"]);
        ended(&outcome, 4, &["cannot list services: forbidden", &format!("` in {cluster}")]);
        assert_eq!(marks.writes(), NOTHING, "{outcome}");
    }
}

#[test]
fn a_list_or_a_verify_that_cannot_see_the_mirrors_calls_them_unknown_and_names_the_right() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = Stage::new(ground, "unseen-right");
    ended(&stage.export(&[]), 0, &[]);
    let marks = Marks::about(&stage.world);
    for right in [("list", "", "services"), ("list", "", "endpoints")] {
        for outcome in proofs(&stage, "apps", right) {
            let (words, granted) =
                (format!("cannot list {}: forbidden", right.2), format!("`list {}`", right.2));
            ended(&outcome, 4, &["apps", &words, &format!("{granted} in apps")]);
            assert!(outcome.stdout.contains("unknown"), "without {right:?}: {outcome}");
            for claimed in ["labelled", "mirrored", "endpoints ready"] {
                assert!(!outcome.stdout.contains(claimed), "without {right:?}: {outcome}");
            }
            assert!(
                !outcome.stderr.contains("the log of its service mirror"),
                "without {right:?}: {outcome}"
            );
        }
    }
    for (cluster, right) in [
        ("apps", ("list", LINKS, "links")),
        ("apps", ("get", "", "secrets")),
        ("infra", ("list", "", "services")),
    ] {
        for outcome in proofs(&stage, cluster, right) {
            ended(&outcome, 4, &["forbidden", &format!("` in {cluster}")]);
            assert!(!outcome.stdout.contains("endpoints ready"), "without {right:?}: {outcome}");
        }
    }
    assert_eq!(marks.writes(), NOTHING);
}

fn proofs(stage: &Stage, cluster: &str, right: Right) -> [Outcome; 2] {
    let kubectl = limited(stage, cluster, right);
    [&["mesh-export", "list"][..], &["mesh-export", "verify", "svc/postgres-rw"]]
        .map(|words| kubectl.run(words))
}

/// The export works, and is proved, without this right.
fn does_without(stage: &Stage, cluster: &str, right: Right) {
    let outcome = without(stage, cluster, right);
    assert_eq!(outcome.code, Some(0), "without {right:?} in {cluster}: {outcome}");
    assert!(outcome.stdout.contains("endpoints ready"), "without {right:?} in {cluster}: {outcome}");
    assert!(outcome.elapsed < SOON, "without {right:?} in {cluster}: {:?}", outcome.elapsed);
    assert_eq!(stage.label().as_deref(), Some("true"), "without {right:?} in {cluster}: {outcome}");
    stage.apply_as("mesh-export", &json!({}));
    stage.eventually("the mirror is gone", || stage.get("apps", "Service", MIRROR).is_none());
}

fn without(stage: &Stage, cluster: &str, right: Right) -> Outcome {
    stage.infra.reset();
    stage.apps.reset();
    limited(stage, cluster, right).run(["mesh-export", "svc/postgres-rw"])
}

/// A kubectl whose user in this cluster has all that an export needs, but for this right.
pub(super) fn limited(stage: &Stage, cluster: &str, right: Right) -> testkit::kubectl::Kubectl {
    let keep = |rights: &[Right]| rights.iter().filter(|one| **one != right).map(rule).collect::<Vec<_>>();
    let token = stage.world.restricted_user(cluster, &keep(&NAMESPACED), &keep(&CLUSTERWIDE));
    let limited = User::Token(token);
    match cluster {
        "infra" => stage.kubectl_as(limited, stage.administrator()),
        _ => stage.kubectl_as(stage.administrator(), limited),
    }
}

pub(super) fn rule((verb, group, resource): &Right) -> Value {
    json!({ "apiGroups": [group], "resources": [resource], "verbs": [verb] })
}
