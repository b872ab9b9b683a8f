//! What can be typed after `cargo xtask`. By hand: two commands and one flag need no library.

use crate::Outcome;

const USAGE: &str = "\
usage: cargo xtask <command>

  test [--require-real] [-- ARGS]  run all tests, with two real Kubernetes control planes when Go is here
                                   ARGS go to `cargo test`; --require-real makes a skipped test a failure, save
                                   for want of data that no PLATFORM_* variable names
  demo [-- ARGS]                   build the command and the sandbox, and show the one on the other
                                   ARGS go to the demonstration: --hold keeps its clusters
  up                               start the same two control planes and hold them until Ctrl-C";

/// One chore.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Command {
    Test(TestOptions),
    Up,
    /// With arguments of the demonstration itself.
    Demo(Vec<String>),
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

/// Reads the arguments after the program's name.
pub(crate) fn parse(mut arguments: impl Iterator<Item = String>) -> Outcome<Command> {
    let command = match arguments.next().as_deref() {
        Some("test") => return parse_test(arguments).map(Command::Test),
        Some("up") => Command::Up,
        Some("demo") => return Ok(Command::Demo(arguments.filter(|argument| argument != "--").collect())),
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
    fn an_argument_of_cargo_before_the_dashes_is_explained() {
        let message = parsed("test -p xtask").unwrap_err();
        assert!(message.contains("come after `--`"), "{message}");
    }
}
