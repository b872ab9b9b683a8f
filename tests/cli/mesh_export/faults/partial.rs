//! Runs of several writes that end between them: what is done, what failed and what was not begun is told apart.

use super::deadline::by_hand;
use super::stage::{EXPORTED, MIRROR, SOON, Stage, ended};
use testkit::kubectl::{Outcome, Signal};
use testkit::proxy::{Answer, Fault, When};
use testkit::world::{LinkSpec, Service, mesh_alone, mesh_shared};

const THREE: [&str; 3] = ["one", "two", "zoo"];

#[test]
fn an_export_of_three_that_is_stopped_at_the_second_says_which_are_done() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = three(Stage::new(ground, "stopped-three"));
    stage.infra.on(When::first("PATCH", "/services/two"), Fault::HoldBefore);
    let kubectl = stage.kubectl();
    let mut running = kubectl.spawn(["mesh-export", "svc", "one", "two", "zoo"]);
    assert!(stage.infra.wait_held(SOON).is_some());
    running.signal(Signal::Interrupt);
    let outcome = running.wait(SOON);
    stage.infra.cut_held();
    ended(&outcome, 130, &[]);
    rows(&outcome, ["one labeled", "two labeled (sent, no answer seen)", "zoo labeled (not attempted)"]);
    assert_eq!(labelled(&stage), ["one"]);
    finishes(&stage);
}

#[test]
fn an_export_of_three_of_which_one_is_refused_is_incomplete_and_can_be_finished() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = three(Stage::new(ground, "refused-three"));
    let denied = Answer::denied(403, "exports.example.test", "not this one");
    stage.infra.on(When::every("PATCH", "/services/two"), Fault::Answer(denied));
    let outcome = stage.kubectl().run(["mesh-export", "svc", "one", "two", "zoo"]);
    ended(&outcome, 7, &["svc/", "not this one"]);
    rows(&outcome, ["one labeled", "two labeled (failed)", "zoo labeled (not attempted)"]);
    assert_eq!(labelled(&stage), ["one"]);
    stage.infra.reset();
    finishes(&stage);
}

/// A service mirror works off its queue in order: it makes a mirror, and only then hears that it is to go.
#[test]
fn an_undo_right_after_an_export_does_not_call_a_mirror_gone_that_is_still_coming() {
    let Some(ground) = testkit::kubectl::ground_apart() else { return };
    let _mesh = mesh_alone(ground);
    let stage = Stage::new(ground, "hasty");
    stage.world.link("apps", "infra", LinkSpec::default());
    ended(&stage.export(&["--no-wait"]), 0, &[]);
    let kubectl = stage.kubectl();
    let undo = kubectl.spawn(["mesh-export", "undo", "svc/postgres-rw"]);
    stage.eventually("the label is gone", || stage.label().is_none());
    stage.world.service("apps", by_hand(stage.world.namespace()));
    assert!(undo.wait_stderr("still there", SOON), "the mirror came and was not noticed");
    stage.delete("apps", "Service", MIRROR);
    ended(&undo.wait(SOON), 0, &["still there", "gone"]);
}

fn three(stage: Stage) -> Stage {
    for name in THREE {
        stage.world.service("infra", Service::new(name).port("http", 80, 8080).selector("app", "postgres"));
        stage.eventually("it has backends", || stage.ready_addresses("infra", name) > 0);
    }
    stage
}

#[track_caller]
fn rows(outcome: &Outcome, expected: [&str; 3]) {
    let lines: Vec<&str> = outcome.stdout.lines().take(3).collect();
    assert_eq!(lines, expected.map(|row| format!("service/{row}")), "{outcome}");
}

fn labelled(stage: &Stage) -> Vec<&'static str> {
    let is_labelled = |name: &&str| {
        let service = stage.get("infra", "Service", name).unwrap_or_default();
        service["metadata"]["labels"][EXPORTED] == "true"
    };
    THREE.into_iter().filter(is_labelled).collect()
}

fn finishes(stage: &Stage) {
    let again = stage.kubectl().run(["mesh-export", "svc", "one", "two", "zoo"]);
    ended(&again, 0, &[]);
    rows(&again, ["two labeled", "zoo labeled", "one unchanged"]);
    assert_eq!(labelled(stage), THREE);
}
