//! Somebody at a terminal who is asked: only a yes changes something, and who leaves is told the truth.

use super::stage::{MIRROR, SOON, Stage, ended};
use super::streams::narrow_of_three;
use super::waiting::orphaned;
use std::time::Duration;
use testkit::kubectl::{Kubectl, Running, Signal};
use testkit::world::{mesh_alone, mesh_shared};

const HIDE_CURSOR: &str = "\u{1b}[?25l";
const SHOW_CURSOR: &str = "\u{1b}[?25h";
const ENTER: &str = "\r";
const ESCAPE: &str = "\u{1b}";
const CONTROL_C: &str = "\u{3}";
/// A stopped run leaves; it waits for nobody.
const AT_ONCE: Duration = Duration::from_secs(3);

#[test]
fn only_a_yes_is_a_yes() {
    let Some(ground) = testkit::real::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = Stage::new(ground, "answered");
    let (kubectl, narrow) = narrow_of_three(&stage);
    let marks = stage.mark();
    for keys in ["n", "N", ENTER, "q", ESCAPE] {
        let mut running = asked(&kubectl, &narrow, "too, which cannot be seen. Go on?");
        running.press(keys);
        left(running, 8, &["declined; nothing was changed", "next: run again and answer y"]);
    }
    assert_eq!(marks.writes(), Vec::<String>::new());
    assert_eq!(stage.label(), None);
    let mut running = asked(&kubectl, &narrow, "Go on?");
    running.press("y");
    left(running, 0, &["endpoints ready"]);
    assert_eq!(marks.writes(), ["infra patch services postgres-rw 200"]);
}

#[test]
fn a_question_that_is_interrupted_ends_the_run_at_once_and_nothing_is_changed() {
    let Some(ground) = testkit::real::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = Stage::new(ground, "broken-off");
    let (kubectl, narrow) = narrow_of_three(&stage);
    let marks = stage.mark();
    let control_c: fn(&mut Running) = |running| running.press(CONTROL_C);
    for (stop, code) in [
        (control_c, 130),
        (|running| running.signal(Signal::Interrupt), 130),
        (|running| running.signal(Signal::Terminate), 143),
    ] {
        let mut running = asked(&kubectl, &narrow, "Go on?");
        stop(&mut running);
        left(running, code, &["stopped before anything was changed", "next: run the command again"]);
    }
    assert_eq!(marks.writes(), Vec::<String>::new());
    assert_eq!(stage.label(), None);
}

#[test]
fn a_deletion_that_is_interrupted_at_its_question_deletes_nothing() {
    let Some(ground) = testkit::kubectl::ground_apart() else { return };
    let mesh = mesh_alone(ground);
    let stage = orphaned(ground, &mesh, "kept-orphan");
    let (kubectl, marks) = (stage.kubectl(), stage.mark());
    let undo = ["mesh-export", "undo", "svc/postgres-rw"];
    let mut running = asked(&kubectl, &undo, "left. Go on?");
    running.press(CONTROL_C);
    left(running, 130, &["stopped before anything was changed"]);
    assert_eq!(marks.writes(), Vec::<String>::new());
    assert!(stage.get("apps", "Service", MIRROR).is_some());
}

/// A run that has asked and waits for a key.
fn asked(kubectl: &Kubectl, arguments: &[&str], question: &str) -> Running {
    let running = kubectl.spawn_on_terminal(arguments);
    let (is_asked, is_reading) = (running.wait_stderr(question, SOON), running.wait_for_reader(SOON));
    if !(is_asked && is_reading) {
        let outcome = running.wait(AT_ONCE);
        panic!("{question:?} was never asked: {outcome}");
    }
    running
}

/// The run ended soon with this code, said so, and left the cursor where it can be seen. The report of one that did
/// nothing says that.
fn left(running: Running, code: i32, words: &[&str]) {
    let outcome = running.wait(if code == 0 { SOON } else { AT_ONCE });
    ended(&outcome, code, words);
    assert_eq!(outcome.stdout.contains("(not attempted)"), code != 0, "{outcome}");
    let (hidden, shown) = (outcome.stderr.rfind(HIDE_CURSOR), outcome.stderr.rfind(SHOW_CURSOR));
    assert!(hidden.is_some() && hidden < shown, "the cursor stays hidden: {:?}", outcome.stderr);
}
