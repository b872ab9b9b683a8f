//! kubectl's JSONPath dialect, which is not RFC 9535. Every quirk was observed on kubectl itself, and a test
//! compares both over a table of templates. Two deliberate differences: keys are walked in sorted order where
//! kubectl's order is random, and an error names the template but never dumps the object, which may hold secrets.

mod bracket;
mod compare;
mod number;
mod parse;
mod print;
mod quote;
mod range;
mod scan;
mod slice;
#[cfg(test)]
mod tests;
mod walk;

use crate::verdict::Failure;
use parse::Node;
use serde_json::Value;

/// A parsed `-o jsonpath=` template.
#[derive(Debug, Clone)]
pub struct Template {
    text: String,
    nodes: Vec<Node>,
}

/// Why a template prints nothing; worded as by kubectl.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JsonPathError {
    /// The template itself is wrong.
    #[error("error parsing jsonpath {template}, {reason}")]
    Syntax {
        /// The template as typed.
        template: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The template does not fit the document.
    #[error("error executing jsonpath {template:?}: {reason}")]
    Execution {
        /// The template as typed.
        template: String,
        /// What does not fit.
        reason: String,
    },
}

impl Template {
    /// Parses a template. Text outside braces stands for itself, also when it looks like a path.
    ///
    /// # Errors
    /// What kubectl refuses, in its words.
    pub fn parse(text: &str) -> Result<Self, JsonPathError> {
        match parse::template(text) {
            Ok(nodes) => Ok(Self { text: text.to_owned(), nodes }),
            Err(reason) => Err(JsonPathError::Syntax { template: text.to_owned(), reason }),
        }
    }

    /// Fills the template from a document: results of one pair of braces are joined by a blank, a missing key
    /// prints nothing, no line break is added.
    ///
    /// # Errors
    /// What kubectl refuses, such as an index out of bounds, and templates that visit a million values.
    pub fn print(&self, document: &Value) -> Result<String, JsonPathError> {
        let printed = range::Evaluation::new(&self.nodes).results(document);
        match printed {
            Ok(results) => Ok(print::all(&results)),
            Err(reason) => Err(JsonPathError::Execution { template: self.text.clone(), reason }),
        }
    }
}

impl From<JsonPathError> for Failure {
    fn from(error: JsonPathError) -> Self {
        let next = match error {
            JsonPathError::Syntax { .. } => {
                "write paths in braces, such as -o jsonpath='{.metadata.name}'; \
                 see https://kubernetes.io/docs/reference/kubectl/jsonpath/"
            }
            JsonPathError::Execution { .. } => "look at the document with `-o json` and correct the template",
        };
        Self::usage(error.to_string(), next)
    }
}
