//! What is printed for programs is what the published schemas say.

#![expect(clippy::unwrap_used, reason = "what these tests share may end a test at once, as a test may")]

use crate::shown::kubectl;
use serde_json::Value;
use std::collections::BTreeSet;
use testkit::kubectl::{Kubectl, Outcome, program};
use testkit::schema::{file, report, slack};

/// Where the reports have words of a fixed list.
const WORDS: [&str; 8] = ["apiVersion", "kind", "change", "outcome", "state", "severity", "mode", "effect"];

/// Every subcommand that reports, with how it ends on a healthy platform, and on one where `apps` lacks the namespace.
const LINES: [(&str, i32, i32); 8] = [
    ("svc/postgres-rw --dry-run=client", 5, 3),
    ("svc/postgres-rw --dry-run=server", 5, 3),
    ("svc/postgres-rw", 0, 3),
    ("list", 0, 0),
    ("verify svc/postgres-rw", 0, 3),
    ("verify svc/postgres-ro --timeout=0", 3, 3),
    ("explain svc/postgres-rw svc/postgres-ro", 3, 3),
    ("undo svc/postgres-rw", 0, 0),
];

fn run(kubectl: &Kubectl, line: &str, format: &str) -> Outcome {
    let words = ["mesh-export"].into_iter().chain(line.split(' '));
    kubectl.run(words.chain(["-n", "databases", "-o", format]))
}

#[test]
fn every_report_has_a_schema_that_allows_it_and_nothing_else() {
    if program().is_none() {
        return;
    }
    let mut kinds = BTreeSet::new();
    for format in ["json", "yaml"] {
        let healthy = LINES.map(|(line, code, _)| (line, code));
        kinds.extend(printed("platform", &healthy, format));
        let broken = LINES.map(|(line, _, code)| (line, code));
        kinds.extend(printed("namespace-missing", &broken, format));
    }
    let wanted: BTreeSet<String> = kinds.iter().map(|kind| file(kind)).collect();
    assert_eq!(published(), wanted);
}

/// The kinds of what these lines print in a world of their own, each of which allows nothing else.
fn printed(world: &str, lines: &[(&str, i32)], format: &str) -> Vec<String> {
    let kubectl = kubectl(&format!("extends: {world}"));
    let kind = |(line, code): &(&str, i32)| {
        let outcome = run(&kubectl, line, format);
        assert_eq!(outcome.code, Some(*code), "{line}: {outcome}");
        // That its schema allows it was asked when it was printed.
        let report = report(&outcome.stdout).unwrap();
        assert_eq!(slack(&report, &WORDS), Vec::<String>::new(), "{line}: {outcome}");
        report.get("kind").and_then(Value::as_str).unwrap().to_owned()
    };
    lines.iter().map(kind).collect()
}

/// The schemas of what is read, and of what another plugin prints.
const BESIDE: [&str; 4] = ["catalogue.json", "check.json", "difference.json", "export-list.json"];

/// The files of the schemas of what is printed.
fn published() -> BTreeSet<String> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/schemas");
    let names =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let files =
        names.filter(|name| !BESIDE.contains(&name.as_str())).map(|name| format!("docs/schemas/{name}"));
    files.collect()
}
