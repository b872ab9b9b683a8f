//! What `kubectl xcluster-check` costs.

use k8s_openapi::api::core::v1::Endpoints;
use kube::Api;
use kube::api::ListParams;
use sandbox::controllers::mirror::MirrorController;
use serde_json::Value;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use testkit::served::Served;
use testkit::world::{quick, wait};

use crate::Bench;
use crate::figure::{Aim, Figure, Took, Unit};
use crate::platform::{CLUSTERS, PODS, exports, objects, platform};
use crate::real::{compared, fastest_floor, memory};
use crate::runs::{Cost, Line, Track, beside};
use crate::scale::{LATENCY, far};
use crate::statistics::exponent;

/// Services of each cluster where there are many, and of a fiftieth of that.
const MANY: usize = 10_000;
const FEW: usize = MANY / 50;
/// Files of both clusters.
const FILES: usize = 5_000;

/// Two small clusters, against the requests alone.
pub(crate) fn small(bench: &Bench) -> Vec<Figure> {
    let stage = bench.stage();
    let _controller = bench.mesh().controller("apps", quick("infra"));
    // The stage exports nothing yet; what is found does not matter here.
    let arguments = ["--fail-on", "never", "--skip", "credentials-server"];
    let code = stage.track.kubectl.run_program(&bench.checker, arguments).code.expect("an exit code");
    let requests = stage.requests(&bench.checker, &arguments, code);
    let count: usize = requests.iter().map(Vec::len).sum();
    let (connections, floor) = fastest_floor(stage, &requests);
    let ours = Line::new(&bench.checker, &arguments).ends_with(code);
    let pair = stage.track.pair(30, &ours, &floor);
    let words = format!("its {count} requests alone, on {connections} connections a cluster");
    vec![compared("a check of two small clusters", &pair, &words, Aim::AtMost(1.5))]
}

/// Many clusters that all are far away, against two of them.
pub(crate) fn fleet(bench: &Bench) -> Vec<Figure> {
    let [many, two] = [20, 2].map(|clusters| {
        let served = Served::start(&bench.sandbox, &far(clusters));
        let contexts = served.contexts().join(",");
        let track = Track::new(&bench.checker, served.kubeconfig());
        let arguments = ["--contexts", &contexts, "--fail-on", "never"];
        track.alone(5, &Line::new(&bench.checker, &arguments))
    });
    vec![Figure {
        what: format!("a check, 20 clusters with {LATENCY} ms of latency"),
        took: Took(many.time).to_string(),
        beside: format!("two of them: {}", Took(two.time)),
        value: many.time.as_secs_f64() / two.time.as_secs_f64(),
        unit: Unit::Ratio,
        aim: Aim::AtMost(1.3),
    }]
}

/// Clusters in files, against the parser of YAML by itself.
pub(crate) fn files(bench: &Bench) -> Vec<Figure> {
    let folder = tempfile::tempdir().expect("a folder");
    let [one, other] = CLUSTERS.map(|name| (name, folder.path().join(name)));
    let bytes: usize = [&one, &other].map(|(name, place)| written(name, place, FILES / 2)).iter().sum();
    let from = [&one, &other].map(|(name, place)| format!("{name}={}", place.display()));
    let ours = Line::new(&bench.checker, &["--from", &from[0], "--from", &from[1], "--fail-on", "never"]);
    let theirs = Line::new(beside("parsed"), &["yaml", &folder.path().display().to_string()]);
    let track = Track::new(&bench.checker, Path::new("/dev/null"));
    let pair = track.pair(5, &ours, &theirs);
    let what = format!("a check of {FILES} files, {} MB of YAML", bytes / 1_000_000);
    let memory = memory(&what, pair.ours.megabytes, 150.0);
    vec![compared(&what, &pair, "the YAML parser alone", Aim::AtMost(3.0)), memory]
}

/// Writes so many files of some pods each, and says how many bytes they have.
fn written(cluster: &str, folder: &Path, files: usize) -> usize {
    std::fs::create_dir(folder).expect("a folder");
    let objects: Vec<Value> = objects(cluster, files / 2).collect();
    let each = objects.len().div_ceil(files);
    let texts = objects.chunks(each).enumerate().map(|(number, chunk)| {
        let text: Vec<String> = chunk.iter().map(|one| serde_saphyr::to_string(one).expect("YAML")).collect();
        let text = text.join("---\n");
        std::fs::write(folder.join(format!("{number}.yaml")), &text).expect("a file");
        text.len()
    });
    texts.sum()
}

/// Everything between two large clusters, in which nothing is wrong. What counts is the time of processors: the sandbox, which
/// answers, has none to spare.
pub(crate) fn large(bench: &Bench) -> Vec<Figure> {
    let [small, large] = [(FEW, 7), (MANY, 3)].map(|(services, times)| checked(bench, services, times));
    let what = format!("a check, {} pods, {MANY} Services, {} exports a cluster", MANY * PODS, exports(MANY));
    let busy = |cost: &Cost| format!("{}, {} of them of processors", Took(cost.time), Took(cost.busy));
    let parsed = large.parsed.busy;
    vec![
        Figure {
            what: what.clone(),
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
        memory(&what, large.ours.megabytes, 150.0),
    ]
}

/// A check of both clusters, and what parsing alone takes.
struct Checked {
    ours: Cost,
    parsed: Cost,
}

fn checked(bench: &Bench, services: usize, times: usize) -> Checked {
    let served = Arc::new(Served::start(&bench.sandbox, &platform(services)));
    let _mirrors = mirrored(&served, exports(services));
    let track = Track::new(&bench.checker, served.kubeconfig());
    let ours = track.alone(times, &Line::new(&bench.checker, &["--contexts", &CLUSTERS.join(",")]));
    let folder = tempfile::tempdir().expect("a folder");
    let place = folder.path().to_owned();
    wait(async move || saved(&served, &place).await);
    let parse = Line::new(beside("parsed"), &["json", &folder.path().display().to_string()]);
    Checked { ours, parsed: track.alone(times, &parse) }
}

/// The pages of what there is much of, as files.
async fn saved(served: &Served, folder: &Path) {
    for cluster in CLUSTERS {
        let client = served.client(cluster).await;
        for resource in ["pods", "services", "endpoints"] {
            let (mut after, mut number) = (String::new(), 0);
            while number == 0 || !after.is_empty() {
                let uri = format!("/api/v1/{resource}?limit=500&continue={after}");
                let request = http::Request::get(uri).body(Vec::new()).expect("a request");
                let text = client.request_text(request).await.expect("a page");
                let page: Value = serde_json::from_str(&text).expect("JSON");
                page["metadata"]["continue"].as_str().unwrap_or_default().clone_into(&mut after);
                std::fs::write(folder.join(format!("{cluster}-{resource}-{number}.json")), text)
                    .expect("a file");
                number += 1;
            }
        }
    }
}

/// Lets stand-ins for the service mirrors make so many mirrors in each cluster.
fn mirrored(served: &Arc<Served>, exports: usize) -> Vec<MirrorController> {
    let [one, other] = CLUSTERS;
    let mirror = |(importer, exporter): (&'static str, &'static str)| {
        let served = Arc::clone(served);
        wait(async move || {
            let client = served.client(importer).await;
            let controller = MirrorController::start(client.clone(), quick(exporter));
            let mirrors = ListParams::default().labels("mirror.linkerd.io/mirrored-service=true");
            let endpoints = Api::<Endpoints>::all(client);
            while endpoints.list_metadata(&mirrors).await.expect("a list").items.len() < exports {
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
            controller
        })
    };
    [(one, other), (other, one)].map(mirror).into()
}
