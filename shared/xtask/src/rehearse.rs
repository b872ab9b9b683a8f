//! A runner with `sleep` in place of control planes and tests. Its own tests end it in every way there is and
//! look at what remains (`tests/runner.rs`): of the processes, and of a temporary folder that the tests made.

use std::process::{Command, ExitCode};
use std::thread::sleep;
use std::time::Duration;

use crate::keeper::Keeper;
use crate::{Outcome, cargo, folders, interrupt};

/// Starts everything that a test run starts, says what, and ends in this way: `return`, `panic`, or after the
/// tests did (`hold`, and `stubborn` for tests that do not listen to signals).
pub(crate) fn run(ending: &str) -> Outcome<ExitCode> {
    interrupt::arm()?;
    let mut keeper = Keeper::start()?;
    let folder = folders::for_this_run();
    keeper.folder(&folder)?;
    let deep = folder.join("some/folder");
    std::fs::create_dir_all(&deep).map_err(|error| error.to_string())?;
    keeper.start_service("sleep", Command::new("sleep").arg("120"), &deep.join("service.log"))?;
    let trap = if ending == "stubborn" { "trap '' TERM;" } else { "" };
    // Two processes in the group of the tests, as cargo and a test are.
    let script = format!("{trap} mktemp -d >made; sleep 120 & touch ready; while :; do sleep 1; done");
    let mut command = Command::new("sh");
    folders::keep_temporary_files_in(&folder, command.args(["-c", &script]).current_dir(&folder))?;
    let tests = keeper.spawn("sh", &mut command)?;
    while !folder.join("ready").exists() {
        sleep(Duration::from_millis(10));
    }
    let made = std::fs::read_to_string(folder.join("made")).map_err(|error| error.to_string())?;
    println!("folder {}", folder.display());
    println!("made {}", made.trim_end());
    println!("janitor {}", keeper.janitor_id());
    for group in keeper.service_groups().chain(i32::try_from(tests.id())) {
        println!("group {group}");
    }
    println!("started");
    match ending {
        "return" => return Ok(ExitCode::SUCCESS),
        "panic" => fail(),
        _ => {}
    }
    cargo::finish(&mut keeper, tests)?;
    Ok(ExitCode::from(if interrupt::asked() { interrupt::EXIT_CODE } else { 0 }))
}

#[expect(clippy::panic, reason = "the rehearsal of a bug in the runner")]
fn fail() {
    panic!("a bug");
}
