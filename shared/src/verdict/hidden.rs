//! What could not be looked at.

use super::Rule;
use crate::terms::{ClusterName, Obstacle};

/// Something of a cluster that could not be looked at, and what kept us from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hidden {
    /// The cluster that it is in.
    pub cluster: ClusterName,
    /// What it is.
    pub what: String,
    /// What kept us from it.
    pub obstacle: Obstacle,
}

impl Hidden {
    /// Whether a right is missing, which will be missing the next time, too.
    pub fn is_forbidden(&self) -> bool {
        matches!(self.obstacle, Obstacle::Forbidden { .. })
    }

    /// The rule that shows it, where a right is missing.
    pub fn rule(&self) -> Option<Rule> {
        let Obstacle::Forbidden { verb, resource, .. } = &self.obstacle else { return None };
        Some(Rule::of(verb, resource))
    }

    /// All of them, each obstacle once with what it hides.
    pub(super) fn sentence(all: &[Self]) -> String {
        let mut groups: Vec<(String, Vec<&str>)> = Vec::new();
        for hidden in all {
            let (why, what) = (hidden.obstacle.to_string(), hidden.what.as_str());
            match groups.iter_mut().find(|(known, _)| *known == why) {
                Some((_, all)) if all.contains(&what) => {}
                Some((_, all)) => all.push(what),
                None => groups.push((why, vec![what])),
            }
        }
        let groups = groups.into_iter().map(|(why, all)| format!("{} ({why})", all.join(", ")));
        groups.collect::<Vec<_>>().join("; ")
    }
}
