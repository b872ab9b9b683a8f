//! The chores of this workspace. `cargo xtask` without arguments prints them.
//!
//! Everything here is for developers and continuous integration; no plugin depends on it. The first rule of
//! this crate: whatever it starts ends with it, however it ends (see `janitor`).

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "a developer's tool: it talks on the terminal and is configured by the environment"
)]

mod arguments;
mod bench;
mod binaries;
mod cargo;
mod certificates;
mod closing;
mod cluster;
mod demo;
mod dist;
mod flags;
mod folders;
mod fuzz;
mod ground;
mod http;
mod interrupt;
mod janitor;
mod keeper;
mod kubeconfig;
mod pins;
mod ports;
mod rehearse;
mod tally;
mod tests_run;
mod up;

use std::process::ExitCode;

use arguments::Command;
use xtask::Outcome;

fn main() -> ExitCode {
    let done = match arguments::parse(std::env::args().skip(1)) {
        Ok(Command::Test(options)) => tests_run::run(&options),
        Ok(Command::Up) => up::run(),
        Ok(Command::Demo(arguments)) => demo::run(&arguments),
        Ok(Command::Bench(options)) => bench::run(&options),
        Ok(Command::Dist(options)) => dist::run(&options),
        Ok(Command::Fuzz(options)) => fuzz::run(&options),
        Ok(Command::Janitor) => Ok(janitor::run()),
        Ok(Command::Rehearse(ending)) => rehearse::run(&ending),
        Err(message) => {
            eprintln!("{message}");
            return ExitCode::from(2);
        }
    };
    done.unwrap_or_else(|message| {
        eprintln!("error: {message}");
        ExitCode::FAILURE
    })
}
