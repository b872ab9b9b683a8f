//! The labels of an export that is taken back: which they are, and whose.

use super::Asked;
use crate::mesh::export::{MANAGER, Routed, after_set, foreign_owners, label_command};
use crate::mesh::link::Way;
use crate::mesh::names;
use crate::terms::Labels;
use crate::verdict::{Finding, Remedy};

/// The labels of an export by owner.
pub(super) struct Split {
    pub(super) own: Vec<String>,
    pub(super) foreign: Vec<String>,
    /// What is left without our own.
    pub(super) after: Labels,
    pub(super) is_enough: bool,
}

impl Asked<'_> {
    /// What of the labels is ours alone, what is not, and whether it is enough to give up the former.
    pub(super) fn split(&self, matched: &[Routed<'_>]) -> Split {
        let ours = self.service.owners.applied_labels(MANAGER);
        let (own, foreign): (Vec<String>, Vec<String>) = self
            .keys(matched)
            .into_iter()
            .partition(|key| ours.contains(key) && foreign_owners(self.service, key).is_empty());
        let after = after_set(&self.service.labels, &Labels::new(), &own);
        let is_enough = matched.iter().all(|one| self.taken_back(one.link, &after).is_empty());
        Split { own, foreign, after, is_enough }
    }

    /// Whether a label exists for nothing but mirroring, and for a way that is asked for.
    pub(super) fn is_asked_mark(&self, key: &str) -> bool {
        let is_asked = match key {
            names::EXPORTED => self.is_asked(Way::Gateway) || self.is_asked(Way::Flat),
            names::FEDERATED => self.is_asked(Way::Federated),
            _ => true,
        };
        is_asked && is_mark(key)
    }

    /// The labels that the matching Links ask for and whose removal ends the match; what the Service had besides
    /// (an application label in a selector) is nobody's export.
    fn keys(&self, matched: &[Routed<'_>]) -> Vec<String> {
        // Where all is taken back, a selector must not begin to count once another one does not any more.
        let is_meant = |one: &Routed<'_>, way| one.ways.contains(&way) || self.wanted.ways.is_empty();
        let pairs = matched.iter().flat_map(|one| Way::ALL.map(|way| (one, way)));
        let parts = pairs
            .filter(|(one, way)| is_meant(one, *way))
            .flat_map(|(one, way)| one.link.selector_of(way).requirements());
        let mut keys: Vec<String> =
            parts.map(|part| part.key).filter(|key| self.service.labels.contains_key(key)).collect();
        keys.sort();
        keys.dedup();
        let ours = self.service.owners.applied_labels(MANAGER);
        let marks: Vec<String> =
            keys.iter().filter(|key| is_mark(key) || ours.contains(key)).cloned().collect();
        if marks.is_empty() { keys } else { marks }
    }

    pub(super) fn owned(&self, foreign: &[String]) -> Finding {
        let owners: std::collections::BTreeSet<String> =
            foreign.iter().flat_map(|key| foreign_owners(self.service, key)).collect();
        let owners = match owners.into_iter().collect::<Vec<_>>().join(", ") {
            nobody if nobody.is_empty() => {
                "was not set by this command, and has no recorded owner".to_owned()
            }
            owners => format!("was set by {owners}, not by this command"),
        };
        let removals: Vec<String> = foreign.iter().map(|key| format!("{key}-")).collect();
        Finding::error(
            "label-owned",
            &[&self.seen.exporter],
            format!("the label {} {owners}", foreign.join(", ")),
            Remedy::run(
                "remove it where it was set, or add --take-over; by hand it is",
                label_command(self.seen, self.key, &removals),
            ),
        )
        .about(self.object())
    }
}

/// Labels that exist for nothing but mirroring.
pub(crate) fn is_mark(key: &str) -> bool {
    key.starts_with("mirror.linkerd.io/")
}
