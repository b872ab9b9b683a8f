//! What could be typed next. kubectl asks a program called `kubectl_complete-NAME`, which is the plugin under another name;
//! shells ask the plugin itself, by a variable. Nobody hears of what goes wrong: the line is just not completed.

mod install;
mod line;
mod live;
mod protocol;

use super::{Plugin, Run};
use crate::surface::Console;
use crate::surface::args::{CompletionArgs, CompletionStep, Shell};
use crate::terms::Environment;
use crate::verdict::{Exit, Failure};
use clap::builder::Str;
use clap::{Arg, Command, ValueHint};
use clap_complete::env::{Bash, EnvCompleter, Fish, Powershell, Zsh};
use live::{Live, Source};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// How the file begins that kubectl looks for.
pub(super) const COMPLETER: &str = "kubectl_complete-";
/// The first word by which a script asks for the same.
const WORD: &str = "__complete";
/// The variable with the name of the shell that asks.
const SHELL: &str = "KUBECTL_PLATFORM_COMPLETE";

/// The process, as far as completion depends on it.
pub(super) struct Process<'a> {
    /// Its arguments, the program's name first.
    pub(super) words: &'a [OsString],
    pub(super) environment: &'a Environment,
    /// Where paths begin.
    pub(super) folder: Option<PathBuf>,
}

/// Answers, when a completion is what this process was started for.
pub(super) fn answer<P: Plugin>(process: &Process<'_>) -> Option<Exit> {
    let asked = asked(process, &super::file::<P>())?;
    // Not even of a bug.
    std::panic::set_hook(Box::new(|_| {}));
    let (Asked::Kubectl(typed) | Asked::Shell(_, typed)) = asked;
    let mut command = command::<P>(typed, process.environment);
    let words = [OsString::from(command.get_name())].into_iter().chain(typed.iter().cloned()).collect();
    let folder = process.folder.as_deref();
    let text = match asked {
        Asked::Kubectl(_) => protocol::lines(&mut command, words, folder),
        Asked::Shell(shell, _) => {
            let mut text = Vec::new();
            let written = completer(shell).write_complete(&mut command, words, folder, &mut text);
            written.map_or_else(|_| String::new(), |()| String::from_utf8_lossy(&text).into_owned())
        }
    };
    let console = Console::new(crate::surface::Colour::Never, process.environment, 0);
    Some(console.report(&text).map_or_else(|failure| failure.exit, |()| Exit::Ok))
}

/// Who asks, and the words behind the program's name; the last one is being typed.
#[derive(Clone, Copy)]
enum Asked<'a> {
    Kubectl(&'a [OsString]),
    Shell(Shell, &'a [OsString]),
}

fn asked<'a>(process: &Process<'a>, file: &str) -> Option<Asked<'a>> {
    let (program, words) = process.words.split_first()?;
    let stem = Path::new(program).file_stem().unwrap_or_default().to_string_lossy();
    if stem.starts_with(COMPLETER) {
        return Some(Asked::Kubectl(words));
    }
    if words.first().is_some_and(|word| word == WORD) {
        return Some(Asked::Kubectl(words.get(1..)?));
    }
    let name = process.environment.non_empty(SHELL)?;
    let shell = Shell::ALL.into_iter().find(|shell| shell.word() == name)?;
    // The line that is being typed stands behind, and begins with this program.
    let (dashes, line) = words.split_first()?;
    let (typed, words) = line.split_first()?;
    let is_ours = Path::new(typed).file_stem().is_some_and(|stem| stem == file);
    (dashes == "--" && is_ours).then_some(Asked::Shell(shell, words))
}

fn completer(shell: Shell) -> &'static dyn EnvCompleter {
    match shell {
        Shell::Bash => &Bash,
        Shell::Zsh => &Zsh,
        Shell::Fish => &Fish,
        Shell::Powershell => &Powershell,
    }
}

/// The plugin's command, every argument with what completes it.
fn command<P: Plugin>(typed: &[OsString], environment: &Environment) -> Command {
    let source = Source::of::<P>(typed, environment);
    attach(P::command(), &Arc::new(source))
}

fn attach(command: Command, source: &Arc<Source>) -> Command {
    let command = command.mut_args(|argument| completed(argument, source));
    command.mut_subcommands(|inner| attach(inner, source))
}

/// By its id where names are looked up, and by what it calls its value where that is a path.
fn completed(argument: Arg, source: &Arc<Source>) -> Arg {
    if let Some(live) = Live::of(argument.get_id().as_str()) {
        return argument.add(live.completer(source));
    }
    let value = argument.get_value_names().and_then(|names| names.first()).map(Str::as_str);
    match value {
        Some("OLD.json" | "DIR|FILE.tar|-") => argument.value_hint(ValueHint::AnyPath),
        Some(pair) if pair.starts_with("CONTEXT=DIR") => {
            let is_file = pair.contains('|');
            argument.add(live::pairs(source, is_file))
        }
        Some("FILE" | "FILES") => argument.value_hint(ValueHint::FilePath),
        Some("DIR" | "FOLDER") => argument.value_hint(ValueHint::DirPath),
        Some(_) | None => argument,
    }
}

/// What could be typed next, in the lines that kubectl reads, as far as it takes no cluster. The last word is being typed.
#[cfg(any(test, feature = "fuzzing"))]
pub(crate) fn candidates(mut command: Command, typed: &[OsString], folder: Option<&Path>) -> String {
    let words = [OsString::from(command.get_name())].into_iter().chain(typed.iter().cloned()).collect();
    drop(line::connection(&command, typed));
    protocol::lines(&mut command, words, folder)
}

/// Does what `completion` was asked.
///
/// # Errors
/// Why the completer cannot be linked, or the script not be printed.
pub fn completion<P: Plugin>(run: &Run, args: &CompletionArgs) -> Result<Exit, Failure> {
    let file = super::file::<P>();
    match &args.step {
        CompletionStep::Install { dir } => {
            let said = install::link(&file, dir.as_deref(), &run.environment)?;
            run.console.pass_on(&said);
        }
        CompletionStep::Script { shell } => run.console.report(&script(&file, *shell)?)?,
    }
    Ok(Exit::Ok)
}

/// The script by which a shell asks a plugin, by the name of its file.
///
/// # Errors
/// It could not be written.
pub fn script(file: &str, shell: Shell) -> Result<String, Failure> {
    let mut text = Vec::new();
    completer(shell)
        .write_registration(SHELL, &file.replace('-', "_"), file, file, &mut text)
        .map_err(|error| Failure::internal(format!("the script could not be written: {error}")))?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}
