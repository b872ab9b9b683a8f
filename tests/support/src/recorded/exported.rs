//! The versions of exported objects, which mirrors have to name.

use std::collections::BTreeMap;

use kube::Client;
use serde_json::Value;

use super::dump::all_of;

const NAME: &str = "/metadata/annotations/mirror.linkerd.io~1remote-svc-fq-name";

/// Kind, namespace and name.
type Key = (String, String, String);

/// The versions of the exporter's objects, as far as they have been looked at.
#[derive(Clone, Debug, Default)]
pub struct Exported(BTreeMap<Key, String>);

impl Exported {
    /// Looks at all objects of a namespace. Those that are gone keep the version that they had.
    ///
    /// # Errors
    /// Says what the API server answered.
    pub async fn look(&mut self, exporter: &Client, namespace: &str) -> Result<(), String> {
        self.note(&all_of(exporter, namespace).await?);
        Ok(())
    }

    /// Notes the versions of these objects.
    pub fn note(&mut self, objects: &[Value]) {
        let text = |object: &Value, way: &str| {
            object.pointer(way).and_then(Value::as_str).unwrap_or_default().to_owned()
        };
        self.0.extend(objects.iter().map(|object| {
            let key = ["/kind", "/metadata/namespace", "/metadata/name"].map(|way| text(object, way));
            (key.into(), text(object, "/metadata/resourceVersion"))
        }));
    }

    /// Returns the version of what this object mirrors; `None` when that has never been there.
    pub(super) fn version_for(&self, mirror: &Value) -> Option<&str> {
        self.0.get(&exported_by(mirror)?).map(String::as_str)
    }
}

/// Returns what this object mirrors: a Service, and a mirror of a single pod the Endpoints that name the pod.
pub fn exported_by(mirror: &Value) -> Option<Key> {
    let (front, _domain) = mirror.pointer(NAME)?.as_str()?.split_once(".svc.")?;
    let parts: Vec<&str> = front.split('.').collect();
    let (kind, name, namespace) = match parts.as_slice() {
        [name, namespace] => ("Service", name, namespace),
        [_pod, name, namespace] => ("Endpoints", name, namespace),
        _ => return None,
    };
    Some((kind.into(), (*namespace).into(), (*name).into()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn object(kind: &str, version: &str) -> Value {
        json!({"kind": kind, "metadata": {"namespace": "shop", "name": "db", "resourceVersion": version}})
    }

    fn mirror(name: &str) -> Value {
        json!({"metadata": {"annotations": {"mirror.linkerd.io/remote-svc-fq-name": name}}})
    }

    #[test]
    fn a_mirror_names_the_service_and_that_of_a_pod_the_endpoints() {
        let mut exported = Exported::default();
        exported.note(&[object("Service", "7"), object("Endpoints", "8")]);
        assert_eq!(exported.version_for(&mirror("db.shop.svc.cluster.local")), Some("7"));
        assert_eq!(exported.version_for(&mirror("db-0.db.shop.svc.cluster.local")), Some("8"));
        assert_eq!(exported.version_for(&mirror("web.shop.svc.cluster.local")), None);
        assert_eq!(exported.version_for(&json!({})), None);
        exported.note(&[object("Service", "9")]);
        assert_eq!(exported.version_for(&mirror("db.shop.svc.cluster.local")), Some("9"));
    }
}
