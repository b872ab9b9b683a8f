//! Waits until mirrors have come or gone, by watches, and never takes one look for the truth: a queue that is long
//! makes the service mirror delete mirrors that it has just made.

mod queue;
mod refresh;
mod sources;
mod watching;

use super::arrival::{Board, State};
use super::export::Target;
use super::snapshot::MeshSeen;
use crate::cluster::ClusterSet;
use crate::plan::Progress;
use crate::terms::{ClusterName, Deadline, GoDuration, Obstacle};
use futures::StreamExt;
use std::cell::RefCell;
use std::time::{Duration, Instant};
use watching::{Act, Watching};

/// What is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Goal {
    /// Every mirror equals its Service and has ready endpoints.
    Arrived,
    /// Every mirror is gone.
    Gone,
}

/// What a wait is about. The board outlives the wait, so that an interrupted run can report what it saw.
#[derive(Clone, Copy)]
pub struct Wait<'a> {
    /// The clusters.
    pub set: &'a ClusterSet,
    /// What was seen before; watches go on from there.
    pub seen: &'a MeshSeen,
    /// What is waited for.
    pub goal: Goal,
    /// The mirrors.
    pub targets: &'a [Target],
    /// What is known of them.
    pub board: &'a RefCell<Board>,
    /// Who hears of transitions.
    pub progress: &'a dyn Progress,
}

/// How a wait ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Waited {
    /// The goal held twice, seconds apart.
    Reached,
    /// The deadline passed.
    TimedOut {
        /// How long was waited.
        after: GoDuration,
        /// The clusters that could not be looked at in the end: what is known of them may be out of date.
        unseen: Vec<(ClusterName, Obstacle)>,
    },
}

/// What a look at one cluster may take, so that a silent cluster does not hide the others for long.
const LOOK_WITHIN: Duration = Duration::from_secs(5);

impl Wait<'_> {
    /// Fills the board with what was seen before the wait.
    pub fn start(&self) {
        for news in sources::of_snapshot(self.seen) {
            self.board.borrow_mut().take(news);
        }
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

    fn holds(&self) -> bool {
        let board = self.board.borrow();
        self.targets.iter().all(|target| match self.goal {
            Goal::Arrived => self.state(&board, target) == State::EndpointsReady,
            Goal::Gone => board.is_gone(target),
        })
    }

    /// Reads everything once more, past all watches, and returns what could not be read.
    pub async fn look(&self) -> Vec<(ClusterName, Obstacle)> {
        let refresh::Fresh { news, unseen } = refresh::all(self, LOOK_WITHIN).await;
        for one in news {
            self.board.borrow_mut().take(one);
        }
        unseen
    }

    /// Waits for the goal. The deadline grows when the mirrors stand in a queue.
    pub async fn until(&self, started: Instant, allowed: GoDuration) -> Waited {
        let mut watching = Watching::new(self, Deadline::starting(started, allowed));
        let mut news = sources::follow(self);
        loop {
            watching.tell();
            let next = match watching.next_act() {
                Act::Believe => return Waited::Reached,
                Act::GiveUp => return watching.give_up().await,
                Act::LookAgain => {
                    let unseen = self.look().await;
                    watching.looked(unseen);
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
