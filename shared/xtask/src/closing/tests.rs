use super::*;

const PLANES: &str = "the real control planes (run cargo xtask test)";
const RECORDINGS: &str = "the recordings (PLATFORM_RECORDED names their folder)";
const BOTH: [&str; 2] = ["PLATFORM_CRDS", "PLATFORM_RECORDED"];

/// A run of this many good tests, all of one program.
fn run(passed: usize, require_real: bool) -> Closing {
    let mut tally = Tally::default();
    if passed > 0 {
        tally.read("     Running tests/cli/x.rs (target/debug/deps/x-1)");
        tally.read(&format!("test result: ok. {passed} passed; 0 failed; 0 ignored; 0 measured"));
    }
    let real = Real::Ready(Duration::from_secs(3));
    Closing { tally, real, require_real, marks: Vec::new(), set: Vec::new() }
}

fn used(what: &str) -> Mark {
    (format!("used--{what}"), String::new())
}

fn skipped(test: &str, needs: &str) -> Mark {
    (format!("skipped--x-1--{test}"), needs.to_owned())
}

/// The end is as wanted, this line is among the last ones, and the very last one has these counts.
#[track_caller]
fn closes(run: Closing, good: bool, line: &str, counts: &str) {
    let closed = run.close();
    assert_eq!(closed.good, good, "{closed:#?}");
    assert!(closed.lines.iter().any(|one| one == line), "{line:?} is not said: {closed:#?}");
    assert_eq!(closed.lines.last().map(String::as_str), Some(counts), "{closed:#?}");
}

#[test]
fn a_good_run_ends_with_its_counts_per_ring_and_in_all() {
    let outside = BOTH.map(|variable| format!("{variable}: used"));
    for require_real in [false, true] {
        let marks = vec![used("crds"), used("recorded")];
        let closed = Closing { marks, set: BOTH.into(), ..run(5, require_real) }.close();
        let [ring, ground, first, second, total] = &closed.lines[..] else { panic!("{closed:#?}") };
        assert_eq!(ring, "         cli: 5 passed, 0 failed, 0 skipped");
        assert!(ground.starts_with("on etcd v") && ground.ends_with("ready after 3.0 s"), "{ground}");
        assert_eq!([first, second], [&outside[0], &outside[1]]);
        assert_eq!((total.as_str(), closed.good), ("5 passed, 0 failed, 0 skipped", true));
    }
}

#[test]
fn a_machine_without_go_is_good_enough_unless_real_control_planes_are_required() {
    let without = |require_real| Closing {
        real: Real::Absent("there is no Go".to_owned()),
        marks: vec![skipped("a", PLANES), skipped("b", PLANES)],
        ..run(5, require_real)
    };
    let counts = "3 passed, 0 failed, 2 skipped";
    closes(without(false), true, "no real control planes: there is no Go", counts);
    closes(without(false), true, &format!("2 skipped: needs {PLANES}"), counts);
    closes(without(true), false, "error: --require-real: no real control planes: there is no Go", counts);
}

#[test]
fn control_planes_that_are_lost_are_an_error_in_any_run() {
    for (require_real, line) in [
        (false, "error: real control planes: etcd ended"),
        (true, "error: --require-real: real control planes: etcd ended"),
    ] {
        let lost = Closing { real: Real::Broken("etcd ended".to_owned()), ..run(5, require_real) };
        closes(lost, false, line, "5 passed, 0 failed, 0 skipped");
    }
}

#[test]
fn a_skipped_test_is_an_error_where_all_must_be_tried_on_real_parts() {
    let without = |require_real| Closing { marks: vec![skipped("a", "kubectl")], ..run(5, require_real) };
    let counts = "4 passed, 0 failed, 1 skipped";
    closes(without(false), true, "1 skipped: needs kubectl", counts);
    closes(without(true), false, "error: --require-real: 1 skipped: needs kubectl", counts);
}

#[test]
fn data_from_outside_is_required_only_of_who_offers_it() {
    let counts = "4 passed, 0 failed, 1 skipped";
    let without = |set: &[&'static str]| Closing {
        marks: vec![used("crds"), skipped("a", RECORDINGS)],
        set: set.into(),
        ..run(5, true)
    };
    let skip = format!("1 skipped: needs {RECORDINGS}");
    closes(without(&[]), true, &skip, counts);
    closes(without(&[]), true, "PLATFORM_RECORDED is not set: without real recorded", counts);
    closes(without(&BOTH), false, &format!("error: --require-real: {skip}"), counts);
}

#[test]
fn a_variable_that_no_test_uses_is_an_error_where_real_parts_are_required() {
    let text = "PLATFORM_CRDS is set, and no test used it";
    let unused = |require_real| Closing { set: vec!["PLATFORM_CRDS"], ..run(5, require_real) };
    closes(unused(false), true, text, "5 passed, 0 failed, 0 skipped");
    closes(unused(true), false, &format!("error: --require-real: {text}"), "5 passed, 0 failed, 0 skipped");
}

#[test]
fn a_run_without_a_counted_test_has_failed() {
    let nothing = "error: no test was counted in cargo's output";
    closes(run(0, false), false, nothing, "0 passed, 1 failed, 0 skipped");
}

#[test]
fn a_failed_test_makes_the_run_fail() {
    let mut failed = run(5, false);
    failed.tally.read("test result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured");
    let closed = failed.close();
    assert_eq!(
        (closed.lines.last().map(String::as_str), closed.good),
        (Some("6 passed, 2 failed, 0 skipped"), false)
    );
}

#[test]
fn marks_are_read_with_what_is_in_them() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("skipped--x-1--a"), PLANES).unwrap();
    assert_eq!(marks(folder.path()), [skipped("a", PLANES)]);
}
