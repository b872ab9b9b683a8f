//! Findings as one page: what is wrong and what to do, then a picture, then all that was looked at. It loads nothing, needs
//! no script, and says in words whatever it says in colours.

mod causes;
mod picture;
mod tables;
#[cfg(test)]
mod tests;

use super::markup::Markup;
use crate::verdict::{Finding, Remedy, Severity};

/// What is shown.
pub struct Page<'a> {
    /// What the page is about.
    pub title: &'a str,
    /// What it all comes to, in one sentence.
    pub verdict: &'a str,
    /// Findings that nothing explains, the worst first, each with those that follow from it.
    pub causes: Vec<(&'a Finding, &'a [Finding])>,
    /// What to do to have all of it looked at.
    pub unhiding: Vec<Remedy>,
    /// The boxes of the picture; without any there is none.
    pub nodes: Vec<Node<'a>>,
    /// Its arrows.
    pub arrows: Vec<Arrow<'a>>,
    /// The command that says more about a check, without the check.
    pub explain: &'a str,
}

/// A box: a cluster.
pub struct Node<'a> {
    /// Its name.
    pub name: &'a str,
    /// How it is reached.
    pub context: &'a str,
    /// How it is.
    pub state: State,
}

/// An arrow: what one box gives to another.
pub struct Arrow<'a> {
    /// The name of the box that it leaves.
    pub from: &'a str,
    /// The name of the box that it leads to.
    pub to: &'a str,
    /// Its own name.
    pub name: &'a str,
    /// What it carries, such as `3 mirrors`.
    pub carries: String,
    /// Each of them, by what it is of.
    pub loads: Vec<Load>,
    /// How it is.
    pub state: State,
}

/// One of those that an arrow carries: an exported Service.
pub struct Load {
    /// Its name.
    pub name: String,
    /// How it is by itself: what carries it may be broken and not be needed, as past a gateway.
    pub state: State,
}

impl Arrow<'_> {
    /// The worst of what it carries, at the most so many, in the order of their names where they are as good.
    fn worst(&self, most: usize) -> Vec<&Load> {
        let mut loads: Vec<&Load> = self.loads.iter().collect();
        loads.sort_by(|one, other| other.state.cmp(&one.state).then_with(|| one.name.cmp(&other.name)));
        loads.truncate(most);
        loads
    }
}

/// How a part of the picture is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// Nothing is wrong.
    Fine,
    /// Nothing is wrong, and something is worth knowing.
    Known,
    /// It works, but not as it should.
    Warning,
    /// Nobody could look.
    Unseen,
    /// Something does not work.
    Broken,
}

impl State {
    /// The state that the weightiest finding makes.
    pub fn of(worst: Option<Severity>) -> Self {
        match worst {
            None => Self::Fine,
            Some(Severity::Info) => Self::Known,
            Some(Severity::Warning) => Self::Warning,
            Some(Severity::Unknown) => Self::Unseen,
            Some(Severity::Error) => Self::Broken,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Fine => "ok",
            Self::Known => "info",
            Self::Warning => "warning",
            Self::Unseen => "not seen",
            Self::Broken => "error",
        }
    }

    /// The class that gives it its colour.
    fn class(self) -> &'static str {
        match self {
            Self::Fine => "fine",
            Self::Known => "known",
            Self::Warning => "warning",
            Self::Unseen => "unseen",
            Self::Broken => "broken",
        }
    }

    /// Its word on its colour.
    fn badge(self) -> Markup {
        Markup::word("span", &[("class", &format!("badge {}", self.class()))], self.word())
    }
}

/// Nothing from elsewhere may be loaded, whatever gets onto the page.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'";

/// The page as a file.
pub fn html(page: &Page<'_>) -> String {
    let worst = page.causes.iter().map(|(finding, effects)| weight(finding, effects));
    // What is only worth knowing takes nothing from a verdict.
    let worst = worst.filter(|severity| *severity > Severity::Info).max();
    let named = |name, content| Markup::empty("meta", &[("name", name), ("content", content)]);
    let head = Markup::lines([
        Markup::empty("meta", &[("charset", "utf-8")]),
        Markup::empty("meta", &[("http-equiv", "Content-Security-Policy"), ("content", POLICY)]),
        named("viewport", "width=device-width, initial-scale=1"),
        named("color-scheme", "light dark"),
        Markup::word("title", &[], &format!("{}: {}", page.title, page.verdict)),
        Markup::tag("style", &[], Markup::fixed(include_str!("html/style.css"))),
    ]);
    let verdict = Markup::joined([State::of(worst).badge(), Markup::text(" "), Markup::text(page.verdict)]);
    let header = Markup::lines([
        Markup::word("h1", &[], page.title),
        Markup::tag("p", &[("class", "verdict")], verdict),
    ]);
    let main = [causes::causes(page), picture::picture(page), causes::infos(page), tables::tables(page)];
    let body = Markup::lines([
        Markup::word("a", &[("class", "skip"), ("href", "#causes")], "To what is wrong"),
        Markup::tag("header", &[], header),
        Markup::tag("main", &[], Markup::lines(main)),
    ]);
    let both = Markup::lines([Markup::tag("head", &[], head), Markup::tag("body", &[], body)]);
    Markup::document("<!DOCTYPE html>\n", Markup::tag("html", &[("lang", "en")], both))
}

/// The weightiest of a cause and what follows from it.
fn weight(finding: &Finding, effects: &[Finding]) -> Severity {
    effects.iter().map(|effect| effect.severity).fold(finding.severity, Severity::max)
}

/// A part of the page under a heading that names it.
fn section(id: &'static str, heading: &str, inner: Markup) -> Markup {
    let heading = Markup::word("h2", &[("id", id)], heading);
    Markup::tag("section", &[("aria-labelledby", id)], Markup::lines([heading, inner]))
}

/// A table; the first cell of a row names it.
fn table(caption: &str, columns: &[&str], rows: impl IntoIterator<Item = Vec<Markup>>) -> Markup {
    let row = |cells: Vec<Markup>| Markup::tag("tr", &[], Markup::joined(cells));
    let head = columns.iter().map(|column| Markup::word("th", &[("scope", "col")], column)).collect();
    let cells = |cells: Vec<Markup>| {
        let cell = |(at, cell)| match at {
            0 => Markup::tag("th", &[("scope", "row")], cell),
            _ => Markup::tag("td", &[], cell),
        };
        row(cells.into_iter().enumerate().map(cell).collect())
    };
    let parts = Markup::lines([
        Markup::word("caption", &[], caption),
        Markup::tag("thead", &[], row(head)),
        Markup::tag("tbody", &[], Markup::lines(rows.into_iter().map(cells))),
    ]);
    let around = [("class", "scroll"), ("role", "group"), ("aria-label", caption), ("tabindex", "0")];
    Markup::tag("div", &around, Markup::tag("table", &[], parts))
}

/// One of these, or so many.
fn many(count: usize, one: &str, more: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {more}") }
}
