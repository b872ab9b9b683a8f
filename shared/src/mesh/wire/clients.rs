//! Pods and Ingresses that name mirrors, as they come over the wire.

use super::{Mirrors, Plain, WirePod};
use crate::mesh::machinery::{Client, Pod};
use crate::mesh::snapshot::{IngressSeen, Key};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

impl FromIterator<Key> for Mirrors {
    fn from_iter<I: IntoIterator<Item = Key>>(keys: I) -> Self {
        keys.into_iter().map(|Key { namespace, name }| (namespace, name)).collect()
    }
}

/// A pod of which nothing is parsed yet: of many pods few name a mirror.
#[derive(Deserialize)]
pub(in crate::mesh) struct UnreadPod(Box<RawValue>);

/// A pod, when it names one of these; what runs no more is no client.
pub(in crate::mesh) fn client(UnreadPod(text): UnreadPod, mirrors: &Mirrors) -> Option<Client> {
    #[derive(Deserialize)]
    struct Parts<'a> {
        #[serde(borrow)]
        spec: &'a RawValue,
    }
    let Parts { spec } = serde_json::from_str(text.get()).ok()?;
    if !mirrors.may_be_named_in(spec.get()) {
        return None;
    }
    let (pod, spec): (WirePod, Value) =
        (serde_json::from_str(text.get()).ok()?, serde_json::from_str(spec.get()).ok()?);
    let mirrors = mirrors.named_in(&pod.metadata.namespace, &spec);
    let pod = Pod::from(pod);
    (!pod.is_over && !mirrors.is_empty()).then_some(Client { pod, mirrors })
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
            let pod = serde_json::from_str(&pod.to_string()).unwrap();
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
