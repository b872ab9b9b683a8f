use super::*;

#[test]
fn the_longest_deadline_is_a_moment_far_away() {
    let started = Instant::now();
    for allowed in [Duration::from_nanos(i64::MAX.unsigned_abs()), Duration::MAX] {
        let deadline = Deadline::starting(started, GoDuration::from_duration(allowed));
        assert!(deadline.moment() >= started + FAR, "{allowed:?}");
        assert_eq!(deadline.left(started), allowed);
    }
}

#[test]
fn a_moment_is_later_by_more_than_the_seconds_and_what_is_no_time_never_is() {
    let at = |second: u32| format!("2026-01-01T00:00:{second:02}Z");
    assert!(is_later_by(10, &at(11), &at(0)));
    assert!(!is_later_by(10, &at(10), &at(0)));
    assert!(!is_later_by(0, &at(0), &at(10)));
    assert!(!is_later_by(0, "yesterday", &at(0)));
    assert!(!is_later_by(0, &at(1), ""));
}

#[test]
fn times_are_told_in_the_longest_unit() {
    let told = [1, 59, 60, 3599, 7200, 86400, 604_800].map(long);
    assert_eq!(told, ["1 second", "59 seconds", "1 minute", "59 minutes", "2 hours", "1 day", "7 days"]);
}
