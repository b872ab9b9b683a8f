//! Where words come from and go to: hostile names, closed pipes, no terminal, no home.

use super::stage::{EXPORTED, Stage, ended, postgres};
use testkit::kubectl::Outcome;
use testkit::world::{LinkSpec, mesh_alone, mesh_shared};

/// What turns, hides or moves text on a terminal.
const HOSTILE: [char; 6] = ['\u{1b}', '\u{7}', '\u{202e}', '\u{2066}', '\u{200b}', '\r'];

#[test]
fn names_with_control_or_bidi_characters_are_refused_and_shown_harmlessly() {
    let Some(ground) = testkit::real::ground() else { return };
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
    assert!(matches!(namespace.code, Some(2 | 3)), "{namespace}");
    is_harmless(&namespace);
    assert_eq!(marks.writes(), Vec::<String>::new());
}

#[test]
fn a_reader_that_leaves_is_no_error() {
    let Some(ground) = testkit::real::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = Stage::new(ground, "pipes");
    let closed = stage.kubectl().run_with_stdout_closed(["mesh-export", "svc/postgres-rw"]);
    ended(&closed, 0, &["endpoints ready"]);
    assert_eq!(stage.label().as_deref(), Some("true"));
    for command in [vec!["mesh-export", "list"], vec!["mesh-export", "list", "-o", "json"]] {
        let head = stage.kubectl().run_into_head(&command);
        assert_eq!((head.code, head.stdout.lines().count()), (Some(0), 1), "{head}");
        assert!(!head.stderr.contains("panic") && !head.stderr.contains("Broken pipe"), "{head}");
    }
}

#[test]
fn without_a_home_everything_works() {
    let Some(ground) = testkit::real::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = Stage::new(ground, "homefree");
    let outcome = stage.kubectl().no_home().run(["mesh-export", "svc/postgres-rw"]);
    ended(&outcome, 0, &["endpoints ready"]);
}

/// A second Link of the same consumer, which nobody named, gains a mirror too.
#[test]
fn a_wider_effect_needs_a_yes_where_nobody_can_be_asked() {
    let Some(ground) = testkit::real::ground() else { return };
    let _mesh = mesh_alone(ground);
    let stage = Stage::new(ground, "wider");
    stage.world.link("apps", "infra", LinkSpec::default());
    stage.world.service("infra", postgres().label(EXPORTED, "true"));
    ended(&stage.export(&["--no-wait"]), 0, &[]);
    stage.world.service("infra", postgres());
    let mine = stage.undo(&["--no-wait", "--take-over"]);
    assert!(matches!(mine.code, Some(0 | 8)), "{mine}");
}

fn is_harmless(outcome: &Outcome) {
    for stream in [&outcome.stdout, &outcome.stderr] {
        let raw: Vec<char> = stream.chars().filter(|one| HOSTILE.contains(one)).collect();
        assert_eq!(raw, Vec::<char>::new(), "{stream:?}");
    }
}
