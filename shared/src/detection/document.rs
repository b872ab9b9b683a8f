//! The page that says what was measured.

use super::harmless::{GAPS, HARMLESS, Row};
use super::measure::{Measured, Outcome};
use super::mutations::Operator;
use super::rules::RULES;
use std::collections::BTreeSet;
use std::fmt::Write as _;

const HEAD: &str = include_str!("head.md");

pub(super) fn written(all: &[Measured]) -> String {
    let mut page = HEAD.to_owned();
    page.push_str("\n| world | mutations that are seen | caught | harmless | not caught | share |\n|---|---|---|---|---|---|\n");
    for one in all {
        line(&mut page, one.name, |outcome| one.count(outcome));
    }
    line(&mut page, "all", |outcome| all.iter().map(|one| one.count(outcome)).sum());
    let sum = |outcome| all.iter().map(|one| one.count(outcome)).sum::<usize>();
    let [caught, harmless, missed] = [Outcome::Caught, Outcome::Harmless, Outcome::Missed].map(sum);
    let seen = caught + harmless + missed;
    let [caught, harmless] = [caught, harmless].map(|part| percent(part, seen));
    let _ = writeln!(page, "\nOf all {seen} that are seen {caught} are caught and {harmless} are harmless.");
    beside(&mut page, all);
    kinds(&mut page, all);
    table(&mut page, ("Harmless, and why", HARMLESS), all);
    table(&mut page, ("Not caught, and why", GAPS), all);
    table(&mut page, ("What no API server takes", RULES), all);
    page
}

/// What is no mutation of what is looked at.
fn beside(page: &mut String, all: &[Measured]) {
    let sum = |of: fn(&Measured) -> usize| all.iter().map(of).sum::<usize>();
    let impossible: usize = RULES.iter().map(|row| count_of(row, all)).sum();
    let _ = writeln!(
        page,
        "The share is that of those caught among those that are not harmless. Beside them {} mutations change nothing that is \
         looked at, {} are undone by the cluster itself, and {impossible} break a rule of the API, so that nobody ever sees \
         them (below).\n",
        sum(|one| one.unseen),
        sum(|one| one.undone)
    );
}

fn count_of(row: &Row, all: &[Measured]) -> usize {
    all.iter().filter_map(|one| one.rows.get(&(row.object, row.field, row.reason))).sum()
}

fn kinds(page: &mut String, all: &[Measured]) {
    page.push_str("## By kind and operator\n\nCaught / harmless / not caught, in all worlds.\n\n| kind |");
    for operator in Operator::ALL {
        let _ = write!(page, " {} |", operator.word());
    }
    page.push_str("\n|---|---|---|---|---|---|\n");
    for kind in all.iter().flat_map(|one| one.counts.keys().map(|key| &key.0)).collect::<BTreeSet<_>>() {
        let _ = write!(page, "| {kind} |");
        for operator in Operator::ALL {
            let count = |outcome| {
                let key = (kind.clone(), operator, outcome);
                all.iter().filter_map(|one| one.counts.get(&key)).sum::<usize>()
            };
            let counts = [Outcome::Caught, Outcome::Harmless, Outcome::Missed].map(count);
            let words = counts.map(|count| count.to_string()).join(" / ");
            let _ = write!(page, " {} |", if counts == [0; 3] { "" } else { &words });
        }
        page.push('\n');
    }
}

fn line(page: &mut String, name: &str, count: impl Fn(Outcome) -> usize) {
    let [caught, harmless, missed] = [Outcome::Caught, Outcome::Harmless, Outcome::Missed].map(count);
    let (sum, share) = (caught + harmless + missed, percent(caught, caught + missed));
    let _ = writeln!(page, "| {name} | {sum} | {caught} | {harmless} | {missed} | {share} |");
}

fn percent(part: usize, of: usize) -> String {
    let tenths = part * 1000 / of;
    format!("{}.{} %", tenths / 10, tenths % 10)
}

fn table(page: &mut String, (title, rows): (&str, &[Row]), all: &[Measured]) {
    let _ = write!(page, "\n## {title}\n\n| object | field | how often | why |\n|---|---|---|---|\n");
    for row in rows {
        let count = count_of(row, all);
        let field = if row.field.is_empty() { "the object".to_owned() } else { format!("`{}`", row.field) };
        let _ = writeln!(page, "| `{}` | {field} | {count} | {} |", row.object, row.reason);
    }
}
