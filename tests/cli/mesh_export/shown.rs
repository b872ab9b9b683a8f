//! What a person sees on a terminal, be it narrow, without colour, or read out: whole words, and commands on one line.

#![expect(clippy::unwrap_used, reason = "what these tests share may end a test at once, as a test may")]

use crate::bed::plugin;
use std::fmt::Write as _;
use testkit::embedded;
use testkit::kubectl::{Kubectl, program};

/// Commands on a healthy platform, in this order, and then on one where `apps` lacks the namespace.
const HEALTHY: [&str; 8] = [
    "svc/postgres-rw -n databases --dry-run=server",
    "svc/postgres-rw -n databases",
    "list -A",
    "list -A -o wide",
    "verify svc/postgres-ro -n databases --timeout=1s",
    "explain svc/postgres-rw svc/postgres-ro -n databases",
    "undo svc/postgres-rw -n databases",
    "svc/postgres-rv -n databases",
];
const BROKEN: [&str; 3] = [
    "svc/postgres-rw -n databases",
    "explain svc/postgres-rw -n databases",
    "svc/postgres-rw -n databases --mode=flat",
];

/// A kubectl that reaches a world of its own, on a terminal that can do nothing but print.
pub(crate) fn kubectl(world: &str) -> Kubectl {
    let kubectl = Kubectl::new(plugin()).env("TERM", "dumb");
    let file = kubectl.home().join("kubeconfig");
    std::fs::write(&file, embedded::world(world).to_string()).unwrap();
    kubectl.kubeconfig(file)
}

/// All of it, as it is typed and shown.
fn session(columns: u16) -> String {
    let mut text = String::new();
    for (world, lines) in [("platform", HEALTHY.as_slice()), ("namespace-missing", BROKEN.as_slice())] {
        let kubectl = kubectl(&format!("extends: {world}"));
        for line in lines {
            let shown = kubectl.run_on_terminal(columns, ["mesh-export"].into_iter().chain(line.split(' ')));
            // How long a step took is chance.
            let shown = shown.redacted(&[(r"\+\d+\.\d+s", "+0.0s")]).stderr;
            writeln!(text, "$ kubectl mesh-export {line}\n{shown}").unwrap();
        }
    }
    text
}

#[track_caller]
fn can_be_read(text: &str, columns: u16) {
    for line in text.lines().filter(|line| !line.starts_with("$ ")) {
        assert_eq!(line.trim_end(), line, "blanks at the end");
        assert!(line.is_ascii() && !line.contains(char::is_control), "a sign that is read out: {line:?}");
        let said = line.trim_start();
        let is_whole = said.starts_with("kubectl ") || !said.contains(' ');
        assert!(line.len() <= columns.into() || is_whole, "the terminal breaks it: {line:?}");
    }
}

#[test]
fn a_terminal_of_60_columns_breaks_no_word_and_no_row() {
    if program().is_none() {
        return;
    }
    let text = session(60);
    can_be_read(&text, 60);
    insta::assert_snapshot!(text);
}

#[test]
fn a_terminal_of_80_columns_breaks_no_word_and_no_row() {
    if program().is_none() {
        return;
    }
    let text = session(80);
    can_be_read(&text, 80);
    insta::assert_snapshot!(text);
}

#[test]
fn a_terminal_of_200_columns_shows_each_row_on_one_line() {
    if program().is_none() {
        return;
    }
    let text = session(200);
    can_be_read(&text, 200);
    insta::assert_snapshot!(text);
}

/// What a script reads does not depend on the terminal that it was started from.
#[test]
fn elsewhere_than_on_a_terminal_every_row_is_one_line() {
    if program().is_none() {
        return;
    }
    let kubectl = kubectl("extends: platform");
    let export = kubectl.run(["mesh-export", "svc/postgres-rw", "-n", "databases"]);
    assert_eq!(export.code, Some(0), "{export}");
    let rows = kubectl.env("COLUMNS", "20").run(["mesh-export", "list", "-A", "-o", "wide"]).stdout;
    assert_eq!(rows.lines().count(), 2, "{rows}");
}
