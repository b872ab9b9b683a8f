//! Pods and Ingresses that name mirrors, as they come over the wire.

use super::mention::Mirror;
use super::{Plain, WirePod};
use crate::mesh::machinery::{Client, Pod};
use crate::mesh::snapshot::{IngressSeen, Key};
use serde_json::Value;
use std::collections::BTreeSet;

/// A pod, when it names one of these; what runs no more is no client.
pub(in crate::mesh) fn client(pod: Value, mirrors: &BTreeSet<Key>) -> Option<Client> {
    let spec = pod.get("spec").cloned().unwrap_or_default();
    let pod: Pod = serde_json::from_value::<WirePod>(pod).ok()?.into();
    let mirrors = named(&pod.namespace, &spec, mirrors);
    (!pod.is_over && !mirrors.is_empty()).then_some(Client { pod, mirrors })
}

/// An Ingress, when it leads to one of these.
pub(in crate::mesh) fn ingress(found: Plain, mirrors: &BTreeSet<Key>) -> Option<IngressSeen> {
    let Plain { metadata, spec, .. } = found;
    let mirrors = named(&metadata.namespace, &spec, mirrors);
    let annotations = metadata.annotations.unwrap_or_default();
    let class = spec.get("ingressClassName").and_then(Value::as_str);
    let class = class.or_else(|| annotations.get("kubernetes.io/ingress.class").map(String::as_str));
    let class = class.unwrap_or_default().to_owned();
    let (namespace, name) = (metadata.namespace, metadata.name);
    (!mirrors.is_empty()).then_some(IngressSeen { namespace, name, class, annotations, mirrors })
}

/// Those of the mirrors in this namespace that a spec leads to.
fn named(namespace: &str, spec: &Value, mirrors: &BTreeSet<Key>) -> BTreeSet<String> {
    let is_named = |key: &&Key| {
        let is_beside = key.namespace == namespace;
        is_beside && Mirror { name: &key.name, namespace: &key.namespace, is_beside }.is_in(spec)
    };
    mirrors.iter().filter(is_named).map(|key| key.name.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_ingress_has_its_class_in_its_spec_or_in_an_annotation() {
        let mirrors = BTreeSet::from([Key::new("shop", "web-infra")]);
        let read = |metadata: Value, class: Value| {
            let backend = json!({ "service": { "name": "web-infra", "port": { "number": 80 } } });
            let spec = json!({ "ingressClassName": class, "defaultBackend": backend });
            let found: Plain = serde_json::from_value(json!({ "metadata": metadata, "spec": spec })).unwrap();
            ingress(found, &mirrors).map(|ingress| (ingress.class, ingress.mirrors.len()))
        };
        let older = json!({ "namespace": "shop", "annotations": { "kubernetes.io/ingress.class": "nginx" } });
        assert_eq!(read(json!({ "namespace": "shop" }), json!("cilium")), Some(("cilium".into(), 1)));
        assert_eq!(read(older, Value::Null), Some(("nginx".into(), 1)));
        assert_eq!(read(json!({ "namespace": "other" }), Value::Null), None);
    }

    #[test]
    fn a_pod_is_a_client_of_what_its_environment_names() {
        let mirrors = BTreeSet::from([Key::new("shop", "web-infra"), Key::new("shop", "db-infra")]);
        let pod = |value: &str, phase: &str| {
            let containers = json!([{ "name": "app", "env": [{ "name": "URL", "value": value }] }]);
            let pod = json!({ "metadata": { "namespace": "shop", "name": "app" },
                "spec": { "containers": containers }, "status": { "phase": phase } });
            client(pod, &mirrors).map(|client| client.mirrors.into_iter().collect::<Vec<_>>())
        };
        assert_eq!(pod("http://web-infra:80", "Running"), Some(vec!["web-infra".to_owned()]));
        assert_eq!(
            pod("http://web-infra.shop.svc.cluster.local", "Pending"),
            Some(vec!["web-infra".to_owned()])
        );
        for (value, phase) in
            [("http://web", "Running"), ("http://web-infra.other", "Running"), ("web-infra", "Failed")]
        {
            assert_eq!(pod(value, phase), None, "{value} {phase}");
        }
    }
}
