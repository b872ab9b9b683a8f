//! One user's way into one API server, with nothing between the case and the answer.

use http::{HeaderMap, Method, Request, header};
use http_body_util::BodyExt as _;
use kube::{Client, client::Body};
use serde_json::Value;

use crate::stream::Stream;

/// What kubectl asks for when it prints a table.
pub(crate) const TABLE: &str = "application/json;as=Table;v=v1;g=meta.k8s.io,\
                                application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json";
/// Metadata of a list and nothing else.
pub(crate) const METADATA_LIST: &str = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";
/// Metadata of one object.
pub(crate) const METADATA: &str = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";
/// The media type of server-side apply.
pub(crate) const APPLY: &str = "application/apply-patch+yaml";
/// The media type of a JSON merge patch.
pub(crate) const MERGE: &str = "application/merge-patch+json";

/// Sends requests of one user.
pub(crate) struct Door {
    client: Client,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) code: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
    /// The text as JSON; null when it is none.
    pub(crate) body: Value,
}

impl Door {
    pub(crate) fn new(client: Client) -> Self {
        Self { client }
    }

    /// The client underneath, for what `testkit` does with one.
    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.get_as(path, "application/json").await
    }

    pub(crate) async fn get_as(&self, path: &str, accept: &str) -> Answer {
        self.send(Request::get(path).header(header::ACCEPT, accept).body(Vec::new()).unwrap()).await
    }

    pub(crate) async fn post(&self, path: &str, object: &Value) -> Answer {
        self.body(Method::POST, path, ("application/json", &object.to_string())).await
    }

    /// Server-side apply. The manager is part of the path's query.
    pub(crate) async fn apply(&self, path: &str, object: &Value) -> Answer {
        self.body(Method::PATCH, path, (APPLY, &object.to_string())).await
    }

    pub(crate) async fn merge(&self, path: &str, patch: &Value) -> Answer {
        self.body(Method::PATCH, path, (MERGE, &patch.to_string())).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.send(Request::delete(path).body(Vec::new()).unwrap()).await
    }

    /// Deletes with these fields of `DeleteOptions`.
    pub(crate) async fn delete_with(&self, path: &str, mut options: Value) -> Answer {
        options["apiVersion"] = "v1".into();
        options["kind"] = "DeleteOptions".into();
        self.body(Method::DELETE, path, ("application/json", &options.to_string())).await
    }

    pub(crate) async fn body(&self, method: Method, path: &str, (kind, body): (&str, &str)) -> Answer {
        let request = Request::builder().method(method).uri(path).header(header::CONTENT_TYPE, kind);
        self.send(request.body(body.as_bytes().to_vec()).unwrap()).await
    }

    pub(crate) async fn send(&self, request: Request<Vec<u8>>) -> Answer {
        let (parts, body) = self.client.send(request.map(Body::from)).await.unwrap().into_parts();
        let text = String::from_utf8(body.collect().await.unwrap().to_bytes().to_vec()).unwrap();
        let body = serde_json::from_str(&text).unwrap_or_default();
        Answer { code: parts.status.as_u16(), headers: parts.headers, text, body }
    }

    /// Opens a watch; a refusal fails the test.
    pub(crate) async fn watch(&self, path: &str) -> Stream {
        let request = Request::get(path).header(header::ACCEPT, "application/json").body(Body::empty());
        let answer = self.client.send(request.unwrap()).await.unwrap();
        assert_eq!(answer.status(), 200, "the watch {path} is refused");
        Stream::new(answer.into_body())
    }
}

impl Answer {
    /// The object of an answer that is no refusal.
    pub(crate) fn ok(self) -> Value {
        assert!((200..300).contains(&self.code), "{} {}", self.code, self.text);
        self.body
    }

    /// Code, reason and message of a refusal.
    pub(crate) fn refusal(&self) -> (u16, &str, &str) {
        assert_eq!(self.body["status"], "Failure", "{} {}", self.code, self.text);
        assert_eq!(self.body["code"], self.code, "{}", self.text);
        let text = |field: &str| self.body[field].as_str().unwrap_or_default();
        (self.code, text("reason"), text("message"))
    }

    /// The details of a refusal.
    pub(crate) fn details(&self) -> &Value {
        &self.body["details"]
    }

    /// Message and field of the first cause of a refusal.
    pub(crate) fn cause(&self) -> (&str, &str, &str) {
        let cause = &self.body["details"]["causes"][0];
        let text = |field: &str| cause[field].as_str().unwrap_or_default();
        (text("reason"), text("message"), text("field"))
    }

    /// Code and text of an answer of no API at all.
    pub(crate) fn plain(&self) -> (u16, &str, &str) {
        let kind = self.headers.get(header::CONTENT_TYPE).unwrap().to_str().unwrap();
        (self.code, kind, &self.text)
    }
}
