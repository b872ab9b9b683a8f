//! What a request is refused with: the `Status` of the API, in the server's own words.
//!
//! Every refusal is made here, so that a reason never goes with the wrong code, and nobody has to look for a text.

mod demand;
mod problem;

use serde_json::{Map, Value, json};

pub(crate) use problem::Problem;

/// A refused request.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Refusal {
    pub(crate) code: u16,
    pub(crate) reason: &'static str,
    pub(crate) message: String,
    /// Behind a pointer, since refusals are passed on through many hands.
    pub(crate) details: Box<Map<String, Value>>,
    /// A continue token with which a list can go on in the present.
    pub(crate) token: Option<String>,
    /// What stands in plain text instead of a `Status`: the answer of no API at all.
    pub(crate) plain: bool,
}

/// An object as refusals name it: the group may be empty.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Named<'a> {
    pub(crate) group: &'a str,
    /// The plural of the resource, or the kind where the server speaks of the kind.
    pub(crate) resource: &'a str,
    pub(crate) name: &'a str,
}

impl Named<'_> {
    /// `deployments.apps`.
    pub(crate) fn qualified(&self) -> String {
        if self.group.is_empty() { self.resource.into() } else { format!("{}.{}", self.resource, self.group) }
    }

    pub(crate) fn details(&self) -> Map<String, Value> {
        let mut details = Map::new();
        for (field, value) in [("name", self.name), ("group", self.group), ("kind", self.resource)] {
            if !value.is_empty() {
                details.insert(field.into(), value.into());
            }
        }
        details
    }
}

impl Refusal {
    fn new(code: u16, reason: &'static str, message: impl Into<String>) -> Self {
        Self { code, reason, message: message.into(), details: Box::default(), token: None, plain: false }
    }

    fn about(mut self, named: &Named<'_>) -> Self {
        self.details = Box::new(named.details());
        self
    }

    fn with(mut self, field: &str, value: impl Into<Value>) -> Self {
        self.details.insert(field.into(), value.into());
        self
    }

    /// The object is not there.
    pub(crate) fn not_found(named: &Named<'_>) -> Self {
        Self::new(404, "NotFound", format!("{} \"{}\" not found", named.qualified(), named.name)).about(named)
    }

    /// A built-in group has no such version or resource.
    pub(crate) fn not_served() -> Self {
        Self::new(404, "NotFound", "the server could not find the requested resource")
    }

    /// There is nothing at this path.
    pub(crate) fn no_page() -> Self {
        Self { plain: true, ..Self::new(404, "", "404 page not found\n") }
    }

    /// The sandbox does not do this: better than doing it wrongly.
    pub(crate) fn not_done(what: &str) -> Self {
        Self::new(501, "NotImplemented", format!("the sandbox does not serve this: {what}"))
    }

    pub(crate) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(400, "BadRequest", message)
    }

    /// What the server says without a reason, as if it had failed.
    pub(crate) fn internal(message: impl Into<String>) -> Self {
        Self::new(500, "", message)
    }

    pub(crate) fn unauthorized() -> Self {
        Self::new(401, "Unauthorized", "Unauthorized")
    }

    /// `words` say who may not do what.
    pub(crate) fn forbidden(named: &Named<'_>, words: &str) -> Self {
        let object = match named.name {
            "" => named.qualified(),
            name => format!("{} \"{name}\"", named.qualified()),
        };
        Self::new(403, "Forbidden", format!("{object} is forbidden: {words}")).about(named)
    }

    /// A path that is no resource.
    pub(crate) fn forbidden_path(words: &str) -> Self {
        Self::new(403, "Forbidden", format!("forbidden: {words}"))
    }

    /// The namespace is going, and takes nothing new.
    pub(crate) fn terminating(named: &Named<'_>, namespace: &str) -> Self {
        let words =
            format!("unable to create new content in namespace {namespace} because it is being terminated");
        let message = format!("namespace {namespace} is being terminated");
        let cause =
            json!({"reason": "NamespaceTerminating", "message": message, "field": "metadata.namespace"});
        Self::forbidden(named, &words).with("causes", json!([cause]))
    }

    pub(crate) fn exists(named: &Named<'_>) -> Self {
        let message = format!("{} \"{}\" already exists", named.qualified(), named.name);
        Self::new(409, "AlreadyExists", message).about(named)
    }

    /// The object is not as the request wants it.
    pub(crate) fn conflict(named: &Named<'_>, words: &str) -> Self {
        let message =
            format!("Operation cannot be fulfilled on {} \"{}\": {words}", named.qualified(), named.name);
        Self::new(409, "Conflict", message).about(named)
    }

    /// Other managers own what an apply would change.
    pub(crate) fn owned(message: String, causes: Value) -> Self {
        Self::new(409, "Conflict", message).with("causes", causes)
    }

    /// The object is not valid. `kind` is the resource as the message names it.
    pub(crate) fn invalid(named: &Named<'_>, problems: &[Problem]) -> Self {
        let texts: Vec<_> = problems.iter().map(ToString::to_string).collect();
        let words = match &texts[..] {
            [one] => one.clone(),
            many => format!("[{}]", many.join(", ")),
        };
        let causes: Value = problems.iter().map(Problem::cause).collect();
        let message = format!("{} \"{}\" is invalid: {words}", named.qualified(), named.name);
        Self::new(422, "Invalid", message).about(named).with("causes", causes)
    }

    /// What the server understands and cannot do.
    pub(crate) fn unprocessable(named: &Named<'_>, message: String) -> Self {
        Self::new(422, "Invalid", message).about(named)
    }

    pub(crate) fn unsupported_media(message: impl Into<String>) -> Self {
        Self::new(415, "UnsupportedMediaType", message)
    }

    pub(crate) fn not_acceptable() -> Self {
        let known = "application/json, application/yaml, application/vnd.kubernetes.protobuf";
        let message = format!(
            "only the following media types are accepted: {known}. Available representations: application/json, \
             application/yaml"
        );
        Self::new(406, "NotAcceptable", message)
    }

    pub(crate) fn method_not_allowed() -> Self {
        Self::new(405, "MethodNotAllowed", "the server does not allow this method on the requested resource")
    }

    /// As of the generic part of the server, which serves custom resources.
    pub(crate) fn unsupported_verb(named: &Named<'_>, verb: &str) -> Self {
        let message = format!("{verb} is not supported on resources of kind \"{}\"", named.qualified());
        let named = Named { name: "", ..*named };
        Self::new(405, "MethodNotAllowed", message).about(&named)
    }

    /// The body is longer than the server reads.
    pub(crate) fn too_long(limit: usize) -> Self {
        let message = format!("Request entity too large: limit is {limit}");
        Self::new(413, "RequestEntityTooLarge", message)
    }

    /// The version is forgotten.
    pub(crate) fn expired(message: impl Into<String>) -> Self {
        Self::new(410, "Expired", message)
    }

    /// The version has not come yet.
    pub(crate) fn too_large(version: u64, current: u64) -> Self {
        let message = format!("Timeout: Too large resource version: {version}, current: {current}");
        let cause = json!({"reason": "ResourceVersionTooLarge", "message": "Too large resource version"});
        Self::new(504, "Timeout", message).with("causes", json!([cause])).with("retryAfterSeconds", 1)
    }

    /// The `Status` object.
    pub(crate) fn status(&self) -> Value {
        let mut metadata = Map::new();
        if let Some(token) = &self.token {
            metadata.insert("continue".into(), token.as_str().into());
        }
        let mut status = json!({
            "kind": "Status", "apiVersion": "v1", "metadata": metadata, "status": "Failure", "message": self.message,
        });
        if let Value::Object(fields) = &mut status {
            if !self.reason.is_empty() {
                fields.insert("reason".into(), self.reason.into());
            }
            if !matches!(self.code, 401 | 400 | 410) || !self.details.is_empty() {
                fields.insert("details".into(), Value::Object(self.details.as_ref().clone()));
            }
            fields.insert("code".into(), self.code.into());
        }
        status
    }
}
