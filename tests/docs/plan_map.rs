//! The page about the steps of a plan: it counts what it says, and names what there is.

use super::read;
use platform::verdict::all_said;
use std::collections::{BTreeMap, BTreeSet};

/// By what a step is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum By {
    Check,
    Command,
    Later,
    Nobody,
}

/// A row: its step, its answer, what that is, and whether it is a part of one.
struct Row<'a> {
    step: &'a str,
    answer: &'a str,
    by: By,
    is_part: bool,
}

impl<'a> Row<'a> {
    fn of(line: &'a str) -> Option<Self> {
        let (step, rest) = line.strip_prefix("| `")?.split_once("` | ")?;
        let (_, answer) = rest.strip_suffix(" |")?.split_once(" | ")?;
        let whole = answer.strip_prefix("in part: ");
        let is_part = whole.is_some();
        let whole = whole.unwrap_or(answer);
        let by = if whole.starts_with("later: ") {
            By::Later
        } else if whole.starts_with("not: ") {
            By::Nobody
        } else if quoted(whole).next().is_some_and(|first| first.contains(' ') || first.starts_with('-')) {
            By::Command
        } else {
            By::Check
        };
        Some(Self { step, answer, by, is_part })
    }
}

/// What stands between backticks.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

#[test]
fn every_step_of_the_plan_is_answered_once_by_what_there_is() {
    let page = read("docs/plan-map.md");
    let rows: Vec<Row<'_>> = page.lines().filter_map(Row::of).collect();
    let steps: BTreeSet<&str> = rows.iter().map(|row| row.step).collect();
    assert_eq!((rows.len(), steps.len()), (67, 67), "the steps that are about the mesh or several clusters");
    let checks: BTreeSet<&str> = all_said().map(|(id, _)| id).collect();
    let is_id =
        |word: &&str| word.contains('-') && word.chars().all(|one| one.is_ascii_lowercase() || one == '-');
    for row in &rows {
        let mut ids = quoted(row.answer).filter(|word| is_id(word) && !word.starts_with('-'));
        assert_eq!(ids.find(|id| !checks.contains(id)), None, "{} names a check that there is not", row.step);
        let is_empty = row.by == By::Check && !quoted(row.answer).any(|word| checks.contains(word));
        assert!(!is_empty, "{} says by what it is answered", row.step);
    }
}

#[test]
fn the_page_about_the_plan_counts_its_rows() {
    let page = read("docs/plan-map.md");
    let mut counts = BTreeMap::<By, (usize, usize)>::new();
    for row in page.lines().filter_map(Row::of) {
        let (all, parts) = counts.entry(row.by).or_default();
        *all += 1;
        *parts += usize::from(row.is_part);
    }
    let of = |by| counts.get(&by).copied().unwrap_or_default();
    let ((checks, checks_in_part), (commands, commands_in_part)) = (of(By::Check), of(By::Command));
    let line = format!(
        "**By a check: {checks} ({checks_in_part} in part). By a flag or a command: {commands} ({commands_in_part} in part). Later: \
         {}. Not: {}.**",
        of(By::Later).0,
        of(By::Nobody).0
    );
    assert!(page.lines().any(|one| one == line), "{line}");
}
