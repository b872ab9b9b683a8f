//! `cargo xtask fuzz`: builds the targets in `fuzz/`, as one program, and gives each some seconds. What they find stays in the target
//! folder, so that the next run begins where this one ended.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode};
use std::thread::available_parallelism;

use crate::arguments::FuzzOptions;
use crate::cargo::{build, cargo, finish, target_folder};
use crate::keeper::Keeper;
use crate::{Outcome, folders, interrupt};

/// All targets in one, and the variable that picks one of them.
const PROGRAM: &str = "every";
const PICKED: &str = "LAW";
/// One input may take this many seconds, and a target this many megabytes.
const BOUNDS: [&str; 2] = ["-timeout=20", "-rss_limit_mb=2048"];

/// Says how often each target ran, and fails when one of them found something.
pub(crate) fn run(options: &FuzzOptions) -> Outcome<ExitCode> {
    interrupt::arm()?;
    let mut keeper = Keeper::start()?;
    match try_all(&mut keeper, options) {
        Err(_) if interrupt::asked() => Ok(ExitCode::from(interrupt::EXIT_CODE)),
        tried => tried,
    }
}

fn try_all(keeper: &mut Keeper, options: &FuzzOptions) -> Outcome<ExitCode> {
    let targets = chosen(&options.targets)?;
    let target = target_folder()?;
    build(keeper, instrumented(&target))?;
    let place =
        Place { program: target.join("fuzz").join("debug").join(PROGRAM), found: target.join("fuzz") };
    let mut good = true;
    let lanes = available_parallelism().map_or(1, usize::from);
    for some in targets.chunks(lanes) {
        let mut running = Vec::new();
        for name in some {
            running.push((name, place.start(keeper, name, options.seconds)?));
        }
        for (name, child) in running {
            let is_good = finish(keeper, child)?.success();
            interrupt::check()?;
            good &= is_good;
            place.tell(name, is_good)?;
        }
    }
    Ok(if good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The targets of these names, or all.
fn chosen(names: &[String]) -> Outcome<Vec<String>> {
    let folder = folders::workspace().join("fuzz").join("fuzz_targets");
    let files =
        fs::read_dir(&folder).map_err(|error| format!("cannot read {}: {error}", folder.display()))?;
    let stem = |path: PathBuf| Some(path.file_stem()?.to_str()?.to_owned());
    let mut known: Vec<String> = files.filter_map(|file| stem(file.ok()?.path())).collect();
    known.sort();
    match names.iter().find(|name| !known.contains(name)) {
        Some(name) => Err(format!("no target is called {name:?}; there are {}", known.join(", "))),
        None if names.is_empty() => Ok(known),
        None => Ok(names.to_vec()),
    }
}

/// Dependencies come from the folder where everybody's are built; only what parses is built once more, so that it counts
/// what it passes.
fn instrumented(target: &Path) -> Command {
    let fuzz = folders::workspace().join("fuzz");
    let mut cargo = cargo();
    cargo.args(["build", "--locked", "--bin", PROGRAM, "--manifest-path"]).arg(fuzz.join("Cargo.toml"));
    cargo.env("CARGO_BUILD_BUILD_DIR", target).env("CARGO_TARGET_DIR", target.join("fuzz"));
    cargo.env("RUSTC_WRAPPER", fuzz.join("instrument"));
    cargo
}

/// Where the program lies, and what it finds.
struct Place {
    program: PathBuf,
    found: PathBuf,
}

impl Place {
    fn folder(&self, kind: &str, name: &str) -> Outcome<PathBuf> {
        let folder = self.found.join(kind).join(name);
        fs::create_dir_all(&folder)
            .map_err(|error| format!("cannot create {}: {error}", folder.display()))?;
        Ok(folder)
    }

    fn log(&self, name: &str) -> PathBuf {
        self.found.join(format!("{name}.log"))
    }

    fn start(&self, keeper: &mut Keeper, name: &str, seconds: u32) -> Outcome<Child> {
        let log = self.log(name);
        let file = File::create(&log).map_err(|error| format!("cannot write {}: {error}", log.display()))?;
        let copy = file.try_clone().map_err(|error| error.to_string())?;
        let mut command = Command::new(&self.program);
        command.env(PICKED, name);
        command.arg(format!("-max_total_time={seconds}")).arg("-print_final_stats=1").args(BOUNDS);
        command.arg(format!("-artifact_prefix={}/", self.folder("artifacts", name)?.display()));
        // What is new goes into the first folder.
        command.arg(self.folder("corpus", name)?);
        command.arg(folders::workspace().join("fuzz").join("corpus").join(name));
        keeper.spawn(name, command.stdout(file).stderr(copy))
    }

    /// What a target has done; of one that failed, all it said.
    fn tell(&self, name: &str, is_good: bool) -> Outcome<()> {
        let log = fs::read(self.log(name)).map_err(|error| error.to_string())?;
        let log = String::from_utf8_lossy(&log);
        if is_good {
            println!("{name}: {} inputs", executed(&log).unwrap_or("no"));
        } else {
            println!("{log}\n{name}: failed; the input is in {}", self.folder("artifacts", name)?.display());
        }
        Ok(())
    }
}

/// How many inputs were tried, as libFuzzer says it at the end.
fn executed(log: &str) -> Option<&str> {
    let line = log.lines().find_map(|line| line.strip_prefix("stat::number_of_executed_units:"))?;
    Some(line.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_known_by_their_files() {
        let all = chosen(&[]).unwrap();
        assert!(all.contains(&"kubeconfig".to_owned()) && all.is_sorted(), "{all:?}");
        assert_eq!(chosen(&["link".to_owned()]), Ok(vec!["link".to_owned()]));
        let refused = chosen(&["lynk".to_owned()]).unwrap_err();
        assert!(refused.starts_with("no target is called \"lynk\"; there are answer, "), "{refused}");
    }

    #[test]
    fn the_number_of_inputs_is_read_from_what_the_fuzzer_says() {
        assert_eq!(executed("Done 7\nstat::number_of_executed_units: 42\nstat::x: 1\n"), Some("42"));
        assert_eq!(executed("killed"), None);
    }
}
