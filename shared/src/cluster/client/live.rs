//! An API server behind a cluster: calls under a bound, few at a time, repeating only what is safe to repeat.

use super::bodies::{self, Way};
use super::clock::Clock;
use super::tries::{self, Failed};
use super::turns::Turns;
use super::{Undone, WATCHES};
use crate::cluster::call::Call;
use crate::cluster::dial::{DialError, Dialed, Dialer, Sent};
use crate::cluster::explain;
use crate::cluster::moment::now;
use crate::terms::{ClusterName, Obstacle};
use http::StatusCode;
use http_body_util::BodyExt;
use kube::client::Body;
use std::time::{Duration, Instant};
use tokio::sync::{Mutex, RwLock, Semaphore, SemaphorePermit};

/// Waits before the second and the third try.
const PAUSES: [Duration; 2] = [Duration::from_millis(100), Duration::from_millis(400)];

/// A connected API server.
pub(in crate::cluster) struct Live {
    name: ClusterName,
    dialer: Dialer,
    dialed: RwLock<Dialed>,
    listener: Mutex<Option<kube::Client>>,
    turns: Turns,
    watches: Semaphore,
    bound: Duration,
    clock: Clock,
}

impl Live {
    pub(super) fn new(name: ClusterName, dialer: Dialer, dialed: Dialed, bound: Duration) -> Self {
        let (turns, watches) = (Turns::new(), Semaphore::new(WATCHES));
        let (dialed, clock) = (RwLock::new(dialed), Clock::default());
        Self { name, dialer, dialed, listener: Mutex::default(), turns, watches, bound, clock }
    }

    pub(super) async fn server(&self) -> String {
        self.dialed.read().await.server.clone()
    }

    /// The same, and the proxy that is asked first, if any.
    pub(super) async fn way(&self) -> String {
        let server = self.server().await;
        self.dialer
            .proxy()
            .map_or_else(|| server.clone(), |proxy| format!("{server} through the proxy {proxy}"))
    }

    pub(super) fn clock(&self) -> Option<i64> {
        self.clock.ahead()
    }

    pub(super) async fn certificate_authority(&self) -> Vec<Vec<u8>> {
        self.dialed.read().await.certificate_authority.clone()
    }

    pub(super) async fn warnings(&self) -> Vec<String> {
        self.dialed.read().await.warnings.clone()
    }

    /// A place among the watches and one among the connections, held for as long as the watch lives.
    pub(in crate::cluster) async fn permit_to_watch(&self) -> Option<[SemaphorePermit<'_>; 2]> {
        let watch = self.watches.acquire().await.ok()?;
        Some([watch, self.turns.to_watch(&self.dialer).await?])
    }

    /// The client for watches that last as long as the run; they share it until credentials are renewed.
    pub(in crate::cluster) async fn listener(&self) -> Result<kube::Client, Obstacle> {
        let mut listener = self.listener.lock().await;
        if let Some(client) = &*listener {
            return Ok(client.clone());
        }
        let dialed = self.dialer.dial_to_watch().await.map_err(|error| match error {
            DialError::Obstacle(obstacle) => obstacle,
            DialError::Name(failure) => Obstacle::Unreachable { cause: failure.what },
        })?;
        Ok(listener.insert(dialed.client).clone())
    }

    /// The client at this moment; it changes when credentials are renewed.
    pub(in crate::cluster) async fn client(&self) -> kube::Client {
        self.dialed.read().await.client.clone()
    }

    pub(super) async fn submit(&self, call: &Call) -> Result<Vec<u8>, Undone> {
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
    pub(in crate::cluster) async fn renew(&self) -> bool {
        if !self.dialer.has_renewable_credentials() {
            return false;
        }
        let Ok(dialed) = self.dialer.redial().await else { return false };
        *self.dialed.write().await = dialed;
        *self.listener.lock().await = None;
        true
    }

    async fn send_once(&self, call: &Call, sent: &Sent) -> Result<Vec<u8>, Failed> {
        let mut request = call.request().map_err(Failed::of)?;
        bodies::log(&self.name, Way::There, call.resource, request.body());
        request.extensions_mut().insert(sent.clone());
        let (in_doubt, _permit) = (sent.is(), self.turns.next(&self.dialer).await);
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
            return Ok(body.into());
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
