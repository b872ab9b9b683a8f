//! Answers of an API server other than yes: conflicts, lost history, too busy, refused by admission.

use super::stage::{EXPORTED, SERVICE, SOON, Stage, ended};
use crate::marks::{LABELLED, NOTHING};
use serde_json::json;
use std::time::Duration;
use testkit::proxy::{Answer, Fault, When};
use testkit::world::mesh_shared;

#[test]
fn a_manager_that_sets_another_value_in_between_wins_and_is_named() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = Stage::new(ground, "raced");
    stage.infra.on(When::first("PATCH", SERVICE), Fault::HoldBefore);
    let (kubectl, marks) = (stage.kubectl(), stage.mark());
    let running = kubectl.spawn(["mesh-export", "svc/postgres-rw"]);
    assert!(stage.infra.wait_held(SOON).is_some());
    stage.apply_as("flux", &json!({ "labels": { EXPORTED: "false" } }));
    stage.infra.release();
    let outcome = running.wait(SOON);
    ended(&outcome, 3, &["could not be labeled", "flux", EXPORTED, "--take-over"]);
    assert!(outcome.stdout.contains("service/postgres-rw labeled (failed)"), "{outcome}");
    assert_eq!(stage.label().as_deref(), Some("false"));
    let once = ["infra patch services postgres-rw 409"];
    assert_eq!(marks.writes(), once, "a conflict between owners is not tried again: {outcome}");
}

#[test]
fn a_write_that_lost_a_race_inside_the_server_is_sent_again() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = Stage::new(ground, "conflict");
    let conflict = Answer::conflict("services", SERVICE);
    stage.infra.on(When::first("PATCH", SERVICE), Fault::Answer(conflict));
    let marks = stage.mark();
    ended(&stage.export(&[]), 0, &["endpoints ready"]);
    assert_eq!(marks.writes(), ["infra patch services postgres-rw 200"]);
}

#[test]
fn a_watch_whose_history_is_lost_lists_again_at_its_opening_and_under_way() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let bookmark = json!({ "type": "BOOKMARK", "object": { "kind": "Service", "apiVersion": "v1",
        "metadata": { "resourceVersion": "1", "creationTimestamp": null }, "spec": {}, "status": {} } });
    let gone = json!({ "type": "ERROR", "object": { "kind": "Status", "apiVersion": "v1", "metadata": {},
        "status": "Failure", "message": "too old resource version", "reason": "Expired", "code": 410 } });
    let under_way = Answer::new(200, "application/json", format!("{bookmark}\n{gone}\n"));
    for fault in [Fault::Expire, Fault::Answer(Answer::gone()), Fault::Answer(under_way)] {
        let stage = Stage::new(ground, "expired");
        for proxy in [&stage.infra, &stage.apps] {
            proxy.on(When::every("GET", "/services").query("watch=true").times(1), fault.clone());
        }
        let marks = stage.mark();
        let outcome = stage.export(&[]);
        ended(&outcome, 0, &["endpoints ready"]);
        assert!(outcome.elapsed < SOON, "{fault:?}: {:?}", outcome.elapsed);
        assert_eq!(marks.writes(), LABELLED, "{fault:?}: {outcome}");
    }
}

#[test]
fn a_watch_whose_history_is_always_lost_becomes_no_storm() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = Stage::new(ground, "lost");
    stage.apps.on(When::any("").query("watch=true"), Fault::Expire);
    let marks = stage.mark();
    let outcome = stage.export(&[]);
    ended(&outcome, 0, &["endpoints ready"]);
    assert!(outcome.elapsed < SOON, "{outcome}");
    let asked = stage.apps.requests().iter().filter(|one| one.query.contains("watch=true")).count();
    assert!(asked < 24, "{asked} watches of a server that loses history: {outcome}");
    assert_eq!(marks.writes(), LABELLED, "{outcome}");
}

#[test]
fn a_server_that_is_busy_once_is_asked_again_when_it_wants() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    for (method, path) in [("GET", "/services"), ("PATCH", SERVICE)] {
        let stage = Stage::new(ground, "busy");
        stage.infra.on(When::first(method, path), Fault::Answer(Answer::too_many_requests(1)));
        let marks = stage.mark();
        let outcome = stage.export(&["--no-wait"]);
        ended(&outcome, 0, &[]);
        assert!(outcome.elapsed >= Duration::from_secs(1), "asked again too early: {:?}", outcome.elapsed);
        let asked = stage.infra.requests().iter().filter(|one| one.status == Some(429)).count();
        assert_eq!(asked, 1, "{method} {outcome}");
        assert_eq!(marks.writes(), LABELLED, "{method} {outcome}");
    }
}

#[test]
fn a_server_that_stays_busy_ends_the_run_soon_and_nothing_is_written() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    for (answer, tries, words) in [
        (Answer::too_many_requests(1), 3, "429"),
        (Answer::too_many_requests(600), 1, "429"),
        (Answer::unavailable(), 3, "503"),
    ] {
        for (cluster, method, path) in
            [("infra", "GET", ""), ("apps", "GET", "/links"), ("infra", "PATCH", SERVICE)]
        {
            let stage = Stage::new(ground, "too-busy");
            let services = format!("/{}/services", stage.world.namespace());
            let path = if path.is_empty() { services.as_str() } else { path };
            stage.proxy(cluster).on(When::every(method, path), Fault::Answer(answer.clone()));
            let marks = stage.mark();
            let outcome = stage.export(&[]);
            ended(&outcome, 6, &[cluster, words]);
            assert!(outcome.elapsed < SOON, "{cluster} {method}: {outcome}");
            let refused = |one: &&testkit::proxy::Recorded| one.status == Some(answer.status.as_u16());
            let asked = stage.proxy(cluster).requests().iter().filter(refused).count();
            assert_eq!(asked, tries, "{cluster} {method}: {outcome}");
            assert_eq!(marks.writes(), NOTHING, "{outcome}");
        }
    }
}

#[test]
fn what_an_admission_webhook_says_is_shown_and_not_taken_for_a_missing_right() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = Stage::new(ground, "webhook");
    for code in [400, 403, 422] {
        stage.infra.reset();
        let denied = Answer::denied(code, "exports.example.test", "exports need a ticket");
        stage.infra.on(When::every("PATCH", SERVICE), Fault::Answer(denied));
        let marks = stage.mark();
        let outcome = stage.export(&[]);
        ended(&outcome, 3, &["exports.example.test", "exports need a ticket"]);
        assert!(!outcome.stderr.contains("grant"), "{outcome}");
        assert_eq!(stage.infra.writes().len(), 1, "a refusal is not asked for again: {outcome}");
        assert_eq!(marks.writes(), NOTHING, "{outcome}");
    }
}

/// The server's own words for a write that its store may have done.
#[test]
fn a_write_that_may_be_done_is_not_called_refused() {
    let Some(ground) = testkit::real::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = Stage::new(ground, "in-doubt");
    let status = json!({ "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure",
        "message": "etcdserver: request timed out", "code": 500 });
    stage.infra.on(When::every("PATCH", SERVICE), Fault::Answer(Answer::json(500, &status)));
    ended(&stage.export(&[]), 7, &["may be labeled or not", "request timed out"]);
    let look = "kubectl --context infra get '--raw=/readyz?verbose'";
    ended(&stage.export(&["--dry-run=server"]), 6, &["request timed out", look]);
}

/// Envoy's words when the server behind it hung up: nobody knows what that had done by then.
#[test]
fn a_proxy_that_lost_the_server_in_the_middle_of_a_write_leaves_doubt() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = Stage::new(ground, "proxied");
    let text =
        "upstream connect error or disconnect/reset before headers. reset reason: connection termination";
    let lost = Answer::new(503, "text/plain", text);
    stage.infra.on(When::every("PATCH", SERVICE), Fault::Answer(lost));
    ended(&stage.export(&[]), 7, &["may be labeled or not", "503", "disconnect/reset before headers"]);
}

#[test]
fn a_webhook_that_does_not_answer_is_trouble_that_may_pass_and_is_named() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = Stage::new(ground, "unasked");
    let text = "Internal error occurred: failed calling webhook \"exports.example.test\": failed to call webhook: Post \
                \"https://exports.policy.svc:443/?timeout=10s\": context deadline exceeded";
    let silent = Answer::refusal(500, "InternalError", text);
    stage.infra.on(When::every("PATCH", SERVICE), Fault::Answer(silent));
    let marks = stage.mark();
    let remedy = "get the admission webhook exports.example.test to answer in infra";
    ended(&stage.export(&[]), 6, &["could not be labeled", "context deadline exceeded", remedy]);
    assert_eq!(marks.writes(), NOTHING);
}

#[test]
fn a_server_that_fails_at_a_read_is_trouble_that_may_pass() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    for (cluster, path) in [("infra", "/services"), ("apps", "/links"), ("infra", "/namespaces/kube-system")]
    {
        let stage = Stage::new(ground, "store-lost");
        let lost = Answer::refusal(500, "", "etcdserver: request timed out");
        stage.proxy(cluster).on(When::every("GET", path), Fault::Answer(lost));
        let marks = stage.mark();
        let look = format!("kubectl --context {cluster} get '--raw=/readyz?verbose'");
        ended(
            &stage.export(&[]),
            6,
            &[cluster, "the server failed (500): etcdserver: request timed out", &look],
        );
        assert_eq!(marks.writes(), NOTHING, "{cluster} {path}");
    }
}

#[test]
fn a_dry_run_that_admission_refuses_leaves_with_no() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = Stage::new(ground, "dry");
    let denied = Answer::denied(403, "exports.example.test", "exports need a ticket");
    stage.infra.on(When::every("PATCH", SERVICE).query("dryRun=All"), Fault::Answer(denied));
    let marks = stage.mark();
    let refused = stage.export(&["--dry-run=server"]);
    ended(&refused, 3, &["exports need a ticket"]);
    assert!(refused.stdout.contains("labeled (refused in a server dry run)"), "{refused}");
    assert_eq!(marks.writes(), Vec::<String>::new());
}
