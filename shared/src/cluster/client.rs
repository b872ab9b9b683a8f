//! A connected cluster: sends calls under a bound, few at a time, repeating only what is safe to repeat.

mod bodies;
mod clock;
#[cfg(test)]
mod tests;
mod tries;

use super::call::Call;
use super::dial::{CONNECTIONS, Dialed, Dialer, Sent};
use super::explain;
use super::memory::Memory;
use crate::terms::{ClusterName, GoDuration, Obstacle};
use bodies::Way;
use clock::Clock;
use http::StatusCode;
use http_body_util::BodyExt;
use kube::client::Body;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};
use tokio::sync::{RwLock, Semaphore, SemaphorePermit};
use tries::Failed;

/// How many connections watches may hold, so that there is always room to ask for something.
const WATCHES: usize = 6;
/// What one request may take when the user sets no bound. A server that is silent for longer is as good as dead.
const REQUEST_BOUND: Duration = Duration::from_secs(20);
/// Waits before the second and the third try.
const PAUSES: [Duration; 2] = [Duration::from_millis(100), Duration::from_millis(400)];

/// Why a call was not done, as far as anybody here knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undone {
    /// What hindered it.
    pub obstacle: Obstacle,
    /// Whether it was sent and no answer says that it was not done.
    pub in_doubt: bool,
}

/// A cluster that we have credentials for. Cheap calls; no cache, unless a look from several sides wants one: what it
/// returns was just seen.
pub struct Cluster {
    name: ClusterName,
    dialer: Dialer,
    dialed: RwLock<Dialed>,
    permits: Semaphore,
    watches: Semaphore,
    bound: Duration,
    memory: OnceLock<Memory>,
    clock: Clock,
}

impl Cluster {
    /// Wraps a dialed client. `bound` is `--request-timeout`.
    pub fn new(name: ClusterName, dialer: Dialer, dialed: Dialed, bound: Option<GoDuration>) -> Self {
        let bound = bound.map(GoDuration::as_duration).filter(|bound| !bound.is_zero());
        let bound = bound.unwrap_or(REQUEST_BOUND);
        let (permits, watches) = (Semaphore::new(CONNECTIONS), Semaphore::new(WATCHES));
        Self {
            name,
            dialer,
            dialed: RwLock::new(dialed),
            permits,
            watches,
            bound,
            memory: OnceLock::new(),
            clock: Clock::default(),
        }
    }

    /// From now on what was read once is not read again, until this is said the next time: for a look from several sides at
    /// one moment.
    pub(super) fn remember(&self) {
        self.memory.get_or_init(Memory::default).forget();
    }

    /// How this run calls the cluster.
    pub fn name(&self) -> &ClusterName {
        &self.name
    }

    /// What one request may take, its repetitions included; once more with credentials that had to be renewed.
    pub fn bound(&self) -> Duration {
        self.bound
    }

    /// The address of its API server, `https://host:port`.
    pub async fn server(&self) -> String {
        self.dialed.read().await.server.clone()
    }

    /// The same, and the proxy that is asked first, if any.
    pub(super) async fn way(&self) -> String {
        let server = self.server().await;
        self.dialer
            .proxy()
            .map_or_else(|| server.clone(), |proxy| format!("{server} through the proxy {proxy}"))
    }

    /// How many seconds the clock of its API server was ahead of this machine's, by its last answer; negative when it was
    /// behind, and at least one off: dates have whole seconds.
    pub fn clock(&self) -> Option<i64> {
        self.clock.ahead()
    }

    /// The certificates (DER) that we accept as signers of its API server; empty when the system's are used.
    pub async fn certificate_authority(&self) -> Vec<Vec<u8>> {
        self.dialed.read().await.certificate_authority.clone()
    }

    /// What the user should know of how it is reached, such as credentials that are not sent over http.
    pub async fn warnings(&self) -> Vec<String> {
        self.dialed.read().await.warnings.clone()
    }

    /// A place among the watches and one among the connections, held for as long as the watch lives.
    pub(super) async fn permit_to_watch(&self) -> Option<[SemaphorePermit<'_>; 2]> {
        let watch = self.watches.acquire().await.ok()?;
        Some([watch, self.permits.acquire().await.ok()?])
    }

    /// The client at this moment; it changes when credentials are renewed.
    pub(super) async fn client(&self) -> kube::Client {
        self.dialed.read().await.client.clone()
    }

    /// Sends a call and returns the whole answer.
    ///
    /// # Errors
    /// What hindered it: never later than the bound, and after at most three tries. After a 401 credentials are
    /// renewed, which takes its own time, and the same holds once more.
    pub async fn send(&self, call: &Call) -> Result<Arc<[u8]>, Obstacle> {
        let sent =
            Box::pin(async { self.submit(call).await.map(Arc::from).map_err(|undone| undone.obstacle) });
        match self.memory.get() {
            Some(memory) if call.is_read() => memory.recall(call, sent).await,
            Some(_) | None => sent.await,
        }
    }

    /// The same for a call that changes something.
    ///
    /// # Errors
    /// As [`Self::send`], and whether it may be done all the same.
    pub async fn submit(&self, call: &Call) -> Result<Vec<u8>, Undone> {
        let (sent, mut renewed) = (Sent::default(), false);
        loop {
            let bounded = tokio::time::timeout(self.bound, self.send_repeatedly(call, &sent)).await;
            match bounded.unwrap_or(Err(Obstacle::TimedOut { after: self.bound })) {
                // Outside of the bound: the credential plugin may be asking somebody.
                Err(Obstacle::Unauthorized) if !renewed && self.renew().await => renewed = true,
                answer => return answer.map_err(|obstacle| Undone { obstacle, in_doubt: sent.is() }),
            }
        }
    }

    async fn send_repeatedly(&self, call: &Call, sent: &Sent) -> Result<Vec<u8>, Obstacle> {
        let (mut pauses, started) = (PAUSES.into_iter(), Instant::now());
        loop {
            let failed = match self.send_once(call, sent).await {
                Ok(body) => return Ok(body),
                Err(failed) => failed,
            };
            let pause = pauses.next().map(|pause| failed.retry_after.unwrap_or(pause));
            match pause.filter(|_| failed.may_be_repeated(call)) {
                // A server that wants us back later than we may wait has given its answer.
                Some(pause) if self.has_time_for(started.elapsed(), pause) => {
                    tracing::debug!(cluster = %self.name, request = call.line(), obstacle = %failed.obstacle, ?pause);
                    tokio::time::sleep(pause).await;
                }
                Some(_) | None => return Err(failed.obstacle),
            }
        }
    }

    /// Whether another try is worth while: one that took half of the bound would not end within the other half.
    fn has_time_for(&self, elapsed: Duration, pause: Duration) -> bool {
        elapsed < self.bound / 2 && elapsed.saturating_add(pause) < self.bound
    }

    /// Runs the credential plugin again after a 401, as client-go does; false when there is none.
    pub(super) async fn renew(&self) -> bool {
        if !self.dialer.has_renewable_credentials() {
            return false;
        }
        let Ok(dialed) = self.dialer.redial().await else { return false };
        *self.dialed.write().await = dialed;
        true
    }

    async fn send_once(&self, call: &Call, sent: &Sent) -> Result<Vec<u8>, Failed> {
        let mut request = call.request().map_err(Failed::of)?;
        bodies::log(&self.name, Way::There, call.resource, request.body());
        request.extensions_mut().insert(sent.clone());
        let (in_doubt, _permit) = (sent.is(), self.permits.acquire().await);
        let answer = self.client().await.send(request.map(Body::from)).await;
        let answer = answer.map_err(|error| Failed::broken(explain::obstacle(&error, &call.names())))?;
        let (head, body) = answer.into_parts();
        self.clock.hear(&head.headers, now());
        let body = body.collect().await;
        let body = body.map_err(|error| Failed::broken(explain::obstacle(&error, &call.names())))?.to_bytes();
        bodies::log(&self.name, Way::Back, call.resource, &body);
        // The connection goes back to the pool in a task of its own; the next request is to find it there.
        tokio::task::yield_now().await;
        if head.status.is_success() {
            return Ok(body.to_vec());
        }
        let doubtful = tries::leaves_doubt(head.status, &body);
        if !doubtful {
            sent.set(in_doubt);
        }
        let error = kube::Error::Api(Box::new(tries::status_of(head.status.as_u16(), &body)));
        let obstacle = explain::obstacle(&error, &call.names());
        let broken = head.status == StatusCode::BAD_GATEWAY;
        Err(Failed { obstacle, broken, doubtful, retry_after: tries::retry_after(&head.headers) })
    }
}

/// The present by the clock of this machine.
#[expect(
    clippy::disallowed_methods,
    reason = "what a server says of its clock is compared with ours as soon as it is heard"
)]
fn now() -> jiff::Timestamp {
    jiff::Timestamp::now()
}
