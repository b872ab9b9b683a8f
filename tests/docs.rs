//! What the documentation says is true.

#![expect(clippy::unwrap_used, reason = "a test file: whatever is missing ends the test")]

#[path = "contract/coverage.rs"]
mod coverage;
#[path = "docs/plan_map.rs"]
mod plan_map;

use platform::health::checks::CHECKS as STAND;
use platform::mesh::checks::CHECKS;
use platform::mesh::explain::{STAGES, Stage, Standing};
use platform::verdict::Exit;
use std::path::{Path, PathBuf};
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
        text.split_once("| component | version | status | notes |\n|---|---|---|---|\n").expect("a table");
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

/// Two that were written at the same time may leave a gap until the other one is here, and must not share a number.
#[test]
fn every_decision_has_a_number_of_its_own() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/decisions");
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    let number = |name: &String| name.split_once('-').and_then(|(number, _)| number.parse::<u16>().ok());
    let numbers: Vec<u16> =
        names.iter().map(|name| number(name).unwrap_or_else(|| panic!("{name}"))).collect();
    assert!(numbers.is_sorted_by(|one, next| one < next), "{names:?}");
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
    let table = |at: usize| {
        let table =
            page.split("| what speaks against it |\n|---|---|---|\n").nth(at).expect("a table of checks");
        table.lines().take_while(|line| line.starts_with('|')).collect::<Vec<_>>()
    };
    let of_mesh: Vec<_> = CHECKS.iter().map(|check| (check.id, check.title)).collect();
    let of_clusters: Vec<_> = STAND.iter().map(|check| (check.id, check.title)).collect();
    for (at, checks) in [(1, of_mesh), (3, of_clusters)] {
        let rows = table(at);
        assert_eq!(rows.len(), checks.len());
        for (row, (id, title)) in rows.iter().zip(checks) {
            let begin = format!("| `{id}` | {title} | ");
            assert!(row.starts_with(&begin), "{row} does not begin with {begin}");
        }
    }
}

/// All files below a folder whose names end like this.
fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path, ending));
        } else if path.to_string_lossy().ends_with(ending) {
            found.push(path);
        }
    }
    found
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// The sources of what is shipped, as the strings in them read: a break behind a backslash is none.
fn sources() -> Vec<String> {
    let folders = ["shared/src", "plugins"].map(|folder| files(&root().join(folder), ".rs"));
    let read = |path: &PathBuf| std::fs::read_to_string(path).unwrap();
    let joined = |text: String| {
        let mut lines = text.split("\\\n").map(str::to_owned).collect::<Vec<_>>();
        lines.iter_mut().skip(1).for_each(|line| *line = line.trim_start().to_owned());
        lines.concat()
    };
    folders.iter().flatten().map(read).map(joined).collect()
}

#[test]
fn every_message_that_the_readme_explains_is_printed() {
    let readme = read("README.md");
    let (_, table) = readme
        .split_once("| message | meaning | what to run |\n|---|---|---|\n")
        .expect("a table of messages");
    let rows: Vec<&str> = table.lines().take_while(|line| line.starts_with('|')).collect();
    assert!(rows.len() >= 15, "{rows:?}");
    let snapshots = files(&root().join("tests"), ".snap");
    let printed: Vec<String> = snapshots.iter().map(|path| std::fs::read_to_string(path).unwrap()).collect();
    let said = [printed, sources()].concat();
    for row in rows {
        let message = row.split('`').nth(1).expect("a message");
        let holds = |text: &String| text.lines().any(|line| contains(line, message));
        assert!(said.iter().any(holds), "nobody says {message:?}");
    }
}

/// Whether a line has the words of a message, one after the other, with anything in the places that it leaves open.
fn contains(line: &str, message: &str) -> bool {
    let mut rest = line;
    message.split('…').all(|words| {
        let Some((_, after)) = rest.split_once(words) else { return false };
        rest = after;
        true
    })
}

#[test]
fn what_the_pages_link_to_is_there() {
    let pages = files(&root().join("docs"), ".md").into_iter().chain([root().join("README.md")]);
    for page in pages {
        let text = std::fs::read_to_string(&page).unwrap();
        let links = text.split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next());
        for link in links.filter(|link| !link.is_empty() && !link.contains("://")) {
            let target = page.parent().unwrap().join(link);
            assert!(target.exists(), "{} leads to {link}", page.display());
        }
    }
}

/// Who reads it is told of every page, from the README or from a page that it leads to.
#[test]
fn every_page_can_be_found_from_the_readme() {
    let mut found = vec![root().join("README.md")];
    let mut at = 0;
    while let Some(page) = found.get(at).cloned() {
        at += 1;
        let Ok(text) = std::fs::read_to_string(&page) else { continue };
        for link in text.split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next()) {
            if let Ok(target) = page.parent().unwrap().join(link).canonicalize()
                && target.extension().is_some_and(|ending| ending == "md")
                && !found.contains(&target)
            {
                found.push(target);
            }
        }
    }
    let decisions = root().join("docs/decisions");
    let lost: Vec<PathBuf> = files(&root().join("docs"), ".md")
        .into_iter()
        .filter(|page| !found.contains(page) && !page.starts_with(&decisions))
        .collect();
    assert_eq!(lost, Vec::<PathBuf>::new());
}
