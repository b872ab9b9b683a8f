//! The rows of probes.

use platform::mesh::probe::outcome::PortOutcome;
use serde::Serialize;

/// What a probe of a mirror proved.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct ProbeRow {
    /// Of all ports together.
    pub(crate) state: ProbeState,
    /// Each port that was spoken with.
    pub(crate) ports: Vec<PortOutcome>,
}

/// What a probe proved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) enum ProbeState {
    /// Every port answered, greeted or held the connection.
    Proven,
    /// Some port did not, or the probe could not run; a finding says why.
    NotProven,
    /// It could not be made or followed.
    Unknown,
    /// The mirror has no port that connections can be made to.
    NoPort,
    /// The mirror has not come.
    NotProbed,
    /// A dry run: it would be probed.
    Pending,
}

impl ProbeState {
    /// How it is shown.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Proven => "proven",
            Self::NotProven => "not proven",
            Self::Unknown => "unknown",
            Self::NoPort => "no port to probe",
            Self::NotProbed => "not probed",
            Self::Pending => "to be probed",
        }
    }
}
