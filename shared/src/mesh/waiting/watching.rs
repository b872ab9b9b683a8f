//! What a wait does next, and what it says meanwhile.

use super::super::arrival::{News, State};
use super::patience::{Patience, Queue};
use super::rate::Rate;
use super::{Goal, LAST_LOOK_WITHIN, LOOK_WITHIN, Wait, Waited, queue, sources};
use crate::cluster::moment::ticks;
use crate::terms::{ClusterName, Deadline, GoDuration, Obstacle};
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

/// How long a state must hold before it is believed. A mirror that is deleted again goes about a second after it
/// came (seen with Services that are created and changed at once).
const SETTLE: Duration = Duration::from_secs(2);
/// After so long without news everything is read again, in case a watch is silent because it is dead.
const LOOK_AGAIN: Duration = Duration::from_secs(10);
/// The same while a watch is known to be interrupted, or a look has failed: looking is all that is left.
const LOOK_AGAIN_BLIND: Duration = Duration::from_secs(1);
/// For so long after its last complaint a watch counts as interrupted; complaints come more often than this.
const STAYS_BLIND: Duration = Duration::from_secs(15);
/// After so long somebody wants to know why: the queue is looked at.
const ASK_AFTER: Duration = Duration::from_secs(5);
/// A queue is counted once more so long before the deadline: a second count shows whether it moves.
const ASK_BEFORE_END: Duration = Duration::from_millis(500);
/// Between two counts of a queue there is at least this.
const ASK_AGAIN: Duration = Duration::from_secs(1);

pub(super) enum Act {
    Believe,
    GiveUp,
    LookAgain,
    AskForQueue,
    Rest(Instant),
}

pub(super) struct Watching<'a> {
    pub(super) wait: &'a Wait<'a>,
    started: Instant,
    pub(super) patience: Patience,
    told: Vec<Option<&'static str>>,
    /// Whether it was said what has been there from the beginning.
    is_aloud: bool,
    /// Since when the goal has held.
    held: Option<Instant>,
    /// Whether it was confirmed by a fresh look since it began to hold long enough ago.
    confirmed: bool,
    fresh: Instant,
    queue: Instant,
    /// What was said of interrupted watches, and of looks that failed.
    said: BTreeSet<(ClusterName, String)>,
    /// The queues that nobody can count; that is said once.
    pub(super) uncounted: BTreeSet<Queue>,
    /// How fast the mirrors of each queue come.
    pub(super) rates: BTreeMap<Queue, Rate>,
    /// When a watch complained last.
    blinded: Option<Instant>,
    /// What the last look could not see.
    unseen: Vec<(ClusterName, Obstacle)>,
    /// Whether the last look after the deadline has been good already; only once is it worth another one.
    reprieved: bool,
}

impl<'a> Watching<'a> {
    pub(super) fn new(wait: &'a Wait<'a>, deadline: Deadline) -> Self {
        let started = ticks();
        Self {
            wait,
            started,
            patience: Patience::new(deadline, wait.own_queue()),
            told: vec![None; wait.targets.len()],
            is_aloud: false,
            held: None,
            confirmed: false,
            fresh: started,
            queue: started + ASK_AFTER,
            said: BTreeSet::new(),
            uncounted: BTreeSet::new(),
            rates: BTreeMap::new(),
            blinded: None,
            unseen: Vec::new(),
            reprieved: false,
        }
    }

    pub(super) fn next_act(&mut self) -> Act {
        let at = ticks();
        if !self.wait.holds() {
            (self.held, self.confirmed) = (None, false);
            return self.next_of_unfinished(at);
        }
        let held = *self.held.get_or_insert(at);
        let settled = held + SETTLE;
        match (self.confirmed, at >= settled) {
            (true, _) => Act::Believe,
            (false, true) if self.unseen.is_empty() => Act::LookAgain,
            (false, true) => self.next_of_unconfirmed(at),
            (false, false) => Act::Rest(settled),
        }
    }

    /// What was seen last is good, but it could not be seen again.
    fn next_of_unconfirmed(&self, at: Instant) -> Act {
        let (look, end) = (self.fresh + LOOK_AGAIN_BLIND, self.patience.end());
        match (at >= end, at >= look) {
            (true, _) => Act::GiveUp,
            (false, true) => Act::LookAgain,
            (false, false) => Act::Rest(look.min(end)),
        }
    }

    fn next_of_unfinished(&self, at: Instant) -> Act {
        let look = self.fresh + self.pause_between_looks(at);
        let end = self.patience.end();
        if at >= end {
            Act::GiveUp
        } else if at >= self.queue && self.wait.goal == Goal::Arrived {
            Act::AskForQueue
        } else if at >= look {
            Act::LookAgain
        } else {
            let first = if self.wait.goal == Goal::Arrived { self.queue.min(look) } else { look };
            Act::Rest(first.min(end))
        }
    }

    fn pause_between_looks(&self, at: Instant) -> Duration {
        let blinded = self.blinded.is_some_and(|blinded| at < blinded + STAYS_BLIND);
        if blinded || !self.unseen.is_empty() { LOOK_AGAIN_BLIND } else { LOOK_AGAIN }
    }

    pub(super) fn hear(&mut self, heard: sources::Heard) {
        match heard {
            sources::Heard::News(news) => self.take(news),
            sources::Heard::Blind(cluster, obstacle) => self.tell_blindness(cluster, &obstacle),
        }
    }

    fn tell_blindness(&mut self, cluster: ClusterName, obstacle: &Obstacle) {
        self.blinded = Some(ticks());
        self.tell_once(cluster, "the watch is interrupted", obstacle);
    }

    /// What fails again and again for one reason is spoken of once.
    fn tell_once(&mut self, cluster: ClusterName, what: &str, obstacle: &Obstacle) {
        let reason = obstacle.to_string();
        if !self.said.contains(&(cluster.clone(), reason.clone())) {
            self.wait.progress.happened(&cluster, &format!("{what}: {reason}"), self.elapsed());
            self.said.insert((cluster, reason));
        }
    }

    fn take(&mut self, news: Vec<News>) {
        for one in news {
            self.wait.board.borrow_mut().take(one);
        }
    }

    /// Only a look that saw everything confirms anything.
    pub(super) fn looked(&mut self, unseen: Vec<(ClusterName, Obstacle)>) {
        (self.fresh, self.unseen) = (ticks(), unseen);
        for (cluster, obstacle) in self.unseen.clone() {
            self.tell_once(cluster, "cannot be looked at", &obstacle);
        }
        let settled = self.held.is_some_and(|held| self.fresh >= held + SETTLE);
        self.confirmed = settled && self.unseen.is_empty() && self.wait.holds();
    }

    /// Says what has changed since it was said last.
    pub(super) fn tell(&mut self) {
        self.note_rates();
        let (board, elapsed) = (self.wait.board.borrow(), self.elapsed());
        // After a while somebody wants to know what is waited for.
        let is_overdue = elapsed >= ASK_AFTER && !self.is_aloud;
        self.is_aloud |= is_overdue;
        for (target, told) in self.wait.targets.iter().zip(&mut self.told) {
            let state = self.wait.state(&board, target);
            let (word, is_news) = match self.wait.goal {
                Goal::Arrived => (state.word(), told.is_some() || state >= State::Behind),
                Goal::Gone if board.is_gone(target) => ("gone", true),
                Goal::Gone => ("still there", told.is_some()),
            };
            let is_known = told.replace(word) == Some(word);
            let is_left = is_overdue && word == "still there";
            if !is_left && (is_known || !is_news) {
                continue;
            }
            let object = target.key();
            let text = format!("svc/{}/{} {word}", object.namespace, object.name);
            self.wait.progress.happened(&target.consumer, &text, elapsed);
        }
        self.say_what_is_left(&board);
    }

    /// What a look may take: no more than is left, and a little when the deadline has passed, since what is reported
    /// must have been seen.
    pub(super) fn look_within(&self) -> Duration {
        let left = self.patience.left(ticks());
        if left.is_zero() { LAST_LOOK_WITHIN } else { left.min(LOOK_WITHIN) }
    }

    /// Counts the queues, says so, and moves the deadline while they become shorter.
    pub(super) async fn ask_for_queue(&mut self) {
        let counts = queue::lengths(self.wait, self.look_within()).await;
        let (at, elapsed) = (ticks(), self.elapsed());
        for (queue, counted) in counts {
            self.tell_of_queue(&queue, counted, elapsed);
        }
        let before_end = self.patience.end().checked_sub(ASK_BEFORE_END).unwrap_or(at);
        self.queue = (at + LOOK_AGAIN).min(before_end).max(at + ASK_AGAIN);
    }

    /// Takes the last look, after the deadline, for an end; unless it shows all that was wanted: then that is
    /// looked at once more, as it would be at any other time.
    pub(super) fn ended(&mut self, unseen: Vec<(ClusterName, Obstacle)>) -> Option<Waited> {
        self.looked(unseen);
        self.tell();
        let is_good = self.unseen.is_empty() && self.wait.holds();
        if is_good && !self.reprieved {
            self.reprieved = true;
            return None;
        }
        let after = GoDuration::from_secs(self.elapsed().as_secs());
        Some(Waited::TimedOut { after, unseen: self.unseen.clone() })
    }

    pub(super) fn elapsed(&self) -> Duration {
        ticks().saturating_duration_since(self.started)
    }
}
