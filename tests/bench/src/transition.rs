//! How soon a run says what has come to be, on real API servers.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::process::Stdio;
use std::time::{Duration, SystemTime};

use k8s_openapi::jiff::Timestamp;
use sandbox::controllers::mirror::{Parameters, Rate};
use serde::Deserialize;
use testkit::world::Alone;

use crate::Bench;
use crate::figure::{Aim, Figure, Took, Unit};
use crate::stage::database;
use crate::statistics::quantile;

/// How many transitions are timed: the last of somewhat more, since the first come while the run still sets labels.
const TRANSITIONS: usize = 50;
const SHOWN: usize = 70;

/// How long after the mirror is in the API server its line is on the terminal.
pub(crate) fn transition(bench: &Bench) -> Vec<Figure> {
    let stage = bench.stage();
    for number in 0..SHOWN {
        stage.world.service("infra", database(&format!("web-{number:02}")).label("tier", "web"));
    }
    let _controller = slow_mirror(bench.mesh());
    // What it finds when it starts it cleans up first, as the real one does.
    std::thread::sleep(Duration::from_secs(3));
    let log = stage.world.ground().cluster("apps").audit_log();
    let seen = lines(bench, &["-l", "tier=web", "-o", "name"]);
    // What follows finds no exports but its own.
    let undone = stage.track.kubectl.run_directly(["undo", "-l", "tier=web", "--yes"]);
    assert_eq!(undone.code, Some(0), "{undone}");
    let log = std::fs::read_to_string(log).expect("the audit log");
    let mut made: Vec<(String, Timestamp)> = creations(&log, stage.world.namespace())
        .into_iter()
        .filter(|(name, _)| name.starts_with("web-"))
        .collect();
    made.sort_by_key(|(_, time)| *time);
    assert_eq!(made.len(), SHOWN, "mirrors in the audit log");
    let latencies: Vec<Duration> = made
        .iter()
        .skip(SHOWN - TRANSITIONS)
        .map(|(name, made)| {
            let shown = seen.get(name).unwrap_or_else(|| panic!("no line about {name}"));
            shown.duration_since(SystemTime::from(*made)).unwrap_or_default()
        })
        .collect();
    let p95 = quantile(&latencies, 95);
    vec![Figure {
        what: format!("a mirror is visible → its line, 95th percentile of the last {TRANSITIONS} of {SHOWN}"),
        took: format!("{} (median {})", Took(p95), Took(quantile(&latencies, 50))),
        beside: String::new(),
        value: p95.as_secs_f64() * 1e3,
        unit: Unit::Milliseconds,
        aim: Aim::AtMost(50.0),
    }]
}

/// Some mirrors a second, so that each has a moment of its own.
fn slow_mirror(mesh: &Alone) -> testkit::world::Controller {
    let rate = Rate { per_second: 30, burst: 1 };
    mesh.controller("apps", Parameters { rate, status_rate: rate, ..Parameters::for_link("infra") })
}

/// Runs the plugin, and says when the first line about a mirror came that tells of it.
fn lines(bench: &Bench, arguments: &[&str]) -> BTreeMap<String, SystemTime> {
    let mut command = bench.stage().track.kubectl.command(&bench.plugin, arguments);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the plugin starts");
    let stderr = BufReader::new(child.stderr.take().expect("a pipe"));
    let mut first = BTreeMap::new();
    for line in stderr.lines().map_while(Result::ok) {
        let now = SystemTime::now();
        let mut words = line.split_whitespace().skip_while(|word| !word.starts_with("svc/"));
        let (Some(object), Some(state)) = (words.next(), words.next()) else { continue };
        if matches!(state, "mirrored" | "endpoints" | "behind") {
            let name = object.rsplit('/').next().unwrap_or_default().to_owned();
            first.entry(name).or_insert(now);
        }
    }
    let status = child.wait().expect("it ends");
    assert!(status.success(), "the export ends with {status}");
    first
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Event {
    verb: String,
    stage: String,
    object_ref: Option<Object>,
    response_status: Option<Status>,
    stage_timestamp: Timestamp,
}

#[derive(Deserialize)]
struct Status {
    code: u16,
}

#[derive(Deserialize)]
struct Object {
    #[serde(default)]
    resource: String,
    #[serde(default)]
    namespace: String,
    #[serde(default)]
    name: String,
}

/// When Services were made in this namespace: the moment at which the maker had its answer. A service mirror may make one
/// twice; the first counts.
fn creations(log: &str, namespace: &str) -> BTreeMap<String, Timestamp> {
    let events: Vec<Event> = log.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    events
        .into_iter()
        .filter(|event| event.verb == "create" && event.stage == "ResponseComplete")
        .filter(|event| event.response_status.as_ref().is_some_and(|status| status.code == 201))
        .filter_map(|event| event.object_ref.map(|object| (object, event.stage_timestamp)))
        .filter(|(object, _)| object.resource == "services" && object.namespace == namespace)
        .map(|(object, time)| (object.name, time))
        .rev()
        .collect()
}
