//! How much it matters.

use super::Finding;
use serde::Serialize;

/// How much a finding matters, least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing; needs no action.
    Info,
    /// Works, but not as it should.
    Warning,
    /// Could not be looked at.
    Unknown,
    /// Does not work, or would break something.
    Error,
}

impl Severity {
    /// All of them, least first.
    pub const ALL: [Self; 4] = [Self::Info, Self::Warning, Self::Unknown, Self::Error];

    /// The word that is shown beside the symbol.
    pub fn word(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Unknown => "unknown",
            Self::Error => "error",
        }
    }
}

/// The weightiest severity; `None` when nothing was found.
pub fn worst(findings: &[Finding]) -> Option<Severity> {
    findings.iter().map(|finding| finding.severity).max()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn not_seen_weighs_more_than_a_warning_and_less_than_an_error() {
        assert!(Severity::Warning < Severity::Unknown && Severity::Unknown < Severity::Error);
        assert_eq!(worst(&[]), None);
    }
}
