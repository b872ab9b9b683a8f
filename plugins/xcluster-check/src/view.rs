//! How a report looks: for people what leads with what to do, causes first, and one line that counts.

mod alike;
mod counted;
mod junit;
mod page;
mod sarif;
#[cfg(test)]
mod tests;

use crate::args::Counts;
use crate::places::FILE;
use crate::report::{Idle, Report};
use platform::surface::{Rendered, Table};
use platform::terms::{Format, Obstacle, PROSE, broken};
use platform::verdict::{Failure, Finding, Remedy, Rule, Severity};
use std::collections::{BTreeMap, BTreeSet};

pub(crate) use alike::{Group, alike, followers};
use counted::counted;

/// What stands before a line that belongs to the one above it.
pub(crate) const INDENT: &str = "  ";
/// What stands before a command.
const COMMAND: &str = "    ";
/// How many objects are named where more are meant.
const NAMED: usize = 3;
/// How many findings of a check lead at full length; a script asks for all of them otherwise.
const LEADING: usize = 10;
/// How many characters of a sentence are shown.
const LONGEST: usize = 2000;
/// What kubectl writes where there is nothing.
const NONE: &str = "<none>";

/// What says more about a check, without the check.
const EXPLAIN: &str = "kubectl xcluster-check explain";

/// Prepares a report for a format. Where a format knows only good and bad, what counts is bad.
///
/// # Errors
/// None in practice; a value that cannot be written as JSON would be a bug (exit 70).
pub(crate) fn rendered(
    report: &Report,
    (format, width): (&Format, Option<usize>),
    counts: Counts,
) -> Result<Rendered, Failure> {
    let page = Page { width: width.map_or(PROSE, |width| width.min(PROSE)) };
    let text = if *format == Format::Table { page.of_report(report) } else { Vec::new() };
    let names = names(report);
    // A table without rows would be no answer.
    let is_bare = *format == Format::Wide && report.findings.is_empty();
    let above = if is_bare { vec![counted(report)] } else { Vec::new() };
    let page = match format {
        Format::Junit => junit::page(report, counts),
        Format::Sarif => sarif::page(report)?,
        Format::Html => page::page(report),
        Format::Table
        | Format::Wide
        | Format::Json
        | Format::Yaml
        | Format::Name
        | Format::JsonPath(_)
        | Format::Mermaid => String::new(),
    };
    Ok(Rendered { wide: wide(report), above, names, text, page, ..Rendered::of(report)? })
}

/// Each check that speaks, once, as `explain` takes it.
fn names(report: &Report) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let distinct = report.findings.iter().map(|finding| finding.check).filter(|check| seen.insert(*check));
    distinct.map(|check| format!("check/{check}")).collect()
}

/// Every finding on a row, causes before what follows from them.
fn wide(report: &Report) -> Table {
    let mut table = Table::new(["severity", "clusters", "check", "because", "object", "finding"]);
    for finding in &report.findings {
        table.row([
            finding.severity.word().to_owned(),
            finding.way(),
            finding.check.to_owned(),
            finding.because.unwrap_or(NONE).to_owned(),
            finding.object.as_ref().map_or_else(|| NONE.to_owned(), ToString::to_string),
            finding.summary.clone(),
        ]);
    }
    table
}

/// What is written on.
struct Page {
    width: usize,
}

impl Page {
    fn of_report(&self, report: &Report) -> Vec<String> {
        let matters = |finding: &Finding, effects: &[Finding]| {
            [finding].into_iter().chain(effects).any(|one| one.severity > Severity::Info)
        };
        let mut lines = Vec::new();
        let (causes, infos): (Vec<_>, Vec<_>) =
            report.led().into_iter().partition(|(finding, effects)| matters(finding, effects));
        let (causes, more) = folded(causes);
        for group in &causes {
            lines.extend(self.of_cause(group));
            lines.push(String::new());
        }
        for line in &more {
            lines.extend(self.wrapped(line, ""));
            lines.push(String::new());
        }
        if !infos.is_empty() || !report.idle.is_empty() {
            lines.push("worth knowing:".to_owned());
            let (infos, more) = folded(infos);
            let sentence = |group: &Group<'_>| {
                let more = group.more().map(|more| format!("; {more}")).unwrap_or_default();
                format!("{}{more}", group.first.sentence())
            };
            let told = infos.iter().map(sentence).chain(more);
            let told = told.chain(report.idle.iter().map(Idle::sentence));
            lines.extend(told.flat_map(|line| self.wrapped(&line, INDENT)));
            let rules: BTreeSet<String> = infos.iter().flat_map(|group| rules(group.first)).collect();
            lines.extend(rules);
            lines.extend(unhidden(report).iter().flat_map(|remedy| self.next(remedy)));
            lines.push(String::new());
        }
        lines.extend(self.wrapped(&counted(report), ""));
        lines
    }

    /// The sentence, what proves it, what to do, and what follows from it.
    fn of_cause(&self, group: &Group<'_>) -> Vec<String> {
        let finding = group.first;
        let head = format!("{}: {} ({})", finding.severity.word(), finding.sentence(), finding.check);
        let mut lines = broken(&readable(head), self.width, INDENT.len());
        let places = finding.evidence.iter().filter(|evidence| evidence.field == FILE);
        // What is to be copied stays whole.
        lines.extend(places.map(|place| format!("{INDENT}in {}", place.value)));
        lines.extend(finding.remedy.iter().flat_map(|remedy| self.next(remedy)));
        if finding.remedy.as_ref().is_none_or(|remedy| remedy.rule.is_none()) {
            lines.extend(rules(finding));
        }
        lines.extend(group.more().iter().flat_map(|line| self.wrapped(line, INDENT)));
        lines.extend(
            followers(group.effects.iter().copied()).iter().flat_map(|line| self.wrapped(line, INDENT)),
        );
        lines
    }

    /// What to do; a command is alone on its line, to be pasted.
    fn next(&self, remedy: &Remedy) -> Vec<String> {
        let colon = if remedy.command.is_some() { ":" } else { "" };
        let mut lines = self.wrapped(&format!("next: {}{colon}", remedy.action), INDENT);
        lines.extend(remedy.command.iter().map(|command| format!("{COMMAND}{command}")));
        // To be pasted into a role, it stays whole.
        lines.extend(remedy.rule.iter().map(to_add));
        lines
    }

    fn wrapped(&self, text: &str, indent: &str) -> Vec<String> {
        broken(&readable(format!("{indent}{text}")), self.width, indent.len() + INDENT.len())
    }
}

/// Nobody reads a field of a megabyte; other formats have it whole.
fn readable(text: String) -> String {
    if text.chars().nth(LONGEST).is_none() {
        return text;
    }
    text.chars().take(LONGEST).chain(['…']).collect()
}

/// A rule, on its line.
fn to_add(rule: &impl std::fmt::Display) -> String {
    format!("{INDENT}the rule to add to a role there: {rule}")
}

/// The rules that show what a finding could not see.
fn rules(finding: &Finding) -> Vec<String> {
    let all = finding.evidence.iter().filter(|seen| seen.field == Rule::FIELD);
    all.map(|seen| to_add(&seen.value)).collect()
}

/// What to do to have looked at what was hidden. What nobody may see now, nobody will see later.
fn unhidden(report: &Report) -> Vec<Remedy> {
    let mut remedies = Vec::new();
    if report.is_hidden_by(|obstacle| matches!(obstacle, Obstacle::Forbidden { .. })) {
        let action = "to have all of it looked at, bind the roles that this prints";
        remedies.push(Remedy::run(action, "kubectl xcluster-check --show-rbac"));
    }
    if report.is_hidden_by(Obstacle::is_passing) {
        let action =
            "for what did not answer, run it again; a slow server is given longer with --request-timeout";
        remedies.push(Remedy::new(action));
    }
    remedies
}

/// What to do, on lines of this width at the most.
pub(crate) fn remedied(remedy: &Remedy, width: usize) -> Vec<String> {
    Page { width }.next(remedy)
}

/// What leads, with what follows from it.
pub(crate) type Led<'a> = Vec<(&'a Finding, &'a [Finding])>;

/// The first of each check, and a line for each check that has more of them.
fn folded(all: Led<'_>) -> (Vec<Group<'_>>, Vec<String>) {
    let mut counts = BTreeMap::<&str, (usize, usize)>::new();
    let mut told = Vec::new();
    for group in alike(all) {
        let (count, more) = counts.entry(group.first.check).or_default();
        *count += 1;
        if *count > LEADING {
            *more += group.count();
        } else {
            told.push(group);
        }
    }
    let more = counts.into_iter().filter(|(_, (_, more))| *more > 0);
    (
        told,
        more.map(|(check, (_, more))| format!("and {more} more of {check}: `-o wide` lists them")).collect(),
    )
}
