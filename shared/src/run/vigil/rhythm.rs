//! When to look again, and when to ask who is still there.

use std::time::{Duration, Instant};

/// A look waits until nothing more has been heard for so long,
const QUIET: Duration = Duration::from_secs(1);
/// but not longer than this after the first that was heard.
const MOST: Duration = Duration::from_secs(5);
/// Between two looks there is so many times what the last one took: most of the time nothing is asked of anybody.
const REST: u32 = 10;
/// So often it judges anew without any news, since ages and expiries change by themselves, and asks who is still there.
const TICK: Duration = Duration::from_secs(60);
/// After a watch has broken, so long after the last time it is asked who is still there.
const SOON: Duration = Duration::from_secs(1);
/// While a cluster is missed, it is called after this, doubled with each time.
const BACKOFF: Duration = Duration::from_secs(2);
/// It is doubled so often.
const DOUBLINGS: u32 = 5;

/// What has happened when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rhythm {
    looked: Instant,
    took: Duration,
    /// When the first and the last news were heard of which no look knows.
    news: Option<(Instant, Instant)>,
    /// When to look whatever was heard.
    due: Option<Instant>,
    called: Instant,
    call: Instant,
    /// How often a cluster was missed in a row.
    missed: u32,
}

impl Rhythm {
    /// Nothing has happened yet.
    pub(super) fn new(at: Instant) -> Self {
        Self {
            looked: at,
            took: Duration::ZERO,
            news: None,
            due: None,
            called: at,
            call: at + TICK,
            missed: 0,
        }
    }

    /// A look is over; what was heard meanwhile is heard of again.
    pub(super) fn looked(&mut self, at: Instant, took: Duration) {
        (self.looked, self.took, self.news, self.due) = (at, took, None, None);
    }

    pub(super) fn heard(&mut self, at: Instant) {
        let first = self.news.map_or(at, |(first, _)| first);
        self.news = Some((first, at));
    }

    /// Who is there has changed.
    pub(super) fn at_once(&mut self, at: Instant) {
        self.due = Some(at);
    }

    pub(super) fn look_at(&self) -> Instant {
        let rest = self.looked + self.took.saturating_mul(REST);
        let wanted = self.news.map_or(self.looked + TICK, |(first, last)| (last + QUIET).min(first + MOST));
        self.due.unwrap_or_else(|| wanted.max(rest))
    }

    /// It was asked who is there.
    pub(super) fn called(&mut self, at: Instant, is_missed: bool) {
        self.missed = if is_missed { self.missed.saturating_add(1) } else { 0 };
        let pause = match self.missed {
            0 => TICK,
            times => BACKOFF.saturating_mul(1 << times.saturating_sub(1).min(DOUBLINGS)).min(TICK),
        };
        (self.called, self.call) = (at, at + pause);
    }

    /// A watch has broken.
    pub(super) fn doubted(&mut self, at: Instant) {
        self.call = self.call.min(at.max(self.called + SOON));
    }

    /// Whether a cluster was missed when it was called last.
    pub(super) fn is_missing(&self) -> bool {
        self.missed > 0
    }

    pub(super) fn call_at(&self) -> Instant {
        self.call
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(start: Instant, milliseconds: u64) -> Instant {
        start + Duration::from_millis(milliseconds)
    }

    #[test]
    fn a_look_waits_for_quiet_and_not_for_ever() {
        let start = Instant::now();
        let mut rhythm = Rhythm::new(start);
        assert_eq!(rhythm.look_at(), start + TICK, "without news it judges anew all the same");
        rhythm.heard(after(start, 100));
        assert_eq!(rhythm.look_at(), after(start, 1100));
        for tenth in 2..60 {
            rhythm.heard(after(start, tenth * 100));
        }
        assert_eq!(rhythm.look_at(), after(start, 5100));
        rhythm.looked(after(start, 5200), Duration::from_millis(100));
        assert_eq!(rhythm.look_at(), after(start, 5200) + TICK);
    }

    #[test]
    fn most_of_the_time_nothing_is_asked_unless_a_cluster_has_gone_or_come() {
        let start = Instant::now();
        let mut rhythm = Rhythm::new(start);
        rhythm.looked(start, Duration::from_secs(3));
        rhythm.heard(after(start, 100));
        assert_eq!(rhythm.look_at(), after(start, 30_000));
        rhythm.at_once(after(start, 200));
        assert_eq!(rhythm.look_at(), after(start, 200));
    }

    #[test]
    fn a_cluster_that_is_missed_is_called_less_and_less_often_and_a_doubt_at_once() {
        let start = Instant::now();
        let mut rhythm = Rhythm::new(start);
        rhythm.doubted(after(start, 30_000));
        assert_eq!(rhythm.call_at(), after(start, 30_000));
        let mut pauses = Vec::new();
        for _ in 0..7 {
            rhythm.called(start, true);
            pauses.push((rhythm.call_at() - start).as_secs());
        }
        assert_eq!(pauses, [2, 4, 8, 16, 32, 60, 60]);
        rhythm.doubted(after(start, 1));
        assert_eq!(rhythm.call_at(), after(start, 1000), "not more often than every second");
        assert!(rhythm.is_missing());
        rhythm.called(start, false);
        assert_eq!((rhythm.call_at(), rhythm.is_missing()), (start + TICK, false));
    }
}
