//! What kube asks of the crate of this name, for one kind of credentials alone: those of the provider `gcp`, which kubectl
//! has dropped and which are refused here before kube sees them. The crate itself, with the parser and the regular expressions that
//! it brings, is an eighth of a program.

use serde_json::Value;
use std::fmt;

/// A query of JSON.
pub trait JsonPath {
    /// What a path leads to.
    ///
    /// # Errors
    ///
    /// Always: nothing here is queried.
    fn query(&self, path: &str) -> Result<Vec<&Self>, LeftOut>;
}

impl JsonPath for Value {
    fn query(&self, _path: &str) -> Result<Vec<&Self>, LeftOut> {
        Err(LeftOut)
    }
}

/// Why nothing is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LeftOut;

impl fmt::Display for LeftOut {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("JSONPath for credentials is left out of this program")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_found_and_it_says_why() {
        let failed = Value::Null.query("$.access_token").unwrap_err();
        assert_eq!(failed.to_string(), "JSONPath for credentials is left out of this program");
    }
}
