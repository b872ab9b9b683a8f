//! Waits until mirrors have come or gone, by watches, and never takes one look for the truth: a queue that is long
//! makes the service mirror delete mirrors that it has just made.

mod queue;
mod refresh;
mod sources;

use super::arrival::{Board, News, State};
use super::export::Target;
use super::snapshot::MeshSeen;
use crate::cluster::ClusterSet;
use crate::plan::Progress;
use crate::terms::{ClusterName, Deadline, GoDuration, Obstacle};
use futures::StreamExt;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// What is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Goal {
    /// Every mirror equals its Service and has ready endpoints.
    Arrived,
    /// Every mirror is gone.
    Gone,
}

/// How long a state must hold before it is believed. A mirror that is deleted again goes about a second after it
/// came (seen with Services that are created and changed at once).
const SETTLE: Duration = Duration::from_secs(2);
/// After so long without news everything is read again, in case a watch is silent because it is dead.
const LOOK_AGAIN: Duration = Duration::from_secs(10);
/// After so long somebody wants to know why: the queue is looked at.
const PATIENCE: Duration = Duration::from_secs(5);

/// What a wait is about. The board outlives the wait, so that an interrupted run can report what it saw.
#[derive(Clone, Copy)]
pub struct Wait<'a> {
    /// The clusters.
    pub set: &'a ClusterSet,
    /// What was seen before; watches go on from there.
    pub seen: &'a MeshSeen,
    /// The mirrors.
    pub targets: &'a [Target],
    /// What is known of them.
    pub board: &'a RefCell<Board>,
    /// Who hears of transitions.
    pub progress: &'a dyn Progress,
}

/// How a wait ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Waited {
    /// The goal held twice, seconds apart.
    Reached,
    /// The deadline passed.
    TimedOut(GoDuration),
}

impl Wait<'_> {
    /// Fills the board with what was seen before the wait.
    pub fn start(&self) {
        sources::of_snapshot(self.seen).into_iter().for_each(|news| self.board.borrow_mut().take(news));
    }

    /// How far each mirror has come, by what is known now.
    pub fn states(&self) -> Vec<State> {
        let board = self.board.borrow();
        self.targets.iter().map(|target| self.state(&board, target)).collect()
    }

    fn state(&self, board: &Board, target: &Target) -> State {
        let links = self.seen.links_of(&target.consumer);
        let link = links.into_iter().find(|link| link.name == target.link);
        board.state(target, |service| link.is_some_and(|link| link.mirrors(&service.labels)))
    }

    fn holds(&self, goal: Goal) -> bool {
        let board = self.board.borrow();
        self.targets.iter().all(|target| match goal {
            Goal::Arrived => self.state(&board, target) == State::EndpointsReady,
            Goal::Gone => board.is_gone(target),
        })
    }

    /// Reads everything once more, past all watches.
    pub async fn look(&self) {
        let news = refresh::all(self).await;
        news.into_iter().for_each(|news| self.board.borrow_mut().take(news));
    }

    /// Waits for the goal. The deadline grows when the mirrors stand in a queue.
    pub async fn until(&self, goal: Goal, started: Instant, allowed: GoDuration) -> Waited {
        let mut watching = Watching::new(self, goal, Deadline::starting(started, allowed));
        let mut news = sources::follow(self, goal);
        loop {
            watching.tell();
            let next = match watching.next_act() {
                Act::Believe => return Waited::Reached,
                Act::GiveUp => return watching.give_up().await,
                Act::LookAgain => {
                    self.look().await;
                    watching.looked();
                    continue;
                }
                Act::AskForQueue => {
                    watching.ask_for_queue().await;
                    continue;
                }
                Act::Rest(until) => until,
            };
            tokio::select! {
                Some(heard) = news.next() => watching.hear(heard),
                () = tokio::time::sleep_until(next.into()) => {}
            }
        }
    }
}

enum Act {
    Believe,
    GiveUp,
    LookAgain,
    AskForQueue,
    Rest(Instant),
}

struct Watching<'a> {
    wait: &'a Wait<'a>,
    goal: Goal,
    started: Instant,
    deadline: Deadline,
    told: Vec<Option<State>>,
    /// Since when the goal has held.
    held: Option<Instant>,
    /// Whether it was confirmed by a fresh look since it began to hold long enough ago.
    confirmed: bool,
    fresh: Instant,
    queue: Instant,
    /// What was said of interrupted watches.
    blind: BTreeMap<ClusterName, String>,
}

impl<'a> Watching<'a> {
    fn new(wait: &'a Wait<'a>, goal: Goal, deadline: Deadline) -> Self {
        let started = now();
        let own_queue = queue::time_for(wait.targets.len());
        let deadline = deadline.at_least(deadline_for(own_queue, wait.targets.len(), deadline));
        let told = vec![None; wait.targets.len()];
        let queue = started + PATIENCE;
        let (held, blind) = (None, BTreeMap::new());
        Self { wait, goal, started, deadline, told, held, confirmed: false, fresh: started, queue, blind }
    }

    fn next_act(&mut self) -> Act {
        let at = now();
        if !self.wait.holds(self.goal) {
            (self.held, self.confirmed) = (None, false);
            return self.next_of_unfinished(at);
        }
        let held = *self.held.get_or_insert(at);
        let settled = held + if self.goal == Goal::Gone { Duration::ZERO } else { SETTLE };
        match (self.confirmed, at >= settled) {
            (true, _) => Act::Believe,
            (false, true) => Act::LookAgain,
            (false, false) => Act::Rest(settled),
        }
    }

    fn next_of_unfinished(&self, at: Instant) -> Act {
        let look = self.fresh + LOOK_AGAIN;
        let end = self.deadline.moment();
        if at >= end {
            Act::GiveUp
        } else if at >= self.queue && self.goal == Goal::Arrived {
            Act::AskForQueue
        } else if at >= look {
            Act::LookAgain
        } else {
            let first = if self.goal == Goal::Arrived { self.queue.min(look) } else { look };
            Act::Rest(first.min(end))
        }
    }

    fn hear(&mut self, heard: sources::Heard) {
        match heard {
            sources::Heard::News(news) => {
                self.blind.clear();
                self.take(news);
            }
            sources::Heard::Blind(cluster, obstacle) => self.tell_blindness(cluster, &obstacle),
        }
    }

    /// A watch that fails again and again for one reason is spoken of once.
    fn tell_blindness(&mut self, cluster: ClusterName, obstacle: &Obstacle) {
        let words = format!("the watch is interrupted: {obstacle}");
        if self.blind.get(&cluster) != Some(&words) {
            self.wait.progress.happened(&cluster, &words, self.started.elapsed());
            self.blind.insert(cluster, words);
        }
    }

    fn take(&mut self, news: Vec<News>) {
        news.into_iter().for_each(|news| self.wait.board.borrow_mut().take(news));
    }

    fn looked(&mut self) {
        self.fresh = now();
        let settled = self.held.is_some_and(|held| self.goal == Goal::Gone || self.fresh >= held + SETTLE);
        self.confirmed = settled && self.wait.holds(self.goal);
    }

    /// Says what has changed since it was said last.
    fn tell(&mut self) {
        let board = self.wait.board.borrow();
        for (target, told) in self.wait.targets.iter().zip(&mut self.told) {
            let state = self.wait.state(&board, target);
            let first = told.is_none();
            if *told == Some(state) {
                continue;
            }
            *told = Some(state);
            let words = match self.goal {
                Goal::Arrived if first && state < State::Behind => continue,
                Goal::Arrived => state.word(),
                Goal::Gone if board.is_gone(target) => "gone",
                Goal::Gone => continue,
            };
            let object = target.key();
            let text = format!("svc/{}/{} {words}", object.namespace, object.name);
            self.wait.progress.happened(&target.consumer, &text, self.started.elapsed());
        }
    }

    async fn ask_for_queue(&mut self) {
        let longest = queue::announce(self.wait, self.started.elapsed()).await;
        let needed = self.started.elapsed() + queue::time_for(longest);
        self.deadline = self.deadline.at_least(deadline_for(needed, longest, self.deadline));
        self.queue = now() + LOOK_AGAIN;
    }

    /// One last look, so that what is reported was just seen.
    async fn give_up(&mut self) -> Waited {
        self.wait.look().await;
        self.tell();
        Waited::TimedOut(GoDuration::from_duration(self.deadline.allowed()))
    }
}

/// A queue of a few is what every wait allows for; a longer one gets its time and half of it again.
fn deadline_for(queue: Duration, length: usize, current: Deadline) -> Duration {
    if length <= queue::SHORT { current.allowed() } else { queue + queue / 2 }
}

/// The clock of the wait. It measures pauses, nothing that is judged or reported depends on the date.
fn now() -> Instant {
    tokio::time::Instant::now().into_std()
}
