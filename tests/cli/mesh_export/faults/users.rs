//! Who uses a mirror that goes: looked for once a namespace, and what cannot be looked at is said.

use super::rights::{CLUSTERWIDE, NAMESPACED, Right, rule};
use super::stage::{SOON, Stage, ended};
use crate::bed::database;
use serde_json::{Value, json};
use testkit::kubectl::{Kubectl, Outcome};
use testkit::proxy::{Fault, When};
use testkit::world::{User, World, mesh_shared};

const INGRESSES: &str = "networking.k8s.io/ingresses";
const ROUTES: &str = "gateway.networking.k8s.io/httproutes";
/// The same in words.
const INGRESS_NAME: &str = "ingresses.networking.k8s.io";
const ROUTE_NAME: &str = "httproutes.gateway.networking.k8s.io";
/// How every such note begins.
const UNSEEN: &str = "could not look for users of the mirrors";

#[test]
fn two_mirrors_of_one_cluster_cost_one_listing_a_resource_and_each_has_its_own_users() {
    let Some(ground) = testkit::real::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = Stage::new(ground, "two-mirrors");
    stage.world.service("infra", database("postgres-ro"));
    let both = ["svc/postgres-rw", "svc/postgres-ro"];
    let exported = stage.kubectl().run(["mesh-export"].iter().chain(&both));
    ended(&exported, 0, &["postgres-rw-infra endpoints ready", "postgres-ro-infra endpoints ready"]);
    for (name, host) in [("writer-0", "postgres-rw-infra"), ("reader-0", "postgres-ro-infra:5432")] {
        stage.world.apply("apps", client(name, host));
    }
    let marks = stage.mark();
    let undone = stage.kubectl().run(["mesh-export", "undo"].iter().chain(&both));
    let warnings = [
        "postgres-rw-infra: the mirror is used by pod/writer-0\n",
        "postgres-ro-infra: the mirror is used by pod/reader-0\n",
    ];
    ended(&undone, 0, &warnings);
    assert!(!undone.stderr.contains(UNSEEN), "{undone}");
    // Pods are listed once more in the namespace of the mesh itself.
    assert_eq!(marks.listings(["pods", INGRESSES, ROUTES]), [2, 1, 1], "{undone}");
}

#[test]
fn a_user_in_another_namespace_is_named_and_who_may_not_look_there_is_told() {
    let Some(ground) = testkit::real::ground() else { return };
    let _mesh = mesh_shared(ground);
    let (stage, elsewhere) = (Stage::new(ground, "mirror-home"), World::new(ground, "client-home"));
    let (here, there) = (stage.world.namespace(), elsewhere.namespace());
    elsewhere.apply("apps", client("gitlab-0", &format!("postgres-rw-infra.{here}.svc.cluster.local")));
    ended(&stage.export(&[]), 0, &[]);
    let undone = undo(&stage.kubectl());
    ended(&undone, 0, &[&format!("the mirror is used by pod/{there}/gitlab-0\n")]);
    ended(&stage.export(&[]), 0, &[]);
    let everything = [("list", "", "pods"), ("list", "networking.k8s.io", "ingresses")];
    let undone = undo(&granted_in_apps(&stage, &everything));
    let unseen = format!("{UNSEEN} among pods and ingresses.networking.k8s.io outside of {here}: forbidden");
    ended(&undone, 0, &[&unseen]);
    assert!(!undone.stderr.contains("gitlab-0"), "{undone}");
}

#[test]
fn what_may_not_be_searched_for_users_is_named_and_hinders_nothing() {
    let Some(ground) = testkit::real::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = Stage::new(ground, "users-right");
    let [pods, ingresses, routes] = [
        ("list", "", "pods"),
        ("list", "networking.k8s.io", "ingresses"),
        ("list", "gateway.networking.k8s.io", "httproutes"),
    ];
    let (outside, ways) =
        (format!(" outside of {}", stage.world.namespace()), [INGRESS_NAME, ROUTE_NAME].join(" and "));
    for (granted, among) in [
        (&[ingresses, routes][..], format!("pods: forbidden; among {ways}{outside}: forbidden")),
        (&[pods], format!("pods{outside}: forbidden; among {ways}: forbidden")),
        (&[pods, ingresses, routes], format!("pods, {ways}{outside}: forbidden")),
    ] {
        ended(&stage.export(&[]), 0, &[]);
        let undone = undo(&granted_in_apps(&stage, granted));
        ended(&undone, 0, &["postgres-rw-infra gone"]);
        assert_eq!(notes(&undone), [format!("info: apps: {UNSEEN} among {among}")], "{undone}");
    }
}

#[test]
fn a_search_for_users_that_gets_no_answer_is_given_up_after_three_seconds_and_said() {
    let Some(ground) = testkit::real::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = Stage::new(ground, "users-stall");
    ended(&stage.export(&[]), 0, &[]);
    for place in ["/v1/pods", &format!("/{}/pods", stage.world.namespace())] {
        stage.apps.on(When::every("GET", place), Fault::StallAfterHeaders);
    }
    stage.apps.on(When::every("GET", "/ingresses"), Fault::CutBefore);
    let undone = undo(&stage.kubectl());
    ended(&undone, 0, &["postgres-rw-infra gone"]);
    let [note] = &notes(&undone)[..] else { panic!("not one note: {undone}") };
    let late =
        format!("info: apps: {UNSEEN} among pods: no answer within 2s; among ingresses.networking.k8s.io: ");
    assert!(note.starts_with(&late) && note.len() > late.len(), "{undone}");
    assert!(undone.elapsed < SOON, "{:?}", undone.elapsed);
}

fn undo(kubectl: &Kubectl) -> Outcome {
    kubectl.run(["mesh-export", "undo", "svc/postgres-rw"])
}

/// What was said about users that could not be looked for.
fn notes(outcome: &Outcome) -> Vec<String> {
    outcome.stderr.lines().filter(|line| line.contains(UNSEEN)).map(str::to_owned).collect()
}

/// Somebody who may do in `apps` what an export needs, and this besides.
fn granted_in_apps(stage: &Stage, more: &[Right]) -> Kubectl {
    let rules = |rights: &mut dyn Iterator<Item = &Right>| rights.map(rule).collect::<Vec<Value>>();
    let namespaced = rules(&mut NAMESPACED.iter().chain(more));
    let token = stage.world.restricted_user("apps", &namespaced, &rules(&mut CLUSTERWIDE.iter()));
    stage.kubectl_as(stage.administrator(), User::Token(token))
}

fn client(name: &str, host: &str) -> Value {
    let container = json!({
        "name": "app",
        "image": "example.test/app:1",
        "env": [{ "name": "PGHOST", "value": host }],
    });
    json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": { "name": name },
        "spec": { "nodeName": "worker-1", "containers": [container] },
    })
}
