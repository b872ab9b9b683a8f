//! The document that a run prints: the same for people and for programs. Fields are only ever added.

use crate::places::Places;
use platform::mesh::fleetwide::{Judged, LinkSummary, Looked};
use platform::surface::API_VERSION;
use platform::terms::{ClusterName, Obstacle};
use platform::verdict::{Cause, Exit, Finding, Severity};
use serde::Serialize;

/// What is wrong between the clusters of a fleet.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct Report {
    api_version: &'static str,
    kind: &'static str,
    /// The clusters of the run, in the order of the fleet.
    pub(crate) clusters: Vec<ClusterRow>,
    /// What was looked at.
    pub(crate) looked: Looked,
    /// Each Link between clusters of the run, in its direction.
    pub(crate) links: Vec<LinkSummary>,
    /// How much was found.
    pub(crate) summary: Summary,
    /// What is known and accepted, by the fleet file.
    pub(crate) silenced: Vec<Silenced>,
    /// Silences of the fleet file that are about nothing that was found.
    #[serde(rename = "idleSilences", skip_serializing_if = "Vec::is_empty")]
    pub(crate) idle: Vec<Idle>,
    /// How many of the checks were asked; absent where all were.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) chosen: Option<Part>,
    /// The namespace whose exports were looked at; absent where those of all were.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) namespace: Option<String>,
    /// What was found: causes with what follows from each behind it, the worst first.
    pub(crate) findings: Vec<Finding>,
    /// The same as a tree, for people.
    #[serde(skip)]
    pub(crate) causes: Vec<Cause>,
    /// Where findings stand in files.
    #[serde(skip)]
    pub(crate) places: Places,
    /// How many objects of manifests were passed over, since something in them is filled in later.
    #[serde(skip)]
    pub(crate) unfilled: usize,
}

/// A finding that is not told.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct Silenced {
    /// Which.
    pub(crate) fingerprint: String,
    /// Why it is not.
    pub(crate) reason: String,
    /// The last day on which it is not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) until: Option<String>,
}

/// A silence that is about nothing that was found.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct Idle {
    /// The check that it is about.
    pub(crate) check: String,
    /// The object that it is about, where it names one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) object: Option<String>,
}

impl Idle {
    /// As people read it.
    pub(crate) fn sentence(&self) -> String {
        let object = self.object.as_ref().map(|object| format!(" of {object}")).unwrap_or_default();
        format!("the silence of {}{object} in the fleet file matched nothing", self.check)
    }
}

/// A part of the checks, by `--only` and `--skip`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct Part {
    /// How many of them were asked.
    pub(crate) checks: usize,
    /// How many there are.
    pub(crate) of: usize,
}

/// A cluster of the run.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct ClusterRow {
    /// How this run calls it.
    pub(crate) name: ClusterName,
    /// Its context in the kubeconfig.
    pub(crate) context: String,
    /// Whether it could be looked at.
    pub(crate) reached: bool,
    /// When its files were taken, in UTC, where they say so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) taken_at: Option<String>,
}

/// Findings by their severity.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct Summary {
    /// What does not work.
    pub(crate) errors: usize,
    /// What works, but not as it should.
    pub(crate) warnings: usize,
    /// What could not be seen and is needed.
    pub(crate) unknown: usize,
    /// What is worth knowing.
    pub(crate) infos: usize,
    /// What could not be looked at and is not needed: those of `infos` that say so, and questions that files cannot answer.
    pub(crate) not_looked_at: usize,
    /// What is known and accepted, and not counted above.
    pub(crate) silenced: usize,
}

impl Summary {
    fn of(findings: &[Finding]) -> Self {
        let mut summary = Self::default();
        for finding in findings {
            let count = match finding.severity {
                Severity::Error => &mut summary.errors,
                Severity::Warning => &mut summary.warnings,
                Severity::Unknown => &mut summary.unknown,
                Severity::Info => &mut summary.infos,
            };
            *count += 1;
            summary.not_looked_at += usize::from(finding.is_unseen);
        }
        summary
    }
}

impl Report {
    /// A report of what was judged.
    pub(crate) fn new(
        clusters: Vec<ClusterRow>,
        mut judged: Judged,
        silenced: Vec<Silenced>,
        places: Places,
    ) -> Self {
        judged.merge();
        let flat = judged.causes.iter().flat_map(|cause| [&cause.finding].into_iter().chain(&cause.effects));
        let findings: Vec<Finding> = flat.cloned().collect();
        let looked = judged.looked;
        let mut summary = Summary { silenced: silenced.len(), ..Summary::of(&findings) };
        // Of what else was not answered findings tell.
        summary.not_looked_at += looked.unanswered_because.not_in_files;
        let Judged { causes, links, .. } = judged;
        let (api_version, kind) = (API_VERSION, "Check");
        let (idle, chosen, namespace) = (Vec::new(), None, None);
        Self {
            api_version,
            kind,
            clusters,
            looked,
            links,
            summary,
            silenced,
            idle,
            chosen,
            namespace,
            findings,
            causes,
            places,
            unfilled: 0,
        }
    }

    /// Whether such a thing kept us from looking at something that is not needed, in a running cluster.
    pub(crate) fn is_hidden_by(&self, is_such: impl Fn(&Obstacle) -> bool) -> bool {
        let is_live = |name: &ClusterName| !self.places.has(name);
        let is_hidden = |finding: &Finding| finding.hidden.iter().any(|one| is_such(&one.obstacle));
        self.findings.iter().any(|finding| is_hidden(finding) && finding.clusters.iter().any(is_live))
    }

    /// How to leave. Whoever is unsure may be surer soon.
    pub(crate) fn exit(
        &self,
        (is_strict, is_passing): (bool, bool),
        counts: impl Fn(Severity) -> bool,
    ) -> Exit {
        let is_blind = is_strict && self.summary.not_looked_at > 0;
        let exit = Exit::of_findings(&self.findings, counts, is_blind);
        if exit == Exit::Unsure && is_passing { Exit::Unreachable } else { exit }
    }

    /// Causes with what follows from each.
    pub(crate) fn led(&self) -> Vec<(&Finding, &[Finding])> {
        self.causes.iter().map(|cause| (&cause.finding, cause.effects.as_slice())).collect()
    }
}
