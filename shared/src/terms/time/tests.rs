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
