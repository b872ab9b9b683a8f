//! One Link in its direction: what is asked of it, and of every mirror that it makes or should make.

use super::told::{Place, Told};
use super::{LinkSummary, Looked};
use crate::mesh::checks::{CHECKS, Check, Pair, Question};
use crate::mesh::explain::shortfall;
use crate::mesh::export::{Target, each_once, flatness, is_due, targets};
use crate::mesh::flatness::Flatness;
use crate::mesh::link::{Link, Way};
use crate::mesh::snapshot::{ConsumerSeen, Key, MeshSeen};
use crate::terms::{ClusterName, Observed};
use crate::verdict::{Finding, Severity};
use std::collections::BTreeSet;

/// That nobody could see whether pods reach each other, where mirrors lead past the gateway.
fn unshown(pair: &Pair<'_>) -> Option<Finding> {
    let Some(Flatness::Unknown(place, obstacle)) =
        flatness(pair.seen, pair.consumer).filter(|_| pair.way.is_direct())
    else {
        return None;
    };
    let text = format!("not looked at: whether pods reach each other (in {place}: {obstacle})");
    Some(Finding::info("flat-network", &[&pair.seen.exporter, pair.consumer], text))
}

/// A Link, from the exporter to the cluster that it is in.
pub(super) struct Direction<'a> {
    pub(super) seen: &'a MeshSeen,
    pub(super) consumer: &'a ClusterName,
    pub(super) link: &'a Link,
}

impl Direction<'_> {
    pub(super) fn judge(&self, told: &mut Told<'_>, looked: &mut Looked) {
        let Some(Observed::Present(seen_here)) = self.seen.consumers.get(self.consumer) else { return };
        let mirrors = self.mirrors();
        let place = self.place();
        for way in self.ways(&mirrors) {
            let pair = self.pair(way, seen_here);
            // Who says more of a mirror is asked with the mirrors, where there are some.
            let is_asked = |check: &&Check| {
                told.is_chosen(check.id)
                    && check.judge.is_of_links()
                    && (mirrors.is_empty() || !check.judge.is_of_mirrors())
            };
            let asked: Vec<&Check> = CHECKS.iter().filter(is_asked).collect();
            told.of_link(&place, asked.iter().filter_map(|check| check.judge.of_link(&pair)));
            told.of_link(&place, unshown(&pair));
            looked.questions += asked.len();
        }
        for target in &mirrors {
            told.of_mirror(&place, &target.key(), self.mirror(target, seen_here));
            let is_asked = |check: &&Check| told.is_chosen(check.id) && check.judge.is_of_mirrors();
            looked.questions += CHECKS.iter().filter(is_asked).count();
        }
        looked.mirrors += mirrors.len();
    }

    /// In short. A direction whose Services nobody could list has mirrors that nobody knows of: it is not seen.
    pub(super) fn summary(&self, mirrors: usize, told: &Told<'_>) -> LinkSummary {
        let hidden = matches!(self.seen.services, Observed::Unknown(_)).then_some(Severity::Unknown);
        LinkSummary {
            exporter: self.seen.exporter.clone(),
            consumer: self.consumer.clone(),
            namespace: self.link.namespace.clone(),
            link: self.link.name.clone(),
            mirrors,
            worst: told.worst_of(&self.place()).max(hidden),
        }
    }

    /// The mirrors that its selectors ask for.
    fn mirrors(&self) -> Vec<Target> {
        let all = targets(self.seen, &[(self.consumer.clone(), self.link)], &[]);
        all.into_iter().filter(|target| is_due(self.seen, target)).collect()
    }

    /// The ways that are used; of a Link that mirrors nothing yet the one that it was made for.
    fn ways(&self, mirrors: &[Target]) -> BTreeSet<Way> {
        let used: BTreeSet<Way> = mirrors.iter().map(|target| target.way).collect();
        if !used.is_empty() {
            return used;
        }
        let is_federating = self.link.remote_discovery_selector.is_empty()
            && !self.link.federated_service_selector.is_empty();
        let way = match (self.link.gateway_address.is_empty(), is_federating) {
            (false, _) => Way::Gateway,
            (true, true) => Way::Federated,
            (true, false) => Way::Flat,
        };
        BTreeSet::from([way])
    }

    fn place(&self) -> Place {
        let key = Key::new(&self.link.namespace, &self.link.name);
        (self.seen.exporter.clone(), self.consumer.clone(), key)
    }

    fn pair<'b>(&'b self, way: Way, seen_here: &'b ConsumerSeen) -> Pair<'b> {
        Pair { seen: self.seen, link: self.link, way, consumer: self.consumer, seen_here }
    }

    /// What speaks against one mirror, and how far it is from being usable.
    fn mirror(&self, target: &Target, seen_here: &ConsumerSeen) -> Vec<Finding> {
        let Observed::Present(services) = &self.seen.services else { return Vec::new() };
        let Some(service) = services.by_key.get(&target.exported) else { return Vec::new() };
        let question = Question { pair: self.pair(target.way, seen_here), service, target };
        let found = CHECKS.iter().filter_map(|check| check.judge.of_mirror(&question));
        let symptom = shortfall(self.seen, target, self.link);
        each_once(found.chain(symptom).collect())
    }
}
