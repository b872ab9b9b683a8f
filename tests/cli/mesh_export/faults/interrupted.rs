//! Stopped at every single request, before and after it, politely and not: what is reported is true, and running again
//! comes to the same end as if nothing had happened.

use super::stage::{EXPORTED, MIRROR, SERVICE, SOON, Stage, ended};
use crate::marks::NOTHING;
use serde_json::{Value, json};
use std::sync::Mutex;
use std::time::{Duration, Instant};
use testkit::kubectl::{Outcome, Signal};
use testkit::proxy::{Fault, When};
use testkit::real::Ground;
use testkit::world::{is_at_rest, mesh_shared};

/// How many worlds are worked on side by side: most of the time is waiting for mirrors to settle.
const HANDS: usize = 6;
/// A stopped run reports and leaves; it waits for nobody.
const AT_ONCE: Duration = Duration::from_secs(3);

#[derive(Clone, Copy, PartialEq, Debug)]
enum Direction {
    Export,
    Undo,
}

#[derive(Clone, Copy, Debug)]
struct Case {
    cluster: &'static str,
    number: usize,
    fault: &'static str,
    signal: Signal,
}

/// What an undisturbed run takes and leads to.
struct Undisturbed {
    infra: Sent,
    apps: Sent,
    state: Value,
}

/// What one cluster was asked.
#[derive(Clone, Copy)]
struct Sent {
    count: usize,
    /// The first request that changes something, or that waits for what a change leads to.
    first_that_matters: usize,
}

#[test]
fn an_export_stopped_at_any_request_tells_the_truth_and_the_next_one_finishes_it() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    stopped_everywhere(ground, Direction::Export);
}

#[test]
fn an_undo_stopped_at_any_request_tells_the_truth_and_the_next_one_finishes_it() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    stopped_everywhere(ground, Direction::Undo);
}

#[test]
fn a_polite_request_to_end_gives_143_and_the_same_report() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = Stage::new(ground, "terminated");
    stage.infra.on(When::first("PATCH", SERVICE), Fault::HoldBefore);
    let (kubectl, marks) = (stage.kubectl(), stage.mark());
    let mut running = kubectl.spawn(["mesh-export", "svc/postgres-rw"]);
    let held = stage.infra.wait_held(SOON);
    running.signal(Signal::Terminate);
    let outcome = running.wait(SOON);
    assert!(held.is_some(), "the write never came: {outcome}");
    ended(
        &outcome,
        143,
        &["stopped before all was done and seen", "to go on, run: `kubectl mesh-export svc/postgres-rw"],
    );
    assert_eq!(marks.writes(), NOTHING, "it was held back before the server: {outcome}");
    assert!(outcome.stdout.contains("service/postgres-rw labeled (sent, no answer seen)"), "{outcome}");
}

fn stopped_everywhere(ground: &'static Ground, direction: Direction) {
    let expected = undisturbed(&Stage::new(ground, "calm"), direction);
    let cases = Mutex::new(cases(&expected));
    let (cases, expected) = (&cases, &expected);
    std::thread::scope(|scope| {
        for hand in 0..HANDS {
            scope.spawn(move || {
                let stage = Stage::new(ground, &format!("stopped-{hand}"));
                let next = || cases.lock().unwrap().pop();
                std::iter::from_fn(next).for_each(|case| stopped(&stage, direction, case, expected));
            });
        }
    });
}

fn undisturbed(stage: &Stage, direction: Direction) -> Undisturbed {
    direction.prepare(stage);
    let outcome = direction.run(stage, &[]);
    ended(&outcome, 0, &[]);
    let sent = |cluster| {
        let requests = stage.proxy(cluster).requests();
        let matters = requests.iter().find(|one| one.is_write() || one.is_watch());
        Sent {
            count: requests.len(),
            first_that_matters: matters.map_or(requests.len() + 1, |one| one.number),
        }
    };
    Undisturbed { infra: sent("infra"), apps: sent("apps"), state: stage.state() }
}

/// Every request of both clusters, before and after, politely and not. Of those that come before anything can have been
/// changed, each is met in one of these four ways, in turn: there is nothing to tell them by.
fn cases(expected: &Undisturbed) -> Vec<Case> {
    let ways = [
        ("before", Signal::Interrupt),
        ("after", Signal::Kill),
        ("after", Signal::Interrupt),
        ("before", Signal::Kill),
    ];
    let of = |cluster, sent: Sent| {
        (1..=sent.count).flat_map(move |number| {
            let ways = ways.into_iter().enumerate();
            let is_met =
                move |(turn, _): &(usize, _)| number >= sent.first_that_matters || number % 4 == *turn;
            ways.filter(is_met).map(move |(_, (fault, signal))| Case { cluster, number, fault, signal })
        })
    };
    of("infra", expected.infra).chain(of("apps", expected.apps)).collect()
}

fn stopped(stage: &Stage, direction: Direction, case: Case, expected: &Undisturbed) {
    direction.prepare(stage);
    let fault = if case.fault == "before" { Fault::HoldBefore } else { Fault::HoldAfter };
    stage.proxy(case.cluster).on(When::request(case.number), fault);
    let kubectl = stage.kubectl();
    let mut running = kubectl.spawn(direction.line(&["-o", "json"]));
    let held = stage.proxy(case.cluster).wait_held(SOON);
    let signalled = Instant::now();
    running.signal(case.signal);
    let outcome = running.wait(SOON);
    let took = signalled.elapsed();
    stage.proxy(case.cluster).cut_held();
    assert_eq!(held, Some(case.number), "{direction:?} {case:?} never sent this request: {outcome}");
    assert!(took < AT_ONCE, "{direction:?} {case:?} took {took:?} to stop\n{outcome}");
    match case.signal {
        Signal::Kill => assert_eq!(outcome.signal, Some(9), "{case:?} {outcome}"),
        Signal::Interrupt | Signal::Terminate => is_true(stage, direction, case, &outcome),
    }
    let again = direction.run(stage, &["-v=6"]);
    assert_eq!(again.code, Some(0), "{direction:?} {case:?}, then undisturbed: {again}");
    assert_eq!(
        settled(stage, &expected.state),
        expected.state,
        "{direction:?} {case:?}, then undisturbed: {again}"
    );
    let marks = stage.mark();
    let third = direction.run(stage, &["--no-wait"]);
    assert_eq!(third.code, Some(0), "{direction:?} {case:?}, the third run: {third}");
    assert_eq!(marks.writes(), Vec::<String>::new(), "{direction:?} {case:?}, the third run: {third}");
}

/// What there is once it is as expected, or after a while. A service mirror that meets a Service twice destroys its mirror and
/// makes it anew before it hears that nobody wants it any more: a run that looks just then sees none, and is right.
fn settled(stage: &Stage, expected: &Value) -> Value {
    let start = Instant::now();
    loop {
        let state = stage.state();
        if state == *expected || start.elapsed() > SOON {
            return state;
        }
    }
}

/// What a stopped run says of its change is what the API server knows of it.
fn is_true(stage: &Stage, direction: Direction, case: Case, outcome: &Outcome) {
    assert_eq!(outcome.code, Some(130), "{direction:?} {case:?} {outcome}");
    let changed = stage.label().is_some() == (direction == Direction::Export);
    if outcome.stdout.is_empty() {
        assert!(outcome.stderr.contains("stopped before anything was changed"), "{case:?} {outcome}");
        assert!(!changed, "{direction:?} {case:?} {outcome}");
        return;
    }
    let report = outcome.json();
    match report["changes"][0]["outcome"].as_str() {
        Some("done") => assert!(changed, "{direction:?} {case:?} {outcome}"),
        Some("notAttempted") => assert!(!changed, "{direction:?} {case:?} {outcome}"),
        Some("unconfirmed") => {
            let requests = stage.infra.requests();
            let patch = requests.iter().find(|one| one.is_write()).map(|one| one.number);
            assert_eq!(
                patch,
                Some(case.number),
                "only the write itself can be unconfirmed: {case:?} {outcome}"
            );
        }
        other => panic!("{other:?} {direction:?} {case:?} {outcome}"),
    }
}

impl Direction {
    fn line(self, more: &[&'static str]) -> Vec<&'static str> {
        let head: &[&str] = match self {
            Self::Export => &["mesh-export", "svc/postgres-rw"],
            Self::Undo => &["mesh-export", "undo", "svc/postgres-rw"],
        };
        head.iter().chain(more).copied().collect()
    }

    fn run(self, stage: &Stage, more: &[&'static str]) -> Outcome {
        stage.kubectl().run(self.line(more))
    }

    /// Brings about what this direction begins with, past the proxies, and lets these count from one again.
    fn prepare(self, stage: &Stage) {
        match self {
            Self::Export => {
                stage.apply_as("mesh-export", &json!({}));
                stage.eventually("the mirror is gone", || stage.get("apps", "Service", MIRROR).is_none());
            }
            Self::Undo => {
                stage.apply_as("mesh-export", &json!({ "labels": { EXPORTED: "true" } }));
                stage.eventually("the mirror is there", || stage.ready_addresses("apps", MIRROR) > 0);
            }
        }
        let ground = stage.world.ground();
        stage.eventually("the service mirrors are at rest", || is_at_rest(ground));
        stage.infra.reset();
        stage.apps.reset();
    }
}
