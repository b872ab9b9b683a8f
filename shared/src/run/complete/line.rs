//! A line that is not finished, as far as it says where to look.

use crate::surface::args::ConnectionArgs;
use clap::{Arg, Command, FromArgMatches};
use std::ffi::OsString;

/// The flags of connection on a line that is not finished, whatever else stands there.
pub(super) fn connection(command: &Command, before: &[OsString]) -> Option<ConnectionArgs> {
    let read = |words: Vec<OsString>| {
        let line = [OsString::from(command.get_name())].into_iter().chain(words);
        let matches = command.clone().ignore_errors(true).try_get_matches_from(line).ok()?;
        ConnectionArgs::from_arg_matches(&matches).ok()
    };
    read(shared(command, before)).or_else(|| read(Vec::new()))
}

/// Flags of every command, each with its value: the parser would read none behind the first word that it does not know.
fn shared(command: &Command, before: &[OsString]) -> Vec<OsString> {
    let mut kept = Vec::new();
    let mut words = before.iter().take_while(|word| *word != "--");
    while let Some(word) = words.next() {
        let text = word.to_string_lossy();
        let (name, value) = text.split_once('=').map_or((&*text, None), |(name, value)| (name, Some(value)));
        let short = |argument: &Arg| {
            argument.get_short().and_then(|short| name.strip_prefix('-')?.strip_prefix(short))
        };
        let is_named = |argument: &&Arg| {
            argument.get_long().is_some_and(|long| name.strip_prefix("--") == Some(long))
                || short(argument).is_some()
        };
        let Some(flag) = command.get_arguments().filter(|one| one.is_global_set()).find(is_named) else {
            continue;
        };
        kept.push(word.clone());
        let has_value = value.is_some() || short(flag).is_some_and(|glued| !glued.is_empty());
        if !has_value && flag.get_action().takes_values() && !flag.is_require_equals_set() {
            kept.extend(words.next().cloned());
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::terms::NamespaceChoice;

    #[test]
    fn an_unfinished_line_says_where_to_look_all_the_same() {
        #[derive(Debug, clap::Parser)]
        struct Line {
            #[command(flatten)]
            connection: ConnectionArgs,
            #[command(subcommand)]
            word: Option<Word>,
        }
        #[derive(Debug, clap::Subcommand)]
        enum Word {
            List,
        }
        let of = |words: &[&str]| {
            let words: Vec<OsString> = words.iter().map(Into::into).collect();
            let found = connection(&<Line as clap::CommandFactory>::command(), &words).unwrap();
            (found.namespace(false), found.fleet().primary.map(|context| context.0))
        };
        let named = |name: &str| NamespaceChoice::Named(name.to_owned());
        assert_eq!(of(&["-n", "shop", "--context=infra"]), (named("shop"), Some("infra".to_owned())));
        assert_eq!(
            of(&["--context", "infra", "list", "-n", "shop"]),
            (named("shop"), Some("infra".to_owned()))
        );
        assert_eq!(of(&["-n", "shop", "--odd", "list", "--context"]).0, named("shop"));
        assert_eq!(of(&["--odd", "x", "--context", "infra", "list", "--mode=y"]).1, Some("infra".to_owned()));
        assert_eq!(of(&["--", "-n", "shop"]), (NamespaceChoice::OfContext, None));
        assert_eq!(of(&["-nshop", "--context", "infra"]), (named("shop"), Some("infra".to_owned())));
        assert_eq!(of(&["-n"]), (NamespaceChoice::OfContext, None));
    }
}
