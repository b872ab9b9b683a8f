//! The server that is both the injector and the kubelet, and who gives pods to its node.

use std::convert::Infallible;
use std::net::TcpListener as Bound;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::{Request, Response, StatusCode, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use k8s_openapi::api::core::v1::Pod;
use kube::{
    Api, Client,
    api::{ListParams, PostParams},
};
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use super::{Injector, State, objects};

/// How often pods without a node are looked for.
const BEAT: Duration = Duration::from_millis(50);

/// Serves on a thread of its own for as long as the process lives.
pub(super) fn start(listener: Bound, tls: TlsAcceptor, state: Arc<State>) {
    listener.set_nonblocking(true).unwrap();
    thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let listener = TcpListener::from_std(listener).unwrap();
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(connection(stream, tls.clone(), Arc::clone(&state)));
            }
        });
    });
}

async fn connection(stream: TcpStream, tls: TlsAcceptor, state: Arc<State>) {
    let Ok(stream) = tls.accept(stream).await else { return };
    let service = service_fn(|request| answer(Arc::clone(&state), request));
    // Who hangs up has what it wanted.
    drop(http1::Builder::new().serve_connection(TokioIo::new(stream), service).await);
}

async fn answer(state: Arc<State>, request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let path = request.uri().path().to_owned();
    state.asked.lock().unwrap().push(path.clone());
    let body =
        request.into_body().collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
    let (code, text) = if path == "/inject" {
        let review: Value = serde_json::from_slice(&body).unwrap_or_default();
        (StatusCode::OK, objects::reviewed(&review, state.injector == Injector::WithInit).to_string())
    } else if path.starts_with("/containerLogs/") {
        (StatusCode::OK, state.log.lock().unwrap().clone())
    } else {
        (StatusCode::NOT_FOUND, "neither an injector nor a log".to_owned())
    };
    let mut response = Response::new(Full::new(Bytes::from(text)));
    *response.status_mut() = code;
    if path == "/inject" {
        let json = http::HeaderValue::from_static("application/json");
        response.headers_mut().insert(http::header::CONTENT_TYPE, json);
    }
    Ok(response)
}

/// Gives every pod of the namespace that has no node to this one, until it is told to stop.
pub(super) fn bind_pods(client: Client, namespace: String, node: String, state: Arc<State>) {
    // On the runtime that the client lives on.
    crate::world::begin(async move || {
        let pods = Api::<Pod>::namespaced(client.clone(), &namespace);
        while !state.stop.load(Ordering::Relaxed) {
            let waiting = pods.list(&ListParams::default().fields("spec.nodeName=")).await;
            for pod in waiting.map(|list| list.items).unwrap_or_default() {
                let name = pod.metadata.name.unwrap_or_default();
                let binding = json!({
                    "apiVersion": "v1", "kind": "Binding", "metadata": { "name": name },
                    "target": { "apiVersion": "v1", "kind": "Node", "name": node },
                });
                let parameters = PostParams::default();
                // A pod that is gone needs no node.
                drop(pods.create_subresource::<Value, Value>("binding", &name, &parameters, &binding).await);
            }
            tokio::time::sleep(BEAT).await;
        }
    });
}
