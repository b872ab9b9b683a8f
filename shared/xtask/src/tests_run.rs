//! `cargo xtask test`: all tests, on real control planes where that is possible.

use std::fs;
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use crate::arguments::TestOptions;
use crate::closing::{Closing, Real, marks, sentence, set_variables};
use crate::keeper::Keeper;
use crate::tally::Count;
use crate::{Outcome, binaries, cargo, folders, ground, interrupt};

const NO_GO: &str = "they are built with Go, which is not on this machine (https://go.dev/dl)";

/// Runs the tests. The exit code is 0 only when everything that was asked for is good.
pub(crate) fn run(options: &TestOptions) -> Outcome<ExitCode> {
    interrupt::arm()?;
    let mut keeper = Keeper::start()?;
    let result = run_with(&mut keeper, options);
    if interrupt::asked() {
        eprintln!("interrupted");
        return Ok(ExitCode::from(interrupt::EXIT_CODE));
    }
    result
}

fn run_with(keeper: &mut Keeper, options: &TestOptions) -> Outcome<ExitCode> {
    let folder = folders::for_this_run();
    keeper.folder(&folder)?;
    let marks = folder.join("marks");
    fs::create_dir(&marks).map_err(|error| error.to_string())?;
    // The control planes start while the tests compile.
    let compiling = keeper.spawn("cargo", &mut cargo::test(&options.cargo, true))?;
    let real = start_real(keeper, &folder);
    interrupt::check()?;
    if cargo::finish(keeper, compiling)?.success() {
        return test(keeper, options, real, &folder);
    }
    // A build that fails is a failed test: nobody may read "0 failed" there.
    println!("error: the tests do not build; cargo's message is above");
    println!("{}", sentence(Count { failed: 1, ..Count::default() }));
    Ok(ExitCode::FAILURE)
}

fn test(keeper: &mut Keeper, options: &TestOptions, mut real: Real, folder: &Path) -> Outcome<ExitCode> {
    let left = folder.join("marks");
    let mut command = cargo::test(&options.cargo, false);
    command.env("PLATFORM_MARKS", &left).env_remove("PLATFORM_REAL");
    folders::keep_temporary_files_in(folder, &mut command)?;
    if matches!(real, Real::Ready(_)) {
        command.env("PLATFORM_REAL", folder);
    }
    let (status, mut tally) = cargo::stream(keeper, command)?;
    interrupt::check()?;
    if !status.success() {
        tally.account_for_failure();
    }
    if let Err(why) = ground::check(keeper) {
        real = Real::Broken(why);
    }
    let require_real = options.require_real;
    let closing = Closing { tally, real, require_real, marks: marks(&left), set: set_variables() };
    let closed = closing.close();
    println!("\n{}", closed.lines.join("\n"));
    Ok(if closed.good && status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn start_real(keeper: &mut Keeper, folder: &Path) -> Real {
    match try_start_real(keeper, folder) {
        Ok(real) => real,
        Err(why) => {
            eprintln!("error: no real control planes: {why}");
            Real::Broken(why)
        }
    }
}

fn try_start_real(keeper: &mut Keeper, folder: &Path) -> Outcome<Real> {
    let Some(binaries) = binaries::find_or_build(keeper)? else {
        return Ok(Real::Absent(NO_GO.to_owned()));
    };
    let start = Instant::now();
    ground::start_twice(keeper, &binaries, folder)?;
    Ok(Real::Ready(start.elapsed()))
}
