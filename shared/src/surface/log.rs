//! Logs: for us, on stderr, nothing that a user needs. The levels are kubectl's; see [`directives`].
//!
//! Targets that the edges write to, all at debug: `platform::http` (method, URL, status, time), and below it `headers`
//! (of requests), `answer` (headers of answers), `body` (cut) or, where that is wanted, `body::whole` instead.

use super::console::Console;
use crate::terms::Environment;
use crate::verdict::Failure;
use std::io::Write;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::prelude::*;

/// The variable whose filter replaces the one that `-v` stands for.
pub const FILTER_VARIABLE: &str = "KUBECTL_PLATFORM_LOG";

/// Starts logging for this process, through the console.
///
/// # Errors
/// The filter in the environment cannot be read, or logging was started before.
pub fn start_logging(console: &Console, environment: &Environment) -> Result<(), Failure> {
    let subscriber = subscriber(console, environment)?;
    tracing::subscriber::set_global_default(subscriber)
        .map_err(|_| Failure::internal("logging was started twice"))
}

fn subscriber(
    console: &Console,
    environment: &Environment,
) -> Result<impl tracing::Subscriber + Send + Sync + 'static, Failure> {
    let directives =
        environment.non_empty(FILTER_VARIABLE).unwrap_or_else(|| directives(console.verbosity()));
    let filter = filter(directives).map_err(|problem| {
        let next = format!("set {FILTER_VARIABLE} to a filter such as `platform=debug`, or unset it");
        Failure::usage(format!("cannot read ${FILTER_VARIABLE}: {problem}"), next)
    })?;
    let lines = tracing_subscriber::fmt::layer()
        .with_timer(tracing_subscriber::fmt::time::uptime())
        .with_ansi(false)
        .with_writer(Lines(console.clone()));
    Ok(tracing_subscriber::registry().with(lines.with_filter(filter)))
}

/// By targets and levels alone: filters by spans and fields would bring a library of their own. An empty part would be
/// every target at every level.
fn filter(directives: &str) -> Result<Targets, String> {
    if directives.contains('[') {
        return Err("spans and fields are no filter here".to_owned());
    }
    let parts: Vec<&str> = directives.split(',').map(str::trim).filter(|part| !part.is_empty()).collect();
    parts.join(",").parse().map_err(|error| format!("{error}"))
}

/// What each `-v` shows. Foreign crates are silent below 9, since kube logs the body of an answer that it cannot
/// parse as a warning, and a body may be a Secret. `kubectl_` stands for the plugins themselves.
const fn directives(verbosity: u8) -> &'static str {
    match verbosity {
        0 | 1 => "off,platform=warn,kubectl_=warn",
        2 | 3 => "off,platform=info,kubectl_=info",
        4 => "off,platform=debug,kubectl_=debug,platform::cluster=info,platform::http=off",
        5 => "off,platform=trace,kubectl_=trace,platform::cluster=info,platform::http=off",
        6 => {
            "off,platform=trace,kubectl_=trace,platform::http::headers=off,platform::http::answer=off,platform::http::body=off"
        }
        7 => "off,platform=trace,kubectl_=trace,platform::http::answer=off,platform::http::body=off",
        8 => "off,platform=trace,kubectl_=trace,platform::http::body::whole=off",
        9 => "warn,platform=trace,kubectl_=trace",
        _ => "info,platform=trace,kubectl_=trace",
    }
}

/// Hands the lines of the log to the console, which cleans them and keeps them off the passing line.
struct Lines(Console);

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Line<'a>;

    fn make_writer(&'a self) -> Line<'a> {
        Line(&self.0)
    }
}

struct Line<'a>(&'a Console);

impl Write for Line<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        // The formatter writes an event at once, with the line break at its end.
        self.0.pass_on(String::from_utf8_lossy(bytes).trim_end());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[expect(clippy::cognitive_complexity, reason = "what the macros of tracing expand to")]
    fn crates() {
        tracing::warn!(target: "kube_client::client", "body of a foreign crate");
        tracing::warn!(target: "kubectl_mesh_export", "plugin\u{1b}[2J");
        tracing::info!(target: "platform::act", "steady");
        tracing::debug!(target: "platform::act", "detail");
    }

    #[expect(clippy::cognitive_complexity, reason = "what the macros of tracing expand to")]
    fn requests() {
        tracing::debug!(target: "platform::http", status = 200, "GET /version");
        tracing::debug!(target: "platform::http::headers", "headers");
        tracing::debug!(target: "platform::http::answer", "answered");
        tracing::debug!(target: "platform::http::body", "cut");
        tracing::debug!(target: "platform::http::body::whole", "whole");
    }

    fn everything_at(verbosity: u8, environment: &Environment) -> String {
        let (console, captured) = Console::captured();
        let subscriber = subscriber(&console.with_verbosity(verbosity), environment).unwrap();
        tracing::subscriber::with_default(subscriber, || {
            crates();
            requests();
        });
        let lines: Vec<String> = captured.stderr().lines().map(|line| line.trim_start().to_owned()).collect();
        lines.iter().filter_map(|line| Some(line.split_once("s ")?.1.trim().to_owned() + "\n")).collect()
    }

    #[test]
    fn each_verbosity_shows_what_kubectl_promises_and_foreign_crates_are_silent_below_nine() {
        let shown = |verbosity| everything_at(verbosity, &Environment::default());
        let all = shown(9);
        insta::assert_snapshot!(all, @r"
        WARN kube_client::client: body of a foreign crate
        WARN kubectl_mesh_export: plugin\x1b[2J
        INFO platform::act: steady
        DEBUG platform::act: detail
        DEBUG platform::http: GET /version status=200
        DEBUG platform::http::headers: headers
        DEBUG platform::http::answer: answered
        DEBUG platform::http::body: cut
        DEBUG platform::http::body::whole: whole
        ");
        let kept = |words: &[&str]| -> String {
            all.split_inclusive('\n').filter(|line| words.iter().any(|word| line.contains(word))).collect()
        };
        assert_eq!(shown(0), kept(&["plugin"]));
        assert_eq!(shown(2), kept(&["plugin", "steady"]));
        assert_eq!(shown(4), kept(&["plugin", "steady", "detail"]));
        assert_eq!(shown(6), kept(&["plugin", "steady", "detail", "GET"]));
        assert_eq!(shown(7), kept(&["plugin", "steady", "detail", "GET", "headers"]));
        assert_eq!(shown(8), kept(&["plugin", "steady", "detail", "GET", "headers", "answered", "cut"]));
        assert_eq!(shown(10), all);
    }

    #[test]
    fn the_environment_overrules_and_a_filter_that_cannot_be_read_is_a_usage_error() {
        let filtered = |filter: &str| Environment::of([(FILTER_VARIABLE, filter)]);
        assert_eq!(everything_at(9, &filtered("platform::act=info")).lines().count(), 1);
        assert_eq!(everything_at(9, &filtered(" platform::act=info, ,")).lines().count(), 1);
        for wrong in ["platform=loud,", "platform[span]=debug"] {
            let refused = subscriber(&Console::captured().0, &filtered(wrong)).err().unwrap();
            assert_eq!(refused.exit, crate::verdict::Exit::Usage, "{wrong}");
        }
    }
}
