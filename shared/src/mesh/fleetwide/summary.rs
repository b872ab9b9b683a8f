//! A Link and what it mirrors, in short, and how far each can be relied on.

use super::Weights;
use crate::mesh::export::Target;
use crate::terms::ClusterName;
use crate::verdict::{Finding, Severity};
use serde::Serialize;
use std::collections::BTreeSet;

/// A Link in its direction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LinkSummary {
    /// The cluster that it leads to, whose Services are mirrored.
    pub exporter: ClusterName,
    /// The cluster that it is in, which gets the mirrors.
    pub consumer: ClusterName,
    /// Its namespace there.
    pub namespace: String,
    /// Its name.
    pub link: String,
    /// Mirrors that it makes or should make.
    pub mirrors: usize,
    /// The weightiest of what was found in its direction; absent where nothing was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub worst: Option<Severity>,
    /// What they mirror.
    pub exports: Vec<ExportSummary>,
}

/// A Service that a Link mirrors or should mirror.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ExportSummary {
    /// Its namespace, which is that of the mirror, too.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// The name of the mirror.
    pub mirror: String,
    /// The weightiest of what was found of it alone; absent where nothing was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub worst: Option<Severity>,
    /// The fingerprints of that.
    #[serde(skip)]
    pub told: BTreeSet<String>,
}

impl ExportSummary {
    pub(super) fn new(target: &Target, found: &[Finding]) -> Self {
        Self {
            namespace: target.exported.namespace.clone(),
            name: target.exported.name.clone(),
            mirror: target.mirror.clone(),
            worst: None,
            told: found.iter().map(|finding| finding.fingerprint.clone()).collect(),
        }
    }
}

impl LinkSummary {
    /// Gives it and what it mirrors the weightiest of what was told of each.
    pub(super) fn weigh(&mut self, weights: &Weights) {
        self.worst = weights.values().copied().max();
        for export in &mut self.exports {
            export.worst = export.told.iter().filter_map(|one| weights.get(one)).copied().max();
        }
    }
}
