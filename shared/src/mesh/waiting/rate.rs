//! How fast mirrors come, and how long the rest takes at that rate. Judged by what was seen lately, since a service
//! mirror that is slow now was perhaps fast before.

use std::collections::VecDeque;
use std::time::Duration;

/// What came longer ago says nothing of how fast mirrors come now.
const LATELY: Duration = Duration::from_secs(60);

/// Counts are kept so far from each other.
const MOMENT: Duration = Duration::from_secs(1);

/// How many of some mirrors had come at which moments of the wait.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Rate {
    seen: VecDeque<(Duration, usize)>,
}

impl Rate {
    /// Takes note of a count, so long after the beginning.
    pub(super) fn noted(&mut self, elapsed: Duration, come: usize) {
        let before = self.seen.len().checked_sub(2).and_then(|index| self.seen.get(index));
        // Between two that are kept there is a moment: mirrors may come by the hundred.
        if before.is_some_and(|(at, _)| elapsed.saturating_sub(*at) < MOMENT) {
            self.seen.pop_back();
        }
        self.seen.push_back((elapsed, come));
        // The oldest that is kept is the last before the window, so that the window is always whole.
        while self.seen.get(1).is_some_and(|(second, _)| elapsed.saturating_sub(*second) >= LATELY) {
            self.seen.pop_front();
        }
    }

    /// How long so many more take, in whole seconds; nothing as long as none has come.
    pub(super) fn left(&self, waiting: usize) -> Option<Duration> {
        let ((began, few), (now, many)) = (self.seen.front()?, self.seen.back()?);
        time_left((now.checked_sub(*began)?, many.checked_sub(*few)?), waiting)
    }
}

/// How long so many more take when some came in this time.
fn time_left((took, come): (Duration, usize), waiting: usize) -> Option<Duration> {
    if come == 0 || took.is_zero() {
        return None;
    }
    let (come, waiting) = (u128::try_from(come).ok()?, u128::try_from(waiting).ok()?);
    let seconds = took.as_millis().saturating_mul(waiting).div_ceil(come).div_ceil(1000);
    Some(Duration::from_secs(u64::try_from(seconds).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate(seen: &[(u64, usize)]) -> Rate {
        let mut rate = Rate::default();
        for (seconds, come) in seen {
            rate.noted(Duration::from_secs(*seconds), *come);
        }
        rate
    }

    #[test]
    fn the_rest_takes_as_long_as_the_same_number_took() {
        assert_eq!(rate(&[(0, 0), (30, 50)]).left(250), Some(Duration::from_secs(150)));
        assert_eq!(rate(&[(0, 100), (10, 110)]).left(0), Some(Duration::ZERO));
        assert_eq!(rate(&[(0, 0), (10, 3)]).left(1), Some(Duration::from_secs(4)), "rounded up");
    }

    #[test]
    fn counts_that_follow_each_other_at_once_are_kept_as_one() {
        let mut rate = rate(&[(0, 0)]);
        for tenth in 1..=300_u32 {
            rate.noted(Duration::from_millis(100) * tenth, usize::try_from(tenth).unwrap());
        }
        assert!(rate.seen.len() < 64, "{}", rate.seen.len());
        assert_eq!(rate.left(100), Some(Duration::from_secs(10)));
    }

    #[test]
    fn nothing_is_known_before_some_have_come_or_when_they_became_fewer() {
        assert_eq!(rate(&[]).left(10), None);
        assert_eq!(rate(&[(0, 7)]).left(10), None);
        assert_eq!(rate(&[(0, 7), (20, 7)]).left(10), None);
        assert_eq!(rate(&[(0, 7), (20, 5)]).left(10), None);
    }

    #[test]
    fn what_was_fast_at_first_and_is_slow_now_is_judged_by_now() {
        let slow = rate(&[(0, 0), (10, 100), (40, 103), (70, 106), (100, 109)]);
        assert_eq!(slow.left(6), Some(Duration::from_secs(60)));
        let stuck = rate(&[(0, 0), (10, 100), (80, 100), (100, 100)]);
        assert_eq!(stuck.left(6), None, "one that stands still gives no hope");
    }
}
