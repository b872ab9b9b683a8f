//! One request to an API server as a value: what it asks, of which resource, under which names.

mod ask;
mod hear;
mod resource;
mod write;

use super::explain::RequestNames;
use crate::terms::{Obstacle, Scope};
pub(super) use ask::Ask;
use http::{Method, Request, header};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
pub use resource::Resource;
use serde_json::Value;

/// What may stand in a path segment as it is; everything else is escaped, so that no name can become a path.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// How an object is to be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// The whole object.
    Full,
    /// Its metadata only; the server leaves the rest out.
    Metadata,
}

/// One request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// The verb as RBAC names it.
    pub verb: &'static str,
    /// Of what.
    pub resource: Resource,
    /// In which namespace.
    pub namespace: Option<String>,
    /// What it asks for, for who answers without HTTP.
    pub(super) ask: Ask,
    method: Method,
    path: String,
    query: Vec<(&'static str, String)>,
    accept: &'static str,
    body: Option<(&'static str, Value)>,
    repeatable: bool,
}

impl Call {
    fn new(verb: &'static str, method: Method, resource: Resource, namespace: Option<&str>) -> Self {
        let place = namespace.map(|name| format!("/namespaces/{}", utf8_percent_encode(name, SEGMENT)));
        let path = format!("{}{}/{}", resource.root(), place.unwrap_or_default(), resource.plural);
        Self {
            verb,
            resource,
            namespace: namespace.map(str::to_owned),
            ask: Ask::Other,
            method,
            path,
            query: Vec::new(),
            accept: "application/json",
            body: None,
            repeatable: true,
        }
    }

    fn named(mut self, name: &str) -> Self {
        self.path = format!("{}/{}", self.path, utf8_percent_encode(name, SEGMENT));
        self
    }

    fn asking(mut self, ask: Ask) -> Self {
        self.ask = ask;
        self
    }

    fn with(mut self, key: &'static str, value: impl Into<String>) -> Self {
        self.query.push((key, value.into()));
        self
    }

    /// Reads one object.
    pub fn get(resource: Resource, namespace: Option<&str>, name: &str) -> Self {
        Self::new("get", Method::GET, resource, namespace).named(name).asking(Ask::One(name.to_owned()))
    }

    /// Asks which resources a version of an API has. Everybody whom a cluster knows may do that.
    pub fn served(resource: Resource) -> Self {
        let call = Self::new("get", Method::GET, resource, None).asking(Ask::Served);
        Self { path: resource.root(), ..call }
    }

    /// Asks which version of Kubernetes answers. Everybody may do that, unless somebody has forbidden it.
    pub fn version() -> Self {
        let call = Self::new("get", Method::GET, Resource::VERSION, None).asking(Ask::Version);
        Self { path: Resource::VERSION.plural.to_owned(), ..call }
    }

    /// Reads one page of at most `limit` objects; `after` is the continue token of the page before.
    pub fn list(resource: Resource, scope: &Scope, shape: Shape, limit: usize, after: &str) -> Self {
        let call = Self::new("list", Method::GET, resource, scope.namespace.as_deref()).scoped(scope);
        let mut call = call.asking(Ask::Many(scope.clone(), shape));
        if shape == Shape::Metadata {
            call.accept = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";
        }
        call = call.with("limit", limit.to_string());
        if after.is_empty() { call } else { call.with("continue", after) }
    }

    /// Lets an API server answer from what it has at hand, without making sure that nothing newer is stored: what is there or
    /// was a moment ago, for a third less work of the server. It is for the first page of a list alone.
    #[must_use]
    pub fn of_any_version(self) -> Self {
        self.with("resourceVersion", "0")
    }

    /// Hears of changes after a version, for at most so many seconds.
    pub fn watch(resource: Resource, scope: &Scope, version: &str, seconds: u64) -> Self {
        Self::new("watch", Method::GET, resource, scope.namespace.as_deref())
            .scoped(scope)
            .with("watch", "true")
            .with("allowWatchBookmarks", "true")
            .with("resourceVersion", version)
            .with("timeoutSeconds", seconds.to_string())
    }

    fn scoped(self, scope: &Scope) -> Self {
        let fields =
            scope.name.iter().map(|name| format!("metadata.name={name}")).chain(scope.fields.clone());
        let fields = fields.collect::<Vec<_>>().join(",");
        let named = if fields.is_empty() { self } else { self.with("fieldSelector", fields) };
        match &scope.labels {
            Some(selector) => named.with("labelSelector", selector.clone()),
            None => named,
        }
    }

    /// Reads what a container has said, up to a bound.
    pub fn log(namespace: &str, pod: &str, container: &str, bytes: usize) -> Self {
        let mut call = Self::get(Resource::PODS, Some(namespace), pod).asking(Ask::Other);
        (call.resource, call.accept) = (Resource::POD_LOGS, "*/*");
        call.path = format!("{}/log", call.path);
        call.with("container", container).with("limitBytes", bytes.to_string())
    }

    /// Makes an object. Not repeated after a broken connection: a second try could meet its own first one.
    pub fn create(resource: Resource, namespace: Option<&str>, body: &Value) -> Self {
        let mut call = Self::new("create", Method::POST, resource, namespace);
        call.body = Some(("application/json", body.clone()));
        call.repeatable = false;
        call
    }

    /// Applies fields to one object on the server's side. Safe to repeat: the same fields give the same object.
    pub fn apply(resource: Resource, namespace: Option<&str>, name: &str, body: &Value) -> Self {
        let mut call = Self::new("patch", Method::PATCH, resource, namespace).named(name);
        // The YAML media type carries JSON as well; it is the only one that all servers know for apply.
        call.body = Some(("application/apply-patch+yaml", body.clone()));
        call
    }

    /// Names the field manager of a write.
    #[must_use]
    pub fn managed_by(self, manager: &str) -> Self {
        self.with("fieldManager", manager)
    }

    /// Takes fields over from other managers.
    #[must_use]
    pub fn forced(self) -> Self {
        self.with("force", "true")
    }

    /// Lets the server judge the write without keeping it.
    #[must_use]
    pub fn dry(mut self) -> Self {
        match (&self.method, &mut self.body) {
            // A deletion with a body takes its options from there alone: beside one, the query is not looked at.
            (&Method::DELETE, Some((_, Value::Object(options)))) => {
                options.insert("dryRun".to_owned(), serde_json::json!(["All"]));
                self
            }
            _ => self.with("dryRun", "All"),
        }
    }

    /// Whether sending it twice does no more than sending it once.
    pub fn is_repeatable(&self) -> bool {
        self.repeatable
    }

    /// The request line, for logs.
    pub fn line(&self) -> String {
        format!("{} {}", self.method, self.uri())
    }

    /// What was asked, and in which shape: two calls with the same key have the same answer.
    pub(super) fn key(&self) -> String {
        format!("{:?} {}", self.ask, self.line())
    }

    fn uri(&self) -> String {
        let mut pairs = form_urlencoded::Serializer::new(String::new());
        pairs.extend_pairs(self.query.iter().map(|(key, value)| (*key, value.as_str())));
        let query = pairs.finish();
        if query.is_empty() { self.path.clone() } else { format!("{}?{query}", self.path) }
    }

    /// The request as HTTP; the client adds server and credentials.
    ///
    /// # Errors
    /// [`Obstacle::Malformed`] when a part cannot stand in a request; escaping makes that impossible for names.
    pub fn request(&self) -> Result<Request<Vec<u8>>, Obstacle> {
        let mut request =
            Request::builder().method(&self.method).uri(self.uri()).header(header::ACCEPT, self.accept);
        if let Some((content_type, _)) = &self.body {
            request = request.header(header::CONTENT_TYPE, *content_type);
        }
        let body = self.body.as_ref().map(|(_, body)| body.to_string().into_bytes()).unwrap_or_default();
        request
            .body(body)
            .map_err(|error| Obstacle::Malformed { what: self.line(), cause: error.to_string() })
    }

    /// What error messages say of it.
    pub fn names(&self) -> RequestNames {
        RequestNames {
            verb: self.verb.to_owned(),
            resource: self.resource.name(),
            namespace: self.namespace.clone(),
        }
    }
}

#[cfg(test)]
mod tests;
