//! What `kubectl xcluster-check` costs.

use serde_json::Value;
use std::path::Path;
use testkit::served::Served;
use testkit::world::quick;

use crate::Bench;
use crate::figure::{Aim, Figure, Took, Unit};
use crate::platform::{CLUSTERS, objects};
use crate::real::{compared, fastest_floor, memory};
use crate::runs::{Line, Track, beside};
use crate::scale::{LATENCY, far};

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
