//! Refusals that somebody asks the sandbox for.

use super::Refusal;

/// The codes that an API server answers with, and the reason in the `Status` of each.
const REASONS: [(u16, &str); 15] = [
    (400, "BadRequest"),
    (401, "Unauthorized"),
    (403, "Forbidden"),
    (404, "NotFound"),
    (405, "MethodNotAllowed"),
    (406, "NotAcceptable"),
    (409, "Conflict"),
    (410, "Expired"),
    (413, "RequestEntityTooLarge"),
    (415, "UnsupportedMediaType"),
    (422, "Invalid"),
    (429, "TooManyRequests"),
    (500, "InternalError"),
    (503, "ServiceUnavailable"),
    (504, "Timeout"),
];

/// A request that took longer than it may, as a kube-apiserver answers it: in plain text, and without saying when to
/// come back.
const TIMEOUT: &str = r#"{"metadata":{},"status":"Failure","message":"Timeout: request did not complete within the allotted timeout","reason":"Timeout","details":{},"code":504}
"#;

impl Refusal {
    /// A refusal with this code. It may ask to come back after so many seconds; too many requests always ask.
    pub(crate) fn on_demand(code: u16, retry: Option<u64>) -> Self {
        // No API server says this: it comes from a proxy in front of one, which knows no `Status`.
        if code == 502 {
            return Self { plain: true, ..Self::new(code, "", "502 Bad Gateway\n") };
        }
        // What keeps the time of requests stands before what writes answers, and says it by itself.
        if code == 504 && retry.is_none() {
            return Self { plain: true, ..Self::new(code, "", TIMEOUT) };
        }
        let reason = REASONS.iter().find(|(known, _)| *known == code).map_or("", |(_, reason)| *reason);
        let refusal = Self::new(code, reason, "a fault that was asked for");
        match retry.or((code == 429).then_some(1)) {
            Some(seconds) => refusal.with("retryAfterSeconds", seconds),
            None => refusal,
        }
    }

    /// After how many seconds one may come back; the server says so in a header, too.
    pub(crate) fn retry(&self) -> Option<u64> {
        self.details.get("retryAfterSeconds")?.as_u64()
    }
}
