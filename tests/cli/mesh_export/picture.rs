//! The picture of the README, with what the command prints on the platform of the demonstration in the places of its drawing.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "what the steps of this test share may end it at once, as a test may"
)]

use crate::shown::kubectl;
use serde_json::Value;
use testkit::kubectl::{Kubectl, program};
use testkit::manual::kept;

const DRAWING: &str = include_str!("picture.svg");

fn printed(kubectl: &Kubectl, line: &str) -> Value {
    let words = ["mesh-export"].into_iter().chain(line.split(' '));
    let outcome = kubectl.run(words.chain(["-n", "databases", "-o", "json"]));
    assert_eq!(outcome.code, Some(0), "{outcome}");
    outcome.json()
}

/// What a report has there, as text.
#[track_caller]
fn at(report: &Value, pointer: &str) -> String {
    let found = report.pointer(pointer).unwrap_or_else(|| panic!("no {pointer} in {report:#}"));
    found.as_str().map_or_else(|| found.to_string(), str::to_owned)
}

/// How many stages of the only chain are in this cluster; all of them hold.
fn stages(explanation: &Value, cluster: &str) -> usize {
    let steps = explanation.pointer("/services/0/mirrors/0/chain").and_then(Value::as_array).unwrap();
    assert!(steps.iter().all(|step| at(step, "/state") == "holds"), "{explanation:#}");
    steps.iter().filter(|step| at(step, "/cluster") == cluster).count()
}

/// How far the mirror has come, in the words of the lines that pass.
fn states(said: &str, mirror: &str) -> Vec<String> {
    let object = format!("/{mirror} ");
    said.lines().filter_map(|line| line.split_once(&object)).map(|(_, state)| state.to_owned()).collect()
}

/// The drawing with these texts in its places.
fn filled(places: &[(&str, String)]) -> String {
    places.iter().fold(DRAWING.to_owned(), |picture, (place, text)| {
        assert!(picture.contains(place), "{place} is not in the drawing");
        picture.replace(place, text)
    })
}

#[test]
fn the_picture_of_the_readme_says_what_is_printed() {
    if program().is_none() {
        return;
    }
    let kubectl = kubectl("extends: platform");
    let run = kubectl.run(["mesh-export", "svc/postgres-rw", "-n", "databases"]);
    assert_eq!(run.code, Some(0), "{run}");
    let undone = kubectl.run(["mesh-export", "undo", "svc/postgres-rw", "-n", "databases"]);
    assert_eq!(undone.code, Some(0), "{undone}");
    let export = printed(&kubectl, "svc/postgres-rw");
    let explanation = printed(&kubectl, "explain svc/postgres-rw");
    let row = |field: &str| at(&export, &format!("/mirrors/0/{field}"));
    let states = states(&run.stderr, &row("mirror"));
    let (exporter, consumer) = (at(&export, "/exporter"), row("consumer"));
    let [here, there] = [&exporter, &consumer].map(|cluster| stages(&explanation, cluster));
    let picture = filled(&[
        ("{label}", at(&export, "/changes/0/details")),
        ("{service}", row("service")),
        ("{namespace}", row("namespace")),
        ("{link}", row("link")),
        ("{mirror}", row("mirror")),
        ("{address}", format!("{}:{}", row("dns"), row("ports/0/port"))),
        ("{state}", states.last().cloned().unwrap_or_default()),
        ("{states}", states.join(", ")),
        ("{stages}", (here + there).to_string()),
        ("{stages-exporter}", here.to_string()),
        ("{stages-consumer}", there.to_string()),
        ("{standing}", platform::mesh::explain::Standing::Holds.word().to_owned()),
        ("{exporter}", exporter.clone()),
        ("{consumer}", consumer.clone()),
    ]);
    kept("docs/picture.svg", &picture);
}
