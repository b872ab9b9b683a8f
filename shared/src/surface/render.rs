//! Results to text: one document, shown in many ways. The same facts in the same order whatever the format.

mod html;
mod junit;
mod markup;
mod sarif;
mod structured;
mod table;
#[cfg(test)]
mod tests;
mod told;
mod uri;

use super::clean::clean;
use super::console::HANGING;
use super::jsonpath::Template;
use crate::terms::{Format, broken};
use crate::verdict::Failure;
pub use html::{Arrow, Load, Node, Page, State, html};
pub use junit::{CaseKind, Suite, junit};
pub use sarif::{SarifTool, Spot, sarif};
use serde::Serialize;
use serde_json::Value;
pub use table::Table;

/// What every document calls its own form, whatever its kind. Fields are only ever added to it.
pub const API_VERSION: &str = "platform.tools/v1";

/// What a command has to say on stdout, in every shape that a user may ask for.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Rendered {
    /// For `json`, `yaml` and `jsonpath`.
    pub document: Value,
    /// For `table`.
    pub table: Table,
    /// For `wide`.
    pub wide: Table,
    /// For `name`: `kind/name` each.
    pub names: Vec<String>,
    /// Sentences such as `service/web labeled`, which stand before the table.
    pub above: Vec<String>,
    /// For `table`: lines that are laid out already, where no row says it.
    pub text: Vec<String>,
    /// For `mermaid`, with nothing in it that a terminal would obey; empty where a command draws nothing.
    pub diagram: String,
    /// For `junit`, `sarif` and `html`, made whole by `junit`, `sarif` or `html` beside this; empty where a command has
    /// none of them.
    pub page: String,
}

impl Rendered {
    /// What programs read; what people read is added to it.
    ///
    /// # Errors
    /// None in practice; a value that cannot be written as JSON would be a bug (exit 70).
    pub fn of(report: &impl Serialize) -> Result<Self, Failure> {
        let document = serde_json::to_value(report)
            .map_err(|error| Failure::internal(format!("the report cannot be written as JSON: {error}")))?;
        Ok(Self { document, ..Self::default() })
    }
}

/// Prints results in a format, for a terminal of this width or for something else that has none. The text ends with a line break unless it is empty or made by a template.
///
/// # Errors
/// A template that cannot be read or does not fit the document.
pub fn render(format: &Format, rendered: &Rendered, width: Option<usize>) -> Result<String, Failure> {
    match format {
        Format::Table => {
            Ok(prose(&rendered.above, width) + &lines(&rendered.text) + &rendered.table.text(width))
        }
        Format::Wide => Ok(prose(&rendered.above, width) + &rendered.wide.text(width)),
        Format::Json => structured::json(&rendered.document),
        Format::Yaml => structured::yaml(&rendered.document),
        Format::Name => Ok(lines(&rendered.names)),
        Format::JsonPath(template) => Ok(Template::parse(template)?.print(&rendered.document)?),
        Format::Mermaid => Ok(rendered.diagram.clone()),
        Format::Junit | Format::Sarif | Format::Html => Ok(rendered.page.clone()),
    }
}

/// Sentences, one a line; on a terminal broken where it would break them inside a word.
fn prose(sentences: &[String], width: Option<usize>) -> String {
    let width = width.unwrap_or(usize::MAX);
    joined(sentences.iter().flat_map(|sentence| broken(&clean(sentence), width, HANGING)))
}

fn lines(lines: &[String]) -> String {
    joined(lines.iter().map(|line| clean(line)))
}

/// Each line with a line break behind it.
fn joined<T: AsRef<str>>(lines: impl Iterator<Item = T>) -> String {
    let mut text = String::new();
    for line in lines {
        text.push_str(line.as_ref());
        text.push('\n');
    }
    text
}
