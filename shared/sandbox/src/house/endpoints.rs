//! Endpoints of Services: those with a selector get theirs from pods, those without have them from somebody else, and
//! these are mirrored into slices.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::{Hand, Index, Place, about, is_alias, picks, place, slices, subsets};
use crate::object::{Kept, as_map, list, metadata, namespace, text};
use crate::store::Change;

/// Whose Endpoints these are: a label that the controller puts on its own.
const MANAGED: &str = "endpoints.kubernetes.io/managed-by";

/// The Services of which something is out of date: each part has its own controller, which watches what it must.
#[derive(Debug, Default)]
pub(super) struct Stale {
    endpoints: BTreeSet<Place>,
    slices: BTreeSet<Place>,
    mirrors: BTreeSet<Place>,
}

/// So many Services are brought up to date at a time: in between, others get their turn.
const AT_ONCE: usize = 500;

impl Stale {
    fn take(places: &mut BTreeSet<Place>) -> Vec<Place> {
        std::iter::from_fn(|| places.pop_first()).take(AT_ONCE).collect()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.endpoints.is_empty() && self.slices.is_empty() && self.mirrors.is_empty()
    }
}

/// Notes the Services whose endpoints may have to change.
pub(super) fn see(hand: &mut Hand<'_>, change: &Change, (index, stale): (&Index, &mut Stale)) {
    let Some(object) = about(change) else { return };
    match &*change.table {
        "services" => {
            if change.after.is_none() {
                drop_endpoints(hand, object);
            }
            stale.endpoints.insert(place(object));
            stale.slices.insert(place(object));
            stale.mirrors.insert(place(object));
        }
        // Whoever overwrites Endpoints that are not his finds them as he wrote them: nobody repairs them.
        "endpoints" => drop(stale.mirrors.insert(place(object))),
        "endpointslices.discovery.k8s.io" => {
            let service = text(object, "/metadata/labels/kubernetes.io~1service-name");
            let place = (namespace(object).to_owned(), service.to_owned());
            stale.slices.insert(place.clone());
            stale.mirrors.insert(place);
        }
        "pods" => {
            for pod in change.before.iter().chain(&change.after) {
                for service in index.services(hand, pod).iter().filter(|service| picks(service, pod)) {
                    stale.endpoints.insert(place(service));
                    stale.slices.insert(place(service));
                }
            }
        }
        _ => {}
    }
}

/// Endpoints go with their Service, whoever made them; those that never had one stay.
fn drop_endpoints(hand: &mut Hand<'_>, service: &Value) {
    let (namespace, name) = place(service);
    if hand.get("services", &namespace, &name).is_none()
        && let Some(endpoints) = hand.get("endpoints", &namespace, &name)
    {
        hand.delete("endpoints", &endpoints);
    }
}

/// Deletes the Endpoints of the controller whose Services have gone unseen.
pub(super) fn drop_leftovers(hand: &mut Hand<'_>) {
    let all = hand.state.store.list("endpoints", None).filter(|endpoints| is_managed(endpoints));
    let lost = |(namespace, name): &Place| hand.get("services", namespace, name).is_none();
    let lost: Vec<_> = all.filter(|endpoints| lost(&place(endpoints))).cloned().collect();
    for endpoints in lost {
        hand.delete("endpoints", &endpoints);
    }
}

/// Brings some of it up to date.
pub(super) fn refresh(hand: &mut Hand<'_>, index: &Index, stale: &mut Stale) {
    for (namespace, name) in Stale::take(&mut stale.endpoints) {
        if let Some((service, pods)) = selecting(hand, index, (&namespace, &name)) {
            write(hand, &service, &pods);
        }
    }
    for (namespace, name) in Stale::take(&mut stale.slices) {
        if let Some((service, pods)) = selecting(hand, index, (&namespace, &name)) {
            slices::of_pods(hand, index, (&service, &pods));
        }
    }
    for (namespace, name) in Stale::take(&mut stale.mirrors) {
        let service = hand.get("services", &namespace, &name);
        let endpoints = hand.get("endpoints", &namespace, &name);
        let others = service.filter(|service| !is_selecting(service) && !is_alias(service));
        let endpoints = endpoints.filter(|_| others.is_some());
        slices::mirror(hand, index, (endpoints.as_ref(), &namespace, &name));
    }
}

fn is_selecting(service: &Value) -> bool {
    service.pointer("/spec/selector").and_then(Value::as_object).is_some_and(|selector| !selector.is_empty())
}

/// A Service with a selector, and the pods that it picks.
fn selecting(
    hand: &Hand<'_>,
    index: &Index,
    (namespace, name): (&str, &str),
) -> Option<(Arc<Kept>, Vec<Arc<Kept>>)> {
    let service = hand.get("services", namespace, name)?;
    if !is_selecting(&service) || is_alias(&service) {
        return None;
    }
    let pods = index.pods(hand, &service).into_iter().filter(|pod| picks(&service, pod)).collect();
    Some((service, pods))
}

fn write(hand: &mut Hand<'_>, service: &Arc<Kept>, pods: &[Arc<Kept>]) {
    let wanted = subsets::of(service, pods);
    let (namespace, name) = place(service);
    let endpoints = hand.get("endpoints", &namespace, &name);
    let labels = Value::Object(labels(service));
    let old = endpoints.as_deref();
    let same =
        |old: &Value| old.pointer("/metadata/labels") == Some(&labels) && list(old, "/subsets") == wanted;
    if old.is_some_and(|old| same(old)) {
        return;
    }
    let grown = subsets::addresses(&wanted) > old.map_or(0, |old| subsets::addresses(list(old, "/subsets")));
    let mut new = old.map_or_else(|| json!({"metadata": {"name": name}}), |old| old.value().clone());
    metadata(&mut new).insert("labels".into(), labels);
    subsets::note_trigger(&mut new, (old.is_none() || grown).then_some(hand.now));
    let fields = as_map(&mut new);
    fields.shift_remove("subsets");
    if !wanted.is_empty() {
        fields.insert("subsets".into(), wanted.into());
    }
    match &endpoints {
        Some(endpoints) => hand.set("endpoints", endpoints, new),
        None => hand.make("endpoints", &namespace, new),
    }
}

fn labels(service: &Value) -> Map<String, Value> {
    let own = service.pointer("/metadata/labels").and_then(Value::as_object).cloned();
    let mut labels = own.unwrap_or_default();
    if text(service, "/spec/clusterIP") == "None" {
        labels.insert("service.kubernetes.io/headless".into(), "".into());
    }
    labels.insert(MANAGED.into(), "endpoint-controller".into());
    labels
}

/// Whether somebody else writes these Endpoints.
pub(super) fn is_foreign(endpoints: &Value) -> bool {
    !is_managed(endpoints)
        && text(endpoints, "/metadata/labels/endpointslice.kubernetes.io~1skip-mirror") != "true"
}

fn is_managed(endpoints: &Value) -> bool {
    text(endpoints, "/metadata/labels/endpoints.kubernetes.io~1managed-by") == "endpoint-controller"
}
