//! What of a watch matters.

use crate::cluster::look::made_of;
use crate::cluster::memory::Body;
use crate::cluster::watch::{Change, Versioned};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};

/// Which of the changes that are told make an answer old.
#[derive(Debug)]
pub(super) enum Interest {
    /// All of them.
    Everything,
    /// Those of these names, with the version that was read of each; empty where it was not there.
    Named(BTreeMap<String, String>),
    /// Those that are no heartbeats, by a hash of the rest of each object.
    Sifted(BTreeMap<String, u64>),
}

/// An object, as far as a watch carries it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(super) struct Object(Value);

impl Versioned for Object {
    fn version(&self) -> &str {
        self.0.pointer("/metadata/resourceVersion").and_then(Value::as_str).unwrap_or_default()
    }
}

impl Object {
    fn name(&self) -> &str {
        self.0.pointer("/metadata/name").and_then(Value::as_str).unwrap_or_default()
    }

    /// Its name in its namespace.
    fn key(&self) -> String {
        let namespace = self.0.pointer("/metadata/namespace").and_then(Value::as_str).unwrap_or_default();
        format!("{namespace}/{}", self.name())
    }
}

impl Interest {
    /// In what is more than a heartbeat, beginning with the objects of these lists.
    pub(super) fn sifting(bodies: impl Iterator<Item = Body>) -> Self {
        let printed = |object: Object| Some((object.key(), print(object.0)));
        Self::Sifted(bodies.flat_map(|body| made_of(&body, printed)).collect())
    }

    /// Whether a change matters; what is told of a second time does not.
    pub(super) fn is_met(&mut self, change: Change<Object>) -> bool {
        let (object, is_there) = match change {
            Change::Set(object) => (object, true),
            Change::Gone(object) => (object, false),
            Change::All { .. } | Change::Blind(_) => return true,
        };
        match self {
            Self::Everything => true,
            Self::Named(versions) => {
                let now = if is_there { object.version().to_owned() } else { String::new() };
                let known = versions.get_mut(object.name());
                known.is_some_and(|known| std::mem::replace(known, now.clone()) != now)
            }
            Self::Sifted(prints) if is_there => {
                let (key, print) = (object.key(), print(object.0));
                prints.insert(key, print) != Some(print)
            }
            Self::Sifted(prints) => prints.remove(&object.key()).is_some(),
        }
    }
}

/// A hash of all that is no heartbeat: a kubelet writes when it was there last, and which images it keeps; who leads by the
/// old way writes that into Endpoints, every two seconds.
fn print(mut object: Value) -> u64 {
    const BEATS: [(&str, &[&str]); 3] = [
        ("/metadata", &["resourceVersion", "managedFields"]),
        ("/metadata/annotations", &["control-plane.alpha.kubernetes.io/leader"]),
        ("/status", &["images", "volumesInUse", "volumesAttached"]),
    ];
    let mut drop_fields = |pointer: &str, fields: &[&str]| {
        if let Some(Value::Object(map)) = object.pointer_mut(pointer) {
            map.retain(|field, _| !fields.contains(&field.as_str()));
        }
    };
    for (pointer, fields) in BEATS {
        drop_fields(pointer, fields);
    }
    let conditions = object.pointer_mut("/status/conditions").and_then(Value::as_array_mut);
    for condition in conditions.into_iter().flatten() {
        if let Value::Object(map) = condition {
            map.remove("lastHeartbeatTime");
        }
    }
    let mut hasher = DefaultHasher::new();
    object.to_string().hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn node(beat: &str, ready: &str) -> Object {
        let condition = json!({ "type": "Ready", "status": ready, "lastHeartbeatTime": beat });
        Object(
            json!({ "metadata": { "name": "a", "resourceVersion": beat }, "status": { "images": [beat], "conditions": [condition] } }),
        )
    }

    #[test]
    fn a_heartbeat_is_no_news_and_a_node_that_is_lost_is() {
        let list = json!({ "items": [node("1", "True").0] }).to_string();
        let body = Body::new(list.into_bytes());
        let mut interest = Interest::sifting([body].into_iter());
        assert!(!interest.is_met(Change::Set(node("2", "True"))));
        assert!(interest.is_met(Change::Set(node("3", "Unknown"))));
        assert!(!interest.is_met(Change::Set(node("4", "Unknown"))));
        assert!(interest.is_met(Change::Gone(node("5", "Unknown"))));
        assert!(!interest.is_met(Change::Gone(node("5", "Unknown"))), "it had gone already");
        assert!(interest.is_met(Change::Set(node("6", "True"))), "a new one of that name");
    }

    #[test]
    fn who_leads_in_the_old_way_is_no_news_and_an_address_that_comes_is() {
        let leading = |version: &str, name: &str, address: &str| {
            let annotations = json!({ "control-plane.alpha.kubernetes.io/leader": version });
            let metadata = json!({ "namespace": "shop", "name": name, "resourceVersion": version, "annotations": annotations });
            Change::Set(Object(
                json!({ "metadata": metadata, "subsets": [{ "addresses": [{ "ip": address }] }] }),
            ))
        };
        let mut interest = Interest::sifting([].into_iter());
        assert!(interest.is_met(leading("1", "web", "10.0.0.1")));
        assert!(!interest.is_met(leading("2", "web", "10.0.0.1")));
        assert!(interest.is_met(leading("3", "web", "10.0.0.2")));
        assert!(interest.is_met(leading("4", "api", "10.0.0.2")), "another one");
    }

    #[test]
    fn of_single_objects_what_was_read_already_and_what_nobody_asked_about_is_no_news() {
        let config = |name: &str, version: &str| {
            Object(json!({ "metadata": { "name": name, "resourceVersion": version } }))
        };
        let versions = [("read", "7"), ("missing", "")].map(|(name, version)| (name.into(), version.into()));
        let mut interest = Interest::Named(BTreeMap::from(versions));
        assert!(!interest.is_met(Change::Set(config("read", "7"))), "the beginning of a watch");
        assert!(!interest.is_met(Change::Set(config("other", "9"))));
        assert!(interest.is_met(Change::Set(config("read", "8"))));
        assert!(interest.is_met(Change::Set(config("missing", "9"))));
        assert!(interest.is_met(Change::Gone(config("missing", "10"))));
    }
}
