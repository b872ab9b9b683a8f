//! The versions of exported objects, which mirrors have to name.

use std::collections::BTreeMap;

use kube::Client;
use serde_json::Value;

use super::dump::all_of;

const NAME: &str = "/metadata/annotations/mirror.linkerd.io~1remote-svc-fq-name";
const VERSION: &str = "/metadata/annotations/mirror.linkerd.io~1remote-resource-version";

/// Kind, namespace and name.
type Key = (String, String, String);

/// The versions of the exporter's objects, as far as they have been looked at.
#[derive(Clone, Debug, Default)]
pub struct Exported {
    versions: BTreeMap<Key, String>,
    // What mirrors of single pods named when they were found to be right, by their uid.
    named: BTreeMap<String, String>,
}

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
        self.versions.extend(objects.iter().map(|object| {
            let key = ["/kind", "/metadata/namespace", "/metadata/name"].map(|way| text(object, way));
            (key.into(), text(object, "/metadata/resourceVersion"))
        }));
    }

    /// Remembers what the mirrors of single pods among these objects name: they name it as long as they are there,
    /// whatever becomes of the Endpoints that they were made from.
    pub fn remember(&mut self, mirrors: &[Value]) {
        let of_pod = |mirror: &&Value| exported_by(mirror).is_some_and(|(kind, ..)| kind == "Endpoints");
        let entry = |mirror: &Value| (text(mirror, "/metadata/uid"), text(mirror, VERSION));
        self.named.extend(mirrors.iter().filter(of_pod).map(entry));
    }

    /// Returns the version that this mirror has to name; `None` when what it mirrors has never been there.
    ///
    /// `seen` is the mirror that is there in the place of the recorded one.
    pub(super) fn version_for(&self, recorded: &Value, seen: &Value) -> Option<&str> {
        let current = self.versions.get(&exported_by(recorded)?);
        self.named.get(&text(seen, "/metadata/uid")).or(current).map(String::as_str)
    }
}

fn text(object: &Value, way: &str) -> String {
    object.pointer(way).and_then(Value::as_str).unwrap_or_default().to_owned()
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
        let version = |exported: &Exported, name: &str| {
            exported.version_for(&mirror(name), &json!({})).map(str::to_owned).unwrap_or_default()
        };
        assert_eq!(version(&exported, "db.shop.svc.cluster.local"), "7");
        assert_eq!(version(&exported, "db-0.db.shop.svc.cluster.local"), "8");
        assert_eq!(version(&exported, "web.shop.svc.cluster.local"), "");
        assert_eq!(exported.version_for(&json!({}), &json!({})), None);
        exported.note(&[object("Service", "9")]);
        assert_eq!(version(&exported, "db.shop.svc.cluster.local"), "9");
    }

    #[test]
    fn a_mirror_of_a_pod_goes_on_to_name_what_it_named_and_another_one_what_is_there() {
        let named = |front: &str, uid: &str, version: &str| {
            let annotations = json!({"mirror.linkerd.io/remote-svc-fq-name": format!("{front}.shop.svc.cluster.local"),
                                     "mirror.linkerd.io/remote-resource-version": version});
            json!({"metadata": {"uid": uid, "annotations": annotations}})
        };
        let (pod, service) = (named("db-0.db", "a", "8"), named("db", "b", "7"));
        let mut exported = Exported::default();
        exported.remember(&[pod.clone(), service.clone()]);
        exported.note(&[object("Service", "9"), object("Endpoints", "10")]);
        assert_eq!(exported.version_for(&pod, &pod), Some("8"));
        assert_eq!(exported.version_for(&pod, &named("db-0.db", "c", "10")), Some("10"));
        assert_eq!(exported.version_for(&service, &service), Some("9"));
    }
}
