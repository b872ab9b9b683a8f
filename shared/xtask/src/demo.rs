//! `cargo demo`: builds the command and the sandbox, and shows the one on the other.

use std::path::Path;
use std::process::{Command, ExitCode};

use crate::cargo::cargo;
use crate::{Outcome, interrupt};

/// Builds, then hands over to the demonstration.
pub(crate) fn run(arguments: &[String]) -> Outcome<ExitCode> {
    // Ctrl-C reaches the demonstration too; this process waits until that has cleaned up.
    interrupt::arm()?;
    let own = std::env::current_exe().map_err(|error| error.to_string())?;
    // This program lies in `<target>/debug`, and what it builds comes to lie beside it.
    let programs = own.parent().ok_or("this program is in no folder")?;
    let target = programs.parent().ok_or("this program is in no target folder")?;
    build(target)?;
    let program = programs.join(format!("sandbox{}", std::env::consts::EXE_SUFFIX));
    let status = Command::new(&program).arg("demo").args(arguments).status();
    let status = status.map_err(|error| format!("{}: {error}", program.display()))?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}

fn build(target: &Path) -> Outcome<()> {
    let mut cargo = cargo();
    cargo.args(["build", "--locked", "-p", "mesh-export", "-p", "sandbox", "--target-dir"]).arg(target);
    let status = cargo.status().map_err(|error| format!("cannot start cargo: {error}"))?;
    if status.success() { Ok(()) } else { Err("the build failed; see above".to_owned()) }
}
