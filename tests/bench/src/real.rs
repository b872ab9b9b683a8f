//! What is measured on two real API servers.

use std::time::Duration;

use futures::{StreamExt as _, TryStreamExt as _, stream};
use k8s_openapi::api::core::v1::{Endpoints, Service};
use kube::api::{ListParams, PostParams};
use kube::{Api, Client};
use serde_json::json;
use testkit::world::{quick, wait};

use crate::Bench;
use crate::figure::{Aim, Figure, Took, Unit};
use crate::runs::{Line, Pair, beside, peer};
use crate::stage::Stage;

const DRY_RUN: [&str; 2] = ["svc/postgres-rw", "--dry-run=server"];
/// With which a dry run ends that would change something.
const WOULD_CHANGE: i32 = 5;
/// How many Services each cluster has for the list, and how many of them are exported.
const MANY: usize = 10_000;
const EXPORTED: usize = 200;

/// What starting costs: nothing else is asked of `--version`.
pub(crate) fn version(bench: &Bench) -> Vec<Figure> {
    let stage = bench.stage();
    let kubectl = Line::new(peer(), &["version", "--client"]);
    let pair = stage.track.pair(40, &bench.line(&["--version"]), &kubectl);
    vec![compared("`--version`", &pair, "`kubectl version --client`", Aim::AtMost(0.05))]
}

/// A dry run, against its own requests and against what one would type instead.
pub(crate) fn dry_run(bench: &Bench) -> Vec<Figure> {
    let stage = bench.stage();
    let client = stage.world.client("apps");
    let _controller = bench.mesh().controller("apps", quick("infra"));
    wait(async move || probed(client).await);
    let told = stage.track.kubectl.run_directly(DRY_RUN);
    assert!(!told.stderr.contains("warning:"), "a world in which all is well: {told}");
    let requests = stage.requests(&bench.plugin, &DRY_RUN, WOULD_CHANGE);
    let count: usize = requests.iter().map(Vec::len).sum();
    let ours = bench.line(&DRY_RUN).ends_with(WOULD_CHANGE);
    let (connections, floor) = fastest_floor(stage, &requests);
    let pair = stage.track.pair(30, &ours, &floor);
    let words = format!("its {count} requests alone, on {connections} connections a cluster");
    let typed = [
        "get service postgres-rw -o yaml",
        "label service postgres-rw mirror.linkerd.io/exported=true --dry-run=server",
        "--context apps get service --ignore-not-found postgres-rw-infra",
    ];
    let typed = stage.track.pair(15, &ours, &shell(&typed));
    let what = "an export, `--dry-run=server`";
    vec![
        compared(what, &pair, &words, Aim::AtMost(1.5)),
        compared(what, &typed, "three kubectl commands (get, label, get)", Aim::AtMost(0.2)),
        memory(what, pair.ours.megabytes, 16.0),
    ]
}

/// The number of connections with which the requests alone are through first.
pub(crate) fn fastest_floor(stage: &Stage, requests: &[Vec<testkit::proxy::Recorded>; 2]) -> (usize, Line) {
    let candidates = [1, 2, 4, 8].map(|connections| {
        let file = stage.world.folder().join(format!("plan-{connections}.json"));
        let plan = stage.plan(requests, connections);
        std::fs::write(&file, serde_json::to_vec(&plan).expect("JSON")).expect("a file");
        let line = Line::new(beside("floor"), &[&file.display().to_string()]);
        (stage.track.alone(10, &line).time, connections, line)
    });
    let fastest = candidates.into_iter().min_by_key(|(time, ..)| *time).expect("there are four");
    (fastest.1, fastest.2)
}

/// What TAB costs where the completer is asked for Services.
pub(crate) fn completion(bench: &Bench) -> Vec<Figure> {
    let stage = bench.stage();
    let ours = bench.line(&["__complete", "svc/"]);
    let offered = stage.track.kubectl.run_directly(["__complete", "svc/"]);
    assert!(offered.stdout.contains("svc/postgres-rw"), "{offered}");
    let cost = stage.track.alone(30, &ours);
    vec![Figure {
        what: "completion of `svc/`".to_owned(),
        took: Took(cost.time).to_string(),
        beside: String::new(),
        value: cost.time.as_secs_f64() * 1e3,
        unit: Unit::Milliseconds,
        aim: Aim::AtMost(100.0),
    }]
}

/// Waits until the service mirror has written where the probe of its Link leads, as it does once it runs.
async fn probed(client: Client) {
    let endpoints = Api::<Endpoints>::namespaced(client, "linkerd-multicluster");
    while endpoints.get_opt("probe-infra").await.expect("an answer").is_none() {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Waits until so many Services in this namespace are mirrors.
async fn mirrored(client: Client, namespace: &str, count: usize) {
    let mirrors = ListParams::default().labels("mirror.linkerd.io/mirrored-service=true");
    let endpoints = Api::<Endpoints>::namespaced(client, namespace);
    loop {
        let found = endpoints.list_metadata(&mirrors).await.expect("a list").items.len();
        if found >= count {
            return;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

/// The list of all exports where there are many Services, against kubectl, which lists the Services alone.
pub(crate) fn list(bench: &Bench) -> Vec<Figure> {
    let stage = bench.stage();
    for cluster in ["infra", "apps"] {
        fill(stage, cluster);
    }
    let (client, namespace) = (stage.world.client("apps"), stage.world.namespace().to_owned());
    let _controller = bench.mesh().controller("apps", quick("infra"));
    wait(async move || mirrored(client, &namespace, EXPORTED).await);
    let ours = bench.line(&["list", "-A"]);
    let typed = shell(&["get service -A -o name", "--context apps get service -A -o name"]);
    let pair = stage.track.pair(9, &ours, &typed);
    let what = format!("`list -A`, {MANY} Services a cluster, {EXPORTED} exported");
    let beside = "`kubectl get svc -A -o name` once per cluster";
    let (took, beside) = (Took(pair.ours.time).to_string(), against(beside, &pair));
    let faster = Figure {
        what: what.clone(),
        took,
        beside,
        value: 1.0 / pair.ratio,
        unit: Unit::Ratio,
        aim: Aim::AtLeast(6.0),
    };
    vec![faster, memory(&what, pair.ours.megabytes, 40.0)]
}

/// Many Services; in `infra` some are exported.
fn fill(stage: &Stage, cluster: &str) {
    let (client, namespace) = (stage.world.client(cluster), stage.world.namespace().to_owned());
    let source = cluster == "infra";
    wait(async move || {
        let services = Api::<Service>::namespaced(client, &namespace);
        let make = |number: usize| {
            let exported = source && number < EXPORTED;
            let labels = if exported { json!({ "mirror.linkerd.io/exported": "true" }) } else { json!({}) };
            let metadata = json!({ "name": format!("s-{number:05}"), "labels": labels });
            let spec = json!({ "ports": [{ "name": "http", "port": 80 }] });
            let object =
                serde_json::from_value(json!({ "metadata": metadata, "spec": spec })).expect("a Service");
            let services = services.clone();
            async move { services.create(&PostParams::default(), &object).await }
        };
        let made = stream::iter(0..MANY).map(make).buffer_unordered(16);
        made.try_for_each(async |_| Ok(())).await.expect("Services");
    });
}

/// These commands of kubectl, one after the other.
fn shell(commands: &[&str]) -> Line {
    let kubectl = peer();
    let lines: Vec<String> =
        commands.iter().map(|command| format!("{} {command}", kubectl.display())).collect();
    Line::shell(&lines.join("\n"))
}

/// Two lines, compared.
pub(crate) fn compared(what: &str, pair: &Pair, beside: &str, aim: Aim) -> Figure {
    let (took, beside) = (Took(pair.ours.time).to_string(), against(beside, pair));
    Figure { what: what.to_owned(), took, beside, value: pair.ratio, unit: Unit::Ratio, aim }
}

fn against(words: &str, pair: &Pair) -> String {
    format!("{words}: {}", Took(pair.theirs.time))
}

/// The memory of a line.
pub(crate) fn memory(what: &str, megabytes: f64, bound: f64) -> Figure {
    let (what, took) = (format!("{what}, resident memory"), format!("{megabytes:.1} MB"));
    let (unit, aim) = (Unit::Megabytes, Aim::AtMost(bound));
    Figure { what, took, beside: String::new(), value: megabytes, unit, aim }
}
