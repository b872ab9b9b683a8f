//! What is printed for programs is what the published schemas say.

use crate::shown::kubectl;
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
        for world in ["platform", "namespace-missing"] {
            let kubectl = kubectl(&format!("extends: {world}"));
            for (line, healthy, broken) in LINES {
                let outcome = run(&kubectl, line, format);
                let code = if world == "platform" { healthy } else { broken };
                assert_eq!(outcome.code, Some(code), "{line}: {outcome}");
                // That its schema allows it was asked when it was printed.
                let report = report(&outcome.stdout).unwrap_or_else(|| panic!("{line}: {outcome}"));
                assert_eq!(slack(&report, &WORDS), Vec::<String>::new(), "{line}: {outcome}");
                kinds.insert(report["kind"].as_str().unwrap().to_owned());
            }
        }
    }
    let wanted: BTreeSet<String> = kinds.iter().map(|kind| file(kind)).collect();
    assert_eq!(published(), wanted);
}

/// The files of the schemas of what is printed; a list of exports is what is read.
fn published() -> BTreeSet<String> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/schemas");
    let names =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let files = names.filter(|name| name != "export-list.json").map(|name| format!("docs/schemas/{name}"));
    files.collect()
}
