//! A chain for people: what it comes to, what to do, then a line for each stage. Words and not only signs, so that it can
//! be read without colour and be read out; prose is as wide as is wanted, commands are one line, to be pasted.

use super::{Chain, Explained, Standing, Step};
use crate::terms::broken;
use crate::verdict::{Finding, Remedy};

/// Where it stands what a line is about, below which all that is said of it begins: on a narrow terminal, too, there is room.
const BELOW: usize = 15;
/// Where the titles of stages stand.
const TITLE: usize = 28;
/// What stands before a command below a stage.
const COMMAND: &str = "    ";
/// What stands before a line that belongs to the one above it.
const INDENT: &str = "  ";

/// All lines, prose at most so wide. Foreign text in them is as it was found; who prints it cleans it.
pub fn text(explained: &[Explained], width: usize) -> Vec<String> {
    let (page, mut lines) = (Page { width }, Vec::new());
    for one in explained {
        for chain in &one.mirrors {
            if !lines.is_empty() {
                lines.push(String::new());
            }
            lines.extend(page.of_chain(one, chain));
        }
    }
    lines
}

/// What is written on.
struct Page {
    width: usize,
}

impl Page {
    fn of_chain(&self, one: &Explained, chain: &Chain) -> Vec<String> {
        let mut lines = self.wrapped(&chain.headline, "");
        let (evidence, remedy) = chain.cause.as_ref().map(|cause| (&cause.evidence, &cause.remedy)).unzip();
        lines.extend(evidence.into_iter().flatten().flat_map(|evidence| {
            self.wrapped(&format!("seen: {}: {}", evidence.field, shown(&evidence.value)), INDENT)
        }));
        lines.extend(remedy.into_iter().flatten().flat_map(|remedy| self.next(remedy, "")));
        lines.push(String::new());
        lines.extend(self.wrapped(&subject(one, chain), ""));
        lines.extend(chain.chain.iter().flat_map(|step| self.of_step(step, chain)));
        if !chain.remarks.is_empty() {
            lines.push("besides:".to_owned());
            lines.extend(chain.remarks.iter().flat_map(|finding| self.remark(finding)));
        }
        lines
    }

    /// `  broken       controller   one service mirror works on the Link (apps)`
    fn of_step(&self, step: &Step, chain: &Chain) -> Vec<String> {
        let place = step.cluster.as_ref().map(|cluster| format!(" ({cluster})")).unwrap_or_default();
        let head = format!("{INDENT}{:<13}{:<13}{}{place}", step.state.word(), step.stage, step.title);
        let mut lines = broken(&head, self.width, TITLE);
        let Some(said) = &step.finding else { return lines };
        let cause = chain.cause.as_ref();
        let leads = cause.is_some_and(|cause| cause.check == said.check && cause.summary == said.summary);
        let text = match (said.because, leads, step.state) {
            (Some(because), _, _) => format!("{}, from {because}: {}", said.check, said.summary),
            (None, true, _) => format!("{}: as said above", said.check),
            (None, false, Standing::Warning) => return lines,
            (None, false, _) => format!("{}: {}", said.check, said.summary),
        };
        let below = " ".repeat(BELOW);
        lines.extend(self.wrapped(&text, &below));
        if !leads && said.because.is_none() {
            lines.extend(said.remedy.iter().flat_map(|remedy| self.next(remedy, &below)));
        }
        let also = step.also.iter().map(|finding| format!("{}: {}", finding.check, finding.summary));
        lines.extend(also.flat_map(|text| self.wrapped(&text, &below)));
        lines
    }

    fn remark(&self, finding: &Finding) -> Vec<String> {
        let head = format!("{INDENT}{:<13}{}: {}", finding.severity.word(), finding.check, finding.summary);
        let mut lines = broken(&head, self.width, BELOW);
        lines.extend(finding.remedy.iter().flat_map(|remedy| self.next(remedy, &" ".repeat(BELOW))));
        lines
    }

    /// What to do; the command is alone on its line, and little indented, so that a narrow terminal shows much of it.
    fn next(&self, remedy: &Remedy, indent: &str) -> Vec<String> {
        let colon = if remedy.command.is_some() { ":" } else { "" };
        let mut lines = self.wrapped(&format!("next: {}{colon}", remedy.action), indent);
        let indent = if indent.is_empty() { INDENT } else { COMMAND };
        lines.extend(remedy.command.iter().map(|command| format!("{indent}{command}")));
        lines
    }

    /// Breaks a text at blanks, each line behind this indent.
    fn wrapped(&self, text: &str, indent: &str) -> Vec<String> {
        broken(&format!("{indent}{text}"), self.width, indent.len())
    }
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
