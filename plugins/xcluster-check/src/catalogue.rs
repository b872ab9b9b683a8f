//! What is known of the checks themselves, without any cluster.

use crate::choice::{ids, known};
use platform::mesh::causes::may_explain;
use platform::surface::{API_VERSION, Rendered, Table};
use platform::terms::{PROSE, broken};
use platform::verdict::{Failure, said};
use serde::Serialize;

/// The checks that were asked for.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct Catalogue {
    api_version: &'static str,
    kind: &'static str,
    checks: Vec<CheckRow>,
}

/// A check.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
struct CheckRow {
    /// Its stable id.
    check: &'static str,
    /// What is the case when it says nothing.
    title: &'static str,
    /// What it says otherwise, and how much that matters.
    against: &'static str,
    /// What it may explain.
    explains: Vec<&'static str>,
    /// What may explain it.
    explained_by: Vec<&'static str>,
}

impl CheckRow {
    fn of(check: &'static str) -> Self {
        let (title, against) = said(check).map_or(("", ""), |said| (said.asks, said.against));
        Self {
            check,
            title,
            against,
            explains: ids().filter(|id| may_explain(check, id)).collect(),
            explained_by: ids().filter(|id| may_explain(id, check)).collect(),
        }
    }
}

/// What there is to say of one check, or of all of them.
///
/// # Errors
/// A name that no check has (exit 2).
pub(crate) fn rendered(check: Option<&str>) -> Result<Rendered, Failure> {
    let check = check.map(known).transpose()?;
    let chosen = ids().filter(|id| check.is_none_or(|check| check == *id));
    let checks: Vec<CheckRow> = chosen.map(CheckRow::of).collect();
    let wrapped = |line: String| broken(&line, PROSE, 4);
    let text =
        if check.is_some() { checks.iter().flat_map(lines).flat_map(wrapped).collect() } else { Vec::new() };
    let names = checks.iter().map(|row| format!("check/{}", row.check)).collect();
    let table = if check.is_some() { Table::default() } else { table(&checks) };
    let catalogue = Catalogue { api_version: API_VERSION, kind: "Catalogue", checks };
    Ok(Rendered { wide: table.clone(), table, names, text, ..Rendered::of(&catalogue)? })
}

fn table(checks: &[CheckRow]) -> Table {
    let mut table = Table::new(["check", "it asks whether"]);
    for row in checks {
        table.row([row.check.to_owned(), row.title.to_owned()]);
    }
    table
}

fn lines(row: &CheckRow) -> Vec<String> {
    let list = |ids: &[&str]| if ids.is_empty() { "nothing".to_owned() } else { ids.join(", ") };
    vec![
        format!("{}: {}", row.check, row.title),
        format!("  {}", row.against),
        format!("  explains: {}", list(&row.explains)),
        format!("  explained by: {}", list(&row.explained_by)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_every_check_the_documentation_says_what_it_asks_and_how_much_it_matters() {
        for id in ids() {
            let row = CheckRow::of(id);
            assert!(!row.title.is_empty() && !row.title.contains('|'), "docs/checks.md has no row of {id}");
            let weights = ["error", "warning", "info", "unknown"];
            assert!(weights.iter().any(|weight| row.against.starts_with(weight)), "{id}: {}", row.against);
        }
    }

    #[test]
    fn the_page_of_a_check_lists_what_explain_lists() {
        let docs = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/checks");
        for id in ids() {
            let page = std::fs::read_to_string(docs.join(format!("{id}.md"))).unwrap();
            let listed = |words: &str| {
                let line = page.lines().find_map(|line| line.strip_prefix(words)).unwrap_or_default();
                line.split(['[', ']']).skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>()
            };
            let row = CheckRow::of(id);
            assert_eq!(listed("What it may explain: "), row.explains, "{id}");
            assert_eq!(listed("What may explain it: "), row.explained_by, "{id}");
        }
    }
}
