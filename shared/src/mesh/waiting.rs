//! Waits until mirrors have come or gone, by watches, and never takes one look for the truth: a queue that is long
//! makes the service mirror delete mirrors that it has just made.

mod patience;
mod queue;
mod rate;
mod refresh;
mod sources;
mod telling;
mod watching;

use super::arrival::{Board, State};
use super::export::Target;
use super::link::Way;
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
    /// Every mirror equals its Service and has ready endpoints, where mirrors of its kind have any; every federated
    /// Service has its member.
    Arrived,
    /// Every mirror is gone.
    Gone,
}

/// Who has caused what is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// This run: its own mirrors stand in the queues from the beginning.
    ThisRun,
    /// Somebody else, earlier or at the same time.
    Others,
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
    /// Who has caused it.
    pub cause: Cause,
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
    /// No time was allowed, and the goal held in the one look that was taken.
    SeenOnce,
    /// The deadline passed.
    TimedOut {
        /// How long was waited, to the end of the last look.
        after: GoDuration,
        /// The clusters that could not be looked at in the end: what is known of them may be out of date.
        unseen: Vec<(ClusterName, Obstacle)>,
    },
}

/// How far a mirror has come; unknown when the last look could not see its cluster or the exporter.
pub fn state(seen: &MeshSeen, board: &Board, target: &Target) -> State {
    let is_unseen = board.is_unseen(&target.consumer) || board.is_unseen(&seen.exporter);
    if is_unseen { State::Unknown } else { known_state(seen, board, target) }
}

fn known_state(seen: &MeshSeen, board: &Board, target: &Target) -> State {
    let link = target.link_in(seen);
    board.state(target, |service| link.is_some_and(|link| link.goes(&service.labels, target.way)))
}

/// What a look at one cluster may take, so that a silent cluster does not hide the others for long.
const LOOK_WITHIN: Duration = Duration::from_secs(5);
/// The same for a look after the deadline: waiting is over, but what is reported must have been seen.
const LAST_LOOK_WITHIN: Duration = Duration::from_secs(3);

impl Wait<'_> {
    /// Fills the board with what was seen before the wait.
    pub fn start(&self) {
        let mut board = self.board.borrow_mut();
        for news in sources::of_snapshot(self.seen) {
            board.take(news);
        }
        board.looked(sources::unseen_in(self));
    }

    /// How far each mirror has come, by what was seen in the last look and heard since.
    pub fn states(&self) -> Vec<State> {
        let board = self.board.borrow();
        self.targets.iter().map(|target| state(self.seen, &board, target)).collect()
    }

    /// Whether Endpoints of a cluster matter: only mirrors that lead to the gateway have any, and nobody needs them, nor the
    /// right to read them, to see that a mirror is gone.
    fn needs_endpoints(&self, cluster: &ClusterName) -> bool {
        let has_some = |target: &Target| target.consumer == *cluster && target.way == Way::Gateway;
        self.goal == Goal::Arrived && self.targets.iter().any(has_some)
    }

    fn state(&self, board: &Board, target: &Target) -> State {
        known_state(self.seen, board, target)
    }

    fn holds(&self) -> bool {
        let board = self.board.borrow();
        self.targets.iter().all(|target| self.holds_for(&board, target))
    }

    fn holds_for(&self, board: &Board, target: &Target) -> bool {
        match self.goal {
            Goal::Arrived => self.state(board, target) == State::end_of(target.way),
            Goal::Gone => board.is_gone(target),
        }
    }

    /// How many mirrors of this run stand in the longest queue.
    fn own_queue(&self) -> usize {
        let board = self.board.borrow();
        match self.cause {
            Cause::ThisRun => queue::longest(self.targets, |target| self.holds_for(&board, target)),
            Cause::Others => 0,
        }
    }

    /// Reads everything once more, past all watches, and returns what could not be read.
    pub async fn look(&self) -> Vec<(ClusterName, Obstacle)> {
        self.look_within(LOOK_WITHIN).await
    }

    async fn look_within(&self, within: Duration) -> Vec<(ClusterName, Obstacle)> {
        let refresh::Fresh { news, unseen } = refresh::all(self, within).await;
        let mut board = self.board.borrow_mut();
        for one in news {
            board.take(one);
        }
        board.looked(unseen.iter().map(|(name, _)| name.clone()));
        unseen
    }

    /// Waits for the goal. The deadline moves only while the mirrors stand in a queue that becomes shorter. Where no
    /// time is allowed, one look decides.
    pub async fn until(&self, started: Instant, allowed: GoDuration) -> Waited {
        if allowed.as_duration().is_zero() {
            return self.once(started).await;
        }
        let mut watching = Watching::new(self, Deadline::starting(started, allowed));
        let mut news = sources::follow(self);
        loop {
            watching.tell();
            let ended = match watching.next_act() {
                Act::Believe => Some(Waited::Reached),
                Act::GiveUp => {
                    let unseen = self.look_within(watching.look_within()).await;
                    watching.ended(unseen)
                }
                Act::LookAgain => {
                    let unseen = self.look_within(watching.look_within()).await;
                    watching.looked(unseen);
                    None
                }
                Act::AskForQueue => {
                    watching.ask_for_queue().await;
                    None
                }
                Act::Rest(until) => {
                    tokio::select! {
                        Some(heard) = news.next() => watching.hear(heard),
                        () = tokio::time::sleep_until(until.into()) => {}
                    }
                    None
                }
            };
            if let Some(ended) = ended {
                return ended;
            }
        }
    }

    async fn once(&self, started: Instant) -> Waited {
        let unseen = self.look().await;
        if unseen.is_empty() && self.holds() {
            return Waited::SeenOnce;
        }
        Waited::TimedOut { after: GoDuration::from_secs(started.elapsed().as_secs()), unseen }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mesh::export::targets;
    use crate::mesh::samples::{consumer, default_link, mesh, service};

    #[test]
    fn what_the_last_look_could_not_see_is_unknown_whatever_was_known_before() {
        let seen = mesh(service(), vec![("apps", consumer(vec![default_link("infra-link")]))]);
        let apps = ClusterName::new("apps");
        let links: Vec<_> = seen.links_of(&apps).into_iter().map(|link| (apps.clone(), link)).collect();
        let (targets, mut board) = (targets(&seen, &links, &[]), Board::default());
        for news in sources::of_snapshot(&seen) {
            board.take(news);
        }
        let states = |board: &Board| targets.iter().map(|one| state(&seen, board, one)).collect::<Vec<_>>();
        assert_eq!(states(&board), [State::NotLabelled]);
        for cluster in [&apps, &seen.exporter] {
            board.looked([cluster.clone()]);
            assert_eq!(states(&board), [State::Unknown], "{cluster}");
        }
        board.looked([]);
        assert_eq!(states(&board), [State::NotLabelled]);
    }
}
