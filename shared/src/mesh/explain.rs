//! Why a Service cannot be used in another cluster: for each mirror the chain of what it depends on, in causal order, up
//! to the first broken link of that chain, which is the cause. One look, no change. Pure: all that is shown was in the
//! snapshot.

mod case;
mod chain;
mod diagram;
mod missing;
mod order;
mod places;
mod sight;
mod stages;
mod symptom;
mod text;
mod words;

pub use diagram::diagram;
pub(crate) use sight::unanswered;
pub use stages::{STAGES, Side, Stage};
pub use symptom::ask_its_mirror;
pub(crate) use symptom::shortfall;
pub use text::text;

use super::arrival::State;
use super::causes::is_symptom;
use super::export::{Again, Target};
use super::link::Way;
use super::snapshot::{Key, MeshSeen};
use crate::terms::ClusterName;
use crate::verdict::{Evidence, Finding};
use serde::Serialize;

/// What is asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Asked {
    /// `--to`; empty means every cluster that has a Link, or holds what one left.
    pub consumers: Vec<ClusterName>,
    /// `--mode`; empty means what the labels say.
    pub ways: Vec<Way>,
    /// How the command is given again.
    pub again: Again,
}

/// Whether a stage holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum Standing {
    /// It was looked at, and nothing speaks against it.
    Holds,
    /// It works, but not as it should.
    Warning,
    /// It does not, by itself.
    Broken,
    /// It does not, because of an earlier one.
    Follows,
    /// It could not be looked at.
    Unknown,
    /// An earlier one keeps it from being there at all.
    NotReached,
}

impl Standing {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Holds, Self::Warning, Self::Broken, Self::Follows, Self::Unknown, Self::NotReached];

    /// How it is shown.
    pub fn word(self) -> &'static str {
        match self {
            Self::Holds => "ok",
            Self::Warning => "warning",
            Self::Broken => "broken",
            Self::Follows => "follows",
            Self::Unknown => "unknown",
            Self::NotReached => "not reached",
        }
    }
}

/// One stage of a mirror's way, as it was seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Step {
    /// Its stable id.
    pub stage: &'static str,
    /// What is the case when it holds.
    pub title: &'static str,
    /// Where it is; absent where there is no other cluster.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cluster: Option<ClusterName>,
    /// Whether it holds.
    pub state: Standing,
    /// The check that speaks against it, with what it saw, and what to do.
    #[serde(flatten)]
    pub finding: Option<Said>,
    /// What else speaks against it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<Finding>,
}

/// What a finding says of a stage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Said {
    /// The stable id of the check.
    pub check: &'static str,
    /// What was seen.
    pub summary: String,
    /// The fields that prove it.
    pub evidence: Vec<Evidence>,
    /// The check whose finding explains it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub because: Option<&'static str>,
    /// What to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remedy: Option<crate::verdict::Remedy>,
}

/// What a chain comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "ChainOutcome"))]
#[serde(rename_all = "camelCase")]
pub enum Outcome {
    /// All stages hold.
    Whole,
    /// All hold, one of them not as it should.
    Doubtful,
    /// One could not be looked at, and none before it is broken.
    Unsure,
    /// One is broken, and all before it hold.
    Broken,
}

/// The way of one mirror, from the Service to its last stage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Chain {
    /// The cluster that has it, or is to have it; absent where the exporter is the only cluster.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub consumer: Option<ClusterName>,
    /// The Link that makes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// Its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mirror: Option<String>,
    /// How clients reach the Service by it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mode: Option<Way>,
    /// Under which name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dns: Option<String>,
    /// How far it has come: the symptom.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<State>,
    /// What the chain comes to.
    pub outcome: Outcome,
    /// That in one sentence, with the cause.
    pub headline: String,
    /// The finding that leads.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<Finding>,
    /// Each stage in causal order.
    pub chain: Vec<Step>,
    /// What is worth knowing and explains nothing.
    pub remarks: Vec<Finding>,
    /// The mirror as an export would ask for it.
    #[serde(skip)]
    pub target: Option<Target>,
}

impl Chain {
    /// Whether nothing but the symptom itself was found: the moment may have been a bad one, and the Link may say more.
    pub fn is_unexplained(&self) -> bool {
        self.cause.as_ref().is_some_and(|cause| is_symptom(cause.check))
    }

    /// Adds what the status of the Link says of this mirror, as hearsay: a status may be old.
    pub fn hear(&mut self, said: &str) {
        let evidence = Evidence { field: "status of the Link".to_owned(), value: said.to_owned() };
        let Some(cause) = &mut self.cause else { return };
        cause.evidence.push(evidence.clone());
        let at = self.chain.iter_mut().filter_map(|step| step.finding.as_mut());
        for said in at.filter(|said| said.check == cause.check) {
            said.evidence.push(evidence.clone());
        }
    }
}

/// One Service and its mirrors.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Explained {
    /// The Service.
    pub service: String,
    /// Its namespace.
    pub namespace: String,
    /// Each mirror in fleet order.
    pub mirrors: Vec<Chain>,
}

/// Explains every Service that was asked for, in order of namespace and name.
pub fn explain(seen: &MeshSeen, asked: &Asked) -> Vec<Explained> {
    let seen = &order::ordered(seen);
    let of_key = |key: &Key| Explained {
        service: key.name.clone(),
        namespace: key.namespace.clone(),
        mirrors: places::places(seen, key, asked)
            .iter()
            .map(|place| chain::of(seen, key, asked, place))
            .collect(),
    };
    seen.asked.iter().map(of_key).collect()
}

/// The worst of all chains; nothing was asked where there is none.
pub fn worst(explained: &[Explained]) -> Option<Outcome> {
    explained.iter().flat_map(|one| &one.mirrors).map(|chain| chain.outcome).max()
}

#[cfg(test)]
pub(super) mod tests;
