//! One Link in its direction: what is asked of it, and of every mirror that it makes or should make.

use super::told::{Place, Told};
use super::{ExportSummary, LinkSummary, Looked, Weights, grace, hearsay, slices, written};
use crate::mesh::causes::is_symptom;
use crate::mesh::checks::{CHECKS, Check, Pair, Question, name_of_deployment};
use crate::mesh::explain::{shortfall, unanswered};
use crate::mesh::export::{Target, each_once, is_due, targets, unshown};
use crate::mesh::link::{Link, Way};
use crate::mesh::snapshot::{ConsumerSeen, Key, MeshSeen};
use crate::terms::{ClusterName, Observed};
use crate::verdict::{Finding, Severity};
use std::collections::BTreeSet;

/// A Link, from the exporter to the cluster that it is in.
pub(super) struct Direction<'a> {
    pub(super) seen: &'a MeshSeen,
    pub(super) consumer: &'a ClusterName,
    pub(super) link: &'a Link,
}

impl Direction<'_> {
    /// Judges it, and says what it mirrors or should mirror.
    pub(super) fn judge(&self, told: &mut Told<'_>, looked: &mut Looked) -> Vec<ExportSummary> {
        let Some(seen_here) = self.seen.consumer(self.consumer) else {
            return Vec::new();
        };
        let mirrors = self.mirrors();
        let place = self.place();
        let mut of_link = Vec::new();
        for way in self.ways(&mirrors) {
            let pair = self.pair(way, seen_here);
            // Who says more of a mirror is asked with the mirrors, where there are some.
            let is_asked = |check: &&Check| {
                told.is_chosen(check.id)
                    && check.judge.is_of_links()
                    && (mirrors.is_empty() || !check.judge.is_of_mirrors())
            };
            let (asked, unasked): (Vec<&Check>, Vec<_>) =
                CHECKS.iter().filter(is_asked).partition(|check| self.answers(check));
            let found = asked.iter().filter_map(|check| check.judge.of_link(&pair)).chain(unshown(&pair));
            let found: Vec<Finding> = found.map(|finding| self.told(finding)).collect();
            self.count(looked, &asked, &found, (way, true));
            told.spare(&found, |finding| grace::of_link(self, finding));
            of_link.extend(found);
            looked.left_to_clusters(unasked.len());
        }
        told.of_link(&place, fullest(of_link));
        self.tell_idle(&mirrors, seen_here, told);
        let is_asked = |check: &&Check| told.is_chosen(check.id) && check.judge.is_of_mirrors();
        let (asked, unasked): (Vec<&Check>, Vec<_>) =
            CHECKS.iter().filter(is_asked).partition(|check| self.answers(check));
        let mut exports = Vec::new();
        for target in &mirrors {
            let found = self.mirror(target, seen_here);
            let found: Vec<Finding> = found.into_iter().map(|finding| told.joined(finding)).collect();
            exports.push(ExportSummary::new(target, &found));
            told.spare(&found, |finding| grace::of_mirror(self, target, finding));
            self.count(looked, &asked, &found, (target.way, found.iter().any(|one| is_symptom(one.check))));
            told.of_mirror(&place, &target.key(), found);
            looked.left_to_clusters(unasked.len());
        }
        looked.mirrors += mirrors.len();
        exports
    }

    /// Counts what was answered: a check that found something, and those for which all that they need was seen.
    fn count(&self, looked: &mut Looked, asked: &[&Check], found: &[Finding], how: (Way, bool)) {
        let hidden = unanswered(self.seen, self.consumer, how);
        for check in asked {
            match hidden.get(check.id) {
                Some(why) if !found.iter().any(|one| one.check == check.id) => looked.hidden(1, *why),
                Some(_) | None => looked.answered(1),
            }
        }
    }

    /// What was told of it. A direction whose Services nobody could list has mirrors that nobody knows of: it is not seen,
    /// whether that is told or not.
    pub(super) fn weights(&self, told: &Told<'_>) -> Weights {
        let mut weights = told.weights_of(&self.place());
        if matches!(self.seen.services, Observed::Unknown(_)) {
            weights.insert(String::new(), Severity::Unknown);
        }
        weights
    }

    /// In short.
    pub(super) fn summary(&self, exports: Vec<ExportSummary>, weights: &Weights) -> LinkSummary {
        let mut summary = LinkSummary {
            exporter: self.seen.exporter.clone(),
            consumer: self.consumer.clone(),
            namespace: self.link.namespace.clone(),
            link: self.link.name.clone(),
            mirrors: exports.len(),
            worst: None,
            exports,
        };
        summary.weigh(weights);
        summary
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

    /// Tells what is wrong with the gateway of a Link that leads to one, where nothing that it mirrors goes through that.
    fn tell_idle(&self, mirrors: &[Target], seen_here: &ConsumerSeen, told: &mut Told<'_>) {
        let is_idle = !mirrors.is_empty() && mirrors.iter().all(|target| target.way.is_direct());
        if !is_idle || self.link.lack_of_gateway().is_some() {
            return;
        }
        let pair = self.pair(Way::Gateway, seen_here);
        let is_asked =
            |check: &&Check| is_of_gateway(check.id) && told.is_chosen(check.id) && self.answers(check);
        let found = CHECKS.iter().filter(is_asked).filter_map(|check| check.judge.of_link(&pair));
        let found: Vec<Finding> = found.map(|finding| self.told(finding)).collect();
        told.spare(&found, |finding| grace::of_link(self, finding));
        told.of_idle(&self.place(), found);
    }

    /// The Deployment of its service mirror, where that is known.
    pub(super) fn controller(&self) -> Option<String> {
        let seen_here = self.seen.consumer(self.consumer)?;
        name_of_deployment(&self.pair(Way::Gateway, seen_here)).map(str::to_owned)
    }

    pub(super) fn place(&self) -> Place {
        let key = Key::new(&self.link.namespace, &self.link.name);
        (self.seen.exporter.clone(), self.consumer.clone(), key)
    }

    pub(super) fn pair<'b>(&'b self, way: Way, seen_here: &'b ConsumerSeen) -> Pair<'b> {
        Pair { seen: self.seen, link: self.link, way, consumer: self.consumer, seen_here }
    }

    /// What speaks against one mirror, and how far it is from being usable.
    fn mirror(&self, target: &Target, seen_here: &ConsumerSeen) -> Vec<Finding> {
        let Observed::Present(services) = &self.seen.services else { return Vec::new() };
        let Some(service) = services.by_key.get(&target.exported) else { return Vec::new() };
        let question = Question { pair: self.pair(target.way, seen_here), service, target };
        let asked = CHECKS.iter().filter(|check| self.answers(check));
        let found = asked.filter_map(|check| check.judge.of_mirror(&question));
        // Nobody commits mirrors.
        let symptom = if self.is_written() {
            None
        } else {
            hearsay::told(self, (target, seen_here), shortfall(self.seen, target, self.link))
        };
        let mut found: Vec<Finding> = found.chain(symptom).collect();
        found.extend(idle(self, target, &found));
        slices::tell(self, (target, seen_here), &mut found);
        each_once(found.into_iter().map(|finding| self.told(finding)).collect())
    }

    /// Whether there are manifests alone of one of its ends.
    fn is_written(&self) -> bool {
        [&self.seen.exporter, self.consumer].iter().any(|name| self.seen.written.contains(*name))
    }

    /// Whether what there is of its ends answers a check.
    fn answers(&self, check: &Check) -> bool {
        !self.is_written() || written::is_answered(check.id)
    }

    fn told(&self, finding: Finding) -> Finding {
        if self.is_written() { written::told(self.seen, finding) } else { finding }
    }
}

/// That a mirror for a flat network leads nowhere, since its Service has no backends: it has no Endpoints that would show it.
fn idle(direction: &Direction<'_>, target: &Target, found: &[Finding]) -> Option<Finding> {
    let is_idle = |one: &Finding| one.check == "export-endpoints" && one.severity == Severity::Warning;
    let cause = found.iter().find(|one| is_idle(one)).filter(|_| target.way == Way::Flat)?;
    let is_shown = found.iter().any(|one| is_symptom(one.check) || one.check == "mirror-name-clash");
    target.found_in(direction.seen).filter(|_| !is_shown && !direction.is_written())?;
    let text = format!("{} has no endpoints that are ready", target.mirror);
    let clusters = [&direction.seen.exporter, direction.consumer];
    let finding =
        Finding::error("mirror-endpoints", &clusters, text, cause.remedy.clone()?).about(target.object());
    let first = cause.evidence.first()?;
    Some(finding.seen(first.field.clone(), &first.value))
}

/// Whether a check is about a gateway, or about how it is probed.
fn is_of_gateway(check: &str) -> bool {
    check == "controller-meshed"
        || check.starts_with("probe-")
        || (check.starts_with("gateway-") && check != "gateway-mode")
}

/// What is found of the same by several ways is told once, by what says most of it.
fn fullest(found: Vec<Finding>) -> Vec<Finding> {
    let mut told: Vec<Finding> = Vec::new();
    for finding in found {
        let weight = |one: &Finding| (one.severity, one.evidence.len());
        match told.iter_mut().find(|one| one.fingerprint == finding.fingerprint) {
            Some(one) if weight(&finding) > weight(one) => *one = finding,
            Some(_) => {}
            None => told.push(finding),
        }
    }
    told
}
