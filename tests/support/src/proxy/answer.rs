//! Answers in the form in which an API server gives them.

use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use serde_json::{Value, json};

/// An answer that the proxy gives by itself.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The HTTP status.
    pub status: StatusCode,
    /// The headers; the length is added by itself.
    pub headers: HeaderMap,
    /// The body, sent as it is.
    pub body: Vec<u8>,
}

impl Answer {
    /// An answer with any text; `code` is an HTTP status.
    pub fn new(code: u16, content_type: &'static str, body: impl Into<Vec<u8>>) -> Self {
        let headers = HeaderMap::from_iter([(header::CONTENT_TYPE, HeaderValue::from_static(content_type))]);
        Self { status: StatusCode::from_u16(code).unwrap(), headers, body: body.into() }
    }

    /// An answer with a JSON document.
    pub fn json(code: u16, body: &Value) -> Self {
        Self::new(code, "application/json", body.to_string())
    }

    /// A refusal in Kubernetes' own form, a `Status` object.
    pub fn refusal(code: u16, reason: &str, message: &str) -> Self {
        Self::json(code, &status(code, reason, message))
    }

    /// 401: the credentials are not accepted.
    pub fn unauthorized() -> Self {
        Self::refusal(401, "Unauthorized", "Unauthorized")
    }

    /// 403 as RBAC words it, such as `forbidden("dev", "list", "services", "shop")`.
    pub fn forbidden(user: &str, verb: &str, resource: &str, namespace: &str) -> Self {
        let message = format!(
            "{resource} is forbidden: User \"{user}\" cannot {verb} resource \"{resource}\" in API group \"\" \
             in the namespace \"{namespace}\""
        );
        Self::refusal(403, "Forbidden", &message)
    }

    /// 404 of an object that is not there.
    pub fn not_found(resource: &str, name: &str) -> Self {
        Self::refusal(404, "NotFound", &format!("{resource} \"{name}\" not found"))
    }

    /// 404 of a path that is not served, such as that of a missing CRD: text, not a `Status`.
    pub fn not_served() -> Self {
        Self::new(404, "text/plain; charset=utf-8", "404 page not found\n")
    }

    /// 409: somebody else changed the object in the meantime.
    pub fn conflict(resource: &str, name: &str) -> Self {
        let message = format!(
            "Operation cannot be fulfilled on {resource} \"{name}\": the object has been modified; \
             please apply your changes to the latest version and try again"
        );
        Self::refusal(409, "Conflict", &message)
    }

    /// 429 as priority and fairness sends it.
    pub fn too_many_requests(retry_after: u32) -> Self {
        let message = "Too many requests, please try again later.";
        let mut body = status(429, "TooManyRequests", message);
        if let Some(body) = body.as_object_mut() {
            body.insert("details".to_owned(), json!({ "retryAfterSeconds": retry_after }));
        }
        Self::json(429, &body).header("retry-after", &retry_after.to_string())
    }

    /// 503 of a server that is starting or ending.
    pub fn unavailable() -> Self {
        Self::refusal(503, "ServiceUnavailable", "the server is currently unable to handle the request")
    }

    /// An admission webhook said no; `code` is what that webhook chose, 400 or 403 mostly.
    pub fn denied(code: u16, webhook: &str, message: &str) -> Self {
        let reason = if code == 403 { "Forbidden" } else { "BadRequest" };
        Self::refusal(code, reason, &format!("admission webhook \"{webhook}\" denied the request: {message}"))
    }

    /// 410 of a list's continue token that is too old.
    pub fn gone() -> Self {
        Self::refusal(
            410,
            "Expired",
            "The provided continue parameter is too old to display a consistent list result.",
        )
    }

    /// A watch whose resource version is too old.
    pub(super) fn expired_watch() -> Self {
        let object = status(410, "Expired", "too old resource version: 1 (2)");
        Self::new(200, "application/json", format!("{}\n", json!({ "type": "ERROR", "object": object })))
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.insert(HeaderName::from_static(name), HeaderValue::from_str(value).unwrap());
        self
    }
}

fn status(code: u16, reason: &str, message: &str) -> Value {
    json!({
        "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure",
        "message": message, "reason": reason, "code": code,
    })
}
