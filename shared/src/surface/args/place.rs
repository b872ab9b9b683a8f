//! Where a flag may stand. The parser takes arguments of the plugin's own command before the word of a subcommand, and
//! the subcommand never hears of them: a run that was narrowed by such a flag would act on everything.

use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, Command, Parser};
use std::ffi::OsString;

/// Reads the words of a command line.
///
/// # Errors
/// What the parser has to say, or which argument stands where it would be ignored and how to write it instead.
pub fn parsed<P: Parser>(words: impl IntoIterator<Item = OsString>) -> Result<P, clap::Error> {
    let mut command = P::command();
    let matches = command.try_get_matches_from_mut(words)?;
    let ignored = ignored(&command, &matches);
    if ignored.is_empty() {
        return P::from_arg_matches(&matches).map_err(|error| error.format(&mut command));
    }
    Err(command.error(ErrorKind::ArgumentConflict, ignored.join("\n")))
}

/// A sentence for each argument before the subcommand that the subcommand would not hear of.
fn ignored(command: &Command, matches: &ArgMatches) -> Vec<String> {
    let Some((name, _)) = matches.subcommand() else { return Vec::new() };
    let Some(chosen) = command.find_subcommand(name) else { return Vec::new() };
    let typed = command.get_arguments().filter(|argument| {
        let source = matches.value_source(argument.get_id().as_str());
        !argument.is_global_set() && source == Some(ValueSource::CommandLine)
    });
    typed.map(|argument| sentence(command, chosen, (argument, matches))).collect()
}

fn sentence(command: &Command, chosen: &Command, (argument, matches): (&Arg, &ArgMatches)) -> String {
    let (typed, name) = (spelled(argument, matches), chosen.get_name());
    if chosen.get_arguments().any(|known| known.get_id() == argument.get_id()) {
        let plugin = command.get_bin_name().unwrap_or_else(|| command.get_name());
        return format!("{typed} stands before `{name}`; write `{plugin} {name} {typed}` instead");
    }
    format!("{typed} means nothing to `{name}`; leave it out")
}

/// An argument as it was typed, or nearly so.
fn spelled(argument: &Arg, matches: &ArgMatches) -> String {
    let values = matches.get_raw(argument.get_id().as_str()).into_iter().flatten();
    let values: Vec<String> = values.map(|value| value.to_string_lossy().into_owned()).collect();
    let Some(long) = argument.get_long() else { return values.join(" ") };
    if !argument.get_action().takes_values() {
        return format!("--{long}");
    }
    values.iter().map(|value| format!("--{long}={value}")).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::surface::args::OutputArgs;
    use clap::Subcommand;

    #[derive(Debug, Parser)]
    #[command(name = "x", bin_name = "kubectl x")]
    struct Own {
        names: Vec<String>,
        #[arg(long)]
        to: Vec<String>,
        #[arg(long)]
        take_over: bool,
        #[command(flatten)]
        output: OutputArgs,
        #[command(subcommand)]
        command: Option<Word>,
    }

    #[derive(Debug, Subcommand)]
    enum Word {
        /// List things
        List {
            #[arg(long)]
            to: Vec<String>,
        },
    }

    fn read(words: &[&str]) -> Result<(), String> {
        let words = ["x"].iter().chain(words).map(OsString::from);
        parsed::<Own>(words).map(|_| ()).map_err(|error| error.to_string())
    }

    #[test]
    fn what_a_subcommand_hears_of_may_stand_anywhere() {
        for words in
            [["-ojson", "list", "--to=a"], ["list", "--to=a", "-ojson"], ["web", "--to=a", "--take-over"]]
        {
            assert_eq!(read(&words), Ok(()), "{words:?}");
        }
    }

    #[test]
    fn what_it_would_not_hear_of_is_refused_with_what_to_type() {
        let told = |words: &[&str], part: &str| {
            let refused = read(words).unwrap_err();
            assert!(refused.contains(part), "{words:?}: {refused}");
        };
        let both = "--to=a --to=b stands before `list`; write `kubectl x list --to=a --to=b` instead";
        told(&["--to", "a", "--to=b", "list"], both);
        told(&["--take-over", "list"], "--take-over means nothing to `list`; leave it out");
        told(&["web", "--to=a", "list"], "web means nothing to `list`; leave it out");
    }
}
