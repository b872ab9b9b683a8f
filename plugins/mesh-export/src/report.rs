//! The document that a run prints: the same for people and for programs. Fields are only ever added.

mod probe;

use platform::mesh::arrival::State;
use platform::mesh::converge::Surplus;
use platform::mesh::export::SideEffect;
use platform::mesh::link::Way;
use platform::mesh::snapshot::Port;
use platform::surface::API_VERSION;
use platform::terms::{ClusterName, Kind, ObjectRef};
use platform::verdict::Finding;
pub(crate) use probe::{ProbeRow, ProbeState};
use serde::Serialize;

/// What is said of a Service that needed no change.
pub(crate) const UNCHANGED: &str = "unchanged";

/// The report of every subcommand.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct Report {
    api_version: &'static str,
    kind: &'static str,
    /// Where the Services are.
    pub(crate) exporter: ClusterName,
    /// Whether one name may be there in several namespaces.
    #[serde(skip)]
    pub(crate) all_namespaces: bool,
    /// The kind of a dry run; absent in a live run.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(extend("enum" = ["client", "server"])))]
    pub(crate) dry_run: Option<&'static str>,
    /// What was done to each object, in the order of the plan.
    pub(crate) changes: Vec<ChangeRow>,
    /// Each mirror that was asked for, in order of Service, then fleet.
    pub(crate) mirrors: Vec<MirrorRow>,
    /// Mirrors that come or go besides.
    pub(crate) side_effects: Vec<SideEffect>,
    /// What the keepers of Services have to be told.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) patches: Vec<PatchRow>,
    /// The same as a unified diff of the files that were found.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) diff: String,
    /// Mirrors that stay and change their mode, as was asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) mode_changes: Vec<SideEffect>,
    /// What is exported and not in a list.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) surplus: Vec<Surplus>,
    /// What was noticed.
    pub(crate) findings: Vec<Finding>,
    /// What of that people have been told in time.
    #[serde(skip)]
    pub(crate) told: Vec<Finding>,
}

/// One change.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct ChangeRow {
    /// The cluster.
    pub(crate) cluster: ClusterName,
    /// Which kind of object: `Service` or `Namespace`.
    pub(crate) kind: Kind,
    /// The namespace of the Service; of a namespace, its own name.
    pub(crate) namespace: String,
    /// The Service.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) service: String,
    /// What was done, or would be.
    #[cfg_attr(test, schemars(extend("enum" = crate::manual::CHANGES)))]
    pub(crate) change: &'static str,
    /// How that went.
    pub(crate) outcome: Outcome,
    /// Labels in kubectl's spelling: `key=value`, `key-`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) details: String,
}

impl ChangeRow {
    /// A row about an object, without details.
    pub(crate) fn new(object: &ObjectRef, change: &'static str, outcome: Outcome) -> Self {
        let ObjectRef { cluster, kind, namespace, name } = object.clone();
        let (namespace, service) = match namespace {
            Some(namespace) => (namespace, name),
            None => (name, String::new()),
        };
        Self { cluster, kind, namespace, service, change, outcome, details: String::new() }
    }

    /// The object.
    pub(crate) fn object(&self) -> ObjectRef {
        if self.kind == Kind::Namespace {
            return ObjectRef::cluster_scoped(&self.cluster, self.kind, &self.namespace);
        }
        ObjectRef::namespaced(&self.cluster, self.kind, &self.namespace, &self.service)
    }
}

/// What has to be committed for one Service.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct PatchRow {
    /// The namespace of the Service.
    pub(crate) namespace: String,
    /// The Service.
    pub(crate) service: String,
    /// Who keeps it.
    pub(crate) keeper: String,
    /// The file that says what it is, from the root of its repository.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) file: Option<String>,
    /// Without such a file: YAML to be merged by hand, in lines.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) patch: Vec<String>,
}

/// How a change went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) enum Outcome {
    /// Done, or nothing was to be done.
    Done,
    /// A dry run: it would be done.
    Pending,
    /// The server refused, or did not answer.
    Failed,
    /// An earlier one failed, or the run was stopped before it.
    NotAttempted,
    /// It was sent, and the run was stopped before the answer.
    Unconfirmed,
}

/// One mirror.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct MirrorRow {
    /// The exported Service.
    pub(crate) service: String,
    /// The namespace of both.
    pub(crate) namespace: String,
    /// The cluster that has it.
    pub(crate) consumer: ClusterName,
    /// The Link that makes it; absent once that is deleted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) link: Option<String>,
    /// The mirror's name.
    pub(crate) mirror: String,
    /// How clients reach the Service by it.
    pub(crate) mode: Way,
    /// Under which name clients in the consumer reach it.
    pub(crate) dns: String,
    /// Its ports.
    pub(crate) ports: Vec<Port>,
    /// How far it has come.
    pub(crate) state: Progress,
    /// Whether bytes arrive, where that was to be proved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) probe: Option<ProbeRow>,
}

/// How far a mirror has come, on its way here or away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(untagged)]
pub(crate) enum Progress {
    /// On its way here.
    Coming(State),
    /// On its way away.
    Going(Leaving),
}

/// The end of a mirror.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) enum Leaving {
    /// It is still there.
    Present,
    /// It is gone.
    Gone,
    /// Its cluster could not be looked at.
    Unknown,
}

impl Progress {
    /// How it is shown.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Coming(state) => state.word(),
            Self::Going(Leaving::Present) => "still there",
            Self::Going(Leaving::Gone) => "gone",
            Self::Going(Leaving::Unknown) => "unknown",
        }
    }
}

impl Report {
    /// An empty report of this kind.
    pub(crate) fn new(kind: &'static str, exporter: &ClusterName, all_namespaces: bool) -> Self {
        Self {
            api_version: API_VERSION,
            kind,
            exporter: exporter.clone(),
            all_namespaces,
            dry_run: None,
            changes: Vec::new(),
            mirrors: Vec::new(),
            side_effects: Vec::new(),
            patches: Vec::new(),
            diff: String::new(),
            mode_changes: Vec::new(),
            surplus: Vec::new(),
            findings: Vec::new(),
            told: Vec::new(),
        }
    }

    /// The findings that nobody has been told yet.
    pub(crate) fn untold(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| !self.told.contains(finding))
    }

    /// Whether a cluster was changed, or may have been.
    pub(crate) fn has_written(&self) -> bool {
        let wrote = |row: &ChangeRow| match row.outcome {
            Outcome::Done => row.change != UNCHANGED,
            Outcome::Unconfirmed => true,
            Outcome::Pending | Outcome::Failed | Outcome::NotAttempted => false,
        };
        self.dry_run.is_none() && self.changes.iter().any(wrote)
    }
}
