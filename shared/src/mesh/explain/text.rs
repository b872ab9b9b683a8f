//! A chain for people: what it comes to, what to do, then a line for each stage. Words and not only signs, so that it can
//! be read without colour and be read out; prose is as wide as a terminal, commands are one line, to be pasted.

use super::{Chain, Explained, Standing, Step};
use crate::verdict::{Finding, Remedy};

/// The width of a terminal.
const WIDTH: usize = 80;
/// What stands before a line that belongs to the one above it.
const INDENT: &str = "  ";

/// All lines. Foreign text in them is as it was found; who prints it cleans it.
pub fn text(explained: &[Explained]) -> Vec<String> {
    let mut lines = Vec::new();
    for one in explained {
        for chain in &one.mirrors {
            if !lines.is_empty() {
                lines.push(String::new());
            }
            lines.extend(of_chain(one, chain));
        }
    }
    lines
}

fn of_chain(one: &Explained, chain: &Chain) -> Vec<String> {
    let mut lines = wrapped(&chain.headline, "");
    lines.extend(chain.cause.iter().flat_map(|cause| cause.evidence.iter()).flat_map(|evidence| {
        wrapped(&format!("seen: {}: {}", evidence.field, shown(&evidence.value)), INDENT)
    }));
    lines.extend(
        chain.cause.iter().filter_map(|cause| cause.remedy.as_ref()).flat_map(|remedy| next(remedy, "")),
    );
    lines.push(String::new());
    lines.extend(wrapped(&subject(one, chain), ""));
    lines.extend(chain.chain.iter().flat_map(|step| of_step(step, chain)));
    if !chain.remarks.is_empty() {
        lines.push("besides:".to_owned());
        lines.extend(chain.remarks.iter().flat_map(remark));
    }
    lines
}

fn shown(value: &str) -> &str {
    if value.is_empty() { "<empty>" } else { value }
}

/// What the lines below are about.
fn subject(one: &Explained, chain: &Chain) -> String {
    let mut text = format!("svc/{} of {}", one.service, one.namespace);
    for (before, what) in [
        (" in ", chain.consumer.as_ref().map(ToString::to_string)),
        (" as svc/", chain.mirror.clone()),
        (", by link/", chain.link.clone()),
        (", mode ", chain.mode.map(|mode| mode.word().to_owned())),
        (": ", chain.state.map(|state| state.word().to_owned())),
    ] {
        text.extend(what.iter().flat_map(|what| [before, what]));
    }
    text
}

/// `  broken       controller   one service mirror works on the Link (apps)`
fn of_step(step: &Step, chain: &Chain) -> Vec<String> {
    let place = step.cluster.as_ref().map(|cluster| format!(" ({cluster})")).unwrap_or_default();
    let head = format!("{INDENT}{:<13}{:<13}{}{place}", step.state.word(), step.stage, step.title);
    let mut lines = wrapped_under(&head, 28);
    let Some(said) = &step.finding else { return lines };
    let leads =
        chain.cause.as_ref().is_some_and(|cause| cause.check == said.check && cause.summary == said.summary);
    let text = match (said.because, leads, step.state) {
        (Some(because), _, _) => format!("{}, from {because}: {}", said.check, said.summary),
        (None, true, _) => format!("{}: as said above", said.check),
        (None, false, Standing::Warning) => return lines,
        (None, false, _) => format!("{}: {}", said.check, said.summary),
    };
    lines.extend(wrapped(&text, &" ".repeat(28)));
    if !leads && said.because.is_none() {
        lines.extend(said.remedy.iter().flat_map(|remedy| next(remedy, &" ".repeat(28))));
    }
    lines.extend(
        step.also
            .iter()
            .flat_map(|finding| wrapped(&format!("{}: {}", finding.check, finding.summary), &" ".repeat(28))),
    );
    lines
}

fn remark(finding: &Finding) -> Vec<String> {
    let head = format!("{INDENT}{:<13}{}: {}", finding.severity.word(), finding.check, finding.summary);
    let mut lines = wrapped_under(&head, 15);
    lines.extend(finding.remedy.iter().flat_map(|remedy| next(remedy, &" ".repeat(15))));
    lines
}

/// What to do; the command is alone on its line.
fn next(remedy: &Remedy, indent: &str) -> Vec<String> {
    let colon = if remedy.command.is_some() { ":" } else { "" };
    let mut lines = wrapped(&format!("next: {}{colon}", remedy.action), indent);
    lines.extend(remedy.command.iter().map(|command| format!("{indent}{INDENT}{command}")));
    lines
}

/// Breaks a text at blanks, each line behind this indent.
fn wrapped(text: &str, indent: &str) -> Vec<String> {
    wrapped_under(&format!("{indent}{text}"), indent.len())
}

/// Breaks a line at blanks; what follows the first is indented so far.
fn wrapped_under(line: &str, indent: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut rest = line.to_owned();
    while rest.chars().count() > WIDTH {
        let begin = if lines.is_empty() { 0 } else { indent };
        let Some(at) = blank(&rest, begin.max(indent)) else { break };
        let (head, tail) = rest.split_at(at);
        let next = format!("{}{}", " ".repeat(indent), tail.trim_start());
        lines.push(head.trim_end().to_owned());
        rest = next;
    }
    lines.push(rest);
    lines
}

/// The last blank within the width, else the first one behind it; none before the text begins.
fn blank(line: &str, begin: usize) -> Option<usize> {
    let blanks = || line.char_indices().enumerate().filter(|(column, (_, c))| *c == ' ' && *column > begin);
    let within = blanks().take_while(|(column, _)| *column <= WIDTH).last();
    within.or_else(|| blanks().next()).map(|(_, (at, _))| at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_is_broken_at_blanks_and_words_that_are_too_long_stay_whole() {
        let long = "x".repeat(90);
        let text = format!("one two {long} three {}", "word ".repeat(30).trim_end());
        let lines = wrapped(&text, "  ");
        assert!(lines.iter().all(|line| line.starts_with("  ") && !line.ends_with(' ')), "{lines:?}");
        assert!(lines.iter().all(|line| line.chars().count() <= WIDTH || line.contains(&long)), "{lines:?}");
        let back: Vec<&str> = lines.iter().flat_map(|line| line.split_whitespace()).collect();
        assert_eq!(back, text.split_whitespace().collect::<Vec<_>>());
    }

    #[test]
    fn no_text_hangs_the_breaking() {
        for text in ["", " ", &" ".repeat(200), &"x".repeat(200), &format!("{}y", " ".repeat(100))] {
            assert!(wrapped(text, "    ").len() <= 200, "{text:?}");
        }
    }
}
