//! Labels of Services that somebody keeps. What this command set and nobody else did is nowhere but in the cluster, so
//! giving it up leads back to what the keeper reads; what others set may be written there, and comes back.

use super::Asked;
use super::labels::Split;
use crate::manifest::LabelEdit;
use crate::mesh::export::{Chosen, Wanted, chosen};
use crate::mesh::keeper::{Keeper, Kept, Postgres, PostgresService};
use crate::mesh::snapshot::MeshSeen;
use crate::terms::{Labels, Observed};
use crate::verdict::Finding;

/// The Services from which an undo would have to take labels that their keeper may have set.
pub fn kept(seen: &MeshSeen, wanted: &Wanted) -> Vec<Kept> {
    let Chosen { consumers, .. } = chosen(seen, &wanted.consumers);
    let Observed::Present(services) = &seen.services else { return Vec::new() };
    let asked = services.by_key.iter().filter_map(|(key, service)| {
        let asked = Asked { seen, key, service, consumers: &consumers, wanted };
        let matched = asked.matched();
        let Split { own, foreign, is_enough, .. } = asked.split(&matched);
        let all: Vec<String> = own.into_iter().chain(foreign).collect();
        if matched.is_empty() || is_enough { None } else { asked.kept(&all) }
    });
    asked.collect()
}

impl Asked<'_> {
    /// The removal as one that concerns a keeper. The usual Services of a Cluster get no such label from their operator.
    fn kept(&self, removed: &[String]) -> Option<Kept> {
        let edit = LabelEdit { set: Labels::new(), removed: removed.to_vec() };
        let is_usual = |keeper: &Keeper| {
            matches!(keeper, Keeper::Postgres(Postgres { kind: PostgresService::Usual, .. }))
        };
        Kept::of(self.key, self.service, edit).filter(|kept| !is_usual(&kept.keeper))
    }

    /// Why nothing is removed here.
    pub(super) fn left_to_its_keeper(&self, removed: &[String]) -> Option<Finding> {
        let kept = self.kept(removed).filter(|kept| kept.is_left(self.wanted.keeping))?;
        Some(kept.refused(&self.seen.exporter, self.object()))
    }

    /// That what is removed here may come back.
    pub(super) fn set_again(&self, removed: &[String]) -> Option<Finding> {
        let kept = self.kept(removed)?;
        Some(kept.comes_back(&self.seen.exporter, self.object()))
    }
}
