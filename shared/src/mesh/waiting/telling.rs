//! What a wait says of many mirrors: how many have come, how many stand in front of the service mirror, and how long the
//! rest takes.

use super::super::arrival::Board;
use super::super::export::Target;
use super::super::link::Way;
use super::Goal;
use super::patience::{Pace, Queue};
use super::queue::{self, Come};
use super::watching::Watching;
use crate::terms::{GoDuration, Observed};
use std::collections::BTreeMap;
use std::time::Duration;

impl Watching<'_> {
    /// Takes note of how many mirrors of each queue are as they are wanted.
    pub(super) fn note_rates(&mut self) {
        let (elapsed, board) = (self.elapsed(), self.wait.board.borrow());
        let mut counts: BTreeMap<Queue, usize> = BTreeMap::new();
        for target in self.wait.targets {
            let Some(queue) = queue_of(target) else { continue };
            *counts.entry(queue).or_default() += usize::from(self.wait.holds_for(&board, target));
        }
        drop(board);
        for (queue, come) in counts {
            self.rates.entry(queue).or_default().noted(elapsed, come);
        }
    }

    /// How far the mirrors of a queue have come; others may stand in it too, and in front of them.
    fn come(&self, queue: &Queue, length: usize) -> Come {
        let board = self.wait.board.borrow();
        let own = self.wait.targets.iter().filter(|target| queue_of(target).as_ref() == Some(queue));
        let (mut arrived, mut all) = (0, 0);
        for target in own {
            all += 1;
            arrived += usize::from(self.wait.holds_for(&board, target));
        }
        let waiting = length.max(all - arrived);
        Come { arrived, all, left: self.rates.get(queue).and_then(|rate| rate.left(waiting)) }
    }

    /// Says how long a queue is, where it is long or the wait is about many mirrors.
    pub(super) fn tell_of_queue(&mut self, queue: &Queue, counted: Observed<usize>, elapsed: Duration) {
        let (consumer, link) = queue;
        let (length, pace) = match counted {
            Observed::Present(length) => (Some(length), self.patience.counted(queue, length, elapsed)),
            Observed::Absent => (None, Pace::First),
            Observed::Unknown(obstacle) => {
                let words = format!(
                    "cannot see how many Services are queued for the service mirror of Link {}: {obstacle}",
                    link.name
                );
                if self.uncounted.insert(queue.clone()) {
                    self.wait.progress.happened(consumer, &words, elapsed);
                }
                (None, Pace::First)
            }
        };
        let come = self.come(queue, length.unwrap_or_default());
        if length.unwrap_or_default().max(come.waiting()) > queue::SHORT {
            let words = queue::words(&link.name, (length, pace), come);
            self.wait.progress.happened(consumer, &words, elapsed);
        }
    }

    /// For whoever watches a terminal.
    pub(super) fn say_what_is_left(&self, board: &Board) {
        let is_left = |target: &&Target| !self.wait.holds_for(board, target);
        let left: Vec<&Target> = self.wait.targets.iter().filter(is_left).collect();
        let (Some(first), all) = (left.first(), self.wait.targets.len()) else {
            self.wait.progress.doing(&self.wait.seen.exporter, "it looks done; looking once more to be sure");
            return;
        };
        let ends = match (self.wait.goal, first.way) {
            (Goal::Arrived, Way::Gateway) => "to have ready endpoints",
            (Goal::Arrived, Way::Flat) => "to be written",
            (Goal::Arrived, Way::Federated) => "to have their members",
            (Goal::Gone, _) => "to be gone",
        };
        let rest = self.rest(&left);
        let text =
            format!("waiting for {} of {all} mirrors {ends}, {} first{rest}", left.len(), first.mirror);
        self.wait.progress.doing(&first.consumer, &text);
    }

    /// How long the slowest queue takes for what is left of it, where that is known and worth a word.
    fn rest(&self, left: &[&Target]) -> String {
        let mut queues: BTreeMap<Queue, usize> = BTreeMap::new();
        for queue in left.iter().filter_map(|target| queue_of(target)) {
            *queues.entry(queue).or_default() += 1;
        }
        let long = queues.iter().filter(|(_, waiting)| **waiting > queue::SHORT);
        let slowest = long.filter_map(|(queue, waiting)| self.rates.get(queue)?.left(*waiting)).max();
        slowest.map_or_else(String::new, |time| {
            format!("; about {} left", GoDuration::from_secs(time.as_secs()))
        })
    }
}

/// The queue in which a mirror stands.
fn queue_of(target: &Target) -> Option<Queue> {
    Some((target.consumer.clone(), target.link.clone()?))
}
