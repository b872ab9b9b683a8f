//! What happens to mirrors of a Service when its labels change: what was asked for, and what nobody asked for.

use super::super::link::{Link, Way};
use super::super::snapshot::{Belonging, ConsumerSeen, Key, LinkSeen, MeshSeen};
use super::{Routed, target};
use crate::terms::{ClusterName, Labels, Observed, Obstacle};
use serde::Serialize;

/// What happens to a mirror.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct SideEffect {
    /// The cluster.
    pub cluster: ClusterName,
    /// The mirror there.
    pub mirror: String,
    /// Its namespace.
    pub namespace: String,
    /// How clients reach the Service by it, from then on if it stays.
    pub mode: Way,
    /// What happens to it.
    pub effect: Effect,
}

/// What happens to a mirror.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum Effect {
    /// It is made; a federated Service gets the exported one as a member.
    Gains,
    /// It is removed; a federated Service loses the exported one.
    Loses,
    /// Nobody can say: the Links of the cluster could not be seen, or not whose cluster one of them leads to.
    Unseen,
    /// It was made for a flat network, and is made for the gateway.
    ToGateway,
    /// It was made for the gateway, and is made for a flat network, where it has no endpoints.
    ToFlat,
}

/// What a change of labels does.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Effects {
    /// Mirrors that come or go, or change their way, without having been asked for: in clusters or by Links that were not
    /// chosen, or in ways that were not wanted.
    pub(crate) unasked: Vec<SideEffect>,
    /// Mirrors that change their way because that was asked for.
    pub(crate) switches: Vec<SideEffect>,
}

impl Effects {
    /// Adds what one Link does.
    fn add(
        &mut self,
        (cluster, seen): (&ClusterName, &LinkSeen),
        asked: &[Routed<'_>],
        key: &Key,
        labels: (&Labels, &Labels),
    ) {
        let is_wanted =
            |way| asked.iter().any(|one| one.is_of(cluster, &seen.link) && one.ways.contains(&way));
        for (way, effect, is_asked) in of_link(seen, labels, is_wanted) {
            let told = effect_in(cluster, key, target::name(key, &seen.link, way), (way, effect));
            match (is_asked, effect) {
                (false, _) => self.unasked.push(told),
                (true, Effect::ToGateway | Effect::ToFlat) => self.switches.push(told),
                (true, Effect::Gains | Effect::Loses | Effect::Unseen) => {}
            }
        }
    }
}

/// What happens to mirrors of the Service. A Link that nobody can attribute counts when it would answer differently.
pub(crate) fn effects(
    seen: &MeshSeen,
    asked: &[Routed<'_>],
    key: &Key,
    labels: (&Labels, &Labels),
) -> Effects {
    let mut effects = Effects::default();
    for (cluster, consumer) in seen.others() {
        let is_chosen = asked.iter().any(|one| one.consumer == *cluster);
        if labels.0 != labels.1 && !shows_links(consumer) && !is_chosen {
            let mirror = format!("{}-*", key.name);
            effects.unasked.push(effect_in(cluster, key, mirror, (Way::Gateway, Effect::Unseen)));
        }
        for link in links(consumer) {
            effects.add((cluster, link), asked, key, labels);
        }
    }
    effects
}

/// What a Link does to its mirror and to its federated Service, and whether that was asked for.
fn of_link(
    seen: &LinkSeen,
    (before, after): (&Labels, &Labels),
    is_wanted: impl Fn(Way) -> bool,
) -> Vec<(Way, Effect, bool)> {
    let is_member = |link: &Link, labels| link.goes(labels, Way::Federated).then_some(Way::Federated);
    let mirror = (seen.link.way(before), seen.link.way(after));
    let member = (is_member(&seen.link, before), is_member(&seen.link, after));
    let changes = [mirror, member].into_iter().filter(|(was, will)| was != will);
    let told = changes.filter_map(|(was, will)| {
        let way = will.or(was)?;
        let effect = match (&seen.belonging, was, will) {
            (Belonging::Elsewhere | Belonging::Stranger(_) | Belonging::Itself, _, _) => return None,
            (Belonging::Unknown(_) | Belonging::Unasked(_), _, _) => {
                return Some((way, Effect::Unseen, false));
            }
            (Belonging::Exporter(_), None, _) => Effect::Gains,
            (Belonging::Exporter(_), Some(_), None) => Effect::Loses,
            (Belonging::Exporter(_), Some(_), Some(Way::Gateway)) => Effect::ToGateway,
            (Belonging::Exporter(_), Some(_), Some(Way::Flat | Way::Federated)) => Effect::ToFlat,
        };
        Some((way, effect, is_wanted(way)))
    });
    told.collect()
}

/// Whether some cluster mirrors a Service with these labels, or may do so unseen.
pub(crate) fn may_be_mirrored(seen: &MeshSeen, labels: &Labels) -> bool {
    let leads_away = |link: &LinkSeen| link.belonging.leads_away();
    let serves = |link: &LinkSeen| !leads_away(link) && !link.link.ways(labels).is_empty();
    seen.others().any(|(_, consumer)| !shows_links(consumer) || links(consumer).iter().any(serves))
}

/// Whether some Link of the cluster leads to the exporter.
pub(super) fn has_link(consumer: &Observed<ConsumerSeen>) -> bool {
    links(consumer).iter().any(|link| matches!(link.belonging, Belonging::Exporter(_)))
}

fn links(consumer: &Observed<ConsumerSeen>) -> &[LinkSeen] {
    match consumer {
        Observed::Present(ConsumerSeen { links: Observed::Present(links), .. }) => links,
        Observed::Present(_) | Observed::Absent | Observed::Unknown(_) => &[],
    }
}

fn effect_in(cluster: &ClusterName, key: &Key, mirror: String, (mode, effect): (Way, Effect)) -> SideEffect {
    SideEffect { cluster: cluster.clone(), mirror, namespace: key.namespace.clone(), mode, effect }
}

/// Whether it is known which Links a cluster has.
pub fn are_links_seen(seen: &MeshSeen, cluster: &ClusterName) -> bool {
    seen.consumers.get(cluster).is_some_and(shows_links)
}

fn shows_links(consumer: &Observed<ConsumerSeen>) -> bool {
    match consumer {
        Observed::Present(consumer) => match &consumer.links {
            Observed::Present(_) | Observed::Absent | Observed::Unknown(Obstacle::NotServed { .. }) => true,
            Observed::Unknown(_) => false,
        },
        Observed::Absent => true,
        Observed::Unknown(_) => false,
    }
}
