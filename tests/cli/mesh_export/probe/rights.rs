//! What a probe needs in the consumer, judged by the API server.

use super::{POSTGRES, exported, jobs};
use crate::faults::stage::{Stage, ended};
use serde_json::{Value, json};
use testkit::kubectl::{Kubectl, Outcome};
use testkit::linkerd::{Injector, Linkerd};
use testkit::world::{User, mesh_shared};

fn rule(group: &str, resources: &[&str], verbs: &[&str]) -> Value {
    json!({ "apiGroups": [group], "resources": resources, "verbs": verbs })
}

/// Somebody who may see what a proof looks at, and besides do this in the namespace.
fn with(stage: &Stage, namespaced: &[Value]) -> Kubectl {
    let see = ["get", "list", "watch"];
    let clusterwide = [
        rule("", &["services", "endpoints", "namespaces", "secrets", "serviceaccounts"], &see),
        rule("multicluster.linkerd.io", &["links"], &see),
    ];
    let token = stage.world.restricted_user("apps", namespaced, &clusterwide);
    stage.kubectl_as(stage.administrator(), User::Token(token))
}

fn probe(kubectl: &Kubectl) -> Outcome {
    kubectl.run(["mesh-export", "verify", "svc/postgres-rw", "--probe"])
}

#[test]
fn who_may_not_make_jobs_is_told_so_and_the_answer_is_unsure() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = exported(ground, "probe-right");
    let _linkerd = Linkerd::new(&stage.world, "apps", Injector::WithInit, Some(POSTGRES));
    let outcome = probe(&with(&stage, &[]));
    ended(&outcome, 4, &["cannot create jobs.batch: forbidden", "`create jobs.batch` in apps"]);
    assert!(outcome.stdout.contains("postgres-rw-infra: unknown\n"), "{outcome}");
}

#[test]
fn the_rights_that_the_documentation_asks_for_are_enough_and_none_is_too_many() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = exported(ground, "probe-rights");
    let _linkerd = Linkerd::new(&stage.world, "apps", Injector::WithInit, Some(POSTGRES));
    let needed = [
        ("batch", "jobs", "create"),
        ("batch", "jobs", "delete"),
        ("", "pods", "list"),
        ("", "pods", "watch"),
        ("", "pods/log", "get"),
    ];
    let rules = |without: Option<&str>| -> Vec<Value> {
        let kept = needed.iter().filter(|(_, resource, verb)| without != Some(&format!("{verb} {resource}")));
        kept.map(|(group, resource, verb)| rule(group, &[resource], &[verb])).collect()
    };
    ended(&probe(&with(&stage, &rules(None))), 0, &[]);
    assert_eq!(jobs(&stage), Vec::<String>::new());
    for (right, code, words) in [
        ("list pods", 4, "cannot list pods: forbidden"),
        ("get pods/log", 4, "cannot get pods/log: forbidden"),
        ("delete jobs", 0, "may be left behind: cannot delete jobs.batch: forbidden"),
    ] {
        ended(&probe(&with(&stage, &rules(Some(right)))), code, &[words]);
    }
}
