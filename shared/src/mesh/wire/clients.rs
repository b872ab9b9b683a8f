//! Pods and Ingresses that name mirrors, as they come over the wire.

use super::{Mirrors, Plain, WirePod};
use crate::mesh::machinery::{Client, Pod};
use crate::mesh::snapshot::{IngressSeen, Key};
use crate::terms::is_label;
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

/// A pod, when it names one of these; what runs no more is no client. Who names what may have been one is told of.
pub(in crate::mesh) fn client(
    UnreadPod(text): UnreadPod,
    mirrors: &Mirrors,
    lost: &dyn Fn(&Pod, Key),
) -> Option<Client> {
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
    let (told, pod) = (told(&spec), Pod::from(pod));
    for (namespace, name) in mirrors.lost_in(&pod.namespace, &told).into_iter().filter(|_| !pod.is_over) {
        lost(&pod, Key { namespace, name });
    }
    let mirrors = mirrors.named_anywhere(&pod.namespace, &told);
    (!pod.is_over && !mirrors.is_empty()).then_some(Client { pod, mirrors })
}

/// What is done to a container from outside.
const ACTS: [&str; 4] = ["lifecycle", "livenessProbe", "readinessProbe", "startupProbe"];

/// What the programs of a pod are told when they start. Names of images, volumes, accounts and containers are no hosts.
fn told(spec: &Value) -> Value {
    let list = |of: &Value, field: &str| of.get(field).and_then(Value::as_array).cloned().unwrap_or_default();
    let containers = ["initContainers", "containers", "ephemeralContainers"].into_iter();
    let words = containers.flat_map(|field| list(spec, field)).flat_map(|container| {
        let name = |variable: &Value| variable.get("name").and_then(Value::as_str).is_some_and(is_label);
        let given = list(&container, "env").into_iter().filter(|variable| !name(variable));
        let given = given.filter_map(|variable| variable.get("value").cloned());
        let typed = ["command", "args"].into_iter().flat_map(|field| list(&container, field));
        let acts = ACTS.into_iter().filter_map(|act| container.get(act).cloned());
        given.chain(typed).chain(acts).collect::<Vec<Value>>()
    });
    words.collect()
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
            client(pod, &mirrors, &|_, _| ()).map(|client| client.mirrors.into_iter().collect::<Vec<_>>())
        };
        assert_eq!(pod("http://web-infra:80", "Running"), Some(vec!["web-infra".to_owned()]));
        assert_eq!(
            pod("http://web-infra.shop.svc.cluster.local", "Pending"),
            Some(vec!["web-infra".to_owned()])
        );
        let spec = |container: Value| {
            let pod = json!({ "metadata": { "namespace": "shop", "name": "app" },
                "spec": { "serviceAccountName": "web-infra", "volumes": [{ "name": "web-infra" }],
                    "containers": [container] } });
            client(serde_json::from_str(&pod.to_string()).unwrap(), &mirrors, &|_, _| ()).is_some()
        };
        assert!(!spec(json!({ "name": "web-infra", "image": "registry.example/web-infra:1.2" })));
        assert!(!spec(json!({ "env": [{ "name": "OTEL_SERVICE_NAME", "value": "web-infra" }] })));
        assert!(!spec(json!({ "args": ["--app=web-infra", "--config=/etc/web-infra/x"] })));
        assert!(spec(json!({ "env": [{ "name": "DB_HOST", "value": "web-infra" }] })));
        assert!(spec(json!({ "command": ["psql", "--host=web-infra"] })));
        let elsewhere = json!({ "metadata": { "namespace": "tools" }, "spec": { "containers": [
            { "env": [{ "name": "A", "value": "http://web-infra.shop.svc:80" }, { "name": "B", "value": "db-infra" }] }] } });
        let elsewhere =
            client(serde_json::from_str(&elsewhere.to_string()).unwrap(), &mirrors, &|_, _| ()).unwrap();
        assert!(
            elsewhere.names(&Key::new("shop", "web-infra"))
                && !elsewhere.names(&Key::new("tools", "web-infra"))
        );
        assert_eq!(elsewhere.keys().collect::<Vec<_>>(), [Key::new("shop", "web-infra")]);
        for (value, phase) in
            [("http://web", "Running"), ("http://web-infra.other", "Running"), ("web-infra", "Failed")]
        {
            assert_eq!(pod(value, phase), None, "{value} {phase}");
        }
    }
}
