//! A cluster of a run: an API server that is connected, or files that answer for one. Calls are the one way in.

mod bodies;
mod clock;
mod live;
#[cfg(test)]
mod tests;
mod tries;
mod turns;

use super::archive::Archive;
use super::call::{Call, Resource};
use super::dial::{Dialed, Dialer};
use super::memory::{Body, Memory, Told};
use crate::terms::{ClusterName, GoDuration, Obstacle};
pub(super) use live::Live;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

/// How many connections watches may hold, so that there is always room to ask for something.
const WATCHES: usize = 6;
/// What one request may take when the user sets no bound. A server that is silent for longer is as good as dead.
const REQUEST_BOUND: Duration = Duration::from_secs(20);

/// Why a call was not done, as far as anybody here knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undone {
    /// What hindered it.
    pub obstacle: Obstacle,
    /// Whether it was sent and no answer says that it was not done.
    pub in_doubt: bool,
}

/// A cluster that we have credentials for, or files of. Cheap calls; no cache, unless a look from several
/// sides wants one: what an API server returns was just seen.
pub struct Cluster {
    name: ClusterName,
    source: Source,
    bound: Duration,
    /// Whether the bound is one that somebody chose.
    is_chosen: bool,
    takes_any_version: bool,
    memory: OnceLock<Memory>,
}

/// Who answers for a cluster.
#[derive(Clone)]
enum Source {
    Live(Arc<Live>),
    Files(Arc<Archive>),
}

impl Cluster {
    /// Wraps a dialed client. `bound` is `--request-timeout`.
    pub fn new(name: ClusterName, dialer: Dialer, dialed: Dialed, bound: Option<GoDuration>) -> Self {
        let bound = bound.map(GoDuration::as_duration).filter(|bound| !bound.is_zero());
        let is_chosen = bound.is_some();
        let bound = bound.unwrap_or(REQUEST_BOUND);
        let source = Source::Live(Arc::new(Live::new(name.clone(), dialer, dialed, bound)));
        Self { name, source, bound, is_chosen, takes_any_version: false, memory: OnceLock::new() }
    }

    /// Lets files answer for a cluster.
    pub fn of_archive(name: ClusterName, archive: Archive) -> Self {
        let source = Source::Files(Arc::new(archive));
        let (bound, memory) = (REQUEST_BOUND, OnceLock::new());
        Self { name, source, bound, is_chosen: false, takes_any_version: false, memory }
    }

    /// The same cluster, of which reads may be as old as what its API server has at hand: milliseconds as a rule, seconds where
    /// one of several servers is behind. Whoever means to accuse somebody asks again without it.
    pub(super) fn taking_any_version(&self) -> Self {
        let Self { name, source, bound, is_chosen, .. } = self;
        let (name, source, memory) = (name.clone(), source.clone(), OnceLock::new());
        Self { name, source, bound: *bound, is_chosen: *is_chosen, takes_any_version: true, memory }
    }

    /// Whether it is one of which reads may be a little old.
    pub fn is_taking_any_version(&self) -> bool {
        self.takes_any_version
    }

    /// A question as this cluster is asked it.
    pub(super) fn asked(&self, call: Call) -> Call {
        if self.takes_any_version { call.of_any_version() } else { call }
    }

    /// A look from several sides at one moment begins: what was read once is not read again, until this is said the next
    /// time.
    pub(super) fn remember(&self) {
        self.memory.get_or_init(Memory::default).begin();
    }

    /// Whether this is a look from several sides.
    pub fn is_remembering(&self) -> bool {
        self.memory.get().is_some()
    }

    /// The look is over: lets go of what was read.
    pub(super) fn forget_all(&self) {
        if let Some(memory) = self.memory.get() {
            memory.end();
        }
    }

    /// From now on what was read outlives the look, until it is forgotten by its resource.
    pub(super) fn keep_in_mind(&self) {
        self.memory.get_or_init(Memory::default).last();
    }

    /// Lets go of what was read of a resource, which has to be read anew.
    pub(super) fn forget(&self, resource: Resource) {
        if let Some(memory) = self.memory.get() {
            memory.forget_of(resource);
        }
    }

    /// Lets go of the answers of which this is so.
    pub(super) fn forget_where(&self, is_old: impl Fn(&Call) -> bool) {
        if let Some(memory) = self.memory.get() {
            memory.forget_where(is_old);
        }
    }

    /// What was read since somebody wanted it remembered, with what was asked.
    pub(super) fn remembered(&self) -> Vec<Told> {
        self.memory.get().map(Memory::told).unwrap_or_default()
    }

    /// How this run calls the cluster.
    pub fn name(&self) -> &ClusterName {
        &self.name
    }

    /// What one request may take, its repetitions included; once more with credentials that had to be renewed.
    pub fn bound(&self) -> Duration {
        self.bound
    }

    /// How long to wait for what is usually given up after this: longer where somebody chose so, and in a look from all sides,
    /// which came for all of it, as long as for anything.
    pub fn patience(&self, usual: Duration) -> Duration {
        if self.is_chosen || self.is_remembering() { usual.max(self.bound) } else { usual }
    }

    /// The files that answer for it; `None` for an API server.
    pub fn archive(&self) -> Option<&Archive> {
        match &self.source {
            Source::Files(archive) => Some(archive),
            Source::Live(_) => None,
        }
    }

    /// The address of its API server, `https://host:port`; of files the folder, which is no address of anybody.
    pub async fn server(&self) -> String {
        match &self.source {
            Source::Live(live) => live.server().await,
            Source::Files(archive) => archive.folder().display().to_string(),
        }
    }

    /// The same, and the proxy that is asked first, if any.
    pub(super) async fn way(&self) -> String {
        match &self.source {
            Source::Live(live) => live.way().await,
            Source::Files(_) => self.server().await,
        }
    }

    /// How many seconds the clock of its API server was ahead of this machine's, by its last answer; negative when it was
    /// behind, and at least one off: dates have whole seconds. Files have no clock.
    pub fn clock(&self) -> Option<i64> {
        match &self.source {
            Source::Live(live) => live.clock(),
            Source::Files(_) => None,
        }
    }

    /// The certificates (DER) that we accept as signers of its API server; empty when the system's are used. Of files
    /// those that its pods accept; empty when no file has them.
    pub async fn certificate_authority(&self) -> Vec<Vec<u8>> {
        match &self.source {
            Source::Live(live) => live.certificate_authority().await,
            Source::Files(archive) => archive.certificate_authority(),
        }
    }

    /// What the user should know of how it is reached, such as credentials that are not sent over http.
    pub async fn warnings(&self) -> Vec<String> {
        match &self.source {
            Source::Live(live) => live.warnings().await,
            Source::Files(_) => Vec::new(),
        }
    }

    /// The API server, for what only one can do.
    ///
    /// # Errors
    /// There are only files, which say why they cannot do that.
    pub(super) fn live(&self, call: &Call) -> Result<&Live, Obstacle> {
        match &self.source {
            Source::Live(live) => Ok(live),
            Source::Files(_) => {
                Err(Obstacle::OnlyFiles { verb: call.verb.to_owned(), resource: call.resource.name() })
            }
        }
    }

    /// Sends a call and returns the whole answer.
    ///
    /// # Errors
    /// What hindered it: never later than the bound, and after at most three tries. After a 401 credentials are
    /// renewed, which takes its own time, and the same holds once more.
    pub async fn send(&self, call: &Call) -> Result<Body, Obstacle> {
        let sent = Box::pin(async {
            let mut body = self.submit(call).await.map_err(|undone| undone.obstacle)?;
            // What was received last may stand in a buffer for more.
            body.shrink_to_fit();
            Ok(Body::new(body))
        });
        match self.memory.get() {
            Some(memory) if Memory::keeps(call) => memory.recall(call, sent).await,
            Some(_) | None => sent.await,
        }
    }

    /// The same for a call that changes something.
    ///
    /// # Errors
    /// As [`Self::send`], and whether it may be done all the same.
    pub async fn submit(&self, call: &Call) -> Result<Vec<u8>, Undone> {
        match &self.source {
            Source::Live(live) => live.submit(call).await,
            Source::Files(archive) => {
                archive.answer(call).map_err(|obstacle| Undone { obstacle, in_doubt: false })
            }
        }
    }
}
