//! How long a wait goes on: what was allowed, and longer while a queue becomes shorter. A queue that stands still is
//! no reason to wait, however long it is.

use super::queue;
use crate::mesh::snapshot::Key;
use crate::terms::{ClusterName, Deadline};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// How many times the best time of a queue is waited for it, even while it becomes shorter.
const AT_MOST: u32 = 3;

/// A queue: the consumer and the Link whose service mirror works it off.
pub(super) type Queue = (ClusterName, Key);

/// What a count says of a queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pace {
    /// It is counted for the first time.
    First,
    /// It is shorter than it ever was.
    Shrinks,
    /// It is not.
    Stands,
}

pub(super) struct Patience {
    deadline: Deadline,
    /// The shortest that each queue has been, and the end of all patience with it.
    queues: BTreeMap<Queue, (usize, Duration)>,
}

impl Patience {
    /// Mirrors that the run itself asks for may stand in a queue of their own: they are allowed its time from the
    /// beginning.
    pub(super) fn new(deadline: Deadline, mirrors: usize) -> Self {
        let deadline = deadline.at_least(with_reserve(queue::time_for(mirrors), mirrors));
        Self { deadline, queues: BTreeMap::new() }
    }

    pub(super) fn end(&self) -> Instant {
        self.deadline.moment()
    }

    pub(super) fn left(&self, at: Instant) -> Duration {
        self.deadline.left(at)
    }

    /// Takes note of a count, so long after the beginning. Only a queue that became shorter moves the deadline.
    pub(super) fn counted(&mut self, queue: &Queue, length: usize, elapsed: Duration) -> Pace {
        let Some((shortest, most)) = self.queues.get_mut(queue) else {
            let most =
                self.deadline.allowed().saturating_add(queue::time_for(length).saturating_mul(AT_MOST));
            self.queues.insert(queue.clone(), (length, most));
            return Pace::First;
        };
        if length >= *shortest {
            return Pace::Stands;
        }
        *shortest = length;
        let needed = with_reserve(elapsed.saturating_add(queue::time_for(length)), length);
        self.deadline = self.deadline.at_least(needed.min(*most));
        Pace::Shrinks
    }
}

/// A queue of a few is what every wait allows for; a longer one gets its time and half of it again.
fn with_reserve(time: Duration, length: usize) -> Duration {
    if length <= queue::SHORT { Duration::ZERO } else { time.saturating_add(time / 2) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::terms::GoDuration;

    fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    fn queue() -> Queue {
        (ClusterName::new("apps"), Key::new("linkerd-multicluster", "infra"))
    }

    fn patience(allowed: u64, mirrors: usize) -> Patience {
        Patience::new(Deadline::starting(Instant::now(), GoDuration::from_secs(allowed)), mirrors)
    }

    #[test]
    fn a_queue_that_stands_still_never_moves_the_deadline() {
        let mut patience = patience(7, 25);
        let first = patience.deadline.allowed();
        assert_eq!(
            first,
            Duration::from_millis(22_500),
            "25 mirrors of its own take 15 s, and half of it again"
        );
        assert_eq!(patience.counted(&queue(), 25, seconds(5)), Pace::First);
        for asked in 1..100 {
            assert_eq!(patience.counted(&queue(), 25 + asked % 3, seconds(5)), Pace::Stands);
        }
        assert_eq!(patience.deadline.allowed(), first);
    }

    #[test]
    fn a_queue_that_becomes_shorter_gets_its_time_and_half_of_it_again() {
        let mut patience = patience(7, 1);
        patience.counted(&queue(), 300, seconds(5));
        assert_eq!(patience.deadline.allowed(), seconds(7), "one count shows no movement");
        assert_eq!(patience.counted(&queue(), 290, seconds(6)), Pace::Shrinks);
        assert_eq!(patience.deadline.allowed(), seconds(270));
    }

    #[test]
    fn a_queue_that_hardly_moves_does_not_hold_a_wait_for_ever() {
        let mut patience = patience(7, 1);
        let mut elapsed = seconds(5);
        for length in (21..300).rev() {
            patience.counted(&queue(), length, elapsed);
            elapsed += seconds(10);
        }
        assert!(patience.deadline.allowed() <= seconds(7 + 3 * 180), "{:?}", patience.deadline);
    }

    #[test]
    fn each_queue_is_judged_by_its_own_length() {
        let (mut patience, edge) =
            (patience(7, 1), (ClusterName::new("edge"), Key::new("linkerd-multicluster", "infra")));
        patience.counted(&queue(), 300, seconds(5));
        patience.counted(&edge, 50, seconds(5));
        assert_eq!(patience.counted(&queue(), 300, seconds(6)), Pace::Stands);
        assert_eq!(patience.counted(&edge, 40, seconds(6)), Pace::Shrinks);
        assert_eq!(patience.deadline.allowed(), seconds(45));
    }
}
