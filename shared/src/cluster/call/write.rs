//! Changes of single objects.

use super::{Call, Resource};
use http::Method;
use serde_json::Value;

impl Call {
    /// Merges fields into one object. Not repeated after a broken connection: a second try could meet its own
    /// first one as a conflict.
    pub fn merge(resource: Resource, namespace: Option<&str>, name: &str, body: &Value) -> Self {
        let mut call = Self::new("patch", Method::PATCH, resource, namespace).named(name);
        call.body = Some(("application/merge-patch+json", body.clone()));
        call.repeatable = false;
        call
    }

    /// Deletes one object if it still is the one with this uid.
    pub fn delete(resource: Resource, namespace: Option<&str>, name: &str, uid: &str) -> Self {
        let options = serde_json::json!({
            "apiVersion": "v1", "kind": "DeleteOptions", "preconditions": {"uid": uid}
        });
        let mut call = Self::new("delete", Method::DELETE, resource, namespace).named(name);
        call.body = Some(("application/json", options));
        call
    }

    /// Deletes an object whose name nobody else gives, and what it owns after it.
    pub fn remove(resource: Resource, namespace: &str, name: &str) -> Self {
        let options = serde_json::json!({
            "apiVersion": "v1", "kind": "DeleteOptions", "propagationPolicy": "Background"
        });
        let mut call = Self::new("delete", Method::DELETE, resource, Some(namespace)).named(name);
        call.body = Some(("application/json", options));
        call
    }
}
