//! What clusters stand on, put together with what stands on it.

use super::Judged;
use super::grace::pass;
use crate::mesh::causes::position;
use crate::mesh::machinery::{Machinery, Pod};
use crate::mesh::snapshot::{Key, MeshSeen};
use crate::terms::Observed;
use crate::verdict::{Cause, Finding, Ground, Severity, depth};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

impl Judged {
    /// Adds what was found beneath, and puts under it what it explains.
    pub fn add_beneath(&mut self, found: Vec<Finding>, explains: &dyn Fn(&Finding, &Finding) -> bool) {
        let beneath = found.len();
        let found = found.into_iter().map(|finding| Cause { finding, effects: Vec::new() });
        let all: Vec<Cause> = found.chain(std::mem::take(&mut self.causes)).collect();
        let parent = |effect: &Cause| {
            let causes = all.iter().take(beneath).enumerate();
            let causes = causes.filter(|(_, cause)| explains(&cause.finding, &effect.finding));
            causes.min_by_key(|(_, cause)| depth(cause.finding.check)).map(|(at, _)| at)
        };
        let parents: Vec<Option<usize>> = all.iter().map(parent).collect();
        let causes: Vec<Finding> = all.iter().take(beneath).map(|cause| cause.finding.clone()).collect();
        let mut effects: BTreeMap<usize, Vec<Finding>> = BTreeMap::new();
        let mut leads = Vec::new();
        for (at, (mut cause, parent)) in all.into_iter().zip(&parents).enumerate() {
            let Some(parent) = parent else {
                leads.push((at, cause));
                continue;
            };
            cause.finding.follow(causes.get(*parent));
            let under = effects.entry(root(&parents, *parent)).or_default();
            under.extend([cause.finding].into_iter().chain(cause.effects));
        }
        let whole = |(at, mut cause): (usize, Cause)| {
            let mut under = effects.remove(&at).unwrap_or_default();
            // What may pass by itself takes with it what follows from it.
            if cause.finding.severity == Severity::Info {
                under.iter_mut().for_each(pass);
            }
            cause.effects.extend(under);
            injected(&mut cause);
            cause.effects.sort_by_key(|one| (Reverse(one.severity), position(one.check)));
            cause
        };
        self.causes = leads.into_iter().map(whole).collect();
        self.fold_parts();
        let passing = self.causes.iter().filter(|cause| cause.finding.severity == Severity::Info);
        let passing: Vec<Finding> = passing.flat_map(|cause| &cause.effects).cloned().collect();
        self.weigh_anew(passing);
        self.sort();
    }
}

/// Who gives pods their proxies is missed where there is an error without: it weighs as much then, and who brings it up has to make
/// anew what came without one.
fn injected(Cause { finding, effects }: &mut Cause) {
    let is_missed = finding.check == "control-plane"
        && finding.ground == Some(Ground::Injector)
        && effects.iter().any(|one| one.severity == Severity::Error);
    if !is_missed {
        return;
    }
    finding.severity = finding.severity.max(Severity::Error);
    let is_bare = |one: &&Finding| ["gateway-meshed", "controller-meshed"].contains(&one.check);
    let again = effects.iter().filter(is_bare).map(|one| {
        let command = one.remedy.as_ref().and_then(|remedy| remedy.command.as_deref());
        let restart = command.filter(|command| command.contains(" rollout restart "));
        restart.map_or_else(|| one.place(), |command| format!("`{command}`"))
    });
    let again: BTreeSet<String> = again.collect();
    if let Some(remedy) = finding.remedy.as_mut().filter(|_| !again.is_empty()) {
        let again = again.into_iter().collect::<Vec<_>>().join(" and ");
        remedy.action = format!(
            "once it is up, restart what started without a proxy ({again}); before that, {}",
            remedy.action
        );
    }
}

/// The end of the way from effect to cause: each is deeper than what follows from it, so that there is one.
fn root(parents: &[Option<usize>], mut at: usize) -> usize {
    while let Some(above) = parents.get(at).copied().flatten() {
        at = above;
    }
    at
}

/// The nodes of the pods that a finding misses; none where it is about something else, or they have none yet.
pub fn nodes(sides: &[MeshSeen], finding: &Finding) -> BTreeSet<String> {
    let Some(object) = &finding.object else { return BTreeSet::new() };
    let machinery = sides.iter().filter_map(|seen| Some((seen, seen.machinery_of(&object.cluster)?)));
    let key = Key::new(object.namespace.clone().unwrap_or_default(), object.name.clone());
    let of_side = |(seen, machinery): (&MeshSeen, &Machinery)| match finding.check {
        "gateway-up" => beside(machinery, |pod| pod.labels.get("app") == Some(&object.name)),
        "controller-running" | "federated-local" => {
            let prefix = format!("{}-", object.name);
            beside(machinery, |pod| pod.name.starts_with(&prefix))
        }
        "export-endpoints" if seen.exporter == object.cluster => behind(seen, machinery, &key),
        _ => BTreeSet::new(),
    };
    machinery.flat_map(of_side).collect()
}

fn beside(machinery: &Machinery, is_meant: impl Fn(&Pod) -> bool) -> BTreeSet<String> {
    let Observed::Present(pods) = &machinery.pods else { return BTreeSet::new() };
    placed(pods.iter().filter(|pod| is_meant(pod)))
}

fn behind(seen: &MeshSeen, machinery: &Machinery, key: &Key) -> BTreeSet<String> {
    let (Observed::Present(services), Observed::Present(pods)) = (&seen.services, &machinery.backends) else {
        return BTreeSet::new();
    };
    let Some(service) = services.by_key.get(key) else { return BTreeSet::new() };
    placed(pods.selected(&key.namespace, &service.selector))
}

/// Where pods are that are not ready; those that are lost with their nodes are being deleted for as long as these are.
fn placed<'a>(pods: impl IntoIterator<Item = &'a Pod>) -> BTreeSet<String> {
    let missed = pods.into_iter().filter(|pod| !pod.is_ready && !pod.node.is_empty());
    missed.map(|pod| pod.node.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::super::Weights;
    use super::*;
    use crate::terms::ClusterName;
    use crate::verdict::{Remedy, Severity};

    #[test]
    fn what_follows_from_something_that_may_pass_may_pass_as_well() {
        let infra = ClusterName::new("infra");
        let late = |id| Finding::warning(id, &[&infra], "x", Remedy::new("y"));
        let worst = |node: Finding| {
            let (effect, other) = (late("export-endpoints"), late("mirror-opaque"));
            let weight = |one: &Finding| (one.fingerprint.clone(), one.severity);
            let weights = vec![Weights::from([weight(&effect)])];
            let mut judged = Judged { weights, ..Judged::default() };
            judged.add([effect, other]);
            judged.add_beneath(vec![node], &|cause, effect| {
                cause.check == "node-ready" && effect.check == "export-endpoints"
            });
            let told = judged.causes.iter().map(|cause| (cause.finding.check, cause.severity()));
            let weights = judged.weights[0].values().copied().collect::<Vec<_>>();
            (told.collect::<Vec<_>>(), weights)
        };
        let (info, warning) = (Severity::Info, Severity::Warning);
        let passing = worst(Finding::info("node-ready", &[&infra], "for 20s so far"));
        assert_eq!(passing, (vec![("mirror-opaque", warning), ("node-ready", info)], vec![info]));
        let (told, weights) = worst(late("node-ready"));
        assert_eq!((told.len(), weights), (2, vec![warning]));
        assert!(told.contains(&("node-ready", warning)), "a node that stays lost is told as it was");
    }

    #[test]
    fn an_injector_is_missed_where_something_has_come_without_a_proxy() {
        let infra = ClusterName::new("infra");
        let of = |id: &'static str, command: &str| {
            Finding::error(id, &[&infra], "x", Remedy::run("restart it", command.to_owned()))
        };
        let told = |effect: Finding| {
            let cause = Finding { severity: Severity::Warning, ..of("control-plane", "scale") };
            let mut cause = Cause { finding: cause.on(Ground::Injector), effects: vec![effect] };
            injected(&mut cause);
            (cause.finding.severity, cause.finding.remedy.unwrap().action)
        };
        let (severity, action) = told(of("gateway-meshed", "kubectl rollout restart deployment x"));
        assert_eq!(severity, Severity::Error);
        assert_eq!(
            action,
            "once it is up, restart what started without a proxy (`kubectl rollout restart deployment x`); before that, \
             restart it"
        );
        assert_eq!(told(of("gateway-up", "x")), (Severity::Error, "restart it".to_owned()));
        let soon = Finding { severity: Severity::Warning, ..of("client-proxy", "x") };
        assert_eq!(told(soon), (Severity::Warning, "restart it".to_owned()), "nothing is down yet");
    }
}
