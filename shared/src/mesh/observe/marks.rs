//! What looks on Services as if it asked for mirrors, right or wrong. Files show all of it, also what an API server would refuse;
//! a running cluster is asked for the labels that no Link takes.

use super::super::link::{Link, Way};
use super::super::names::{DOMAIN, EXPORTED, FEDERATED, MIRRORED_SERVICE, misplaced};
use super::super::snapshot::{Key, Mark, MeshSeen};
use super::Selected;
use crate::cluster::{Archive, Cluster, ClusterSet, Resource, Shape};
use crate::terms::{ClusterName, LabelSelector, Observed, Requirement, Scope, SelectorOperator};
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::BTreeSet;

#[derive(Deserialize)]
struct Service {
    metadata: Metadata,
}

#[derive(Deserialize)]
struct Metadata {
    #[serde(default)]
    namespace: String,
    name: String,
    #[serde(default)]
    labels: Value,
    #[serde(default)]
    annotations: Value,
}

/// The clusters of which there are manifests alone.
pub(super) fn written(set: &ClusterSet) -> BTreeSet<ClusterName> {
    let is_written = |name: &&ClusterName| {
        set.cluster(name).ok().and_then(Cluster::archive).is_some_and(Archive::is_of_manifests)
    };
    set.fleet.names().filter(is_written).cloned().collect()
}

/// Those of the exporter. A running cluster is asked for the labels alone, without the values that its Links take: most often
/// there are none left, however many Services are exported.
pub(super) async fn look(set: &ClusterSet, selected: &Selected, seen: &MeshSeen) -> Vec<Mark> {
    let Ok(cluster) = set.cluster(&set.primary) else { return Vec::new() };
    let place = Scope::namespace(selected.namespace.as_deref());
    let places = match cluster.archive() {
        Some(_) => vec![place],
        None => queries(seen).into_iter().map(|query| place.clone().labelled(query)).collect(),
    };
    let take = |service: Service| Some(marks(&service.metadata)).filter(|marks| !marks.is_empty());
    let looks =
        places.iter().map(|place| cluster.list_as((Resource::SERVICES, place, Shape::Metadata), None, take));
    let found = futures::future::join_all(looks).await.into_iter().flat_map(|listed| match listed {
        Observed::Present(listed) => listed.items,
        Observed::Absent | Observed::Unknown(_) => Vec::new(),
    });
    let mut marks: Vec<Mark> = found.flatten().collect();
    // Who has both labels is in two lists.
    marks.sort();
    marks.dedup();
    marks
}

/// Selectors for whoever has a label that asks for mirrors, and none of the values that every Service with them is mirrored by.
fn queries(seen: &MeshSeen) -> Vec<String> {
    let links: Vec<&Link> = seen.others().flat_map(|(name, _)| seen.links_of(name)).collect();
    let query = |label: &str| {
        let sole = links.iter().flat_map(|link| Way::ALL.map(|way| sole(link.selector_of(way))));
        let about: Vec<Requirement> = sole.flatten().filter(|part| part.key == label).collect();
        // Where no Link leads, one of the two is enough.
        let is_vain = links.is_empty() && label != EXPORTED;
        if is_vain || about.iter().any(|part| part.operator == SelectorOperator::Exists) {
            return None;
        }
        let is_in = |part: &&Requirement| part.operator == SelectorOperator::In;
        let taken: BTreeSet<String> =
            about.iter().filter(is_in).flat_map(|part| part.values.clone()).collect();
        let (key, exists) = (label.to_owned(), SelectorOperator::Exists);
        let mut parts = vec![Requirement { key: key.clone(), operator: exists, values: Vec::new() }];
        if !taken.is_empty() {
            let values = taken.into_iter().collect();
            parts.push(Requirement { key, operator: SelectorOperator::NotIn, values });
        }
        Some(LabelSelector { match_expressions: parts, ..LabelSelector::default() }.query())
    };
    [EXPORTED, FEDERATED].into_iter().filter_map(query).collect()
}

/// The only part of a selector that has no other.
fn sole(selector: &LabelSelector) -> Option<Requirement> {
    let mut parts = selector.requirements();
    parts.next().filter(|_| parts.next().is_none())
}

fn marks(metadata: &Metadata) -> Vec<Mark> {
    let nothing = Map::new();
    let (labels, annotations) = (&metadata.labels, &metadata.annotations);
    let [labels, annotations] = [labels, annotations].map(|fields| fields.as_object().unwrap_or(&nothing));
    // A mirror has labels of that domain which say where it is from.
    if labels.contains_key(MIRRORED_SERVICE) {
        return Vec::new();
    }
    let mark = |is_label: bool, (field, value): (&String, &Value)| Mark {
        service: Key::new(&metadata.namespace, &metadata.name),
        field: field.clone(),
        value: value.as_str().map_or_else(|| value.to_string(), str::to_owned),
        is_label,
        is_text: value.is_string(),
    };
    let besides = annotations.iter().filter(|(field, _)| !labels.contains_key(*field));
    let all = labels.iter().map(|entry| mark(true, entry)).chain(besides.map(|entry| mark(false, entry)));
    // The domain itself may be mistyped: the judge says how far.
    let is_near =
        |mark: &Mark| strsim::osa_distance(mark.field.split('/').next().unwrap_or_default(), DOMAIN) <= 2;
    all.filter(|mark| is_near(mark) || misplaced(&mark.field).is_some()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mesh::samples::{consumer, default_link, mesh, selecting, service};

    fn asked(change: impl Fn(&mut Link)) -> Vec<String> {
        let mut link = default_link("infra");
        change(&mut link.link);
        queries(&mesh(service(), vec![("apps", consumer(vec![link]))]))
    }

    const BOTH: [&str; 2] = [
        "mirror.linkerd.io/exported,mirror.linkerd.io/exported notin (remote-discovery,true)",
        "mirror.linkerd.io/federated,mirror.linkerd.io/federated notin (member)",
    ];

    #[test]
    fn what_links_take_is_not_asked_for() {
        assert_eq!(asked(|_| ()), BOTH);
        assert_eq!(
            asked(|link| link.federated_service_selector = LabelSelector::default())[1],
            "mirror.linkerd.io/federated"
        );
        let besides = asked(|link| link.selector = selecting(&[(EXPORTED, "true"), ("team", "shop")]));
        let text = "mirror.linkerd.io/exported,mirror.linkerd.io/exported notin (remote-discovery)";
        assert_eq!(besides[0], text, "it takes not all of them");
    }

    #[test]
    fn nobody_is_asked_where_every_value_is_taken_and_little_where_no_link_leads() {
        let exists =
            Requirement { key: EXPORTED.to_owned(), operator: SelectorOperator::Exists, values: Vec::new() };
        let any = LabelSelector { match_expressions: vec![exists], ..LabelSelector::default() };
        assert_eq!(asked(|link| link.selector = any.clone()), &BOTH[1..]);
        assert_eq!(queries(&mesh(service(), vec![])), [EXPORTED]);
    }
}
