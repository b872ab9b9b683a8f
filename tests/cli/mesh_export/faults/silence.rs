//! No answer, half an answer, an answer to nobody, and clusters that are gone.

use super::stage::{SERVICE, SOON, Stage, ended};
use crate::marks::{LABELLED, NOTHING};
use std::time::Duration;
use testkit::proxy::{Answer, Fault, When};
use testkit::world::mesh_shared;

#[test]
fn a_server_that_stalls_in_its_answer_is_given_up_at_the_request_timeout() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    for (cluster, path) in
        [("infra", "kube-system"), ("infra", "/services"), ("apps", "kube-system"), ("apps", "/links")]
    {
        let stage = Stage::new(ground, "stall");
        stage.proxy(cluster).on(When::every("GET", path), Fault::StallAfterHeaders);
        let marks = stage.mark();
        let outcome = stage.export(&["--request-timeout=2s"]);
        ended(&outcome, 6, &[cluster, "no answer within 2s"]);
        assert!(outcome.elapsed < SOON, "{cluster} {path}: {outcome}");
        assert_eq!(marks.writes(), NOTHING, "{cluster} {path}: {outcome}");
    }
}

#[test]
fn a_server_that_stalls_is_given_up_without_any_flag_too() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = Stage::new(ground, "stall-long");
    stage.infra.on(When::every("GET", "/services"), Fault::StallAfterHeaders);
    let marks = stage.mark();
    let outcome = stage.export(&[]);
    ended(&outcome, 6, &["infra", "no answer within 20s"]);
    assert!(outcome.elapsed < Duration::from_secs(25), "{outcome}");
    assert_eq!(marks.writes(), NOTHING, "{outcome}");
}

#[test]
fn watches_that_never_say_a_word_are_replaced_by_looking() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = Stage::new(ground, "mute");
    for proxy in [&stage.infra, &stage.apps] {
        proxy.on(When::any("").query("watch=true"), Fault::StallAfterHeaders);
    }
    let marks = stage.mark();
    let outcome = stage.export(&[]);
    ended(&outcome, 0, &["endpoints ready"]);
    assert!(outcome.elapsed < Duration::from_secs(20), "{outcome}");
    assert_eq!(marks.writes(), LABELLED, "{outcome}");
}

#[test]
fn a_connection_that_breaks_at_the_write_is_tried_again_and_the_write_counts_once() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    for (fault, arrived) in [(Fault::CutBefore, 1), (Fault::CutAfter, 2)] {
        let stage = Stage::new(ground, "cut");
        stage.infra.on(When::first("PATCH", SERVICE), fault.clone());
        let marks = stage.mark();
        let outcome = stage.export(&[]);
        ended(&outcome, 0, &["endpoints ready"]);
        assert_eq!(marks.writes(), vec!["infra patch services postgres-rw 200"; arrived], "{fault:?}");
        assert_eq!(stage.infra.writes().len(), 2, "{fault:?}");
        assert_eq!(stage.state()["owners"].as_array().map(Vec::len), Some(1), "{fault:?}");
    }
}

#[test]
fn a_write_whose_answer_never_comes_is_not_called_done() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = Stage::new(ground, "answerless");
    stage.infra.on(When::every("PATCH", SERVICE), Fault::HoldAfter);
    let marks = stage.mark();
    let outcome = stage.export(&["--request-timeout=2s"]);
    ended(&outcome, 7, &["may be labeled or not: no answer within 2s"]);
    assert!(outcome.stdout.contains("service/postgres-rw labeled (sent, no answer seen)"), "{outcome}");
    assert_eq!(marks.writes(), LABELLED, "here it is done: {outcome}");
    stage.infra.cut_held();
    stage.infra.reset();
    ended(&stage.export(&[]), 0, &["endpoints ready"]);
}

#[test]
fn a_cluster_that_is_dead_is_named_and_nothing_is_written_to_the_other() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    for cluster in ["infra", "apps"] {
        let stage = Stage::new(ground, "dead");
        stage.proxy(cluster).stop();
        for command in ["export", "undo"] {
            let marks = stage.mark();
            let outcome = if command == "undo" { stage.undo(&[]) } else { stage.export(&[]) };
            let context = format!("kubectl --context {cluster} version");
            ended(&outcome, 6, &[cluster, "the connection was refused", &context]);
            assert!(outcome.elapsed < SOON, "{cluster}: {outcome}");
            assert_eq!(marks.writes(), Vec::<String>::new(), "{cluster}: {outcome}");
        }
    }
}

/// Nothing is sent to a server that takes no connection, so nothing can be done there.
#[test]
fn a_write_that_finds_no_connection_was_not_done_and_no_doubt_is_cast_on_it() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = Stage::new(ground, "gone-before");
    let answered = || stage.infra.requests().iter().filter(|one| one.status.is_some()).count();
    ended(&stage.export(&["--dry-run=client"]), 5, &[]);
    let reads = answered();
    stage.infra.reset();
    stage.apps.on(When::first("GET", "/endpoints"), Fault::HoldBefore);
    let (kubectl, marks) = (stage.kubectl(), stage.mark());
    let running = kubectl.spawn(["mesh-export", "svc/postgres-rw"]);
    assert!(stage.apps.wait_held(SOON).is_some());
    stage.eventually("infra has answered all that is read of it", || answered() == reads);
    stage.infra.stop();
    stage.apps.release();
    let outcome = running.wait(SOON);
    ended(&outcome, 6, &["could not be labeled: the connection was refused"]);
    assert!(outcome.stdout.contains("service/postgres-rw labeled (failed)"), "{outcome}");
    stage.infra.resume();
    assert_eq!(marks.writes(), NOTHING, "{outcome}");
    ended(&stage.export(&[]), 0, &["endpoints ready"]);
}

#[test]
fn a_consumer_that_dies_during_the_wait_is_unknown_and_not_late() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = Stage::new(ground, "dies");
    stage.infra.on(When::first("PATCH", SERVICE), Fault::HoldAfter);
    let (kubectl, marks) = (stage.kubectl(), stage.mark());
    let running = kubectl.spawn(["mesh-export", "svc/postgres-rw", "--timeout", "3s"]);
    assert!(stage.infra.wait_held(SOON).is_some());
    stage.apps.stop();
    stage.infra.release();
    let outcome = running.wait(SOON);
    ended(&outcome, 6, &["apps", "the connection was refused"]);
    assert!(outcome.stdout.contains("service/postgres-rw labeled\n"), "{outcome}");
    assert!(!outcome.stdout.contains("endpoints ready"), "{outcome}");
    assert_eq!(marks.writes(), LABELLED, "{outcome}");
    stage.apps.resume();
    ended(&stage.export(&[]), 0, &["endpoints ready"]);
}

#[test]
fn a_mirror_that_cannot_be_looked_at_a_second_time_is_not_proved() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = Stage::new(ground, "once");
    let place = format!("/{}/services", stage.world.namespace());
    let lists = When::every("GET", place).query("limit=").after(1);
    stage.apps.on(lists, Fault::Answer(Answer::unavailable()));
    let marks = stage.mark();
    let outcome = stage.export(&["--timeout", "5s"]);
    ended(&outcome, 6, &["apps", "503", "cannot be looked at"]);
    assert!(outcome.elapsed < Duration::from_secs(15), "{outcome}");
    assert_eq!(marks.writes(), LABELLED, "{outcome}");
}
