//! Runs `cargo test` in a process group of its own and counts what it prints.

use std::ffi::OsString;
use std::io::{BufRead, BufReader, PipeReader, Write};
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus};
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;

use crate::keeper::Keeper;
use crate::tally::Tally;
use crate::{Outcome, folders, interrupt};

/// How long output may still arrive after cargo ended: only a process that a test left behind can hold it open.
const LATE_OUTPUT: Duration = Duration::from_secs(3);

/// `cargo` in the workspace, as a shell would start it.
pub(crate) fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(folders::workspace());
    // What cargo told this program about its own package is news to some build scripts (ring's): with it, half
    // of the dependencies would be compiled again, and once more by the next plain `cargo test`.
    let about_this = |name: &OsString| {
        let name = name.to_string_lossy();
        name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_")
    };
    for (name, _) in std::env::vars_os().filter(|(name, _)| about_this(name)) {
        command.env_remove(name);
    }
    command
}

/// The same for the programs of archives, which have no business with where this machine keeps the sources of their dependencies:
/// the names of hundreds of them stand in messages of panics.
pub(crate) fn cargo_for_archives() -> Command {
    let mut command = cargo();
    let home = || Some(PathBuf::from(std::env::var_os("HOME")?).join(".cargo"));
    if let Some(home) = std::env::var_os("CARGO_HOME").map(PathBuf::from).or_else(home) {
        let own = format!("--remap-path-prefix={}=", home.join("registry").join("src").display());
        let flags = std::env::var("RUSTFLAGS").unwrap_or_default();
        command.env("RUSTFLAGS", format!("{flags} {own}").trim());
    }
    command
}

/// The target folder that this program was built into: it lies in `<target>/debug`.
pub(crate) fn target_folder() -> Outcome<PathBuf> {
    let own = std::env::current_exe().map_err(|error| error.to_string())?;
    own.ancestors()
        .nth(2)
        .map(Path::to_path_buf)
        .ok_or_else(|| "this program is in no target folder".to_owned())
}

/// Runs a build and waits for it; what is wrong with it cargo has said.
pub(crate) fn build(keeper: &mut Keeper, mut command: Command) -> Outcome<()> {
    let building = keeper.spawn("cargo", &mut command)?;
    let built = finish(keeper, building)?.success();
    interrupt::check()?;
    if built { Ok(()) } else { Err("the build failed; see above".to_owned()) }
}

/// `cargo test` for the whole workspace, or for the packages that these arguments name.
pub(crate) fn test(arguments: &[String], compile_only: bool) -> Command {
    let mut command = cargo();
    command.arg("test");
    // The headings are what the tally reads: as they are, whatever this user's settings are.
    let plain =
        [("CARGO_TERM_COLOR", "never"), ("CARGO_TERM_QUIET", "false"), ("CARGO_TERM_VERBOSE", "false")];
    command.envs(plain);
    let of_cargo = arguments.iter().take_while(|argument| *argument != "--");
    let names_packages =
        |argument: &String| ["-p", "--package", "--workspace"].iter().any(|flag| argument.starts_with(flag));
    if !of_cargo.clone().any(names_packages) {
        command.arg("--workspace");
    }
    if compile_only {
        command.args(of_cargo).arg("--no-run");
    } else {
        // One failure must not hide the count of the other rings.
        command.arg("--no-fail-fast").args(arguments).envs(threads());
    }
    command
}

/// How many tests run at once, unless this user has said it. Those that start kubectl wait for servers most of the time, and
/// for what settles.
fn threads() -> Option<(&'static str, String)> {
    const NAME: &str = "RUST_TEST_THREADS";
    let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
    std::env::var_os(NAME).is_none().then(|| (NAME, (3 * cores).to_string()))
}

/// Waits for a process, passing signals on to it, and ends what it left behind.
pub(crate) fn finish(keeper: &mut Keeper, mut child: Child) -> Outcome<ExitStatus> {
    interrupt::pass_on_to(i32::try_from(child.id()).ok());
    let status = child.wait().map_err(|error| error.to_string())?;
    interrupt::pass_on_to(None);
    keeper.finished(&child)?;
    Ok(status)
}

/// Runs a command, shows its output as it comes, and counts.
pub(crate) fn stream(keeper: &mut Keeper, mut command: Command) -> Outcome<(ExitStatus, Tally)> {
    // One pipe for both streams: cargo's headings and the results of the tests must stay in order.
    let (output, input) = std::io::pipe().map_err(|error| error.to_string())?;
    let copy = input.try_clone().map_err(|error| error.to_string())?;
    let child = keeper.spawn("cargo", command.stdout(input).stderr(copy))?;
    drop(command); // it holds the writing end, and the reader waits until nobody does
    let lines = read(output);
    let status = finish(keeper, child)?;
    let mut tally = Tally::default();
    // The reader shows lines by itself; here they only have to be counted.
    while let Ok(line) = lines.recv_timeout(LATE_OUTPUT) {
        tally.read(&line);
    }
    Ok((status, tally))
}

fn read(output: PipeReader) -> Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let mut terminal = std::io::stdout().lock();
        let mut output = BufReader::new(output);
        let mut line = Vec::new();
        while output.read_until(b'\n', &mut line).is_ok_and(|length| length > 0) {
            // A closed terminal is no reason to stop the tests.
            let _closed = terminal.write_all(&line).and_then(|()| terminal.flush());
            let _done = sender.send(String::from_utf8_lossy(&line).trim_end().to_owned());
            line.clear();
        }
    });
    receiver
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(arguments: &str, compile_only: bool) -> String {
        let arguments: Vec<_> = arguments.split_whitespace().map(str::to_owned).collect();
        let command = test(&arguments, compile_only);
        command.get_args().map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn packages_replace_the_workspace_and_tests_are_not_told_to_compile() {
        assert_eq!(line("", true), "test --workspace --no-run");
        assert_eq!(line("-p x -- --nocapture", true), "test -p x --no-run");
        assert_eq!(line("-- -p", false), "test --workspace --no-fail-fast -- -p");
    }

    #[test]
    fn settings_of_this_user_do_not_hide_the_headings() {
        let command = test(&[], false);
        for (name, value) in [("CARGO_TERM_COLOR", "never"), ("CARGO_TERM_QUIET", "false")] {
            let set = command.get_envs().find(|(one, _)| *one == name).and_then(|(_, value)| value);
            assert_eq!(set, Some(value.as_ref()), "{name}");
        }
    }
}
