//! What became of a probe.

use super::protocol::Protocol;
use crate::terms::Obstacle;
use serde::Serialize;

/// What became of one port.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct PortOutcome {
    /// Its number.
    pub port: u16,
    /// What was spoken.
    pub protocol: Protocol,
    /// How it went.
    pub outcome: Outcome,
    /// The same in words: what the server said, or what the tool said of the connection.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub detail: String,
}

/// How it went on a port.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "ProbeOutcome"))]
#[serde(rename_all = "camelCase")]
pub enum Outcome {
    /// The server answered in its protocol.
    Answered,
    /// The server spoke first.
    Greeted,
    /// Nothing was said, and the connection held.
    Held,
    /// Something answered that does not speak the protocol of the port.
    WrongAnswer,
    /// A proxy of the mesh answered in the server's place.
    ProxyAnswered,
    /// The connection held, and no answer came.
    Silent,
    /// The connection was accepted and ended before a byte came: a reset, or a close, which is one for the tool.
    Reset,
    /// No connection came about in time: packets are lost.
    TimedOut,
    /// Nobody listens at the address of the mirror.
    Refused,
    /// The address of the mirror cannot be reached from where the probe ran.
    Unreachable,
    /// The name of the mirror has no address.
    Unresolved,
    /// The tool failed otherwise, or said nothing of the port.
    Failed,
}

impl Outcome {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::Answered,
        Self::Greeted,
        Self::Held,
        Self::WrongAnswer,
        Self::ProxyAnswered,
        Self::Silent,
        Self::Reset,
        Self::TimedOut,
        Self::Refused,
        Self::Unreachable,
        Self::Unresolved,
        Self::Failed,
    ];

    /// Whether it counts as a proof.
    pub fn is_proof(self) -> bool {
        matches!(self, Self::Answered | Self::Greeted | Self::Held)
    }

    /// How it is shown.
    pub fn word(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::Greeted => "greeted",
            Self::Held => "held",
            Self::WrongAnswer => "wrong answer",
            Self::ProxyAnswered => "answered by a proxy",
            Self::Silent => "no answer",
            Self::Reset => "reset",
            Self::TimedOut => "timed out",
            Self::Refused => "refused",
            Self::Unreachable => "unreachable",
            Self::Unresolved => "no address",
            Self::Failed => "failed",
        }
    }
}

/// What became of the probe of one mirror.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Probed {
    /// It ran.
    Ran(Vec<PortOutcome>),
    /// The mirror has no port that connections can be made to.
    NoPort,
    /// It could not run, or what it did proves nothing.
    Stopped(Trouble),
    /// It could not be made or followed.
    Blind(Obstacle),
    /// A dry run: it would be made.
    Pending,
}

/// What keeps a probe from proving anything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// Admission refuses its pod; the server's words, and what is known of the reason.
    PodRefused {
        /// The server's words.
        message: String,
        /// Whether it is what Linkerd adds that pod security does not take.
        security: Option<Security>,
    },
    /// Its pod has, or would have, no proxy.
    Unmeshed,
    /// No node takes its pod.
    Unscheduled(String),
    /// An image cannot be had, or a container not be made.
    NotStarted(String),
    /// It ended without a word of its own.
    Speechless(String),
    /// It was not done in time; how far it had come.
    Late(String),
}

/// Why pod security refuses what Linkerd adds to a pod.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Security {
    /// The level that the namespace enforces; `None` when it has no label of its own, or none that can be seen.
    pub level: Option<String>,
    /// Whether Linkerd is set to leave the rules of the network to its CNI plugin; `None` when that cannot be seen.
    pub cni: Option<bool>,
}

impl Security {
    /// The levels that do not take what `linkerd-init` needs.
    const STRICT: [&str; 2] = ["baseline", "restricted"];

    /// Whether no meshed pod can run, as far as that is known without asking the server for one.
    pub fn forbids(&self) -> bool {
        self.cni == Some(false) && self.level.as_deref().is_some_and(|level| Self::STRICT.contains(&level))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pod_security_forbids_only_what_is_known_to_need_more() {
        let forbids = |level: Option<&str>, cni| Security { level: level.map(str::to_owned), cni }.forbids();
        assert!(forbids(Some("baseline"), Some(false)) && forbids(Some("restricted"), Some(false)));
        assert!(!forbids(Some("privileged"), Some(false)) && !forbids(None, Some(false)));
        assert!(!forbids(Some("baseline"), Some(true)) && !forbids(Some("baseline"), None));
    }
}
