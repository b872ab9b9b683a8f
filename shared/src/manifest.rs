//! Objects as they are written in YAML and JSON files: where they stand, and how a label or an entry of a list is
//! changed in the text without a change to anything else. Comments, quotes, indentation and line breaks stay as they
//! are; what cannot be edited with certainty is refused. Nothing is read or written here: texts come in, texts go out.

mod append;
mod detach;
mod diff;
mod find;
mod labels;
mod meaning;
mod overlay;
mod place;
#[cfg(test)]
mod tests;
mod tree;

pub use append::appended;
pub use detach::{Patched, detached};
pub use diff::unified;
pub use find::{Address, Candidate, Searched, found, part, text_at};
pub use labels::{LabelEdit, labelled};
pub use overlay::{Fit, Overlay, fit, joined, namespace_set};

/// Why a text is not edited.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// No YAML, such as a template of a chart.
    #[error("it cannot be read as YAML: {0}")]
    Unreadable(String),
    /// Nested beyond what a manifest is.
    #[error("it is nested too deeply")]
    TooDeep,
    /// Written in a way for which we know no certain edit.
    #[error("its {0} cannot be edited with certainty")]
    Odd(&'static str),
    /// The edited text would mean something else than was wanted.
    #[error("an edit would change more than was asked for")]
    Unsafe,
}
