//! An export looks at what an API server has at hand; an error that was over by then is none.

use crate::bed::Bed;
use serde_json::json;
use testkit::proxy::{Answer, CountingProxy, Fault, When};
use testkit::world::{LinkSpec, mesh_alone};

const LINKS: &str = "/links";

/// The queries of the lists of a path, one after the other, without those that were sent before.
fn asked(proxy: &CountingProxy, path: &str, before: usize) -> Vec<String> {
    let requests = proxy.requests().into_iter().filter(|one| one.path.ends_with(path));
    requests.map(|one| one.query).skip(before).collect()
}

const ROLES: &str = "/clusterroles";
const GLANCE: &str = "limit=500&resourceVersion=0";
const LOOK: &str = "limit=500";

/// A list without Links, as it was a moment before one was made.
fn old() -> Fault {
    let list = json!({
        "apiVersion": "multicluster.linkerd.io/v1alpha3", "kind": "LinkList",
        "metadata": { "resourceVersion": "1" }, "items": [],
    });
    Fault::Answer(Answer::json(200, &list))
}

#[test]
fn what_was_so_a_moment_ago_refuses_no_export() {
    let Some(ground) = testkit::kubectl::ground_apart() else { return };
    let mesh = mesh_alone(ground);
    let bed = Bed::new(ground, "glance");
    bed.world.link("apps", "infra", LinkSpec::default());
    let export = || bed.kubectl().run(["mesh-export", "svc/postgres-rw", "--dry-run=server"]);
    let outcome = export();
    assert_eq!(outcome.code, Some(5), "{outcome}");
    assert_eq!(asked(&bed.apps, LINKS, 0), [GLANCE], "what is well is looked at once");
    bed.apps.on(When::first("GET", LINKS), old());
    let outcome = export();
    assert_eq!(outcome.code, Some(5), "{outcome}");
    assert!(!outcome.stderr.contains("error"), "{outcome}");
    assert_eq!(asked(&bed.apps, LINKS, 1), [GLANCE, LOOK]);
    let outcome = bed.kubectl().run(["mesh-export", "svc/postgres-rx", "--dry-run=server"]);
    assert_eq!(outcome.code, Some(3), "{outcome}");
    assert_eq!(asked(&bed.apps, LINKS, 3), [GLANCE], "a wrong name is one at once");
    drop(mesh);
    let outcome = export();
    assert_eq!(outcome.code, Some(3), "{outcome}");
    assert!(outcome.stderr.contains("error: "), "{outcome}");
    assert_eq!(asked(&bed.apps, LINKS, 4), [GLANCE, LOOK], "what stays is told");
}

#[test]
fn what_was_so_a_moment_ago_fails_no_proof() {
    let Some(ground) = testkit::kubectl::ground_apart() else { return };
    let mesh = mesh_alone(ground);
    let bed = Bed::new(ground, "glance");
    bed.world.link("apps", "infra", LinkSpec::default());
    let _controller = mesh.controller("apps", testkit::world::quick("infra"));
    let outcome = bed.kubectl().run(["mesh-export", "svc/postgres-rw"]);
    assert_eq!(outcome.code, Some(0), "{outcome}");
    let gone = json!({
        "apiVersion": "v1", "kind": "PodList", "metadata": { "resourceVersion": "1" }, "items": [],
    });
    let pods = "/namespaces/linkerd-multicluster/pods";
    let before = asked(&bed.infra, pods, 0).len();
    bed.infra.on(When::first("GET", pods), Fault::Answer(Answer::json(200, &gone)));
    let outcome = bed.kubectl().run(["mesh-export", "verify", "svc/postgres-rw"]);
    assert_eq!(outcome.code, Some(0), "{outcome}");
    assert!(!outcome.stderr.contains("error"), "{outcome}");
    assert_eq!(asked(&bed.infra, pods, before), [GLANCE, LOOK], "the gateway has its pods again");
}

#[test]
fn of_all_roles_a_glance_asks_for_those_of_the_extension_and_a_no_for_each() {
    let Some(ground) = testkit::kubectl::ground_apart() else { return };
    let _mesh = mesh_alone(ground);
    let bed = Bed::new(ground, "glance");
    bed.world.link("apps", "infra", LinkSpec::default());
    let export = || bed.kubectl().run(["mesh-export", "svc/postgres-rw", "--dry-run=server"]);
    let outcome = export();
    assert_eq!(outcome.code, Some(5), "{outcome}");
    let role = "linkerd-service-mirror-remote-access-default";
    // The controllers of other tests have roles, too.
    let by_name = "fieldSelector=metadata.name%3Dlinkerd-";
    let own = format!("fieldSelector=metadata.name%3D{role}&{GLANCE}");
    let glanced = asked(&bed.infra, ROLES, 0);
    let is_ours = |query: &String| query.starts_with(by_name);
    assert!(glanced.contains(&own) && glanced.iter().all(is_ours), "{glanced:?}");
    let nobody = json!({
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBindingList",
        "metadata": { "resourceVersion": "1" }, "items": [],
    });
    bed.infra.on(When::every("GET", "/clusterrolebindings"), Fault::Answer(Answer::json(200, &nobody)));
    let outcome = export();
    assert_eq!(outcome.code, Some(3), "{outcome}");
    assert!(outcome.stderr.contains(role), "the role that would grant it is named: {outcome}");
    assert_eq!(asked(&bed.infra, ROLES, glanced.len()), [LOOK]);
}
