//! What a try that did not work means: for the next one, and for what was to be done.

use crate::cluster::call::Call;
use crate::terms::Obstacle;
use http::{HeaderMap, StatusCode, header};
use kube::core::Status;
use std::time::Duration;

/// What a server says when the object changed between its own reading and writing. A conflict between field managers
/// has other words, and so has a precondition that does not hold.
const RACED: &str = "the object has been modified";

/// One try that did not work.
pub(super) struct Failed {
    pub(super) obstacle: Obstacle,
    /// There was no connection, or it broke, here or behind a gateway.
    pub(super) broken: bool,
    pub(super) retry_after: Option<Duration>,
}

impl Failed {
    pub(super) fn of(obstacle: Obstacle) -> Self {
        Self { obstacle, broken: false, retry_after: None }
    }

    pub(super) fn broken(obstacle: Obstacle) -> Self {
        Self { obstacle, broken: true, retry_after: None }
    }

    /// A server that turned us away did nothing, so anything may be sent again. After a broken connection, a
    /// gateway that gave up, or a race that the server lost with itself, only what does no harm when it is done twice.
    pub(super) fn may_be_repeated(&self, call: &Call) -> bool {
        let is = |wanted| matches!(self.obstacle, Obstacle::Busy { code, .. } if code == wanted);
        let turned_away = is(429) || (is(503) && self.retry_after.is_some());
        let busy = matches!(self.obstacle, Obstacle::Busy { .. });
        let raced = matches!(&self.obstacle, Obstacle::Conflict { message } if message.contains(RACED));
        turned_away || ((self.broken || busy || raced) && call.is_repeatable())
    }
}

/// Whether a server with this answer may have done what it was asked: a gateway or an API server that gave up waiting
/// does not know what became of it.
pub(super) fn leaves_doubt(status: StatusCode, body: &[u8]) -> bool {
    match status {
        StatusCode::BAD_GATEWAY | StatusCode::GATEWAY_TIMEOUT => true,
        StatusCode::INTERNAL_SERVER_ERROR => status_of(500, body).message.starts_with("etcdserver: "),
        _ => false,
    }
}

/// How long the server wants us to wait. A date instead of seconds is not read.
pub(super) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers.get(header::RETRY_AFTER)?.to_str().ok()?.parse().ok()?;
    Some(Duration::from_secs(seconds))
}

/// The `Status` of a refusal; proxies in between answer with text of their own.
pub(super) fn status_of(code: u16, body: &[u8]) -> Status {
    let parsed = serde_json::from_slice::<Status>(body).ok().filter(|status| status.code != 0);
    parsed.unwrap_or_else(|| Status::failure(&String::from_utf8_lossy(body), "").with_code(code))
}
