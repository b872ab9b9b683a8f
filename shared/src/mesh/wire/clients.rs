//! Pods and Ingresses that name mirrors, as they come over the wire.

use super::{Mirrors, Plain, WirePod};
use crate::mesh::machinery::{Client, Pod};
use crate::mesh::snapshot::{IngressSeen, Key};
use serde_json::Value;

impl FromIterator<Key> for Mirrors {
    fn from_iter<I: IntoIterator<Item = Key>>(keys: I) -> Self {
        keys.into_iter().map(|Key { namespace, name }| (namespace, name)).collect()
    }
}

/// A pod, when it names one of these; what runs no more is no client.
pub(in crate::mesh) fn client(pod: Value, mirrors: &Mirrors) -> Option<Client> {
    let namespace = pod.pointer("/metadata/namespace").and_then(Value::as_str);
    let mirrors = mirrors.named_in(namespace.unwrap_or_default(), pod.get("spec")?);
    // Of many pods few name one.
    if mirrors.is_empty() {
        return None;
    }
    let pod: Pod = serde_json::from_value::<WirePod>(pod).ok()?.into();
    (!pod.is_over).then_some(Client { pod, mirrors })
}

/// An Ingress, when it leads to one of these.
pub(in crate::mesh) fn ingress(found: Plain, mirrors: &Mirrors) -> Option<IngressSeen> {
    let Plain { metadata, spec, .. } = found;
    let mirrors = mirrors.named_in(&metadata.namespace, &spec);
    let annotations = metadata.annotations.unwrap_or_default();
    let class = spec.get("ingressClassName").and_then(Value::as_str);
    let class = class.or_else(|| annotations.get("kubernetes.io/ingress.class").map(String::as_str));
    let class = class.unwrap_or_default().to_owned();
    let (namespace, name) = (metadata.namespace, metadata.name);
    (!mirrors.is_empty()).then_some(IngressSeen { namespace, name, class, annotations, mirrors })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_ingress_has_its_class_in_its_spec_or_in_an_annotation() {
        let mirrors = Mirrors::from_iter([Key::new("shop", "web-infra")]);
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
        let mirrors = Mirrors::from_iter([Key::new("shop", "web-infra"), Key::new("shop", "db-infra")]);
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
