//! What helps against a finding.

use super::Rule;
use serde::Serialize;

/// What to do about a finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Remedy {
    /// One imperative sentence.
    pub action: String,
    /// A command to paste, when there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub command: Option<String>,
    /// The rule of RBAC that is missing in a role, where one is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<Rule>,
}

impl Remedy {
    /// A sentence without a command.
    pub fn new(action: impl Into<String>) -> Self {
        Self { action: action.into(), command: None, rule: None }
    }

    /// A sentence with the command that does it.
    pub fn run(action: impl Into<String>, command: impl Into<String>) -> Self {
        Self { action: action.into(), command: Some(command.into()), rule: None }
    }
}

impl std::fmt::Display for Remedy {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.command {
            Some(command) => write!(out, "{}: `{command}`", self.action),
            None => out.write_str(&self.action),
        }
    }
}
