//! Tables as kubectl prints them: upper-case headers, three blanks between columns, no borders, nothing cut. Where kubectl
//! lets a terminal break what is too long, columns that have no room stand on lines of their own (decision 0020).

use crate::surface::clean::clean;
use comfy_table::{ColumnConstraint, ContentArrangement, Width, presets};
use std::ops::Range;
use unicode_width::UnicodeWidthStr;

/// The narrowest column of kubectl, with the blanks behind it.
const NARROWEST: u16 = 6;
/// Blanks between columns.
const GAP: u16 = 3;
/// What stands before columns that had no room beside the others.
const INDENT: &str = "  ";

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

    /// The table as text; empty when there are no rows. No cell is ever cut or broken: one that is wider than the terminal
    /// is alone on its line.
    pub(super) fn text(&self, width: Option<usize>) -> String {
        if self.rows.is_empty() {
            return String::new();
        }
        let titles = self.columns.iter().map(|title| clean(&title.to_uppercase()).into_owned()).collect();
        let cells = |row: &Vec<String>| row.iter().map(|cell| clean(cell).into_owned()).collect();
        let lines: Vec<Vec<String>> = [titles].into_iter().chain(self.rows.iter().map(cells)).collect();
        let parts: Vec<Vec<String>> =
            parts(&lines, width).into_iter().map(|part| aligned(&lines, part)).collect();
        super::joined((0..lines.len()).flat_map(|row| of_row(&parts, row)))
    }
}

/// The lines of one row; what has nothing to say needs none of its own.
fn of_row(parts: &[Vec<String>], row: usize) -> Vec<String> {
    let cells = parts.iter().filter_map(|part| part.get(row)).map(|line| line.trim_end());
    let shown = cells.enumerate().filter(|(at, line)| *at == 0 || !line.is_empty());
    shown.map(|(at, line)| format!("{}{line}", if at == 0 { "" } else { INDENT })).collect()
}

/// Which columns stand on one line: as many as there is room for, and at least one.
fn parts(lines: &[Vec<String>], width: Option<usize>) -> Vec<Range<usize>> {
    let count = lines.first().map_or(0, Vec::len);
    let width = width.unwrap_or(usize::MAX);
    let (mut parts, mut begin, mut used) = (Vec::new(), 0, 0);
    for column in 0..count {
        let cells = lines.iter().filter_map(|line| line.get(column)).map(|cell| cell.width());
        let widest = cells.max().unwrap_or_default();
        if column > begin && used + widest > width {
            parts.push(begin..column);
            (begin, used) = (column, INDENT.len());
        }
        used += (widest + usize::from(GAP)).max(NARROWEST.into());
    }
    parts.push(begin..count);
    parts
}

/// These columns of all lines.
fn aligned(lines: &[Vec<String>], columns: Range<usize>) -> Vec<String> {
    let mut table = comfy_table::Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
    let cells =
        |line: &Vec<String>| line.iter().skip(columns.start).take(columns.len()).cloned().collect::<Vec<_>>();
    table.add_rows(lines.iter().map(cells));
    for column in table.column_iter_mut() {
        column.set_padding((0, GAP));
        column.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(NARROWEST)));
    }
    table.lines().collect()
}
