//! Rights that are missing and clusters that are dead: never well, and the right or the cluster is named.

use super::{Stage, arrived};
use crate::faults::stage::ended;
use crate::marks::{Marks, NOTHING};
use serde_json::{Value, json};
use testkit::kubectl::Outcome;
use testkit::world::{User, mesh_shared};

/// Verb, API group, resource.
type Right = (&'static str, &'static str, &'static str);

const LINKS: &str = "multicluster.linkerd.io";
const LEASES: &str = "coordination.k8s.io";
const POLICIES: &str = "policy.linkerd.io";
const NETWORKING: &str = "networking.k8s.io";
const CILIUM: &str = "cilium.io";
/// All that an explanation needs in the exporter. Routes of the Gateway API are not there, so that nobody needs to list them.
const THERE: [Right; 15] = [
    ("list", "", "services"),
    ("list", "", "endpoints"),
    ("list", "", "pods"),
    ("list", "", "secrets"),
    ("get", "", "serviceaccounts"),
    ("get", "", "configmaps"),
    ("list", POLICIES, "servers"),
    ("list", POLICIES, "authorizationpolicies"),
    ("list", POLICIES, "serverauthorizations"),
    ("list", POLICIES, "meshtlsauthentications"),
    ("list", POLICIES, "networkauthentications"),
    ("list", POLICIES, "httproutes"),
    ("list", NETWORKING, "networkpolicies"),
    ("list", CILIUM, "ciliumnetworkpolicies"),
    ("list", CILIUM, "ciliumclusterwidenetworkpolicies"),
];
/// All that it needs in a consumer.
const HERE: [Right; 11] = [
    ("list", LINKS, "links"),
    ("get", "", "secrets"),
    ("list", "", "services"),
    ("list", "", "endpoints"),
    ("list", "", "pods"),
    ("list", "apps", "deployments"),
    ("list", LEASES, "leases"),
    ("get", "", "configmaps"),
    ("list", NETWORKING, "networkpolicies"),
    ("list", CILIUM, "ciliumnetworkpolicies"),
    ("list", CILIUM, "ciliumclusterwidenetworkpolicies"),
];
/// What it needs where there is no mirror that proves the same.
const NAMESPACES: Right = ("get", "", "namespaces");

fn rule((verb, group, resource): &Right) -> Value {
    json!({ "apiGroups": [group], "resources": [resource], "verbs": [verb] })
}

/// A run of users who have these rights and nothing else.
fn run(stage: &Stage, there: &[Right], here: &[Right]) -> Outcome {
    let user = |cluster: &str, rights: &[Right]| {
        let rules: Vec<Value> = rights.iter().chain(&[NAMESPACES]).map(rule).collect();
        User::Token(stage.world.restricted_user(cluster, &[], &rules))
    };
    let kubectl = stage.kubectl_as(user("infra", there), user("apps", here));
    kubectl.run(["mesh-export", "explain", "svc/postgres-rw", "-n", stage.world.namespace()])
}

fn without(all: &[Right], right: Right) -> Vec<Right> {
    all.iter().copied().filter(|one| *one != right).collect()
}

#[test]
fn each_right_that_is_missing_is_named_and_the_answer_is_unsure() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = Stage::new(ground, "explain-rights");
    arrived(&stage);
    let marks = Marks::about(&stage.world);
    let well = run(&stage, &THERE, &HERE);
    assert_eq!(well.code, Some(0), "{well}");
    let cases = THERE.iter().map(|right| ("infra", *right)).chain(HERE.iter().map(|right| ("apps", *right)));
    // Backends are proved by the ready endpoints of the mirror.
    let spared = [("infra", ("list", "", "endpoints"))];
    for (cluster, right) in cases {
        let outcome = match cluster {
            "infra" => run(&stage, &without(&THERE, right), &HERE),
            _ => run(&stage, &THERE, &without(&HERE, right)),
        };
        if spared.contains(&(cluster, right)) {
            assert_eq!(outcome.code, Some(0), "{cluster} {right:?}: {outcome}");
            continue;
        }
        let (verb, group, resource) = right;
        let resource = if group.is_empty() { resource.to_owned() } else { format!("{resource}.{group}") };
        assert_eq!(outcome.code, Some(4), "{cluster} {right:?}: {outcome}");
        let text = outcome.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(
            text.contains(&format!("next: ask for permission to `{verb} {resource}` in {cluster};")),
            "{outcome}"
        );
        assert!(text.contains("cannot be told"), "{outcome}");
    }
    assert_eq!(marks.writes(), NOTHING);
}

#[test]
fn a_dead_cluster_is_named() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    for cluster in ["infra", "apps"] {
        let stage = Stage::new(ground, "explain-dead");
        stage.proxy(cluster).stop();
        let outcome = stage.kubectl().run(["mesh-export", "explain", "svc/postgres-rw"]);
        ended(&outcome, 6, &[]);
        let said = format!("{}{}", outcome.stdout, outcome.stderr);
        assert!(said.contains("the connection was refused"), "{outcome}");
        assert!(said.contains(&format!("kubectl --context {cluster} version")), "{outcome}");
        stage.proxy(cluster).resume();
    }
}
