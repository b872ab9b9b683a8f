//! A stand-in for the controller that mirrors exported Services from one cluster into another.
//!
//! [`MirrorController`] serves one Link, or none: then it is a local service mirror, which makes Services of its own
//! cluster members of federated Services. It writes what the real controller writes, in the same order,
//! with the same flaws: a status list that never loses its last entry, foreign Endpoints that get
//! overwritten, mirrors that are destroyed when their queue is long, headless mirrors that are called disabled.
//!
//! Data flows one way: the supervisor follows the Link and starts a watcher; the watcher's reflectors
//! feed one queue; one worker empties it in order and is the only writer of its Link's mirrors. `wanted`,
//! `finished`, `headless`, `federated`, `status` and `decide` are pure and hold what the objects should be.

mod clock;
mod credentials;
mod decide;
mod export;
mod federated;
mod finished;
mod gateway;
mod headless;
mod importer;
mod keys;
mod limiter;
mod link;
mod membership;
mod metrics;
mod namespaces;
mod parameters;
mod per_pod;
mod probe;
mod queue;
mod recorder;
mod reflector;
mod repair;
mod selector;
mod status;
mod supervisor;
mod task;
mod trouble;
mod wanted;
mod watcher;
mod worker;

pub use credentials::AGENT;
pub(crate) use finished::{Finished, finished};
pub use metrics::Metrics;
pub use parameters::{HeadlessServices, Loopback, NamespaceCreation, NotLoopback, Parameters, Rate};

use self::{
    link::Link,
    metrics::Board,
    supervisor::Supervisor,
    task::Task,
    watcher::{Surroundings, keep},
};
use std::sync::Arc;
use tokio::sync::Notify;

/// A running controller; it stops when it is dropped.
#[derive(Debug)]
pub struct MirrorController {
    task: Task,
    board: Board,
    again: Arc<Notify>,
}

impl MirrorController {
    /// Starts to follow the Link named by `parameters` in the cluster that `importer` reaches.
    ///
    /// Returns at once and needs a running tokio runtime. A missing Link, a missing Secret and an
    /// exporter out of reach are waited for; they are logged, never returned.
    pub fn start(importer: kube::Client, parameters: Parameters) -> Self {
        let (board, again) = (Board::default(), parameters.again.clone());
        let supervisor = Supervisor::new(importer, parameters, board.clone());
        Self { task: Task::spawn(supervisor.run()), board, again }
    }

    /// Starts a local service mirror in `cluster`: it needs no Link, follows the label
    /// `mirror.linkerd.io/federated: member` and writes no status. What `parameters` say of a Link means nothing.
    ///
    /// Returns at once and needs a running tokio runtime.
    pub fn start_local(cluster: kube::Client, parameters: Parameters) -> Self {
        let (board, again) = (Board::default(), parameters.again.clone());
        let around = Surroundings {
            importer: cluster.clone(),
            exporter: cluster,
            link: Link::local(),
            parameters: Arc::new(parameters),
            board: board.clone(),
        };
        Self { task: Task::spawn(keep(around)), board, again }
    }

    /// Returns what the metrics endpoint of the real controller would show now.
    pub fn metrics(&self) -> Metrics {
        self.board.read()
    }

    /// Returns whether the exporter is watched and all events heard of so far are worked off.
    ///
    /// The real controller has nothing like it; it saves tests and demonstrations from guessing.
    pub fn is_idle(&self) -> bool {
        self.board.is_idle()
    }

    /// Has every exported Service looked at again now, as happens by itself once a resync period.
    ///
    /// The real controller has nothing like it; it saves tests from aiming at a moment.
    pub fn look_again(&self) {
        self.again.notify_one();
    }

    /// Stops: what is under way is cancelled, what was written stays.
    pub async fn stop(self) {
        self.task.stop().await;
    }
}
