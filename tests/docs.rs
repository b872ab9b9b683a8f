//! What the documentation says is true.

#![expect(clippy::unwrap_used, reason = "a test file: whatever is missing ends the test")]

#[path = "contract/coverage.rs"]
mod coverage;

use platform::mesh::checks::CHECKS;
use platform::mesh::explain::{STAGES, Stage, Standing};
use platform::verdict::Exit;
use std::path::Path;
use testkit::matrix::{KREW, KUBERNETES, MATRIX, State};

fn read(name: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(name)).unwrap()
}

#[test]
fn the_readme_lists_every_exit_code_as_the_program_means_it() {
    let readme = read("README.md");
    let (_, table) = readme.split_once("| code | meaning |\n|---|---|\n").expect("a table of exit codes");
    let rows: Vec<&str> = table.lines().take_while(|line| line.starts_with('|')).collect();
    let wanted: Vec<String> =
        Exit::ALL.iter().map(|exit| format!("| {} | {} |", exit.code(), exit.meaning())).collect();
    assert_eq!(rows, wanted);
}

#[test]
fn the_matrix_of_what_is_supported_is_that_of_the_tests() {
    let text = read("docs/support.md");
    let (_, table) =
        text.split_once("| what | which | how sure | what holds |\n|---|---|---|---|\n").expect("a table");
    let rows: Vec<&str> = table.lines().take_while(|line| line.starts_with('|')).collect();
    let wanted: Vec<String> = MATRIX
        .iter()
        .map(|row| format!("| {} | {} | {} | {} |", row.what, row.which, row.state.word(), row.note))
        .collect();
    assert_eq!(rows, wanted);
}

#[test]
fn every_line_of_the_matrix_that_was_tried_names_its_tests() {
    for row in MATRIX {
        assert!(row.state == State::NotTried || !row.tests.is_empty(), "{row:?}");
        for (file, test) in row.tests {
            assert!(read(file).contains(&format!("fn {test}(")), "{file} has no {test}");
        }
    }
}

#[test]
fn the_real_control_planes_and_krew_are_of_the_version_that_the_matrix_says() {
    let wanted = format!("k8s.io/kubernetes v{KUBERNETES}");
    assert!(read("tests/controlplane/kubernetes/go.mod").contains(&wanted), "{wanted}");
    let wanted = format!("sigs.k8s.io/krew v{KREW}");
    assert!(read("tests/krew/go.mod").contains(&wanted), "{wanted}");
}

/// Lists of metadata are since 1.15, bookmarks of watches since 1.16, server-side apply since 1.22, and all groups but
/// Linkerd's and the Gateway API's have been served in the version that is asked for since 1.21.
#[test]
fn no_request_asks_for_what_a_newer_kubernetes_brought() {
    const KEYS: [&str; 11] = [
        "",
        "allowWatchBookmarks",
        "container",
        "dryRun",
        "fieldManager",
        "fieldSelector",
        "force",
        "labelSelector",
        "limit",
        "limitBytes",
        "resourceVersion",
    ];
    for request in coverage::REQUESTS {
        assert!(!request.accept.contains("as=Table"), "{request:?}");
        assert!(!request.accept.contains("cbor") && !request.body.contains("cbor"), "{request:?}");
        let mut keys = request.query.split(',');
        let new = keys.find(|key| !KEYS.contains(key) && *key != "timeoutSeconds");
        assert_eq!(new, None, "{request:?}");
    }
}

#[test]
fn decisions_are_numbered_without_gaps() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/decisions");
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    for (index, name) in names.iter().enumerate() {
        assert!(name.starts_with(&format!("{:04}-", index + 1)), "{name}");
    }
}

#[test]
fn the_page_about_explanations_lists_every_stage_with_its_checks() {
    let page = read("docs/explain.md");
    let (_, table) =
        page.split_once("| stage | it holds when | checks |\n|---|---|---|\n").expect("a table of stages");
    let rows: Vec<&str> = table.lines().take_while(|line| line.starts_with('|')).collect();
    let ids = |checks: &[&str]| checks.iter().map(|id| format!("`{id}`")).collect::<Vec<_>>().join(", ");
    let row = |stage: &Stage| format!("| `{}` | {} | {} |", stage.id, stage.title, ids(stage.checks));
    assert_eq!(rows, STAGES.iter().map(row).collect::<Vec<_>>());
    for standing in Standing::ALL {
        let json = serde_json::to_value(standing).unwrap();
        let row = format!("| `{}` | `{}` | ", standing.word(), json.as_str().unwrap());
        assert!(page.contains(&row), "{row}");
    }
}

#[test]
fn the_page_about_checks_lists_each_with_what_it_asks() {
    let page = read("docs/checks.md");
    let (_, table) =
        page.split_once("| what speaks against it |\n|---|---|---|\n").expect("a table of checks");
    let rows: Vec<&str> = table.lines().take_while(|line| line.starts_with('|')).collect();
    assert_eq!(rows.len(), CHECKS.len());
    for (row, check) in rows.iter().zip(&CHECKS) {
        let begin = format!("| `{}` | {} | ", check.id, check.title);
        let said = row.strip_prefix(&begin).unwrap_or_else(|| panic!("{row} does not begin with {begin}"));
        let weights = ["error", "warning", "info", "unknown"];
        assert!(weights.iter().any(|weight| said.starts_with(weight)), "{row}");
    }
}
