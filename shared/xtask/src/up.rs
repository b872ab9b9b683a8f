//! `cargo xtask up`: the control planes for somebody who runs single tests by hand.

use std::fs;
use std::process::ExitCode;
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::keeper::Keeper;
use crate::{Outcome, binaries, folders, ground, interrupt};

/// Starts both control planes and holds them until a signal comes.
pub(crate) fn run() -> Outcome<ExitCode> {
    interrupt::arm()?;
    let mut keeper = Keeper::start()?;
    let binaries = binaries::find_or_build(&mut keeper)?.ok_or(
        "the control planes are built with Go, which is not here: install it from https://go.dev/dl",
    )?;
    let folder = folders::for_this_run();
    keeper.folder(&folder)?;
    fs::create_dir(folder.join("marks")).map_err(|error| error.to_string())?;
    let start = Instant::now();
    ground::start(&mut keeper, &binaries, &folder)?;
    eprintln!("{} are ready after {:.1} s", ground::CLUSTERS.join(" and "), start.elapsed().as_secs_f64());
    println!("export PLATFORM_REAL={}", folder.display());
    println!("export KUBECONFIG={}", folder.join("kubeconfig").display());
    eprintln!("Ctrl-C ends them");
    while !interrupt::asked() {
        ground::check(&mut keeper)?;
        sleep(Duration::from_millis(200));
    }
    Ok(ExitCode::SUCCESS)
}
