//! In which ways a Service is to reach each consumer: those that were asked for, else those in which it does already,
//! else through the gateway, else by a flat network that is shown to be one.

use super::super::flatness::Flatness;
use super::super::link::{Link, Way};
use super::super::snapshot::{Key, MeshSeen};
use super::between::{CHECK, disproved, flatness, not_looked_at, unroutable};
use super::{Effect, Routability, SideEffect, Wanted, chosen, effects, services};
use crate::terms::{ClusterName, Labels};
use crate::verdict::{Finding, Remedy, against};
use std::collections::BTreeSet;

/// A consumer, one of its Links, and the ways that are wanted of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Routed<'a> {
    pub(crate) consumer: ClusterName,
    pub(crate) link: &'a Link,
    pub(crate) ways: Vec<Way>,
}

impl Routed<'_> {
    /// Whether it is about this Link.
    pub(crate) fn is_of(&self, consumer: &ClusterName, link: &Link) -> bool {
        self.consumer == *consumer && self.link == link
    }

    /// Whether labels can please the Link at all; that it cannot be used is a finding of its own.
    pub(super) fn is_usable(&self) -> bool {
        self.link.problems.is_empty()
    }
}

/// The ways that are wanted for a Service with these labels. `asked` is `--mode`; empty means that nobody said.
pub(super) fn routed<'a>(
    seen: &MeshSeen,
    consumers: &[(ClusterName, &'a Link)],
    labels: &Labels,
    asked: &[Way],
) -> Vec<Routed<'a>> {
    let fresh = fresh(seen, consumers, labels);
    let of_link = |link: &Link| match (asked.is_empty(), link.ways(labels)) {
        (false, _) => asked.to_vec(),
        (true, ways) if ways.is_empty() => fresh.clone(),
        (true, ways) => ways,
    };
    let each = consumers.iter();
    each.map(|(consumer, link)| Routed { consumer: consumer.clone(), link, ways: of_link(link) }).collect()
}

/// What a Link gets that does not serve the Service yet.
fn fresh(seen: &MeshSeen, consumers: &[(ClusterName, &Link)], labels: &Labels) -> Vec<Way> {
    let usable = || consumers.iter().filter(|(_, link)| link.problems.is_empty());
    let present: BTreeSet<Way> = usable().flat_map(|(_, link)| link.ways(labels)).collect();
    let is_flat = |(consumer, link): &(ClusterName, &Link)| {
        !link.remote_discovery_selector.is_empty()
            && matches!(flatness(seen, consumer), Some(Flatness::Shown(_)))
    };
    if present.contains(&Way::Gateway) {
        // What is mirrored in two ways already goes on through the gateway, which needs less.
        present.into_iter().filter(|way| *way != Way::Flat).collect()
    } else if !present.is_empty() {
        present.into_iter().collect()
    } else if usable().any(|(_, link)| link.lack_of_gateway().is_some()) && usable().all(is_flat) {
        vec![Way::Flat]
    } else {
        vec![Way::Gateway]
    }
}

/// The clusters whose networks decide about an export, the exporter among them; mostly none.
pub fn networks_needed(seen: &MeshSeen, wanted: &Wanted) -> Vec<ClusterName> {
    let consumers = chosen(seen, &wanted.consumers).consumers;
    let lacks = |labels: &Labels| {
        let serves_none = consumers.iter().all(|(_, link)| link.ways(labels).is_empty());
        let lacks = |(_, link): &(ClusterName, &Link)| {
            link.problems.is_empty()
                && link.lack_of_gateway().is_some()
                && !link.selector_of(Way::Flat).is_empty()
        };
        serves_none && consumers.iter().any(lacks)
    };
    let is_needed = match wanted.ways.as_slice() {
        [] => services(seen).iter().any(|(_, service)| lacks(&service.labels)),
        ways => ways.iter().any(|way| way.is_direct()),
    };
    if !is_needed || consumers.is_empty() {
        return Vec::new();
    }
    // A label reaches clusters besides those that were chosen.
    let others = seen.others().filter(|(_, consumer)| effects::has_link(consumer)).map(|(name, _)| name);
    let names: BTreeSet<&ClusterName> = consumers.iter().map(|(name, _)| name).chain(others).collect();
    names.into_iter().chain([&seen.exporter]).cloned().collect()
}

/// What speaks against ways that need a flat network, or for them. A Service that is exported so already is not asked
/// again: its consumers' networks were not looked at then.
pub(super) fn networks(seen: &MeshSeen, routed: &[Routed<'_>], key: &Key, wanted: &Wanted) -> Vec<Finding> {
    let direct = routed.iter().filter(|one| one.is_usable() && one.ways.iter().any(|way| way.is_direct()));
    let judged = direct.filter_map(|one| {
        let flatness = flatness(seen, &one.consumer)?;
        Some(network(seen, (&one.consumer, &flatness), key, wanted))
    });
    judged.collect()
}

/// The same about mirrors that nobody asked for: they lead past the gateway as well.
pub(super) fn networks_besides(
    seen: &MeshSeen,
    effects: &[SideEffect],
    key: &Key,
    wanted: &Wanted,
) -> Vec<Finding> {
    let comes = |effect: &&SideEffect| matches!(effect.effect, Effect::ToFlat | Effect::Gains);
    let direct = effects.iter().filter(comes).filter(|effect| effect.mode.is_direct());
    let judged = direct.filter_map(|effect| {
        let flatness = flatness(seen, &effect.cluster)?;
        Some(network(seen, (&effect.cluster, &flatness), key, wanted))
    });
    judged.collect()
}

fn network(
    seen: &MeshSeen,
    (consumer, flatness): (&ClusterName, &Flatness),
    key: &Key,
    wanted: &Wanted,
) -> Finding {
    let clusters = [&seen.exporter, consumer];
    match (flatness, wanted.routability) {
        (Flatness::Shown(text), _) => {
            Finding::info(CHECK, &clusters, format!("pods reach each other: {text}"))
        }
        // As the check of the same words says it.
        (Flatness::Disproved(text), _) => {
            unroutable(seen, consumer).unwrap_or_else(|| disproved(clusters, text))
        }
        (Flatness::NotShown(text), Routability::Assumed) => Finding::info(
            CHECK,
            &clusters,
            format!("assumed, and not shown, that pods reach each other: {text}"),
        ),
        (Flatness::Unknown(place, obstacle), Routability::Assumed) => {
            not_looked_at(clusters, (place, obstacle))
        }
        (Flatness::NotShown(text), Routability::MustBeShown) => {
            let action = "if pods of both clusters reach each other's addresses, say so; run";
            let text = format!("pods are not known to reach each other: {text}");
            Finding::error(CHECK, &clusters, text, Remedy::run(action, assuming(seen, key, wanted)))
        }
        (Flatness::Unknown(place, obstacle), Routability::MustBeShown) => {
            let text = format!("cannot see whether pods reach each other (in {place}): {obstacle}");
            Finding::unknown(CHECK, &clusters, text, against(obstacle, place, &seen.fleet))
        }
    }
}

/// The same command once more, with the word of its user for what nothing shows.
fn assuming(seen: &MeshSeen, key: &Key, wanted: &Wanted) -> String {
    let mut again = wanted.again.clone();
    again.flags.push("--assume-routable".to_owned());
    again.command(&seen.fleet, &seen.exporter, key)
}
