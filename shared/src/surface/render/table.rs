//! Tables as kubectl prints them: upper-case headers, three blanks between columns, no borders, nothing cut.

use crate::surface::clean::clean;
use comfy_table::{ColumnConstraint, ContentArrangement, Width, presets};

/// The narrowest column of kubectl, with the blanks behind it.
const NARROWEST: u16 = 6;
/// Blanks between columns.
const GAP: u16 = 3;

/// Columns and rows, as plain data.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Table {
    /// The titles, in any case.
    pub columns: Vec<String>,
    /// The cells of each row, in the order of the columns.
    pub rows: Vec<Vec<String>>,
}

impl Table {
    /// A table without rows.
    pub fn new<T: Into<String>>(columns: impl IntoIterator<Item = T>) -> Self {
        Self { columns: columns.into_iter().map(Into::into).collect(), rows: Vec::new() }
    }

    /// Adds a row.
    pub fn row<T: Into<String>>(&mut self, cells: impl IntoIterator<Item = T>) {
        self.rows.push(cells.into_iter().map(Into::into).collect());
    }

    /// The table as text; empty when there are no rows.
    pub(super) fn text(&self) -> String {
        if self.rows.is_empty() {
            return String::new();
        }
        let mut table = comfy_table::Table::new();
        table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
        table.set_header(self.columns.iter().map(|title| clean(&title.to_uppercase()).into_owned()));
        table.add_rows(self.rows.iter().map(|row| row.iter().map(|cell| clean(cell).into_owned())));
        for column in table.column_iter_mut() {
            column.set_padding((0, GAP));
            column.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(NARROWEST)));
        }
        super::joined(table.lines().map(|line| line.trim_end().to_owned()))
    }
}
