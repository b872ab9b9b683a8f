//! The README, block by block: what it says to type is typed, and what it shows is what comes.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::program::{Serving, is_built, programs};

/// Commands for a shell that no test can type again: how each one is tried.
const ELSEWHERE: [(&str, &str); 3] = [
    ("cargo demo", "program.rs runs what it runs"),
    ("cargo install --locked --path plugins/mesh-export", "the path is looked at here"),
    ("cargo xtask test", "runs this test"),
];

fn root() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// The fenced blocks of this language.
fn blocks(language: &str) -> Vec<String> {
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    let fence = format!("```{language}\n");
    let starts: Vec<_> = readme.match_indices(&fence).map(|(at, _)| at + fence.len()).collect();
    starts.into_iter().map(|at| readme[at..].split("\n```").next().unwrap().to_owned()).collect()
}

#[test]
fn every_command_for_a_shell_is_known_and_begins_with_the_demonstration() {
    let commands = blocks("sh");
    let known: Vec<_> = ELSEWHERE.iter().map(|(command, _)| *command).collect();
    assert_eq!(commands, known, "the first command of a newcomer is the demonstration");
    assert!(root().join("plugins/mesh-export/Cargo.toml").is_file());
}

/// Times vary, and nothing else may.
fn timeless(text: &str) -> String {
    regex::Regex::new(r"\+\d+\.\ds").unwrap().replace_all(text, "+0.0s").trim_end().to_owned()
}

#[test]
fn what_the_readme_shows_is_what_comes() {
    if !is_built() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let serving = Serving::start(&["serve"]);
    let shown = blocks("console");
    assert!(shown.len() >= 2, "{shown:?}");
    for block in shown {
        let (line, expected) = block.split_once('\n').unwrap();
        let line = line.strip_prefix("$ ").expect("a block shows one command");
        let path = std::env::join_paths(
            [programs()].into_iter().chain(std::env::split_paths(&std::env::var_os("PATH").unwrap())),
        );
        let output = Command::new("sh")
            .args(["-c", &format!("{{ {line}; }} 2>&1")])
            .env("PATH", path.unwrap())
            .env("HOME", folder.path())
            .env("KUBECONFIG", &serving.kubeconfig)
            .env("NO_COLOR", "1")
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .output()
            .unwrap();
        assert_eq!(timeless(&String::from_utf8(output.stdout).unwrap()), timeless(expected), "$ {line}");
    }
}
