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

    /// The line, as Markdown.
    pub(crate) fn row(&self) -> String {
        let (sign, bound) = match self.aim {
            Aim::AtMost(bound) => ("≤", bound),
            Aim::AtLeast(bound) => ("≥", bound),
        };
        let (value, bound) = (self.unit.show(self.value), self.unit.show(bound));
        let verdict = if self.holds() { "yes" } else { "**no**" };
        format!("| {} | {} | {} | {value} | {sign} {bound} | {verdict} |", self.what, self.took, self.beside)
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
| what | took | beside | figure | aim | met |
|---|---|---|---|---|---|";

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

/// Puts the text between the marks of a page.
pub(crate) fn replace(page: &str, text: &str) -> Option<String> {
    let (before, rest) = page.split_once(BEGIN)?;
    let (_, after) = rest.split_once(END)?;
    Some(format!("{before}{BEGIN}\n{text}\n{END}{after}"))
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
        assert_eq!(figure(0.02, Aim::AtMost(0.05)).row(), "| a | 1 ms |  | 0.020 | ≤ 0.050 | yes |");
        assert_eq!(figure(5.0, Aim::AtLeast(6.0)).row(), "| a | 1 ms |  | 5.00 | ≥ 6.00 | **no** |");
    }

    #[test]
    fn what_stands_between_the_marks_is_replaced_and_nothing_else() {
        let page = format!("a\n{BEGIN}\nold\n{END}\nb\n");
        assert_eq!(replace(&page, "new").unwrap(), format!("a\n{BEGIN}\nnew\n{END}\nb\n"));
        assert_eq!(replace("no marks", "new"), None);
    }
}
