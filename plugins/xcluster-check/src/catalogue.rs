//! What is known of the checks themselves, without any cluster.

use crate::args::{ids, known};
use platform::health::checks::CHECKS as STAND;
use platform::mesh::causes::may_explain;
use platform::mesh::checks::CHECKS;
use platform::surface::{API_VERSION, Rendered, Table};
use platform::verdict::Failure;
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
    /// What is the case when it says nothing; absent for what only a look itself can find.
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'static str>,
    /// What it may explain.
    explains: Vec<&'static str>,
    /// What may explain it.
    explained_by: Vec<&'static str>,
}

impl CheckRow {
    fn of(check: &'static str) -> Self {
        Self {
            check,
            title: title(check),
            explains: ids().filter(|id| may_explain(check, id)).collect(),
            explained_by: ids().filter(|id| may_explain(id, check)).collect(),
        }
    }
}

/// What a check asks, for people; `None` for what the look itself finds.
pub(crate) fn title(check: &str) -> Option<&'static str> {
    let of_mesh = CHECKS.iter().map(|one| (one.id, one.title));
    let mut titles = STAND.iter().map(|one| (one.id, one.title)).chain(of_mesh);
    titles.find(|(id, _)| *id == check).map(|(_, title)| title)
}

/// What there is to say of one check, or of all of them.
///
/// # Errors
/// A name that no check has (exit 2).
pub(crate) fn rendered(check: Option<&str>) -> Result<Rendered, Failure> {
    let check = check.map(known).transpose()?;
    let chosen = ids().filter(|id| check.is_none_or(|check| check == *id));
    let checks: Vec<CheckRow> = chosen.map(CheckRow::of).collect();
    let text = if check.is_some() { checks.iter().flat_map(lines).collect() } else { Vec::new() };
    let names = checks.iter().map(|row| format!("check/{}", row.check)).collect();
    let table = if check.is_some() { Table::default() } else { table(&checks) };
    let catalogue = Catalogue { api_version: API_VERSION, kind: "Catalogue", checks };
    let document = serde_json::to_value(&catalogue)
        .map_err(|error| Failure::internal(format!("the catalogue cannot be written as JSON: {error}")))?;
    Ok(Rendered { document, wide: table.clone(), table, names, text, ..Rendered::default() })
}

fn table(checks: &[CheckRow]) -> Table {
    let mut table = Table::new(["check", "it asks whether"]);
    for row in checks {
        table.row([row.check.to_owned(), row.title.unwrap_or("found by the look itself").to_owned()]);
    }
    table
}

fn lines(row: &CheckRow) -> Vec<String> {
    let list = |ids: &[&str]| if ids.is_empty() { "nothing".to_owned() } else { ids.join(", ") };
    vec![
        format!("{}: {}", row.check, row.title.unwrap_or("found by the look itself")),
        format!("  explains: {}", list(&row.explains)),
        format!("  explained by: {}", list(&row.explained_by)),
    ]
}
