//! `sandbox`: clusters for whoever wants some.

#![expect(
    clippy::disallowed_methods,
    reason = "the one place of this program that reads its environment, and hands it down"
)]

mod demo;
mod place;
mod stop;

use std::ffi::OsString;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use sandbox::Failure;
use sandbox::world::World;

use stop::Stop;

/// Clusters in a process
#[derive(Debug, Parser)]
#[command(name = "sandbox")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Start the clusters of a world and hold them until Ctrl-C
    Serve(ServeArgs),
    /// Show `kubectl mesh-export` and `kubectl xcluster-check` on a healthy platform and on broken ones
    Demo(DemoArgs),
}

#[derive(Debug, Args)]
#[command(after_help = "A world is a file in YAML; docs/worlds.md has every field of it, with examples.\n\
                        Ctrl-C, SIGTERM and SIGHUP end the clusters, remove their kubeconfig, and exit with 0.")]
struct ServeArgs {
    /// A file with a world
    #[arg(short = 'f', long = "filename", conflicts_with = "world")]
    file: Option<PathBuf>,
    /// A world that comes with the sandbox
    #[arg(long, default_value = "platform")]
    world: String,
}

#[derive(Debug, Args)]
struct DemoArgs {
    /// Keep the clusters of the healthy platform and print how to use them, until Ctrl-C
    #[arg(long)]
    hold: bool,
    /// Leave the service mirror out: the demonstration must fail then
    #[arg(long, hide = true)]
    without_mirror: bool,
}

/// What this program hands down of its environment.
#[derive(Debug)]
struct Environment {
    path: OsString,
    /// What programs need to talk on this terminal.
    terminal: Vec<(&'static str, OsString)>,
}

/// Nothing of it leads to a cluster or to a file of its user's settings.
const TERMINAL: [&str; 14] = [
    "COLORTERM",
    "COLUMNS",
    "LANG",
    "LC_ALL",
    "LC_CTYPE",
    "LINES",
    "NO_COLOR",
    "PATHEXT",
    "SYSTEMROOT",
    "TEMP",
    "TERM",
    "TMP",
    "TMPDIR",
    "TZ",
];

fn main() -> ExitCode {
    let cli = Cli::parse();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let done = match runtime {
        Ok(runtime) => runtime.block_on(run(cli.command)),
        Err(error) => Err(Failure::new(format!("cannot start: {error}"), "raise the limits of `ulimit -a`")),
    };
    match done {
        Ok(code) => code,
        Err(why) => {
            // A closed stderr leaves nobody to tell.
            drop(writeln!(std::io::stderr(), "error: {why}"));
            ExitCode::FAILURE
        }
    }
}

async fn run(command: Command) -> Result<ExitCode, Failure> {
    // Before anything is made that a signal would leave behind.
    let mut stop = Stop::listen()?;
    let terminal = TERMINAL.into_iter().filter_map(|name| Some((name, std::env::var_os(name)?)));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let environment = Environment { path, terminal: terminal.collect() };
    match command {
        Command::Serve(args) => place::hold(world(&args)?, &environment, &mut stop).await,
        Command::Demo(args) => demo::run(&args, &environment, &mut stop).await,
    }
}

fn world(args: &ServeArgs) -> Result<World, Failure> {
    match &args.file {
        Some(file) => World::read_file(file),
        None => World::known(&args.world),
    }
}
