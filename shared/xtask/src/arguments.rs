//! What can be typed after `cargo xtask`. By hand: a few commands and flags need no library.

use std::path::PathBuf;

use crate::Outcome;

const USAGE: &str = "\
usage: cargo xtask <command>

  test [--require-real] [-- ARGS]  run all tests, with two real Kubernetes control planes when Go is here
                                   ARGS go to `cargo test`; --require-real makes a skipped test a failure, save
                                   for want of data that no PLATFORM_* variable names
  demo [-- ARGS]                   build the commands and the sandbox, and show the ones on the other
                                   ARGS go to the demonstration: --hold keeps its clusters
  dist [--out DIR] [--target TRIPLE]
                                   build the plugins for this machine or for TRIPLE, pack them into DIR, and fill
                                   the manifests of Krew there, for all platforms whose archives are in DIR
  dist --gather DIR                build nothing: pack the programs in DIR/TRIPLE, for each TRIPLE, then fill
  bench [--write] [NAME...]        measure what the commands cost on such control planes, as ratios within this run: all,
                                   or those of these names; --write puts their rows into docs/performance.md
  fuzz [--seconds N] [TARGET...]   try what is read from others with made-up inputs: each target in fuzz/, or these,
                                   for N seconds, else 60
  up                               start the same two control planes and hold them until Ctrl-C";

/// One chore.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Command {
    Test(TestOptions),
    Up,
    /// With arguments of the demonstration itself.
    Demo(Vec<String>),
    Dist(DistOptions),
    Bench(BenchOptions),
    Fuzz(FuzzOptions),
    /// Hidden: the process that cleans up after a runner (see `janitor`).
    Janitor,
    /// Hidden: a runner with `sleep` in place of control planes, for the tests of the cleaning.
    Rehearse(String),
}

/// How to run the tests.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct TestOptions {
    /// Whether anything that was not tried on real parts is a failure.
    pub(crate) require_real: bool,
    /// What is appended to `cargo test`.
    pub(crate) cargo: Vec<String>,
}

/// What to pack.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct DistOptions {
    /// Where archives come to lie.
    pub(crate) out: Option<PathBuf>,
    /// What to build for, as cargo names it; else for this machine.
    pub(crate) target: Option<String>,
    /// Where others have put what they built. Then neither of the above is used.
    pub(crate) gather: Option<PathBuf>,
}

/// What to measure.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct BenchOptions {
    /// Whether the page about it is written anew.
    pub(crate) write: bool,
    /// The names of measurements; none are all.
    pub(crate) only: Vec<String>,
}

/// What to fuzz, and how long.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct FuzzOptions {
    /// For each target.
    pub(crate) seconds: u32,
    /// All when it is empty.
    pub(crate) targets: Vec<String>,
}

/// Reads the arguments after the program's name.
pub(crate) fn parse(mut arguments: impl Iterator<Item = String>) -> Outcome<Command> {
    let command = match arguments.next().as_deref() {
        Some("test") => return parse_test(arguments).map(Command::Test),
        Some("up") => Command::Up,
        Some("demo") => return Ok(Command::Demo(arguments.filter(|argument| argument != "--").collect())),
        Some("bench") => return parse_bench(arguments).map(Command::Bench),
        Some("dist") => return parse_dist(arguments).map(Command::Dist),
        Some("fuzz") => return parse_fuzz(arguments).map(Command::Fuzz),
        Some("janitor") => Command::Janitor,
        Some("rehearse") => {
            return Ok(Command::Rehearse(arguments.next().unwrap_or_default()));
        }
        Some("help" | "--help" | "-h") | None => return Err(USAGE.to_owned()),
        Some(other) => return Err(format!("error: unknown command {other:?}\n\n{USAGE}")),
    };
    match arguments.next() {
        None => Ok(command),
        Some(surplus) => Err(format!("error: unexpected argument {surplus:?}\n\n{USAGE}")),
    }
}

fn parse_test(mut arguments: impl Iterator<Item = String>) -> Outcome<TestOptions> {
    let mut options = TestOptions::default();
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--require-real" => options.require_real = true,
            "--" => options.cargo = arguments.by_ref().collect(),
            other => {
                return Err(format!(
                    "error: unexpected argument {other:?}; arguments of `cargo test` come after `--`\n\n{USAGE}"
                ));
            }
        }
    }
    Ok(options)
}

fn parse_bench(arguments: impl Iterator<Item = String>) -> Outcome<BenchOptions> {
    let (flags, only): (Vec<_>, Vec<_>) = arguments.partition(|argument| argument.starts_with('-'));
    if let Some(other) = flags.iter().find(|flag| *flag != "--write") {
        return Err(format!("error: unexpected argument {other:?}\n\n{USAGE}"));
    }
    Ok(BenchOptions { write: !flags.is_empty(), only })
}

fn parse_dist(mut arguments: impl Iterator<Item = String>) -> Outcome<DistOptions> {
    let mut options = DistOptions::default();
    while let Some(flag) = arguments.next() {
        let value = arguments.next().filter(|value| !value.starts_with("--"));
        match (flag.as_str(), value) {
            ("--out", Some(folder)) => options.out = Some(folder.into()),
            ("--target", Some(triple)) => options.target = Some(triple),
            ("--gather", Some(folder)) => options.gather = Some(folder.into()),
            ("--out" | "--target" | "--gather", None) => {
                return Err(format!("error: {flag} needs a value\n\n{USAGE}"));
            }
            _ => return Err(format!("error: unexpected argument {flag:?}\n\n{USAGE}")),
        }
    }
    if options.gather.is_some() && (options.out.is_some() || options.target.is_some()) {
        return Err(format!("error: --gather builds nothing and writes into its own folder\n\n{USAGE}"));
    }
    Ok(options)
}

fn parse_fuzz(mut arguments: impl Iterator<Item = String>) -> Outcome<FuzzOptions> {
    let mut options = FuzzOptions { seconds: 60, targets: Vec::new() };
    while let Some(argument) = arguments.next() {
        if argument == "--seconds" {
            let seconds =
                arguments.next().and_then(|number| number.parse().ok()).filter(|number| *number > 0);
            options.seconds = seconds.ok_or(format!("error: --seconds needs a number\n\n{USAGE}"))?;
        } else if argument.starts_with('-') {
            return Err(format!("error: unexpected argument {argument:?}\n\n{USAGE}"));
        } else {
            options.targets.push(argument);
        }
    }
    Ok(options)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Outcome<Command> {
        parse(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn arguments_after_the_dashes_belong_to_cargo() {
        let options =
            TestOptions { require_real: true, cargo: ["-p", "xtask", "--", "a"].map(str::to_owned).into() };
        assert_eq!(parsed("test --require-real -- -p xtask -- a"), Ok(Command::Test(options)));
    }

    #[test]
    fn archives_are_built_for_one_target_or_gathered() {
        let target = Some("aarch64-apple-darwin".to_owned());
        let options = DistOptions { out: Some("a".into()), target, gather: None };
        assert_eq!(parsed("dist --target aarch64-apple-darwin --out a"), Ok(Command::Dist(options)));
        let options = DistOptions { gather: Some("a".into()), ..DistOptions::default() };
        assert_eq!(parsed("dist --gather a"), Ok(Command::Dist(options)));
        for (line, message) in [
            ("dist --out", "--out needs a value"),
            ("dist --target --out a", "--target needs a value"),
            ("dist --gather a --out b", "--gather builds nothing and writes into its own folder"),
            ("dist a", "unexpected argument \"a\""),
        ] {
            let found = parsed(line).unwrap_err();
            assert!(found.starts_with(&format!("error: {message}\n")), "{line}: {found}");
        }
    }

    #[test]
    fn all_are_measured_or_some_and_either_can_be_written() {
        for (line, write, only) in [
            ("bench", false, &[][..]),
            ("bench list fleet", false, &["list", "fleet"]),
            ("bench --write", true, &[]),
            ("bench --write list", true, &["list"]),
        ] {
            let only = only.iter().map(ToString::to_string).collect();
            assert_eq!(parsed(line), Ok(Command::Bench(BenchOptions { write, only })), "{line}");
        }
        let found = parsed("bench --wrong").unwrap_err();
        assert!(found.starts_with("error: unexpected argument"), "{found}");
    }

    #[test]
    fn a_fuzzer_runs_for_some_seconds_and_never_without_an_end() {
        let options = FuzzOptions { seconds: 5, targets: vec!["link".to_owned(), "cidr".to_owned()] };
        assert_eq!(parsed("fuzz link --seconds 5 cidr"), Ok(Command::Fuzz(options)));
        for line in ["fuzz --seconds", "fuzz --seconds 0", "fuzz --seconds x", "fuzz -max_len=1"] {
            assert!(parsed(line).is_err_and(|found| found.starts_with("error: ")), "{line}");
        }
    }

    #[test]
    fn an_argument_of_cargo_before_the_dashes_is_explained() {
        let message = parsed("test -p xtask").unwrap_err();
        assert!(message.contains("come after `--`"), "{message}");
    }
}
