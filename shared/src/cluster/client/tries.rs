//! What a try that did not work means: for the next one, and for what was to be done.

use crate::cluster::call::Call;
use crate::terms::Obstacle;
use http::{HeaderMap, StatusCode, header};
use kube::core::Status;
use serde::Deserialize;
use std::time::Duration;

/// What a server says when the object changed between its own reading and writing. A conflict between field managers
/// has other words, and so has a precondition that does not hold.
const RACED: &str = "the object has been modified";

/// One try that did not work.
pub(super) struct Failed {
    pub(super) obstacle: Obstacle,
    /// There was no connection, or it broke, here or behind a gateway.
    pub(super) broken: bool,
    /// Whether the server may have done it all the same, as far as the answer goes.
    pub(super) doubtful: bool,
    pub(super) retry_after: Option<Duration>,
}

impl Failed {
    pub(super) fn of(obstacle: Obstacle) -> Self {
        Self { obstacle, broken: false, doubtful: false, retry_after: None }
    }

    pub(super) fn broken(obstacle: Obstacle) -> Self {
        Self { obstacle, broken: true, doubtful: true, retry_after: None }
    }

    /// A server that turned us away did nothing, so anything may be sent again. After a broken connection, a
    /// gateway that gave up, or a race that the server lost with itself, only what does no harm when it is done twice.
    pub(super) fn may_be_repeated(&self, call: &Call) -> bool {
        let is = |wanted| matches!(self.obstacle, Obstacle::Busy { code, .. } if code == wanted);
        let turned_away = is(429) || (is(503) && self.retry_after.is_some() && !self.doubtful);
        let busy = matches!(self.obstacle, Obstacle::Busy { .. });
        let raced = matches!(&self.obstacle, Obstacle::Conflict { message } if message.contains(RACED));
        turned_away || ((self.broken || busy || raced) && call.is_repeatable())
    }
}

/// Whether a server with this answer may have done what it was asked: a gateway or an API server that gave up waiting
/// does not know what became of it.
pub(super) fn leaves_doubt(status: StatusCode, body: &[u8]) -> bool {
    match status {
        // An API server that says this turned the request away. A proxy says it too when the server behind it hung up
        // in the middle, whatever that had done by then: "upstream connect error or disconnect/reset before headers".
        StatusCode::SERVICE_UNAVAILABLE => !is_of_kubernetes(body),
        // Admission comes before the store; whatever else failed may have done so after it.
        StatusCode::INTERNAL_SERVER_ERROR => !is_of_admission(&status_of(500, body).message),
        StatusCode::NOT_IMPLEMENTED | StatusCode::HTTP_VERSION_NOT_SUPPORTED => false,
        other => other.is_server_error(),
    }
}

fn is_of_admission(message: &str) -> bool {
    message.contains("failed calling webhook") || message.starts_with("admission webhook ")
}

/// Whether a body is a `Status`, which proxies do not speak.
fn is_of_kubernetes(body: &[u8]) -> bool {
    #[derive(Deserialize)]
    struct Typed {
        kind: String,
    }
    serde_json::from_slice::<Typed>(body).is_ok_and(|typed| typed.kind == "Status")
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
