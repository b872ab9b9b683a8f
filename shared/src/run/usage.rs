//! A command line that starts no run.

use crate::surface::Console;
use crate::surface::args::Shell;
use crate::verdict::Exit;
use clap::error::{ContextKind, ContextValue};

/// Help goes to stdout and is a success; everything else that stops the parser is a usage error.
pub(super) fn end(error: &clap::Error, console: &Console) -> Exit {
    let text = error.render().to_string();
    if error.use_stderr() {
        for line in text.trim_end().lines() {
            console.pass_on(line);
        }
        if let Some(word) = shell(error) {
            console.pass_on(&format!("  tip: `completion script {word}` prints the script for it"));
        }
        return Exit::Usage;
    }
    print(&text, console)
}

/// Who names a shell in place of a subcommand wants its script.
fn shell(error: &clap::Error) -> Option<&'static str> {
    let Some(ContextValue::String(word)) = error.get(ContextKind::InvalidSubcommand) else { return None };
    Shell::ALL.into_iter().map(Shell::word).find(|shell| shell == word)
}

/// Prints what was asked for in place of a run.
pub(super) fn print(text: &str, console: &Console) -> Exit {
    match console.report(text) {
        Ok(()) => Exit::Ok,
        Err(failure) => {
            console.fail(&failure);
            failure.exit
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Command;

    fn ended(argument: &str, console: &Console) -> Exit {
        let error = Command::new("x").version("1").try_get_matches_from(["x", argument]).unwrap_err();
        end(&error, console)
    }

    #[test]
    fn help_is_a_success_and_a_mistake_is_none() {
        for (argument, exit) in [("--help", Exit::Ok), ("--version", Exit::Ok), ("--nope", Exit::Usage)] {
            let (console, captured) = Console::captured();
            assert_eq!(ended(argument, &console), exit);
            assert_eq!(
                (captured.stdout().is_empty(), captured.stderr().is_empty()),
                (exit != Exit::Ok, exit == Exit::Ok)
            );
        }
    }

    #[test]
    fn who_names_a_shell_at_once_is_told_where_its_script_is() {
        for (word, is_told) in [("bash", true), ("bass", false)] {
            let command = Command::new("x").subcommand_required(true).subcommand(Command::new("script"));
            let error = command.try_get_matches_from(["x", word]).unwrap_err();
            let (console, captured) = Console::captured();
            assert_eq!(end(&error, &console), Exit::Usage);
            assert_eq!(captured.stderr().contains("`completion script bash`"), is_told, "{error}");
        }
    }

    /// A reader of 7 would look for writes that never were.
    #[test]
    fn help_that_cannot_be_printed_says_so_and_claims_no_write() {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let told = tempfile::NamedTempFile::new().unwrap();
        let console = Console::over(Box::new(full), Box::new(told.reopen().unwrap()));
        assert_eq!(ended("--help", &console), Exit::Unreachable);
        let words = std::fs::read_to_string(told.path()).unwrap();
        assert!(words.starts_with("error: cannot write to stdout: "), "{words}");
        assert!(words.contains("\n  next: make room where stdout goes"), "{words}");
    }
}
