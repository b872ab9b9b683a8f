//! A client that keeps nothing from the test: every header, and every way in which a connection ends.

use http::{HeaderMap, Request};
use http_body_util::BodyExt as _;
use kube::client::Body;
use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::{Client, Config};
use sandbox::{Rule, Sandbox};
use serde_json::Value;

/// One cluster and its administrator.
pub(crate) struct Visitor {
    pub(crate) sandbox: Sandbox,
    client: Client,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) code: u16,
    pub(crate) headers: HeaderMap,
    /// The body; an error when it ended before its end.
    pub(crate) body: Result<Vec<u8>, String>,
}

impl Visitor {
    pub(crate) async fn new() -> Self {
        let sandbox = Sandbox::start(&["infra"]).await.unwrap();
        let file: Kubeconfig = serde_json::from_value(sandbox.kubeconfig()).unwrap();
        let options = KubeConfigOptions { context: Some("infra".into()), ..KubeConfigOptions::default() };
        let mut config = Config::from_custom_kubeconfig(file, &options).await.unwrap();
        config.default_retry = false;
        config.proxy_url = None;
        Self { sandbox, client: Client::try_from(config).unwrap() }
    }

    pub(crate) fn fault(&self, rule: Rule) {
        self.sandbox.clusters()[0].fault(rule);
    }

    pub(crate) async fn get(&self, path: &str) -> Result<Answer, String> {
        self.send("GET", path, Vec::new()).await
    }

    /// The code of an answer, without waiting for its body.
    pub(crate) async fn begin(&self, path: &str) -> u16 {
        let request = Request::get(path).body(Body::empty()).unwrap();
        self.client.send(request).await.unwrap().status().as_u16()
    }

    pub(crate) async fn send(&self, method: &str, path: &str, body: Vec<u8>) -> Result<Answer, String> {
        let request = Request::builder().method(method).uri(path).header("content-type", "application/json");
        let request = request.body(Body::from(body)).unwrap();
        let (parts, body) = self.client.send(request).await.map_err(|error| error.to_string())?.into_parts();
        let body =
            body.collect().await.map(|body| body.to_bytes().to_vec()).map_err(|error| error.to_string());
        Ok(Answer { code: parts.status.as_u16(), headers: parts.headers, body })
    }
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(self.body.as_ref().unwrap()).unwrap()
    }
}
