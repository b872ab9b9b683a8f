use super::*;
use crate::terms::{ClusterName, Kind, ObjectRef};
use crate::verdict::Remedy;

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
    let ends = Arc::new(Ends::new(Box::new(Broken(kind)), Box::new(Broken(kind))));
    Console { ends, ..Console::captured().0 }
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

#[test]
fn a_reader_that_has_left_is_no_error_and_a_full_disk_is_one() {
    let gone = broken(ErrorKind::BrokenPipe);
    gone.say("nobody hears");
    assert_eq!(gone.report("text"), Ok(()));
    let full = broken(ErrorKind::StorageFull);
    full.say("nobody hears");
    assert_eq!(full.report("text").map_err(|failure| failure.exit), Err(Exit::Incomplete));
}
