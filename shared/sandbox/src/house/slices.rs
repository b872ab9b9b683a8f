//! `EndpointSlice`s: those of pods, and those that mirror hand-made Endpoints.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::{Hand, Index, endpoints::is_foreign, subsets};
use crate::object::{Kept, as_map, list, metadata, name, namespace, text, uid};

const TABLE: &str = "endpointslices.discovery.k8s.io";
const SERVICE: &str = "kubernetes.io/service-name";
const MANAGED: &str = "/metadata/labels/endpointslice.kubernetes.io~1managed-by";
const OF_PODS: &str = "endpointslice-controller.k8s.io";
const MIRRORING: &str = "endpointslicemirroring-controller.k8s.io";

/// What a slice should be.
struct Wanted {
    owner: Value,
    labels: Map<String, Value>,
    annotations: Map<String, Value>,
    endpoints: Vec<Value>,
    ports: Vec<Value>,
    trigger: Option<Timestamp>,
}

/// Writes the slice of a Service with a selector; it stays when it is empty.
pub(super) fn of_pods(hand: &mut Hand<'_>, index: &Index, (service, pods): (&Arc<Kept>, &[Arc<Kept>])) {
    let here = subsets::with_address(pods);
    let ports = subsets::ports(service, here.first().map(|pod| pod.value()));
    let endpoints: Vec<_> = here.iter().map(|pod| endpoint_of(service, pod)).collect();
    let mut labels = own(service, "/metadata/labels");
    if text(service, "/spec/clusterIP") == "None" {
        labels.insert("service.kubernetes.io/headless".into(), "".into());
    }
    let ports = if endpoints.is_empty() { Vec::new() } else { ports };
    let trigger = Some(hand.now);
    let wanted = Wanted {
        owner: owner("Service", service),
        labels,
        annotations: Map::new(),
        endpoints,
        ports,
        trigger,
    };
    write(hand, (index, namespace(service), name(service)), OF_PODS, vec![wanted]);
}

fn endpoint_of(service: &Value, pod: &Value) -> Value {
    let ready = subsets::is_ready(pod);
    let terminating = crate::object::is_going(pod);
    let mut endpoint = json!({
        "addresses": [text(pod, "/status/podIP")],
        "conditions": {"ready": ready, "serving": ready, "terminating": terminating},
        "targetRef": subsets::reference(pod),
        "nodeName": text(pod, "/spec/nodeName"),
    });
    let hostname = text(pod, "/spec/hostname");
    if !hostname.is_empty() && text(pod, "/spec/subdomain") == name(service) {
        as_map(&mut endpoint).insert("hostname".into(), hostname.into());
    }
    endpoint
}

/// Writes the slices of hand-made Endpoints, one for each subset; without any, or with those of the controller, there
/// are none.
pub(super) fn mirror(
    hand: &mut Hand<'_>,
    index: &Index,
    (endpoints, namespace, name): (Option<&Arc<Kept>>, &str, &str),
) {
    let endpoints = endpoints.filter(|endpoints| is_foreign(endpoints));
    let subsets = endpoints.map(|endpoints| list(endpoints, "/subsets").to_vec()).unwrap_or_default();
    let wanted = endpoints.into_iter().flat_map(|endpoints| {
        subsets.iter().map(|subset| {
            let mut annotations = own(endpoints, "/metadata/annotations");
            annotations.retain(|key, _| {
                !matches!(
                    key.as_str(),
                    "kubectl.kubernetes.io/last-applied-configuration"
                        | "endpoints.kubernetes.io/last-change-trigger-time"
                )
            });
            Wanted {
                owner: owner("Endpoints", endpoints),
                labels: own(endpoints, "/metadata/labels"),
                annotations,
                endpoints: addresses(subset),
                ports: list(subset, "/ports").to_vec(),
                trigger: None,
            }
        })
    });
    let wanted = wanted.filter(|wanted| !wanted.endpoints.is_empty()).collect();
    write(hand, (index, namespace, name), MIRRORING, wanted);
}

fn addresses(subset: &Value) -> Vec<Value> {
    let of = |way: &str, ready: bool| {
        list(subset, way).iter().map(move |address| {
            let mut endpoint = json!({"addresses": [text(address, "/ip")], "conditions": {"ready": ready}});
            for field in ["hostname", "nodeName", "targetRef"] {
                let value = address.get(field).cloned();
                as_map(&mut endpoint).extend(value.map(|value| (field.to_owned(), value)));
            }
            endpoint
        })
    };
    of("/addresses", true).chain(of("/notReadyAddresses", false)).collect()
}

fn own(object: &Value, way: &str) -> Map<String, Value> {
    object.pointer(way).and_then(Value::as_object).cloned().unwrap_or_default()
}

fn owner(kind: &str, object: &Value) -> Value {
    json!({"apiVersion": "v1", "kind": kind, "name": name(object), "uid": uid(object),
           "controller": true, "blockOwnerDeletion": true})
}

/// Makes, changes and deletes slices of one manager until they are as wanted.
fn write(
    hand: &mut Hand<'_>,
    (index, namespace, service): (&Index, &str, &str),
    manager: &str,
    wanted: Vec<Wanted>,
) {
    let mut old = index.labelled(hand, (TABLE, namespace), (SERVICE, service));
    old.retain(|slice| text(slice, MANAGED) == manager);
    let mut old = old.into_iter();
    for one in wanted {
        let slice = old.next();
        let grown = one.endpoints.len() > slice.as_ref().map_or(0, |slice| list(slice, "/endpoints").len());
        let trigger = one.trigger.filter(|_| slice.is_none() || grown);
        let mut new = slice_of(slice.as_ref().map(|slice| slice.value()), service, manager, one);
        match slice {
            // A change of nothing but the reason to write is no change.
            Some(slice) if same(&slice, &new) => {}
            Some(slice) => {
                if manager == OF_PODS {
                    subsets::note_trigger(&mut new, trigger);
                } else if slice.get("ports") == new.get("ports") {
                    // For other ports the mirroring controller makes a new slice out of the old one, else it
                    // writes one without the beginning of its name.
                    metadata(&mut new).shift_remove("generateName");
                }
                hand.set(TABLE, &slice, new);
            }
            None => {
                if manager == OF_PODS {
                    subsets::note_trigger(&mut new, trigger);
                }
                hand.make(TABLE, namespace, new);
            }
        }
    }
    for surplus in old {
        hand.delete(TABLE, &surplus);
    }
}

fn same(old: &Value, new: &Value) -> bool {
    ["/metadata/labels", "/metadata/annotations", "/endpoints", "/ports"]
        .iter()
        .all(|way| old.pointer(way) == new.pointer(way))
}

fn slice_of(old: Option<&Value>, service: &str, manager: &str, wanted: Wanted) -> Value {
    let mut slice = old.cloned().unwrap_or_else(|| json!({"addressType": "IPv4"}));
    metadata(&mut slice).insert("generateName".into(), format!("{service}-").into());
    let mut labels = wanted.labels;
    labels.shift_remove("endpoints.kubernetes.io/managed-by");
    labels.insert("endpointslice.kubernetes.io/managed-by".into(), manager.into());
    labels.insert(SERVICE.into(), service.into());
    let fields = metadata(&mut slice);
    fields.insert("labels".into(), labels.into());
    if manager == MIRRORING {
        // What is empty is not kept, and must not look like a change.
        fields.shift_remove("annotations");
        if !wanted.annotations.is_empty() {
            fields.insert("annotations".into(), wanted.annotations.into());
        }
    }
    fields.insert("ownerReferences".into(), json!([wanted.owner]));
    let fields = as_map(&mut slice);
    let or_null = |items: Vec<Value>| if items.is_empty() { Value::Null } else { items.into() };
    fields.insert("endpoints".into(), or_null(wanted.endpoints));
    fields.insert("ports".into(), or_null(wanted.ports));
    slice
}
