//! What a judgement says.

use super::{Ground, Hidden, Idle, Remedy, Severity};
use crate::terms::{ClusterName, ObjectRef};
use serde::Serialize;

/// A field and the value that was seen in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Evidence {
    /// The path of the field.
    pub field: String,
    /// What it held, as text.
    pub value: String,
}

/// One thing that was noticed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(extend(
    "if" = { "properties": { "severity": { "enum": ["warning", "unknown", "error"] } } },
    "then" = { "required": ["remedy"] },
)))]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// The stable id of the check that made it.
    pub check: &'static str,
    /// The cluster that it is about, the exporter and the consumer, or all that it is about alike.
    pub clusters: Vec<ClusterName>,
    /// Whether it is about its clusters alike, and not about a way from one to another.
    #[serde(skip)]
    pub is_mutual: bool,
    /// The object that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub object: Option<ObjectRef>,
    /// How much it matters.
    pub severity: Severity,
    /// What was seen, one sentence without a full stop.
    pub summary: String,
    /// Whether it says only that something could not be looked at, which is not needed.
    #[serde(rename = "notLookedAt", skip_serializing_if = "std::ops::Not::not")]
    pub is_unseen: bool,
    /// What could not be looked at then, and which answers of servers kept us from it.
    #[serde(skip)]
    pub hidden: Vec<Hidden>,
    /// What it stands on, where that decides what may be its cause.
    #[serde(skip)]
    pub ground: Option<Ground>,
    /// Why the pods do not serve that it is about.
    #[serde(skip)]
    pub idle: Idle,
    /// The fields that prove it; none where nobody saw any.
    pub evidence: Vec<Evidence>,
    /// The check whose finding explains this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub because: Option<&'static str>,
    /// The fingerprint of that finding.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub because_of: Option<String>,
    /// The same for the same thing in every run: check, clusters and object, or what makes the pod; no times, no counts.
    pub fingerprint: String,
    /// What to do; everything from `warning` on has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remedy: Option<Remedy>,
}

impl Finding {
    /// Worth knowing, nothing to do.
    pub fn info(check: &'static str, clusters: &[&ClusterName], summary: impl Into<String>) -> Self {
        Self::of(check, clusters, Severity::Info, summary.into(), None)
    }

    /// Was not looked at, for a reason that is no answer of a server.
    pub fn not_asked(
        check: &'static str,
        clusters: &[&ClusterName],
        what: impl std::fmt::Display,
        why: impl std::fmt::Display,
    ) -> Self {
        let text = format!("not looked at: {what} ({why})");
        Self { is_unseen: true, ..Self::info(check, clusters, text) }
    }

    /// Works, but not as it should.
    pub fn warning(
        check: &'static str,
        clusters: &[&ClusterName],
        summary: impl Into<String>,
        remedy: Remedy,
    ) -> Self {
        Self::of(check, clusters, Severity::Warning, summary.into(), Some(remedy))
    }

    /// Could not be looked at.
    pub fn unknown(
        check: &'static str,
        clusters: &[&ClusterName],
        summary: impl Into<String>,
        remedy: Remedy,
    ) -> Self {
        Self::of(check, clusters, Severity::Unknown, summary.into(), Some(remedy))
    }

    /// Does not work, or would break something.
    pub fn error(
        check: &'static str,
        clusters: &[&ClusterName],
        summary: impl Into<String>,
        remedy: Remedy,
    ) -> Self {
        Self::of(check, clusters, Severity::Error, summary.into(), Some(remedy))
    }

    fn of(
        check: &'static str,
        clusters: &[&ClusterName],
        severity: Severity,
        summary: String,
        remedy: Option<Remedy>,
    ) -> Self {
        let clusters: Vec<ClusterName> = clusters.iter().map(|&name| name.clone()).collect();
        let fingerprint = fingerprint(check, &clusters, None);
        Self {
            check,
            clusters,
            is_mutual: false,
            object: None,
            severity,
            summary,
            is_unseen: false,
            hidden: Vec::new(),
            ground: None,
            idle: Idle::default(),
            evidence: Vec::new(),
            because: None,
            because_of: None,
            fingerprint,
            remedy,
        }
    }

    /// Its cluster, from which one to which, or all that it is about alike.
    pub fn way(&self) -> String {
        let between = if self.is_mutual { ", " } else { " -> " };
        self.clusters.iter().map(ClusterName::as_str).collect::<Vec<_>>().join(between)
    }

    /// Where it is: the object, which names its cluster, else the cluster or the way; empty where it is about none.
    pub fn place(&self) -> String {
        self.object.as_ref().map_or_else(|| self.way(), ToString::to_string)
    }

    /// Where and what, as people read it on a line.
    pub fn sentence(&self) -> String {
        let place = self.place();
        if place.is_empty() { self.summary.clone() } else { format!("{place}: {}", self.summary) }
    }

    /// Says that it is about its clusters alike.
    #[must_use]
    pub fn mutual(self) -> Self {
        Self { is_mutual: true, ..self }
    }

    /// Says which object it is about.
    #[must_use]
    pub fn about(mut self, object: ObjectRef) -> Self {
        self.fingerprint = fingerprint(self.check, &self.clusters, Some(&object));
        self.object = Some(object);
        self
    }

    /// Says which pod it is about. It is known by what makes such pods, since the next roll-out gives them other names.
    #[must_use]
    pub fn about_pod(self, pod: ObjectRef, maker: &str) -> Self {
        let lasting = ObjectRef { name: maker.to_owned(), ..pod.clone() };
        Self { object: Some(pod), ..self.about(lasting) }
    }

    /// The object as fingerprints name it; of a pod what makes such pods.
    pub fn lasting(&self) -> Option<&str> {
        let whole = fingerprint(self.check, &self.clusters, None);
        self.fingerprint.strip_prefix(&whole)?.strip_prefix('/')
    }

    /// Adds a field and what it held.
    #[must_use]
    pub fn seen(mut self, field: impl Into<String>, value: impl Into<String>) -> Self {
        self.evidence.push(Evidence { field: field.into(), value: value.into() });
        self
    }

    /// Says what it stands on.
    #[must_use]
    pub fn on(mut self, ground: Ground) -> Self {
        self.ground = Some(ground);
        self
    }

    /// Says which other finding explains it.
    #[must_use]
    pub fn because(mut self, check: &'static str) -> Self {
        self.because = Some(check);
        self
    }

    /// Says which other finding explains it, or that none does.
    pub fn follow(&mut self, cause: Option<&Self>) {
        self.because = cause.map(|cause| cause.check);
        self.because_of = cause.map(|cause| cause.fingerprint.clone());
    }

    /// Says that it is about this cluster alone, whatever else was looked at for it.
    #[must_use]
    pub fn of_alone(mut self, cluster: &ClusterName) -> Self {
        self.clusters = vec![cluster.clone()];
        self.fingerprint = fingerprint(self.check, &self.clusters, self.object.as_ref());
        self
    }
}

fn fingerprint(check: &str, clusters: &[ClusterName], object: Option<&ObjectRef>) -> String {
    let clusters = clusters.iter().map(ClusterName::as_str).collect::<Vec<_>>().join(">");
    match object {
        Some(object) => format!("{check}/{clusters}/{object}"),
        None => format!("{check}/{clusters}"),
    }
}

#[cfg(test)]
mod tests;
