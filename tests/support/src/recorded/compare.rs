//! Every leaf of the recorded objects against every leaf of the live ones.

use std::{collections::BTreeMap, fmt, net::Ipv4Addr};

use serde_json::Value;

use super::{
    exported::Exported,
    shape::{matches, whose_address},
};

const EXPORTED_VERSION: &str = "<rv of the exported object>";

/// One place where recording and live objects differ; an absent side is empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Kind and name of the object, then the way to the field.
    pub path: String,
    /// What the recording has there.
    pub recorded: Option<String>,
    /// What is there now.
    pub seen: Option<String>,
}

impl fmt::Display for Difference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let side = |side: &Option<String>| side.clone().unwrap_or_else(|| "(absent)".into());
        write!(
            formatter,
            "{}\n  recorded: {}\n  seen:     {}",
            self.path,
            side(&self.recorded),
            side(&self.seen)
        )
    }
}

/// Returns the differences as text, one after the other.
pub fn report(differences: &[Difference]) -> String {
    differences.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

/// Compares two sets of objects; the order of objects does not matter, that of lists in them does.
///
/// A mirror must name the version that is in `exported` for it, and any number if there is none.
pub fn differences(recorded: &[Value], seen: &[Value], exported: &Exported) -> Vec<Difference> {
    let services = seen.iter().filter_map(cluster_ip).collect();
    let mut comparison = Comparison { services, ..Comparison::default() };
    let mut left: Vec<&Value> = seen.iter().collect();
    for document in recorded {
        match left.iter().position(|one| is_same_object(document, one)) {
            Some(index) => {
                let one = left.remove(index);
                comparison.version = exported.version_for(document, one).map(str::to_owned);
                comparison.values(&title(document), document, one);
            }
            None => comparison.note(&title(document), Some(document), None),
        }
    }
    for surplus in left {
        comparison.note(&title(surplus), None, Some(surplus));
    }
    comparison.found
}

#[derive(Default)]
struct Comparison {
    found: Vec<Difference>,
    // Simulated pods get addresses in the order in which they start, so an address is only a name: the
    // same one everywhere, and no other's.
    pods: BTreeMap<Ipv4Addr, Ipv4Addr>,
    // The addresses of the Services that are there now, by name: a headless mirror points at those of its pods.
    services: BTreeMap<String, String>,
    // The version of what the object under comparison mirrors.
    version: Option<String>,
}

impl Comparison {
    fn values(&mut self, path: &str, recorded: &Value, seen: &Value) {
        match (recorded, seen) {
            (Value::Object(old), Value::Object(new)) => {
                for (key, value) in old {
                    self.one(&format!("{path}.{key}"), Some(value), new.get(key));
                }
                for (key, value) in new.iter().filter(|(key, _)| !old.contains_key(*key)) {
                    self.note(&format!("{path}.{key}"), None, Some(value));
                }
            }
            (Value::Array(old), Value::Array(new)) => {
                for index in 0..old.len().max(new.len()) {
                    self.one(&format!("{path}[{index}]"), old.get(index), new.get(index));
                }
            }
            (Value::String(old), Value::String(new)) if self.texts(old, new) => {}
            (Value::String(old), Value::Number(new))
                if old == "<nodePort>" && matches(old, &new.to_string()) => {}
            _ if recorded == seen && !recorded.is_string() => {}
            _ => self.note(path, Some(recorded), Some(seen)),
        }
    }

    fn one(&mut self, path: &str, recorded: Option<&Value>, seen: Option<&Value>) {
        match (recorded, seen) {
            (Some(recorded), Some(seen)) => self.values(path, recorded, seen),
            _ => self.note(path, recorded, seen),
        }
    }

    fn texts(&mut self, recorded: &str, seen: &str) -> bool {
        if let Some(service) = whose_address(recorded) {
            return self.services.get(service).is_some_and(|address| address == seen);
        }
        if recorded == EXPORTED_VERSION && self.version.as_ref().is_some_and(|version| version != seen) {
            return false;
        }
        let Some(old) = pod_address(recorded) else { return matches(recorded, seen) };
        let Some(new) = private_address(seen) else { return false };
        match self.pods.get(&old) {
            Some(known) => *known == new,
            None if self.pods.values().any(|other| *other == new) => false,
            None => {
                self.pods.insert(old, new);
                true
            }
        }
    }

    fn note(&mut self, path: &str, recorded: Option<&Value>, seen: Option<&Value>) {
        let text = |value: Option<&Value>| value.map(ToString::to_string);
        self.found.push(Difference { path: path.into(), recorded: text(recorded), seen: text(seen) });
    }
}

/// The addresses of the simulated pods of the recordings.
fn pod_address(text: &str) -> Option<Ipv4Addr> {
    private_address(text).filter(|address| matches!(address.octets(), [10, 0, 0, _]))
}

fn private_address(text: &str) -> Option<Ipv4Addr> {
    let address: Ipv4Addr = text.parse().ok()?;
    address.is_private().then_some(address)
}

/// Name and address of a Service.
fn cluster_ip(object: &Value) -> Option<(String, String)> {
    let text = |way: &str| object.pointer(way).and_then(Value::as_str).map(str::to_owned);
    (text("/kind").as_deref() == Some("Service")).then_some(())?;
    Some((text("/metadata/name")?, text("/spec/clusterIP")?))
}

fn is_same_object(recorded: &Value, seen: &Value) -> bool {
    let text = |value: &Value, way: &str| value.pointer(way).and_then(Value::as_str).map(str::to_owned);
    let [old, new] = [recorded, seen].map(|value| text(value, "/metadata/name").unwrap_or_default());
    ["/kind", "/metadata/namespace"].iter().all(|way| text(recorded, way) == text(seen, way))
        && matches(&old, &new)
}

fn title(object: &Value) -> String {
    let text = |way: &str| object.pointer(way).and_then(Value::as_str).unwrap_or_default();
    format!("{} {}/{}", text("/kind"), text("/metadata/namespace"), text("/metadata/name"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn paths(recorded: &[Value], seen: &[Value]) -> Vec<String> {
        differences(recorded, seen, &Exported::default())
            .into_iter()
            .map(|difference| difference.path)
            .collect()
    }

    #[test]
    fn missing_and_surplus_fields_and_objects_are_differences() {
        let web = json!({"kind": "Service", "metadata": {"name": "web", "uid": "<uid>"}, "ports": [1, 2]});
        let seen =
            json!({"kind": "Service", "metadata": {"name": "web", "uid": "7"}, "ports": [1], "x": null});
        let other = json!({"kind": "Service", "metadata": {"name": "other"}});
        assert_eq!(
            paths(&[web], &[other, seen]),
            ["Service /web.metadata.uid", "Service /web.ports[1]", "Service /web.x", "Service /other"]
        );
    }

    #[test]
    fn an_address_of_a_service_is_that_of_the_service_of_this_name() {
        let service =
            json!({"kind": "Service", "metadata": {"name": "a"}, "spec": {"clusterIP": "<clusterIP>"}});
        let endpoints = json!({"kind": "Endpoints", "metadata": {"name": "b"}, "ip": "<clusterIP of a>"});
        let seen = |address: &str, named: &str| {
            let mut both = [service.clone(), endpoints.clone()];
            both[0]["spec"]["clusterIP"] = address.into();
            both[1]["ip"] = named.into();
            both
        };
        let recorded = [service.clone(), endpoints.clone()];
        assert_eq!(paths(&recorded, &seen("10.96.0.5", "10.96.0.5")), Vec::<String>::new());
        assert_eq!(paths(&recorded, &seen("10.96.0.5", "10.96.0.6")), ["Endpoints /b.ip"]);
        assert_eq!(paths(&recorded[1..], &seen("10.96.0.5", "10.96.0.5")[1..]), ["Endpoints /b.ip"]);
    }

    #[test]
    fn pod_addresses_are_names_that_must_be_used_alike() {
        let object = |first: &str, second: &str, third: &str| {
            [json!({"kind": "Endpoints", "metadata": {"name": "web"}, "ips": [first, second, third]})]
        };
        let recorded = object("10.0.0.3", "10.0.0.4", "10.0.0.3");
        assert_eq!(paths(&recorded, &object("10.200.0.9", "10.0.0.8", "10.200.0.9")), Vec::<String>::new());
        assert_eq!(paths(&recorded, &object("10.0.0.9", "10.0.0.8", "10.0.0.8")), ["Endpoints /web.ips[2]"]);
        assert_eq!(paths(&recorded, &object("10.0.0.9", "10.0.0.9", "10.0.0.9")), ["Endpoints /web.ips[1]"]);
        assert_eq!(paths(&recorded, &object("203.0.113.1", "10.0.0.8", "10.0.0.9")).len(), 1);
    }

    #[test]
    fn a_mirror_names_the_version_that_the_exported_service_has() {
        let mirror = |version: &str| {
            let annotations = json!({"mirror.linkerd.io/remote-resource-version": version,
                                     "mirror.linkerd.io/remote-svc-fq-name": "web.shop.svc.cluster.local"});
            [json!({"kind": "Service", "metadata": {"name": "web-infra", "annotations": annotations}})]
        };
        let (recorded, mut exported) = (mirror(EXPORTED_VERSION), Exported::default());
        let count = |seen: &str, exported: &_| differences(&recorded, &mirror(seen), exported).len();
        assert_eq!((count("7", &exported), count("x", &exported)), (0, 1));
        let web = json!({"namespace": "shop", "name": "web", "resourceVersion": "7"});
        exported.note(&[json!({"kind": "Service", "metadata": web})]);
        assert_eq!((count("7", &exported), count("8", &exported)), (0, 1));
    }
}
