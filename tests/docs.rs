//! What the documentation says is true.

#![expect(clippy::unwrap_used, reason = "a test file: whatever is missing ends the test")]

use platform::mesh::explain::{STAGES, Stage, Standing};
use platform::verdict::Exit;
use std::path::Path;

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
