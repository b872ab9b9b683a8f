//! Mirrors that do not come, do not work, or outlive their Link.

use super::stage::{MIRROR, SOON, Stage, ended};
use sandbox::controllers::mirror::Parameters;
use serde_json::json;
use testkit::kubectl::Outcome;
use testkit::proxy::{Fault, When};
use testkit::real::Ground;
use testkit::world::{Alone, Controller, LinkSpec, MESH_NAMESPACE, Service, mesh_alone, mesh_shared};

#[test]
fn a_mirror_that_never_comes_is_late_and_the_links_own_words_are_quoted() {
    let Some(ground) = testkit::kubectl::ground_apart() else { return };
    let _mesh = mesh_alone(ground);
    let stage = Stage::new(ground, "never");
    stage.world.link("apps", "infra", LinkSpec::default());
    let status = json!({ "status": { "mirrorServices": [{
        "controllerName": "linkerd.io/service-mirror",
        "remoteRef": { "group": "core", "kind": "Service", "name": "postgres-rw",
            "namespace": stage.world.namespace() },
        "conditions": [{ "type": "Mirrored", "status": "False", "reason": "Error",
            "message": "the queue is\u{1b}[31m stuck", "lastTransitionTime": "2026-11-22T10:00:00Z",
            "localRef": { "group": "core", "kind": "Service", "name": MIRROR,
                "namespace": stage.world.namespace() } }],
    }] } });
    let patch = ["--context", "apps", "-n", MESH_NAMESPACE, "patch", "link", "infra"];
    let status = ["--subresource=status", "--type=merge", "-p", &status.to_string()].map(str::to_owned);
    let patched = stage.kubectl().run(patch.map(str::to_owned).into_iter().chain(status));
    assert_eq!(patched.code, Some(0), "{patched}");
    let outcome = stage.export(&["--timeout", "3s"]);
    let quoted = "not endpoints ready; the Link says: Error: the queue is^[[31m stuck";
    let logs = format!(
        "--namespace {MESH_NAMESPACE} logs --selector 'component in (controller,linkerd-service-mirror),mirror.linkerd.io/cluster-name=infra'"
    );
    ended(&outcome, 3, &["labelled after 3s", quoted, &logs]);
    assert!((3..20).contains(&outcome.elapsed.as_secs()), "{:?}", outcome.elapsed);
    assert!(outcome.stdout.contains("service/postgres-rw labeled\n"), "{outcome}");
    assert_eq!(stage.label().as_deref(), Some("true"), "what was done is done");
}

#[test]
fn a_mirror_without_ready_endpoints_is_not_usable() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = Stage::new(ground, "unready");
    stage.world.service("infra", Service::new("idle").port("http", 80, 8080).selector("app", "nobody"));
    let outcome = stage.kubectl().run(["mesh-export", "svc/idle", "--timeout", "3s"]);
    ended(
        &outcome,
        3,
        &["has no ready endpoints", "mirrored after 3s, not endpoints ready", "start the pods"],
    );
    assert!(!outcome.stderr.contains("linkerd-service-mirror"), "the service mirror did its part: {outcome}");
    assert!(!outcome.stdout.contains("endpoints ready"), "{outcome}");
}

#[test]
fn the_mirror_of_a_deleted_link_is_deleted_only_with_a_yes() {
    let Some(ground) = testkit::kubectl::ground_apart() else { return };
    let mesh = mesh_alone(ground);
    let stage = orphaned(ground, &mesh, "orphan");
    let marks = stage.mark();
    let question =
        format!("{MIRROR} is deleted, since its cluster has no Link with targetClusterName infra left");
    ended(&stage.undo(&[]), 8, &[&question, "there is no terminal to ask on; nothing was changed", "--yes"]);
    assert_eq!(marks.writes(), Vec::<String>::new());
    let marks = stage.mark();
    let tried = stage.undo(&["--dry-run=server"]);
    ended(&tried, 5, &[]);
    assert_eq!(marks.writes(), ["apps delete services postgres-rw-infra 200"], "a deletion, by its verb");
    assert!(stage.get("apps", "Service", MIRROR).is_some(), "a dry run deleted it: {tried}");
    let marks = stage.mark();
    let outcome = stage.undo(&["--yes"]);
    ended(&outcome, 0, &[]);
    let expected = ["infra patch services postgres-rw 200", "apps delete services postgres-rw-infra 200"];
    assert_eq!(marks.writes(), expected, "{outcome}");
    assert_eq!((stage.label(), stage.get("apps", "Service", MIRROR)), (None, None));
}

#[test]
fn a_service_that_took_the_place_of_an_orphan_meanwhile_is_not_deleted() {
    let Some(ground) = testkit::kubectl::ground_apart() else { return };
    let mesh = mesh_alone(ground);
    let stage = orphaned(ground, &mesh, "replaced");
    stage.apps.on(When::first("DELETE", MIRROR), Fault::HoldBefore);
    let kubectl = stage.kubectl();
    let running = kubectl.spawn(["mesh-export", "undo", "svc/postgres-rw", "--yes"]);
    assert!(stage.apps.wait_held(SOON).is_some());
    stage.delete("apps", "Service", MIRROR);
    stage.world.service("apps", Service::new(MIRROR).port("http", 80, 8080).label("owner", "somebody"));
    stage.apps.release();
    let outcome: Outcome = running.wait(SOON);
    ended(&outcome, 7, &["could not be deleted", "UID"]);
    assert!(outcome.stdout.contains("service/postgres-rw unlabeled\n"), "{outcome}");
    assert!(outcome.stdout.contains("(failed)"), "{outcome}");
    let kept = stage.get("apps", "Service", MIRROR).unwrap();
    assert_eq!(kept["metadata"]["labels"]["owner"], "somebody");
}

/// An export whose Link, and the controller that worked on it, are gone, while the mirror is still there.
pub(crate) fn orphaned(ground: &'static Ground, mesh: &Alone, label: &str) -> Stage {
    let stage = Stage::new(ground, label);
    stage.world.link("apps", "infra", LinkSpec::default());
    let controller: Controller = mesh.controller("apps", Parameters::for_link("infra"));
    let outcome = stage.export(&[]);
    ended(&outcome, 0, &["endpoints ready"]);
    drop(controller);
    let kubectl = stage.kubectl();
    let gone = kubectl.run(["--context", "apps", "-n", MESH_NAMESPACE, "delete", "link", "infra"]);
    assert_eq!(gone.code, Some(0), "{gone}");
    stage.infra.reset();
    stage.apps.reset();
    stage
}
