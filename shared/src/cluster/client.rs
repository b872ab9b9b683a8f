//! A connected cluster: sends calls under a bound, few at a time, repeating only what is safe to repeat.

use super::call::Call;
use super::dial::{Dialed, Dialer};
use super::explain;
use crate::terms::{ClusterName, GoDuration, Obstacle};
use http::{Response, StatusCode, header};
use http_body_util::BodyExt;
use kube::client::Body;
use kube::core::Status;
use std::time::{Duration, Instant};
use tokio::sync::{RwLock, Semaphore, SemaphorePermit};

/// How many requests are under way at once. kube speaks HTTP/1.1: each is a connection with a handshake of its own. The
/// pool opens more while others are just coming back to it (up to three were seen); five of these stay within eight.
const CONNECTIONS: usize = 5;
/// How many of them watches may hold, so that there is always room to ask for something.
const WATCHES: usize = 4;
/// What one request may take when the user sets no bound. A server that is silent for longer is as good as dead.
const REQUEST_BOUND: Duration = Duration::from_secs(20);
/// What a server says when the object changed between its own reading and writing. A conflict between field managers
/// has other words, and so has a precondition that does not hold.
const RACED: &str = "the object has been modified";
/// Waits before the second and the third try.
const PAUSES: [Duration; 2] = [Duration::from_millis(100), Duration::from_millis(400)];

/// A cluster that we have credentials for. Cheap calls, no cache: what it returns was just seen.
pub struct Cluster {
    name: ClusterName,
    dialer: Dialer,
    dialed: RwLock<Dialed>,
    permits: Semaphore,
    watches: Semaphore,
    bound: Duration,
}

impl Cluster {
    /// Wraps a dialed client. `bound` is `--request-timeout`.
    pub fn new(name: ClusterName, dialer: Dialer, dialed: Dialed, bound: Option<GoDuration>) -> Self {
        let bound = bound.map(GoDuration::as_duration).filter(|bound| !bound.is_zero());
        let bound = bound.unwrap_or(REQUEST_BOUND);
        let (permits, watches) = (Semaphore::new(CONNECTIONS), Semaphore::new(WATCHES));
        Self { name, dialer, dialed: RwLock::new(dialed), permits, watches, bound }
    }

    /// How this run calls the cluster.
    pub fn name(&self) -> &ClusterName {
        &self.name
    }

    /// What one request may take, its repetitions included.
    pub fn bound(&self) -> Duration {
        self.bound
    }

    /// The address of its API server, `https://host:port`.
    pub async fn server(&self) -> String {
        self.dialed.read().await.server.clone()
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
    /// What hindered it: never later than the bound, and after at most three tries.
    pub async fn send(&self, call: &Call) -> Result<Vec<u8>, Obstacle> {
        let started = Instant::now();
        let bounded = tokio::time::timeout(self.bound, self.send_repeatedly(call, started)).await;
        let answer = bounded.unwrap_or(Err(Obstacle::TimedOut { after: self.bound }));
        let elapsed = started.elapsed();
        match &answer {
            Ok(body) => {
                tracing::debug!(cluster = %self.name, request = call.line(), ?elapsed, bytes = body.len());
            }
            Err(obstacle) => {
                tracing::debug!(cluster = %self.name, request = call.line(), ?elapsed, %obstacle);
            }
        }
        answer
    }

    async fn send_repeatedly(&self, call: &Call, started: Instant) -> Result<Vec<u8>, Obstacle> {
        let mut pauses = PAUSES.into_iter();
        let mut renewed = false;
        loop {
            let failed = match self.send_once(call).await {
                Ok(body) => return Ok(body),
                Err(failed) => failed,
            };
            if failed.obstacle == Obstacle::Unauthorized && !renewed && self.renew().await {
                renewed = true;
                continue;
            }
            let pause = pauses.next().map(|pause| failed.retry_after.unwrap_or(pause));
            match pause.filter(|_| failed.may_be_repeated(call)) {
                // A server that wants us back later than we may wait has given its answer.
                Some(pause) if started.elapsed() + pause < self.bound => tokio::time::sleep(pause).await,
                Some(_) | None => return Err(failed.obstacle),
            }
        }
    }

    /// Runs the credential plugin again after a 401, as client-go does; false when there is none.
    async fn renew(&self) -> bool {
        if !self.dialer.has_renewable_credentials() {
            return false;
        }
        let Ok(dialed) = self.dialer.redial().await else { return false };
        *self.dialed.write().await = dialed;
        true
    }

    async fn send_once(&self, call: &Call) -> Result<Vec<u8>, Failed> {
        let request = call.request().map_err(Failed::of)?;
        let _permit = self.permits.acquire().await;
        let sent = self.client().await.send(request.map(Body::from)).await;
        let answer = sent.map_err(|error| Failed::broken(explain::obstacle(&error, &call.names())))?;
        let (status, retry_after) = (answer.status(), retry_after(&answer));
        let body = answer.into_body().collect().await;
        let body = body.map_err(|error| Failed::broken(explain::obstacle(&error, &call.names())))?.to_bytes();
        // The connection goes back to the pool in a task of its own; the next request is to find it there.
        tokio::task::yield_now().await;
        if status.is_success() {
            return Ok(body.to_vec());
        }
        let error = kube::Error::Api(Box::new(status_of(status.as_u16(), &body)));
        let broken = status == StatusCode::BAD_GATEWAY;
        Err(Failed { obstacle: explain::obstacle(&error, &call.names()), broken, retry_after })
    }
}

/// One try that did not work.
struct Failed {
    obstacle: Obstacle,
    /// The connection broke, here or behind a gateway: nobody knows whether the server acted.
    broken: bool,
    retry_after: Option<Duration>,
}

impl Failed {
    fn of(obstacle: Obstacle) -> Self {
        Self { obstacle, broken: false, retry_after: None }
    }

    fn broken(obstacle: Obstacle) -> Self {
        Self { obstacle, broken: true, retry_after: None }
    }

    /// A server that turned us away did nothing, so anything may be sent again. After a broken connection, a
    /// gateway that gave up, or a race that the server lost with itself, only what does no harm when it is done twice.
    fn may_be_repeated(&self, call: &Call) -> bool {
        let is = |wanted| matches!(self.obstacle, Obstacle::Busy { code, .. } if code == wanted);
        let turned_away = is(429) || (is(503) && self.retry_after.is_some());
        let busy = matches!(self.obstacle, Obstacle::Busy { .. });
        let raced = matches!(&self.obstacle, Obstacle::Conflict { message } if message.contains(RACED));
        turned_away || ((self.broken || busy || raced) && call.is_repeatable())
    }
}

fn retry_after(answer: &Response<Body>) -> Option<Duration> {
    let seconds = answer.headers().get(header::RETRY_AFTER)?.to_str().ok()?.parse().ok()?;
    Some(Duration::from_secs(seconds))
}

/// The `Status` of a refusal; proxies in between answer with text of their own.
fn status_of(code: u16, body: &[u8]) -> Status {
    let parsed = serde_json::from_slice::<Status>(body).ok().filter(|status| status.code != 0);
    parsed.unwrap_or_else(|| Status::failure(&String::from_utf8_lossy(body), "").with_code(code))
}
