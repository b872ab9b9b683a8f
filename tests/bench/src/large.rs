//! What `kubectl xcluster-check` costs between two large clusters, in which nothing is wrong. What counts is the time of
//! processors: the sandbox, which answers, has none to spare.

use kube::Client;
use serde_json::Value;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use testkit::served::Served;
use testkit::world::wait;

use crate::Bench;
use crate::figure::{Aim, Figure, Took, Unit};
use crate::platform::{CLUSTERS, PODS, exports, platform};
use crate::real::memory;
use crate::runs::{Cost, Line, Track, beside};
use crate::statistics::exponent;
use crate::staying::{resting, telling};

/// Services of each cluster where there are many, and of a fiftieth of that.
const MANY: usize = 10_000;
const FEW: usize = MANY / 50;

/// Both clusters, from small to large; of the large ones also what else the plugin does with them.
pub(crate) fn large(bench: &Bench) -> Vec<Figure> {
    let served = start(bench, FEW);
    let small = Checked::of(bench, &served, 7);
    let told = telling(bench, &served);
    drop(served);
    let served = start(bench, MANY);
    let large = Checked::of(bench, &served, 3);
    let what = format!("a check, {} pods, {MANY} Services, {} exports a cluster", MANY * PODS, exports(MANY));
    let mut figures = compared(&what, &small, &large);
    figures.push(collected(bench, &served));
    figures.extend(resting(bench, &served));
    figures.extend(told);
    figures
}

fn compared(what: &str, small: &Checked, large: &Checked) -> Vec<Figure> {
    let busy = |cost: &Cost| format!("{}, {} of them of processors", Took(cost.time), Took(cost.busy));
    let parsed = large.parsed.busy;
    vec![
        Figure {
            what: what.to_owned(),
            took: busy(&large.ours),
            beside: format!("a fiftieth of it: {}", busy(&small.ours)),
            value: exponent((FEW, small.ours.busy), (MANY, large.ours.busy)),
            unit: Unit::Exponent,
            aim: Aim::AtMost(1.1),
        },
        Figure {
            what: format!("{what}, with looking and judging"),
            took: busy(&large.ours),
            beside: format!("serde_json alone, on their pods, Services and Endpoints: {}", Took(parsed)),
            value: large.ours.busy.as_secs_f64() / parsed.as_secs_f64(),
            unit: Unit::Ratio,
            aim: Aim::AtMost(2.0),
        },
        memory(what, large.ours.megabytes, 150.0),
    ]
}

/// Starts both clusters, and waits until all Services have their Endpoints and these their slices.
fn start(bench: &Bench, services: usize) -> Arc<Served> {
    let served = Arc::new(Served::start(&bench.sandbox, &platform(services)));
    let waiting = Arc::clone(&served);
    wait(async move || {
        for cluster in CLUSTERS {
            let client = waiting.client(cluster).await;
            full(&client, "/api/v1/endpoints", services + exports(services)).await;
            full(&client, "/apis/discovery.k8s.io/v1/endpointslices", services + exports(services)).await;
        }
    });
    served
}

/// Waits until so many objects are there.
async fn full(client: &Client, list: &str, expected: usize) {
    while count(client, list).await < expected {
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

/// How many objects there are: the server says how many come behind the first.
async fn count(client: &Client, list: &str) -> usize {
    let page = page(client, &format!("{list}?limit=1")).await;
    let page: Value = serde_json::from_str(&page).expect("JSON");
    let behind = page["metadata"]["remainingItemCount"].as_u64().unwrap_or_default();
    usize::try_from(behind).expect("so many fit") + page["items"].as_array().map_or(0, Vec::len)
}

async fn page(client: &Client, uri: &str) -> String {
    let request = http::Request::get(uri).body(Vec::new()).expect("a request");
    client.request_text(request).await.expect("a page")
}

/// A check of both clusters, and what parsing alone takes.
struct Checked {
    ours: Cost,
    parsed: Cost,
}

impl Checked {
    fn of(bench: &Bench, served: &Arc<Served>, times: usize) -> Self {
        let track = Track::new(&bench.checker, served.kubeconfig());
        let ours = track.alone(times, &Line::new(&bench.checker, &["--contexts", &CLUSTERS.join(",")]));
        let folder = tempfile::tempdir().expect("a folder");
        let (place, served) = (folder.path().to_owned(), Arc::clone(served));
        wait(async move || saved(&served, &place).await);
        let parse = Line::new(beside("parsed"), &["json", &folder.path().display().to_string()]);
        Self { ours, parsed: track.alone(times, &parse) }
    }
}

/// The pages of what there is much of, as files.
async fn saved(served: &Served, folder: &Path) {
    for cluster in CLUSTERS {
        let client = served.client(cluster).await;
        for resource in ["pods", "services", "endpoints"] {
            let (mut after, mut number) = (String::new(), 0);
            while number == 0 || !after.is_empty() {
                let text = page(&client, &format!("/api/v1/{resource}?limit=500&continue={after}")).await;
                let page: Value = serde_json::from_str(&text).expect("JSON");
                page["metadata"]["continue"].as_str().unwrap_or_default().clone_into(&mut after);
                std::fs::write(folder.join(format!("{cluster}-{resource}-{number}.json")), text)
                    .expect("a file");
                number += 1;
            }
        }
    }
}

/// All of it written down.
fn collected(bench: &Bench, served: &Served) -> Figure {
    let track = Track::new(&bench.checker, served.kubeconfig());
    let line = Line::new(&bench.checker, &["--contexts", &CLUSTERS.join(","), "collect", "-"]);
    memory("`collect` of them", track.once(&line).megabytes, 250.0)
}
