//! What kubectl reads: a candidate on each line, a tab before what it means, and last a directive (Cobra's `ShellCompDirective`).

use clap::Command;
use clap_complete::engine::CompletionCandidate;
use std::ffi::OsString;
use std::fmt::Write as _;
use std::path::Path;

/// No names of files where there is no candidate; paths are candidates of their own.
const NO_FILES: u8 = 4;
/// No blank after the candidate: there is more to type.
const NO_BLANK: u8 = 2;

/// The answer; the last of the words is being typed.
pub(super) fn lines(command: &mut Command, words: Vec<OsString>, folder: Option<&Path>) -> String {
    let last = words.len().saturating_sub(1);
    let is_flag = words.last().is_some_and(|word| word.as_encoded_bytes().starts_with(b"-"));
    let found = clap_complete::engine::complete(command, words, last, folder).unwrap_or_default();
    // As kubectl's own: flags come when a dash is typed.
    let wanted =
        found.into_iter().filter(|one| is_flag || !one.get_value().as_encoded_bytes().starts_with(b"-"));
    print(&wanted.collect::<Vec<_>>())
}

fn print(candidates: &[CompletionCandidate]) -> String {
    let mut text = String::new();
    let mut goes_on = false;
    for candidate in candidates.iter().filter(|candidate| !candidate.is_hide_set()) {
        // What would break the lines of the answer cannot be one of them.
        let Some(value) = candidate.get_value().to_str().filter(|value| !value.contains(char::is_control))
        else {
            continue;
        };
        goes_on |= value.ends_with(['=', '/']);
        let help = candidate.get_help().map(ToString::to_string).unwrap_or_default();
        let help = help.lines().next().unwrap_or_default().trim();
        let line = if help.is_empty() { value.to_owned() } else { format!("{value}\t{help}") };
        text = text + &line + "\n";
    }
    let directive = if goes_on { NO_FILES + NO_BLANK } else { NO_FILES };
    // Writing to a text cannot fail.
    writeln!(text, ":{directive}").ok();
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_candidate_that_goes_on_gets_no_blank_and_one_that_breaks_lines_is_none() {
        let of = |words: &[&str]| print(&words.iter().map(CompletionCandidate::new).collect::<Vec<_>>());
        assert_eq!(of(&["list", "undo"]), "list\nundo\n:4\n");
        assert_eq!(of(&["jsonpath="]), "jsonpath=\n:6\n");
        assert_eq!(of(&["manifests/"]), "manifests/\n:6\n");
        assert_eq!(of(&["a\nb", "a\tb", "c"]), "c\n:4\n");
        assert_eq!(of(&[]), ":4\n");
    }

    #[test]
    fn what_a_candidate_means_is_one_line_behind_a_tab() {
        let candidate = CompletionCandidate::new("list").help(Some("List them\nall".into()));
        assert_eq!(print(&[candidate, CompletionCandidate::new("old").hide(true)]), "list\tList them\n:4\n");
    }
}
