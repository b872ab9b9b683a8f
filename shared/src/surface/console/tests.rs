use super::*;
use crate::surface::render::Rendered;
use crate::terms::{ClusterName, Format, Kind, ObjectRef};
use crate::verdict::{Exit, Remedy};
use std::io::ErrorKind;

struct Broken(ErrorKind);

impl Write for Broken {
    fn write(&mut self, _bytes: &[u8]) -> std::io::Result<usize> {
        Err(self.0.into())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Err(self.0.into())
    }
}

fn broken(kind: ErrorKind) -> Console {
    Console::over(Box::new(Broken(kind)), Box::new(Broken(kind)))
}

fn findings() -> [Finding; 4] {
    let (infra, apps) = (ClusterName::new("infra"), ClusterName::new("apps"));
    let mirror = ObjectRef::namespaced(&apps, Kind::Service, "shop", "web-infra");
    [
        Finding::error(
            "mirror-alive",
            &[&infra, &apps],
            "has no endpoints",
            Remedy::run("wait, then look", "kubectl x"),
        )
        .about(mirror),
        Finding::warning(
            "links-up",
            &[&infra, &apps],
            "the probe is slow",
            Remedy::new("look at the gateway"),
        ),
        Finding::unknown("trust", &[&apps], "cannot get configmaps: forbidden", Remedy::new("grant it")),
        Finding::info("fleet", &[], "one\nline\u{1b}[2J"),
    ]
}

#[test]
fn what_a_user_reads_on_stderr() {
    let (console, captured) = Console::captured();
    for finding in &findings() {
        console.finding(finding);
    }
    console.warn("two names for one cluster");
    console.say("nothing to do");
    console.fail(&Failure::new(Exit::No, "infra: svc/shop/web: not found", "create it, then run again"));
    insta::assert_snapshot!(captured.stderr(), @"
    error: apps: svc/shop/web-infra: has no endpoints
      next: wait, then look: `kubectl x`
    warning: infra -> apps: the probe is slow
      next: look at the gateway
    unknown: apps: cannot get configmaps: forbidden
      next: grant it
    info: one^Jline^[[2J
    Warning: two names for one cluster
    nothing to do
    error: infra: svc/shop/web: not found
      next: create it, then run again
    ");
    assert_eq!(captured.stdout(), "");
}

#[test]
fn a_narrow_terminal_is_told_whole_words_and_commands_on_a_line_of_their_own() {
    let (console, captured) = Console::captured();
    let console = Console { widths: Widths { out: None, err: Some(30) }, ..console };
    for finding in &findings() {
        console.finding(finding);
    }
    console.warn("two names for one cluster, and more");
    console.pass_on("https://login.example.test/a-line-of-somebody-else that stays");
    insta::assert_snapshot!(captured.stderr(), @"
    error: apps:
        svc/shop/web-infra: has no
        endpoints
      next: wait, then look:
        kubectl x
    warning: infra -> apps: the
        probe is slow
      next: look at the gateway
    unknown: apps: cannot get
        configmaps: forbidden
      next: grant it
    info: one^Jline^[[2J
    Warning: two names for one
        cluster, and more
    https://login.example.test/a-line-of-somebody-else that stays
    ");
}

#[test]
fn colour_paints_the_leading_word_only() {
    let (console, captured) = Console::captured();
    let style = Style::wanted(Colour::Always, &Environment::default(), Stream::Other);
    Console { style, ..console }.warn("careful");
    assert_eq!(captured.stderr(), "\u{1b}[33mWarning:\u{1b}[0m careful\n");
}

#[test]
fn the_report_goes_to_stdout_as_it_is() {
    let (console, captured) = Console::captured();
    assert_eq!(console.report("{\"a\": \"\u{1b}\"}\n"), Ok(()));
    assert_eq!((captured.stdout(), captured.stderr()), ("{\"a\": \"\u{1b}\"}\n".into(), String::new()));
}

/// `-o jsonpath` prints values as they are, and so do JSON and YAML with marks that are no control characters.
#[test]
fn what_would_drive_a_terminal_is_made_visible_on_one_and_goes_to_a_program_to_the_letter() {
    let foreign = "web\u{1b}[2J\u{9b}2J\u{202e}\tok\r\nnext";
    for (stdout, expected) in
        [(Stream::Terminal, "web^[[2J<U+009B>2J<U+202E>\tok^M\nnext"), (Stream::Other, foreign)]
    {
        let (console, captured) = Console::captured();
        assert_eq!(Console { stdout, ..console }.report(foreign), Ok(()));
        assert_eq!(captured.stdout(), expected);
    }
}

#[test]
fn a_reader_that_has_left_is_no_error_and_a_full_disk_is_one() {
    let gone = broken(ErrorKind::BrokenPipe);
    gone.say("nobody hears");
    assert_eq!(gone.report("text"), Ok(()));
    let full = broken(ErrorKind::StorageFull);
    full.say("nobody hears");
    let failure = full.report("text").unwrap_err();
    // Nobody has written to a cluster for all that the console knows: 7 would say so.
    assert_eq!(failure.exit, Exit::Unreachable);
    assert!(failure.what.starts_with("cannot write to stdout: "), "{failure:?}");
}

#[test]
fn it_is_known_when_the_reader_has_left() {
    for (kind, has_left) in [(ErrorKind::BrokenPipe, true), (ErrorKind::StorageFull, false)] {
        let console = broken(kind);
        assert!(!console.is_left());
        drop(console.report("x"));
        assert_eq!(console.is_left(), has_left, "{kind:?}");
    }
}

#[test]
fn a_sentence_of_a_report_begins_in_the_colour_of_its_severity_and_no_other_format_has_colours() {
    let text =
        ["error: a: is not (b)", "  next: error: c", "errors: 2", "unknown: d"].map(str::to_owned).to_vec();
    let rendered = Rendered { text, ..Rendered::of(&["error: e"]).unwrap() };
    let printed = |format: &Format| {
        let (console, captured) = Console::captured();
        console.with_colour().show(format, &rendered).unwrap();
        captured.stdout()
    };
    let shown = printed(&Format::Table);
    assert_eq!(
        shown.replace('\u{1b}', "^"),
        "^[31;1merror^[0m: a: is not (b)\n  next: error: c\nerrors: 2\n^[35munknown^[0m: d\n"
    );
    assert_eq!(printed(&Format::Json), "[\n    \"error: e\"\n]\n");
}
