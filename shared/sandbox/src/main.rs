//! `sandbox`: clusters for whoever wants some.

#![expect(
    clippy::disallowed_methods,
    reason = "the one place of this program that reads its environment, and hands it down"
)]

mod demo;
mod place;

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use sandbox::world::World;

use place::Place;

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
    /// Show `kubectl mesh-export` on a healthy platform and on three broken ones
    Demo(DemoArgs),
}

#[derive(Debug, Args)]
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
    /// Keep the clusters of the healthy platform and print how to use them
    #[arg(long)]
    hold: bool,
    /// Leave the service mirror out: the demonstration must fail then
    #[arg(long, hide = true)]
    without_mirror: bool,
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let done = match runtime {
        Ok(runtime) => runtime.block_on(run(cli.command)),
        Err(error) => Err(error.to_string()),
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

async fn run(command: Command) -> Result<ExitCode, String> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    match command {
        Command::Serve(args) => serve(&args, &path).await,
        Command::Demo(args) => demo::run(args.hold, args.without_mirror, &path).await,
    }
}

async fn serve(args: &ServeArgs, path: &std::ffi::OsStr) -> Result<ExitCode, String> {
    let world = match &args.file {
        Some(file) => {
            let text =
                std::fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
            World::read(&text)
        }
        None => World::known(&args.world),
    };
    let started =
        world.map_err(|error| error.to_string())?.start().await.map_err(|error| error.to_string())?;
    let place = Place::new(&started.sandbox, path)?;
    place.hold().await.map_err(|error| error.to_string())
}
