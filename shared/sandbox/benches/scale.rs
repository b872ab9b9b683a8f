//! How large the sandbox may get, as a process of its own: `cargo bench -p sandbox`.
//!
//! Prints figures and judges nothing: machines differ, and only ratios of one run mean anything. Every Service has a
//! selector, so that the cluster keeps Endpoints and an EndpointSlice for each, as a real one does.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark: it talks on the terminal, and what does not work must end it"
)]

use std::fmt::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use http_body_util::BodyExt as _;
use kube::Client;
use kube::client::Body;
use serde_json::Value;
use testkit::served::Served;

const RUNS: usize = 7;

fn start(world: &str) -> Served {
    Served::start(Path::new(env!("CARGO_BIN_EXE_sandbox")), world)
}

fn world(clusters: usize, services: usize) -> String {
    let mut text = String::from("clusters:\n");
    for cluster in 0..clusters {
        write!(text, "- name: c{cluster}\n  objects:\n  - {{apiVersion: v1, kind: Namespace, metadata: {{name: shop}}}}\n").unwrap();
        for service in 0..services {
            writeln!(
                text,
                "  - {{apiVersion: v1, kind: Service, metadata: {{name: s{service}, namespace: shop, labels: {{app: a{service}}}}}, \
                 spec: {{selector: {{app: a{service}}}, ports: [{{name: http, port: 80}}]}}}}"
            )
            .unwrap();
        }
    }
    text
}

async fn list(client: &Client) -> Vec<u8> {
    let request = http::Request::get("/api/v1/services").body(Body::empty()).unwrap();
    client.send(request).await.unwrap().into_body().collect().await.unwrap().to_bytes().to_vec()
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

/// The list once the cluster has made the Endpoints of all Services, and changes no more.
async fn settled(client: &Client) -> Vec<u8> {
    let mut last = list(client).await;
    loop {
        tokio::time::sleep(Duration::from_millis(100)).await;
        let next = list(client).await;
        if next == last {
            return last;
        }
        last = next;
    }
}

async fn large(services: usize) {
    let served = start(&world(1, services));
    let client = served.client("c0").await;
    let start = Instant::now();
    let bytes = settled(&client).await;
    let busy = served.ready() + start.elapsed();
    let parsed: Value = serde_json::from_slice(&bytes).unwrap();
    let (mut through, mut alone) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        let start = Instant::now();
        assert_eq!(list(&client).await.len(), bytes.len());
        through.push(start.elapsed());
        let start = Instant::now();
        assert_eq!(serde_json::to_vec(&parsed).unwrap().len(), bytes.len());
        alone.push(start.elapsed());
    }
    let (through, alone) = (median(through), median(alone));
    println!(
        "{services} Services: quiet {busy:?} after the start; list through TLS {through:?}, serde_json alone {alone:?}, ratio {:.2}; {} MB of JSON, \
         {} MiB of memory",
        through.as_secs_f64() / alone.as_secs_f64(),
        bytes.len() / 1_000_000,
        served.memory().map_or_else(|| "?".to_owned(), |memory| memory.to_string())
    );
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    for clusters in [2, 20] {
        let ready = (0..RUNS).map(|_| start(&world(clusters, 0)).ready()).collect();
        println!("{clusters} clusters: ready {:?} after the start of the process", median(ready));
    }
    large(1_000).await;
    large(10_000).await;
    large(50_000).await;
}
