//! A manifest of Krew as data. What is missing is empty here, so that a rule can say what is missing.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The one version of the format that there is.
pub const API_VERSION: &str = "krew.googlecontainertools.github.com/v1alpha2";
/// What a manifest says that it is.
pub const KIND: &str = "Plugin";

/// One plugin in one version. Krew itself passes over fields that it does not know; here they are an error, since
/// each is a misspelled one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Manifest {
    /// [`API_VERSION`].
    pub api_version: String,
    /// [`KIND`].
    pub kind: String,
    /// The name of the plugin.
    pub metadata: Metadata,
    /// All else.
    pub spec: Spec,
}

/// The name of a plugin, which is also the name of the manifest's file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Metadata {
    /// What is typed after `kubectl`, with dashes.
    pub name: String,
}

/// What a plugin is and where its archives lie.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Spec {
    /// A semantic version after a `v`.
    pub version: String,
    /// Shown after the installation, as the documentation.
    pub homepage: String,
    /// One line, for lists of plugins.
    pub short_description: String,
    /// What it does, and not how it is called.
    pub description: String,
    /// Shown after the first installation: steps that are needed before the first use.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub caveats: String,
    /// One entry for each archive.
    pub platforms: Vec<Platform>,
}

/// One archive, and whom it is for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Platform {
    /// Which machines it is for.
    pub selector: Option<Selector>,
    /// Where the archive lies.
    pub uri: String,
    /// Of the archive, in 64 small hexadecimal digits.
    pub sha256: String,
    /// What is extracted; `None` is everything.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub files: Option<Vec<FileOperation>>,
    /// The program among what was extracted.
    pub bin: String,
}

/// Labels that a machine must have: its `os` and its `arch`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Selector {
    /// Values that labels must have.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub match_labels: Option<BTreeMap<String, String>>,
    /// Further requirements.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub match_expressions: Option<Vec<Expression>>,
}

/// A requirement on one label.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Expression {
    /// `os` or `arch`.
    pub key: String,
    /// `In`, `NotIn`, `Exists` or `DoesNotExist`.
    pub operator: String,
    /// For `In` and `NotIn`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<String>,
}

/// Moves what matches from the archive to the folder of the installation.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct FileOperation {
    /// A path in the archive, or a pattern.
    pub from: String,
    /// A folder, or for a single file its new name; `.` is the folder of the installation.
    pub to: String,
}

impl Selector {
    /// Whether it selects machines of this pair. An operator that does not exist selects none, as in Krew.
    pub fn matches(&self, os: &str, arch: &str) -> bool {
        let value = |key: &str| match key {
            "os" => Some(os),
            "arch" => Some(arch),
            _ => None,
        };
        let labels = self.match_labels.iter().flatten();
        let expressions = self.match_expressions.iter().flatten();
        labels.clone().all(|(key, wanted)| value(key) == Some(wanted.as_str()))
            && expressions.clone().all(|expression| expression.holds(value(&expression.key)))
    }
}

impl Expression {
    fn holds(&self, value: Option<&str>) -> bool {
        let listed = value.is_some_and(|value| self.values.iter().any(|one| one == value));
        match self.operator.as_str() {
            "In" => listed,
            "NotIn" => !listed,
            "Exists" => value.is_some(),
            "DoesNotExist" => value.is_none(),
            _ => false,
        }
    }
}
