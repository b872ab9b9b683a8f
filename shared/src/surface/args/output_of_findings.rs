//! How results are printed by commands that judge.

use super::OutputArgs;
use super::output::candidates_beside;
use crate::terms::Format;
use clap::{ArgMatches, Args, Command, Error, FromArgMatches};
use clap_complete::engine::ArgValueCandidates;
use std::ops::Deref;

const HELP: &str = "Output format: table, wide, json, yaml, name, jsonpath=TEMPLATE or jsonpath-file=FILE; \
    for findings also junit, sarif or html";

/// The flags of `OutputArgs`, which offer the formats of findings as well.
#[derive(Debug, Clone)]
pub struct OutputOfFindings(OutputArgs);

impl OutputOfFindings {
    fn offered(command: Command) -> Command {
        let offers = || candidates_beside(&Format::OF_FINDINGS);
        command.mut_arg("output", |arg| arg.help(HELP).add(ArgValueCandidates::new(offers)))
    }
}

impl Deref for OutputOfFindings {
    type Target = OutputArgs;

    fn deref(&self) -> &OutputArgs {
        &self.0
    }
}

impl FromArgMatches for OutputOfFindings {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        OutputArgs::from_arg_matches(matches).map(Self)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        self.0.update_from_arg_matches(matches)
    }
}

impl Args for OutputOfFindings {
    fn augment_args(command: Command) -> Command {
        Self::offered(OutputArgs::augment_args(command))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::offered(OutputArgs::augment_args_for_update(command))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap_complete::engine::complete;

    #[test]
    fn the_formats_of_findings_are_offered_where_they_are_printed() {
        let offered = |command: Command| {
            let words = ["x", "-o", ""].map(Into::into).to_vec();
            let found = complete(&mut command.clone(), words, 2, None).unwrap_or_default();
            found.iter().map(|one| one.get_value().to_string_lossy().into_owned()).collect::<Vec<_>>()
        };
        let everywhere = offered(OutputArgs::augment_args(Command::new("x")));
        assert!(everywhere.contains(&"json".to_owned()) && !everywhere.contains(&"junit".to_owned()));
        let here = offered(OutputOfFindings::augment_args(Command::new("x")));
        assert!(everywhere.iter().all(|format| here.contains(format)), "{here:?}");
        for format in Format::OF_FINDINGS {
            assert!(here.contains(&format.word().to_owned()), "{here:?}");
        }
    }
}
