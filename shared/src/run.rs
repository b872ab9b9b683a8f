//! Floor 5: the one entry that every plugin calls. Reads the process (arguments, environment, signals) once and hands
//! it down as values.

mod again;
mod complete;
mod connect;
mod signals;
mod terminal;
mod usage;
mod vigil;
pub(crate) mod weigh;

use crate::cluster::Warnings;
use crate::surface::args::{ConnectionArgs, OutputArgs, parsed};
use crate::surface::{Colour, Console, start_logging};
use crate::terms::Environment;
use crate::verdict::{Exit, Failure};
use complete::Process;
#[cfg(any(test, feature = "fuzzing"))]
pub(crate) use complete::candidates;
pub use complete::{completion, script};
pub use connect::Place;
use futures::TryFutureExt as _;
use signals::Signals;
use std::ffi::OsString;
use std::process::ExitCode;
pub use vigil::Vigil;

/// A plugin: its arguments, and what it does with them.
pub trait Plugin: clap::Parser {
    /// As users type it after `kubectl`.
    const NAME: &'static str;

    /// What `--version` says behind the name of the file.
    const VERSION: &'static str;

    /// The connection flags.
    fn connection(&self) -> &ConnectionArgs;

    /// The output flags.
    fn output(&self) -> &OutputArgs;

    /// Does the work. The report is printed by the time it returns.
    ///
    /// # Errors
    /// Why there is no report.
    fn start(self, run: &Run) -> impl Future<Output = Result<Exit, Failure>>;
}

/// What a run has: where it speaks, what it was started with, and whether somebody wants it to stop.
pub struct Run {
    /// Where it speaks.
    pub console: Console,
    /// The environment at the start.
    pub environment: Environment,
    user_agent: String,
    signals: Signals,
    warnings: Warnings,
}

impl Run {
    /// Runs a job until it is done or somebody wants us to stop. What the job has done so far is the caller's to
    /// report.
    ///
    /// # Errors
    /// How to leave when it was stopped.
    pub async fn or_interrupt<T>(&self, job: impl Future<Output = T>) -> Result<T, Exit> {
        tokio::select! {
            biased;
            exit = self.signals.first() => Err(exit),
            done = job => Ok(done),
        }
    }

    /// The same of a job without which there is nothing to report.
    ///
    /// # Errors
    /// That it was stopped.
    pub fn or_stopped<T>(&self, job: impl Future<Output = T>) -> impl Future<Output = Result<T, Failure>> {
        // Mapped, not awaited: another `async` would hold the job once more.
        self.or_interrupt(job).map_err(Failure::stopped)
    }

    /// Lets a moment pass.
    ///
    /// # Errors
    /// How to leave when somebody wants us to stop before it is over.
    pub async fn pause(&self, moment: std::time::Duration) -> Result<(), Exit> {
        self.or_interrupt(tokio::time::sleep(moment)).await
    }

    /// How to leave once somebody wants us to stop; waits until somebody does.
    pub async fn stopped(&self) -> Exit {
        self.signals.first().await
    }
}

/// Runs a plugin from the process's arguments to its exit code.
#[expect(clippy::disallowed_methods, reason = "the one place that reads the environment, and hands it down")]
pub fn plugin<P: Plugin>() -> ExitCode {
    // Variables that are no text can be of no use to us.
    let text =
        |(key, value): (OsString, OsString)| Some((key.into_string().ok()?, value.into_string().ok()?));
    let environment = Environment::of(std::env::vars_os().filter_map(text));
    let words: Vec<OsString> = std::env::args_os().collect();
    let folder = std::env::current_dir().ok();
    if let Some(exit) = complete::answer::<P>(&Process { words: &words, environment: &environment, folder }) {
        return ExitCode::from(exit.code());
    }
    // Scripts ask for this often: it needs none of what follows, which would be half of what the run takes.
    if words.get(1..).is_some_and(|words| words == ["--version"]) {
        let text = format!("{} {}\n", file::<P>(), P::VERSION);
        return ExitCode::from(usage::print(&text, &Console::new(Colour::Never, &environment, 0)).code());
    }
    let exit = match parsed::<P>(words) {
        Ok(plugin) => start(plugin, environment),
        Err(error) => usage::end(&error, &Console::new(Colour::Never, &environment, 0)),
    };
    ExitCode::from(exit.code())
}

fn start<P: Plugin>(plugin: P, environment: Environment) -> Exit {
    let console = Console::new(plugin.output().colour(), &environment, plugin.connection().verbosity());
    if let Err(failure) = start_logging(&console, &environment) {
        console.fail(&failure);
        return failure.exit;
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let finished = match runtime {
        Ok(runtime) => runtime.block_on(async {
            let signals = Signals::listen();
            let (shown, user_agent) = (console.clone(), user_agent(P::NAME));
            let warnings = Warnings::told(move |text| shown.warn(text));
            let run = Run { console: console.clone(), environment, user_agent, signals, warnings };
            plugin.start(&run).await
        }),
        Err(error) => Err(Failure::internal(format!("the runtime does not start: {error}"))),
    };
    finished.unwrap_or_else(|failure| {
        console.fail(&failure);
        failure.exit
    })
}

/// How the file of a plugin is called: kubectl turns dashes into underscores when it looks for it.
fn file<P: Plugin>() -> String {
    format!("kubectl-{}", P::NAME.replace('-', "_"))
}

fn user_agent(name: &str) -> String {
    // As Go and Kubernetes spell them.
    let os = if cfg!(target_os = "macos") { "darwin" } else { std::env::consts::OS };
    let arch = match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        other => other,
    };
    format!("kubectl-{name}/{} ({os}/{arch})", env!("CARGO_PKG_VERSION"))
}
