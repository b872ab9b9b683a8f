//! Endpoints of Services: those with a selector get theirs from pods, those without have them from somebody else, and
//! these are mirrored into slices.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::{Hand, Place, about, is_alias, picks, place, slices, subsets};
use crate::object::{as_map, metadata, namespace, text};
use crate::store::Change;

/// Whose Endpoints these are: a label that the controller puts on its own.
const MANAGED: &str = "endpoints.kubernetes.io/managed-by";

/// Notes the Services whose endpoints may have to change.
pub(super) fn see(hand: &mut Hand<'_>, change: &Change, services: &mut BTreeSet<Place>) {
    let Some(object) = about(change) else { return };
    match &*change.table {
        "services" => {
            if change.after.is_none() {
                drop_endpoints(hand, object);
            }
            services.insert(place(object));
        }
        "endpoints" => drop(services.insert(place(object))),
        "endpointslices.discovery.k8s.io" => {
            let service = text(object, "/metadata/labels/kubernetes.io~1service-name");
            services.insert((namespace(object).to_owned(), service.to_owned()));
        }
        "pods" => {
            let states: Vec<&Arc<Value>> = change.before.iter().chain(&change.after).collect();
            let here = hand.list("services", namespace(object));
            let touched = here.iter().filter(|service| states.iter().any(|pod| picks(service, pod)));
            services.extend(touched.map(|service| place(service)));
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

/// Brings Endpoints and slices of one Service up to date.
pub(super) fn reconcile(hand: &mut Hand<'_>, (namespace, name): &Place) {
    let service = hand.get("services", namespace, name);
    let endpoints = hand.get("endpoints", namespace, name);
    let Some(service) = service else {
        slices::mirror(hand, None, endpoints.as_ref(), (namespace, name));
        return;
    };
    let selecting =
        service.pointer("/spec/selector").and_then(Value::as_object).is_some_and(|it| !it.is_empty());
    if is_alias(&service) {
        return;
    }
    if selecting {
        let pods: Vec<_> =
            hand.list("pods", namespace).into_iter().filter(|pod| picks(&service, pod)).collect();
        write(hand, &service, endpoints.as_ref(), &pods);
        slices::of_pods(hand, &service, &pods);
    } else {
        slices::mirror(hand, Some(&service), endpoints.as_ref(), (namespace, name));
    }
}

fn write(hand: &mut Hand<'_>, service: &Arc<Value>, endpoints: Option<&Arc<Value>>, pods: &[Arc<Value>]) {
    let wanted = subsets::of(service, pods);
    let (namespace, name) = place(service);
    let mut new =
        endpoints.map_or_else(|| json!({"metadata": {"name": name}}), |endpoints| Value::clone(endpoints));
    metadata(&mut new).insert("labels".into(), Value::Object(labels(service)));
    let fields = as_map(&mut new);
    fields.shift_remove("subsets");
    if !wanted.is_empty() {
        fields.insert("subsets".into(), wanted.into());
    }
    match endpoints {
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
    text(endpoints, "/metadata/labels/endpoints.kubernetes.io~1managed-by") != "endpoint-controller"
        && text(endpoints, "/metadata/labels/endpointslice.kubernetes.io~1skip-mirror") != "true"
}
