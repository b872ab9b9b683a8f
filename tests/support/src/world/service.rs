//! A Service for a world.

use serde_json::{Map, Value, json};

/// A Service, built step by step. Without further words: type ClusterIP, no ports, no selector.
#[derive(Debug, Clone)]
pub struct Service {
    name: String,
    labels: Map<String, Value>,
    annotations: Map<String, Value>,
    ports: Vec<Value>,
    spec: Map<String, Value>,
}

impl Service {
    /// A Service of this name.
    pub fn new(name: &str) -> Self {
        let (labels, annotations) = (Map::new(), Map::new());
        Self { name: name.to_owned(), labels, annotations, ports: Vec::new(), spec: Map::new() }
    }

    /// Adds a TCP port with a name.
    #[must_use]
    pub fn port(mut self, name: &str, port: u16, target: u16) -> Self {
        self.ports.push(json!({ "name": name, "port": port, "targetPort": target, "protocol": "TCP" }));
        self
    }

    /// Selects pods by this label as well.
    #[must_use]
    pub fn selector(mut self, key: &str, value: &str) -> Self {
        let selector = self.spec.entry("selector").or_insert_with(|| json!({}));
        selector.as_object_mut().unwrap().insert(key.to_owned(), value.into());
        self
    }

    /// Adds a label to the Service itself.
    #[must_use]
    pub fn label(mut self, key: &str, value: &str) -> Self {
        self.labels.insert(key.to_owned(), value.into());
        self
    }

    /// Adds an annotation.
    #[must_use]
    pub fn annotation(mut self, key: &str, value: &str) -> Self {
        self.annotations.insert(key.to_owned(), value.into());
        self
    }

    /// Sets the type, such as `LoadBalancer`.
    #[must_use]
    pub fn kind(self, kind: &str) -> Self {
        self.set("type", kind)
    }

    /// Makes it headless.
    #[must_use]
    pub fn headless(self) -> Self {
        self.set("clusterIP", "None")
    }

    /// Makes it an alias of a name outside.
    #[must_use]
    pub fn external_name(self, host: &str) -> Self {
        self.kind("ExternalName").set("externalName", host)
    }

    /// Sets any field of the spec.
    #[must_use]
    pub fn set(mut self, field: &str, value: impl Into<Value>) -> Self {
        self.spec.insert(field.to_owned(), value.into());
        self
    }

    pub(super) fn into_object(mut self) -> Value {
        if !self.ports.is_empty() {
            self.spec.insert("ports".to_owned(), self.ports.into());
        }
        let mut metadata = Map::from_iter([("name".to_owned(), Value::from(self.name))]);
        // An empty map that is applied belongs to its manager as a whole: nobody else could add a label.
        for (field, entries) in [("labels", self.labels), ("annotations", self.annotations)] {
            if !entries.is_empty() {
                metadata.insert(field.to_owned(), entries.into());
            }
        }
        json!({ "apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": self.spec })
    }
}
