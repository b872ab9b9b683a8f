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

    /// Begins a watch in this shape.
    pub(crate) async fn watch(&self, path: &str, accept: &str) -> Watching {
        let request = Request::get(path).header("accept", accept).body(Body::empty()).unwrap();
        let answer = self.client.send(request).await.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        Watching { body: answer.into_body() }
    }

    /// Makes a namespace.
    pub(crate) async fn namespace(&self, name: &str) {
        let body = format!("{{\"metadata\": {{\"name\": \"{name}\"}}}}");
        let answer = self.send("POST", "/api/v1/namespaces", body.into_bytes()).await.unwrap();
        assert_eq!(answer.code, 201, "{answer:?}");
    }

    /// The code of an answer, without waiting for its body.
    pub(crate) async fn begin(&self, path: &str) -> u16 {
        let request = Request::get(path).body(Body::empty()).unwrap();
        self.client.send(request).await.unwrap().status().as_u16()
    }

    /// Asks for another shape than JSON as it is.
    pub(crate) async fn get_as(&self, path: &str, accept: &str) -> Result<Answer, String> {
        self.answer(Request::get(path).header("accept", accept).body(Body::empty()).unwrap()).await
    }

    pub(crate) async fn send(&self, method: &str, path: &str, body: Vec<u8>) -> Result<Answer, String> {
        let request = Request::builder().method(method).uri(path).header("content-type", "application/json");
        self.answer(request.body(Body::from(body)).unwrap()).await
    }

    async fn answer(&self, request: Request<Body>) -> Result<Answer, String> {
        let (parts, body) = self.client.send(request).await.map_err(|error| error.to_string())?.into_parts();
        let body =
            body.collect().await.map(|body| body.to_bytes().to_vec()).map_err(|error| error.to_string());
        Ok(Answer { code: parts.status.as_u16(), headers: parts.headers, body })
    }
}

/// What a watch has said, and whether its connection was cut.
#[derive(Debug)]
pub(crate) struct Told {
    pub(crate) events: Vec<Value>,
    pub(crate) is_cut: bool,
}

/// A watch that has begun.
pub(crate) struct Watching {
    body: Body,
}

impl Watching {
    /// Waits for so many events, or for the end.
    pub(crate) async fn told(&mut self, most: usize) -> Told {
        let mut bytes = Vec::new();
        let mut is_cut = false;
        while bytes.split(|byte| *byte == b'\n').count() <= most {
            match self.body.frame().await {
                Some(Ok(frame)) => bytes.extend(frame.into_data().unwrap()),
                Some(Err(_)) => {
                    is_cut = true;
                    break;
                }
                None => break,
            }
        }
        let lines = bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        Told { events: lines.map(|line| serde_json::from_slice(line).unwrap()).collect(), is_cut }
    }
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(self.body.as_ref().unwrap()).unwrap()
    }
}
