//! Results to text: one document, shown in many ways. The same facts in the same order whatever the format.

mod structured;
mod table;
#[cfg(test)]
mod tests;

use super::clean::clean;
use super::jsonpath::Template;
use crate::terms::Format;
use crate::verdict::Failure;
use serde_json::Value;
pub use table::Table;

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
    /// Lines such as `service/web labeled`, which stand before the table.
    pub above: Vec<String>,
    /// For `mermaid`, with nothing in it that a terminal would obey; empty where a command draws nothing.
    pub diagram: String,
}

/// Prints results in a format. The text ends with a line break unless it is empty or made by a template.
///
/// # Errors
/// A template that cannot be read or does not fit the document.
pub fn render(format: &Format, rendered: &Rendered) -> Result<String, Failure> {
    match format {
        Format::Table => Ok(lines(&rendered.above) + &rendered.table.text()),
        Format::Wide => Ok(lines(&rendered.above) + &rendered.wide.text()),
        Format::Json => structured::json(&rendered.document),
        Format::Yaml => structured::yaml(&rendered.document),
        Format::Name => Ok(lines(&rendered.names)),
        Format::JsonPath(template) => Ok(Template::parse(template)?.print(&rendered.document)?),
        Format::Mermaid => Ok(rendered.diagram.clone()),
    }
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
