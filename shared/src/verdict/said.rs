//! What the documentation says of each check, for whoever has only the program: `docs/checks.md` is the one place where it stands.

/// The page with a row for each check.
const PAGE: &str = include_str!("../../../docs/checks.md");

/// What is said of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Said {
    /// What is the case when it says nothing.
    pub asks: &'static str,
    /// What it says, and how much that matters.
    pub against: &'static str,
}

/// What is said of the check of this id; `None` where there is no such check.
pub fn said(check: &str) -> Option<Said> {
    all_said().find(|(id, _)| *id == check).map(|(_, said)| said)
}

/// What is said of each check, in the order of the page.
pub fn all_said() -> impl Iterator<Item = (&'static str, Said)> {
    let row = |line: &'static str| {
        let (id, row) = line.strip_prefix("| `")?.split_once("` | ")?;
        let (asks, against) = row.strip_suffix(" |")?.split_once(" | ")?;
        Some((id, Said { asks, against }))
    };
    PAGE.lines().filter_map(row)
}
