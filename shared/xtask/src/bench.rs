//! `cargo xtask bench`: builds what is released and what measures it, starts the real control planes, and measures.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, ExitCode};

use crate::arguments::BenchOptions;
use crate::cargo::{build, cargo, cargo_for_archives, finish, target_folder};
use crate::keeper::Keeper;
use crate::{Outcome, binaries, folders, ground, interrupt};

/// The page that the table goes to.
const PAGE: &str = "docs/performance.md";

/// Ends with what the measuring program ends with: 1 when an aim is missed.
pub(crate) fn run(options: &BenchOptions) -> Outcome<ExitCode> {
    interrupt::arm()?;
    let mut keeper = Keeper::start()?;
    match measure(&mut keeper, options) {
        Err(_) if interrupt::asked() => Ok(ExitCode::from(interrupt::EXIT_CODE)),
        measured => measured,
    }
}

fn measure(keeper: &mut Keeper, options: &BenchOptions) -> Outcome<ExitCode> {
    let target = target_folder()?;
    let plugins = ["--profile", "dist", "-p", "mesh-export", "-p", "xcluster-check"];
    let measuring = ["--release", "-p", "sandbox", "-p", "bench"];
    for (mut cargo, what) in [(cargo_for_archives(), &plugins[..]), (cargo(), &measuring)] {
        cargo.args(["build", "--locked", "--target-dir"]).arg(&target).args(what);
        build(keeper, cargo)?;
    }
    let binaries = binaries::find_or_build(keeper)?.ok_or(
        "the control planes are built with Go, which is not here: install it from https://go.dev/dl",
    )?;
    let folder = folders::for_this_run();
    keeper.folder(&folder)?;
    fs::create_dir(folder.join("marks")).map_err(|error| error.to_string())?;
    ground::start(keeper, &binaries, &folder)?;
    let program = |profile: &str, name: &str| -> PathBuf { target.join(profile).join(name) };
    let mut command = Command::new(program("release", "bench"));
    command.arg("--plugin").arg(program("dist", "kubectl-mesh_export"));
    command.arg("--checker").arg(program("dist", "kubectl-xcluster_check"));
    command.arg("--sandbox").arg(program("release", "sandbox"));
    if options.write {
        command.arg("--write").arg(folders::workspace().join(PAGE));
    }
    command.args(&options.only).env("PLATFORM_REAL", &folder);
    folders::keep_temporary_files_in(&folder, &mut command)?;
    let measuring = keeper.spawn("bench", &mut command)?;
    let status = finish(keeper, measuring)?;
    interrupt::check()?;
    ground::check(keeper)?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
