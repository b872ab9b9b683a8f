//! Where words come from and go to: hostile names, closed pipes, no terminal, no home.

use super::stage::{Stage, ended, plugin};
use crate::marks::LABELLED;
use serde_json::json;
use testkit::kubectl::{Kubectl, Outcome};
use testkit::world::{User, mesh_shared};

/// What turns, hides or moves text on a terminal.
const HOSTILE: [char; 6] = ['\u{1b}', '\u{7}', '\u{202e}', '\u{2066}', '\u{200b}', '\r'];

#[test]
fn names_with_control_or_bidi_characters_are_refused_and_shown_harmlessly() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = Stage::new(ground, "hostile");
    let marks = stage.mark();
    for hostile in HOSTILE {
        let name = format!("web{hostile}[31mred");
        for line in [
            vec!["mesh-export".to_owned(), format!("svc/{name}")],
            vec!["mesh-export".to_owned(), "undo".to_owned(), name.clone()],
            vec!["mesh-export".to_owned(), "svc/web".to_owned(), "--to".to_owned(), name.clone()],
            vec!["mesh-export".to_owned(), "svc/web".to_owned(), "--context".to_owned(), name.clone()],
            vec!["mesh-export".to_owned(), "svc/web".to_owned(), format!("--{name}")],
            vec!["mesh-export".to_owned(), "svc/web".to_owned(), "-o".to_owned(), name.clone()],
        ] {
            let outcome = stage.kubectl().run(&line);
            assert_eq!(outcome.code, Some(2), "{line:?} {outcome}");
            is_harmless(&outcome);
        }
    }
    let namespace = stage.export(&["-n", "a\u{202e}b\u{1b}[2J"]);
    ended(&namespace, 2, &[r#"error: "a\u{202e}b\u{1b}[2J" cannot be the name of a namespace"#]);
    is_harmless(&namespace);
    assert_eq!(marks.writes(), Vec::<String>::new());
}

#[test]
fn a_reader_that_leaves_is_no_error() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = Stage::new(ground, "pipes");
    let marks = stage.mark();
    let closed = stage.kubectl().run_with_stdout_closed(["mesh-export", "svc/postgres-rw"]);
    ended(&closed, 0, &["endpoints ready"]);
    assert_eq!(marks.writes(), LABELLED);
    for command in [vec!["mesh-export", "list"], vec!["mesh-export", "list", "-o", "json"]] {
        let head = stage.kubectl().run_into_head(&command);
        assert_eq!((head.code, head.stdout.lines().count()), (Some(0), 1), "{head}");
        assert!(!head.stderr.contains("panic") && !head.stderr.contains("Broken pipe"), "{head}");
    }
}

/// 7 says that a cluster was changed: whoever reads it looks for what was done.
#[test]
fn a_full_disk_is_an_unfinished_write_only_when_something_was_written() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = Stage::new(ground, "full");
    let full = std::path::Path::new("/dev/full");
    for (arguments, code) in [
        (vec!["--help"], 6),
        (vec!["list", "-o", "json"], 6),
        (vec!["svc/postgres-rw", "--dry-run=client"], 5),
        (vec!["svc/postgres-rw"], 7),
        (vec!["svc/postgres-rw"], 6),
    ] {
        let outcome = stage.kubectl().run_into_file(full, ["mesh-export"].iter().chain(&arguments));
        ended(&outcome, code, &["error: cannot write to stdout: ", "next: make room where stdout goes"]);
    }
}

/// The text stands for what others wrote into an object: a template prints values as they are.
#[test]
fn what_a_template_prints_cannot_drive_a_terminal_and_reaches_a_program_to_the_letter() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = Stage::new(ground, "driven");
    let line = ["mesh-export", "list", "-o", "jsonpath=a\u{1b}[31mb\u{202e}c\u{9b}2Jd{\"\\n\"}"];
    let piped = stage.kubectl().run(line);
    assert_eq!((piped.code, piped.stdout.as_str()), (Some(0), "a\u{1b}[31mb\u{202e}c\u{9b}2Jd\n"));
    let shown = stage.kubectl().spawn_all_on_terminal(line).wait(super::stage::SOON);
    ended(&shown, 0, &["a^[[31mb<U+202E>c<U+009B>2Jd\r\n"]);
}

#[test]
fn without_a_home_everything_works() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = Stage::new(ground, "homefree");
    let marks = stage.mark();
    let outcome = stage.kubectl().no_home().run(["mesh-export", "svc/postgres-rw"]);
    ended(&outcome, 0, &["endpoints ready"]);
    assert_eq!(marks.writes(), LABELLED);
}

/// An export label is global: a cluster that nobody named, and that cannot be seen, may gain a mirror too.
#[test]
fn a_wider_effect_needs_a_yes_where_nobody_can_be_asked() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = Stage::new(ground, "wider");
    let (kubectl, narrow) = narrow_of_three(&stage);
    let marks = stage.mark();
    let asked = kubectl.run(narrow);
    let told = "ghost may gain or lose svc/";
    ended(&asked, 8, &[told, "there is no terminal to ask on; nothing was changed", "--yes"]);
    let shown = kubectl.run(narrow.iter().chain(&["-o", "json"]));
    ended(&shown, 8, &[told]);
    let document: serde_json::Value = serde_json::from_str(&shown.stdout).unwrap();
    assert_eq!(document["sideEffects"][0]["cluster"], "ghost", "{shown}");
    assert_eq!(document["changes"][0]["outcome"], "notAttempted", "{shown}");
    let planned = kubectl.run(narrow.iter().chain(&["--dry-run=client"]));
    assert!(planned.stdout.lines().any(|line| line.starts_with(told)), "{planned}");
    assert_eq!((planned.code, marks.writes()), (Some(5), Vec::<String>::new()), "{planned}");
    ended(&kubectl.run(narrow.iter().chain(&["--yes"])), 0, &[told, "endpoints ready"]);
    let again = kubectl.run(narrow);
    ended(&again, 0, &["endpoints ready"]);
}

/// An export to one of three clusters, the last of which cannot be seen.
pub(super) fn narrow_of_three(stage: &Stage) -> (Kubectl, [&'static str; 6]) {
    let file = stage
        .file(stage.administrator(), stage.administrator())
        .cluster("ghost", json!({ "server": "https://127.0.0.1:1" }))
        .context("ghost", "ghost", User::Token("any".to_owned()));
    let kubectl = Kubectl::new(plugin()).kubeconfig(stage.world.kubeconfig(&file));
    (kubectl, ["mesh-export", "svc/postgres-rw", "--contexts", "infra,apps,ghost", "--to", "apps"])
}

pub(super) fn is_harmless(outcome: &Outcome) {
    for stream in [&outcome.stdout, &outcome.stderr] {
        let raw: Vec<char> = stream.chars().filter(|one| HOSTILE.contains(one)).collect();
        assert_eq!(raw, Vec::<char>::new(), "{stream:?}");
    }
}
