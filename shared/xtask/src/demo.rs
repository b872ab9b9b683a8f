//! `cargo demo`: builds the commands and the sandbox, and shows the ones on the other.

use std::process::{Command, ExitCode};

use crate::cargo::{build, cargo, finish, target_folder};
use crate::keeper::Keeper;
use crate::{Outcome, folders, interrupt};

/// How the demonstration ends when SIGTERM interrupts it.
const TERMINATED: u8 = 143;

/// Builds, then hands over to the demonstration. Its kubeconfig, which has an administrator's token, goes with this
/// process, however that ends.
pub(crate) fn run(arguments: &[String]) -> Outcome<ExitCode> {
    interrupt::arm()?;
    let mut keeper = Keeper::start()?;
    match show(&mut keeper, arguments) {
        Err(_) if interrupt::asked() => Ok(ExitCode::from(interrupt::EXIT_CODE)),
        shown => shown,
    }
}

fn show(keeper: &mut Keeper, arguments: &[String]) -> Outcome<ExitCode> {
    let target = target_folder()?;
    let mut cargo = cargo();
    cargo.args(["build", "--locked", "-p", "mesh-export", "-p", "xcluster-check", "-p", "sandbox"]);
    cargo.arg("--target-dir").arg(&target);
    build(keeper, cargo)?;
    let folder = folders::for_this_run();
    keeper.folder(&folder)?;
    let mut command =
        Command::new(target.join("debug").join(format!("sandbox{}", std::env::consts::EXE_SUFFIX)));
    command.arg("demo").args(arguments);
    folders::keep_temporary_files_in(&folder, &mut command)?;
    // Ctrl-C reaches the demonstration through this process, which waits until that has cleaned up.
    let shown = keeper.spawn("sandbox", &mut command)?;
    let code = finish(keeper, shown)?.code().and_then(|code| u8::try_from(code).ok());
    Ok(match code {
        // It was told by SIGTERM, whatever this process was told by. Clusters that were held end with 0.
        Some(TERMINATED) if interrupt::asked() => ExitCode::from(interrupt::EXIT_CODE),
        code => code.map_or(ExitCode::FAILURE, ExitCode::from),
    })
}
