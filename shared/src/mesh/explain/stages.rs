//! The stages of a mirror's way, in causal order: each needs those above it. A table, to be read from top to bottom.

mod table;

pub use table::STAGES;

use super::super::link::Way;
use serde::Serialize;

/// Whose business a stage is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Side {
    /// The cluster that has the Service.
    Exporter,
    /// The cluster that gets the mirror.
    Consumer,
}

/// Which mirrors come by a stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ways {
    All,
    /// Those through the gateway.
    Gateway,
    /// Those past it.
    Direct,
}

/// One stage.
#[derive(Debug, PartialEq, Eq)]
pub struct Stage {
    /// Stable, for scripts and documentation.
    pub id: &'static str,
    /// What is the case when it holds.
    pub title: &'static str,
    /// Whose business it is.
    pub side: Side,
    ways: Ways,
    /// The checks that speak against it.
    pub checks: &'static [&'static str],
}

impl Stage {
    const fn all(id: &'static str, title: &'static str, side: Side, checks: &'static [&'static str]) -> Self {
        Self { id, title, side, ways: Ways::All, checks }
    }

    const fn gateway(
        id: &'static str,
        title: &'static str,
        side: Side,
        checks: &'static [&'static str],
    ) -> Self {
        Self { id, title, side, ways: Ways::Gateway, checks }
    }

    /// Whether mirrors that lead this way come by it.
    pub fn is_on(&self, way: Way) -> bool {
        match self.ways {
            Ways::All => true,
            Ways::Gateway => way == Way::Gateway,
            Ways::Direct => way.is_direct(),
        }
    }
}

/// Findings that belong to no one stage: what could not be looked at is told at each stage that needs it, an assumed
/// domain changes a name alone, and what the exporter itself lacks is no matter of its consumers.
#[cfg(test)]
pub(super) const BESIDE: [&str; 4] =
    ["federated-local", "domain-assumed", "not-looked-at", "not-looked-at-here"];

/// The stage that a check speaks against, by its place.
pub(super) fn of_check(check: &str) -> Option<usize> {
    STAGES.iter().position(|stage| stage.checks.contains(&check))
}

/// A stage by its id.
pub(super) fn place(id: &str) -> Option<usize> {
    STAGES.iter().position(|stage| stage.id == id)
}

#[cfg(test)]
mod tests {
    use super::super::super::causes::CAUSES;
    use super::*;

    #[test]
    fn every_finding_belongs_to_one_stage_and_the_stages_are_in_the_order_of_causes() {
        let told: Vec<&str> = STAGES.iter().flat_map(|stage| stage.checks).copied().collect();
        let known: Vec<&str> =
            CAUSES.iter().map(|cause| cause.id).filter(|id| !BESIDE.contains(id)).collect();
        let sorted = |list: &[&'static str]| {
            let mut list = list.to_vec();
            list.sort_unstable();
            list
        };
        assert_eq!(sorted(&told), sorted(&known));
        for cause in &CAUSES {
            let at = of_check(cause.id);
            for effect in cause.effects() {
                assert!(at <= of_check(effect), "{} explains {effect}, and stands after it", cause.id);
            }
        }
    }
}
