//! Runs a program once and says what it took: `timed PROGRAM ARGUMENT…`.
//!
//! A process of its own, since the system counts the memory of the one that starts a program as that program's, too:
//! this one is small.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a benchmark's helper: it talks on the terminal"
)]

use std::io;
use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;

use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeValLike as _;

fn main() -> ExitCode {
    match measure() {
        Ok(line) => {
            println!("{line}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Microseconds from the start to the end, those of processors, the largest resident memory in KiB, and the exit code.
fn measure() -> io::Result<String> {
    let mut arguments = std::env::args_os().skip(1);
    let program = arguments.next().ok_or_else(|| io::Error::other("name a program"))?;
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let start = Instant::now();
    let status = command.status()?;
    let micros = start.elapsed().as_micros();
    let code = status.code().ok_or_else(|| io::Error::other(format!("ended by {status}")))?;
    // macOS counts bytes here.
    let unit = if cfg!(target_os = "macos") { 1024 } else { 1 };
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    let (kib, busy) = (usage.max_rss() / unit, usage.user_time() + usage.system_time());
    let busy = busy.num_microseconds();
    Ok(format!("{{\"micros\":{micros},\"busy\":{busy},\"kib\":{kib},\"code\":{code}}}"))
}
