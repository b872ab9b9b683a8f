//! What could not be looked at.

use super::{Finding, Rule};
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

impl Finding {
    /// Could not be looked at, and is not needed.
    pub fn not_looked_at(
        check: &'static str,
        clusters: &[&ClusterName],
        what: impl std::fmt::Display,
        obstacle: &Obstacle,
    ) -> Self {
        let cluster = clusters.first().map_or_else(|| ClusterName::new(""), |name| (*name).clone());
        Self::hidden(
            check,
            clusters,
            vec![Hidden { cluster, what: what.to_string(), obstacle: obstacle.clone() }],
        )
    }

    /// The same of several things, each with what kept us from it.
    pub fn hidden(check: &'static str, clusters: &[&ClusterName], mut hidden: Vec<Hidden>) -> Self {
        hidden.sort_by_key(Hidden::is_forbidden);
        let text = format!("not looked at: {}", Hidden::sentence(&hidden));
        let mut finding = Self { is_unseen: true, ..Self::info(check, clusters, text) };
        for rule in hidden.iter().filter_map(Hidden::rule).map(|rule| rule.to_string()) {
            if finding.evidence.iter().all(|seen| seen.value != rule) {
                finding = finding.seen(Rule::FIELD, rule);
            }
        }
        Self { hidden, ..finding }
    }
}
