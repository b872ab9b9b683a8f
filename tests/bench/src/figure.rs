//! What was measured, what was aimed at, and how both are shown.

use std::fmt;
use std::time::Duration;

/// What a figure must be.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Aim {
    AtMost(f64),
    AtLeast(f64),
}

/// How a figure is written.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Unit {
    /// One time divided by another.
    Ratio,
    Milliseconds,
    Megabytes,
    /// Time grows with size to the power of this.
    Exponent,
}

/// One line of the table.
#[derive(Debug)]
pub(crate) struct Figure {
    /// What was measured.
    pub(crate) what: String,
    /// What it took.
    pub(crate) took: String,
    /// What it is compared with; empty for nothing.
    pub(crate) beside: String,
    pub(crate) value: f64,
    pub(crate) unit: Unit,
    pub(crate) aim: Aim,
}

impl Figure {
    /// Whether the aim is met.
    pub(crate) fn holds(&self) -> bool {
        match self.aim {
            Aim::AtMost(bound) => self.value <= bound,
            Aim::AtLeast(bound) => self.value >= bound,
        }
    }

    /// The line, as Markdown, with the name of who measured it.
    pub(crate) fn row(&self, measure: &str) -> String {
        let (sign, bound) = match self.aim {
            Aim::AtMost(bound) => ("≤", bound),
            Aim::AtLeast(bound) => ("≥", bound),
        };
        let (value, bound) = (self.unit.show(self.value), self.unit.show(bound));
        let verdict = if self.holds() { "yes" } else { "**no**" };
        let Self { what, took, beside, .. } = self;
        format!("| `{measure}` | {what} | {took} | {beside} | {value} | {sign} {bound} | {verdict} |")
    }
}

impl Unit {
    fn show(self, value: f64) -> String {
        match self {
            Self::Ratio if value < 0.995 => format!("{value:.3}"),
            Self::Ratio | Self::Exponent => format!("{value:.2}"),
            Self::Milliseconds => format!("{value:.0} ms"),
            Self::Megabytes => format!("{value:.1} MB"),
        }
    }
}

/// The heading of the table.
pub(crate) const HEADING: &str = "\
| | what | took | beside | figure | aim | met |
|---|---|---|---|---|---|---|";

/// Time as a reader compares it.
pub(crate) struct Took(pub(crate) Duration);

impl fmt::Display for Took {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let milliseconds = self.0.as_secs_f64() * 1e3;
        match milliseconds {
            small if small < 10.0 => write!(formatter, "{small:.1} ms"),
            large => write!(formatter, "{large:.0} ms"),
        }
    }
}

/// Puts a table between the marks of a page: the rows of each measure, in this order, below its head. Of a measure without any, those
/// stay that are there.
///
/// # Errors
/// The page has no marks, or rows that would stay below another head, which says where they were taken.
pub(crate) fn replace(page: &str, head: &str, measures: &[(&str, Vec<String>)]) -> Result<String, String> {
    let parts = page.split_once(BEGIN).and_then(|(before, rest)| Some((before, rest.split_once(END)?)));
    let (before, (old, after)) = parts.ok_or("the page has no marks for the table")?;
    let is_kept = |measure: &str, row: &&str| row.starts_with(&format!("| `{measure}` |"));
    let mut rows = Vec::new();
    for (measure, new) in measures {
        let kept: Vec<&str> = old.lines().filter(|row| new.is_empty() && is_kept(measure, row)).collect();
        if !kept.is_empty() && !old.trim_start().starts_with(head) {
            return Err(format!("the rows of `{measure}` were taken elsewhere: measure it, too"));
        }
        rows.extend(new.iter().map(String::as_str).chain(kept));
    }
    Ok(format!("{before}{BEGIN}\n{head}\n{}\n{END}{after}", rows.join("\n")))
}

const BEGIN: &str = "<!-- figures: begin -->";
const END: &str = "<!-- figures: end -->";

#[cfg(test)]
mod tests {
    use super::*;

    fn figure(value: f64, aim: Aim) -> Figure {
        let (what, took, beside) = ("a".to_owned(), "1 ms".to_owned(), String::new());
        Figure { what, took, beside, value, unit: Unit::Ratio, aim }
    }

    #[test]
    fn a_bound_belongs_to_what_it_allows() {
        assert!(figure(1.5, Aim::AtMost(1.5)).holds() && !figure(1.51, Aim::AtMost(1.5)).holds());
        assert!(figure(6.0, Aim::AtLeast(6.0)).holds() && !figure(5.9, Aim::AtLeast(6.0)).holds());
        let row = |value, aim| figure(value, aim).row("b");
        assert_eq!(row(0.02, Aim::AtMost(0.05)), "| `b` | a | 1 ms |  | 0.020 | ≤ 0.050 | yes |");
        assert_eq!(row(5.0, Aim::AtLeast(6.0)), "| `b` | a | 1 ms |  | 5.00 | ≥ 6.00 | **no** |");
    }

    #[test]
    fn what_was_measured_replaces_what_was_measured_of_it_before_and_nothing_else() {
        let page = |head: &str, rows: &str| format!("a\n{BEGIN}\n{head}\n{rows}\n{END}\nb\n");
        let old = page("here", "| `one` | old |\n| `two` | 2 |\n| `two` | 3 |");
        let new = |one: &[&str], two: &[&str]| {
            let rows = |texts: &[&str]| texts.iter().map(ToString::to_string).collect();
            [("one", rows(one)), ("two", rows(two)), ("three", Vec::new())]
        };
        let partly = replace(&old, "here", &new(&["| `one` | new |"], &[]));
        assert_eq!(partly.unwrap(), page("here", "| `one` | new |\n| `two` | 2 |\n| `two` | 3 |"));
        let all = new(&["| `one` | new |"], &["| `two` | new |"]);
        assert_eq!(replace(&old, "there", &all).unwrap(), page("there", "| `one` | new |\n| `two` | new |"));
        let mixed = replace(&old, "there", &new(&["| `one` | new |"], &[]));
        assert_eq!(mixed, Err("the rows of `two` were taken elsewhere: measure it, too".to_owned()));
        assert_eq!(replace("", "here", &all), Err("the page has no marks for the table".to_owned()));
    }
}
