//! An earlier report, as far as it is compared with.

use platform::terms::Kind;
use serde::{Deserialize, Serialize};

// With its path, since `fuzz/` compiles this file as a part of a program of its own.
#[cfg(any(test, feature = "fuzzing"))]
#[path = "laws.rs"]
pub(crate) mod laws;

/// The report that is compared with.
#[derive(Debug, Clone, Deserialize)]
struct Earlier {
    kind: String,
    findings: Vec<Gone>,
}

/// A finding of an earlier report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Gone {
    /// The stable id of the check that made it.
    pub(crate) check: String,
    /// How much it mattered.
    pub(crate) severity: String,
    /// What was seen.
    pub(crate) summary: String,
    /// The object that it was about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) object: Option<Named>,
    /// The check that explained it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) because: Option<String>,
    /// The fingerprint of that finding.
    #[serde(default, rename = "becauseOf", skip_serializing_if = "Option::is_none")]
    pub(crate) because_of: Option<String>,
    /// The same for the same thing in every run.
    pub(crate) fingerprint: String,
}

/// An object, as an earlier report names it: of a kind that may be unknown by now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Named {
    /// Where.
    pub(crate) cluster: String,
    /// What kind.
    pub(crate) kind: String,
    /// In which namespace; absent for cluster-scoped kinds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) namespace: Option<String>,
    /// Its name.
    pub(crate) name: String,
}

impl std::fmt::Display for Named {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { cluster, kind, namespace, name } = self;
        // As of what is there now; one that is unknown by now, as kubectl takes it.
        let known = Kind::ALL.into_iter().find(|one| one.name() == kind);
        let kind = known.map_or_else(|| kind.to_lowercase(), |kind| kind.short().to_owned());
        match namespace {
            Some(namespace) => write!(out, "{cluster}: {kind}/{namespace}/{name}"),
            None => write!(out, "{cluster}: {kind}/{name}"),
        }
    }
}

/// Reads the findings of a report.
///
/// # Errors
/// Why it is none, in one line.
pub(crate) fn read(bytes: &[u8]) -> Result<Vec<Gone>, String> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let earlier: Earlier = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    if earlier.kind != "Check" {
        return Err(format!("it is a report of the kind {:?}, not of the kind \"Check\"", earlier.kind));
    }
    Ok(earlier.findings)
}
