//! Plain requests to an API server, for objects of any kind.

use kube::Client;
use serde_json::{Value, json};
use testkit::recorded::CONTROL_NAMESPACE;

/// Where objects of a kind are: API prefix and plural; and whether in a namespace.
const KINDS: [(&str, &str, &str, bool); 9] = [
    ("Namespace", "/api/v1", "namespaces", false),
    ("Service", "/api/v1", "services", true),
    ("Endpoints", "/api/v1", "endpoints", true),
    ("Pod", "/api/v1", "pods", true),
    ("Secret", "/api/v1", "secrets", true),
    ("ServiceAccount", "/api/v1", "serviceaccounts", true),
    ("Link", "/apis/multicluster.linkerd.io/v1alpha3", "links", true),
    ("ClusterRole", "/apis/rbac.authorization.k8s.io/v1", "clusterroles", false),
    ("ClusterRoleBinding", "/apis/rbac.authorization.k8s.io/v1", "clusterrolebindings", false),
];

/// One API server.
#[derive(Clone)]
pub(crate) struct Rest {
    pub(crate) client: Client,
}

impl Rest {
    /// Returns the object or list at this path; `None` when it is not there.
    pub(crate) async fn get(&self, path: &str) -> Result<Option<Value>, String> {
        self.send("GET", path, "", &Value::Null).await
    }

    /// Creates the object; one that exists already is left as it is.
    pub(crate) async fn create(&self, object: &Value) -> Result<(), String> {
        match self.send("POST", &collection(object)?, "application/json", object).await {
            Err(error) if error.contains("already exists") => Ok(()),
            other => other.map(drop),
        }
    }

    pub(crate) async fn merge(&self, path: &str, change: &Value) -> Result<(), String> {
        self.send("PATCH", path, "application/merge-patch+json", change).await.map(drop)
    }

    pub(crate) async fn json_patch(&self, path: &str, change: &Value) -> Result<(), String> {
        self.send("PATCH", path, "application/json-patch+json", change).await.map(drop)
    }

    /// Deletes an object or a collection at once; one that is not there is fine.
    pub(crate) async fn delete(&self, path: &str) -> Result<(), String> {
        self.send("DELETE", path, "application/json", &json!({"gracePeriodSeconds": 0})).await.map(drop)
    }

    async fn send(
        &self,
        method: &str,
        path: &str,
        content: &str,
        body: &Value,
    ) -> Result<Option<Value>, String> {
        let bytes = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
        let request = http::Request::builder().method(method).uri(path).header("content-type", content);
        let request = request.body(bytes).map_err(|error| error.to_string())?;
        match self.client.request::<Value>(request).await {
            Ok(answer) => Ok(Some(answer)),
            Err(kube::Error::Api(status)) if status.code == 404 && method != "POST" && method != "PATCH" => {
                Ok(None)
            }
            Err(error) => Err(format!("{method} {path}: {error}")),
        }
    }
}

/// Returns the path of an object written as `services/web`; Links are in the control namespace.
pub(crate) fn path(namespace: &str, object: &str) -> String {
    if object.starts_with("links/") {
        format!("/apis/multicluster.linkerd.io/v1alpha3/namespaces/{CONTROL_NAMESPACE}/{object}")
    } else {
        format!("/api/v1/namespaces/{namespace}/{object}")
    }
}

fn collection(object: &Value) -> Result<String, String> {
    let text = |way: &str| object.pointer(way).and_then(Value::as_str).unwrap_or_default();
    let kind = KINDS.iter().find(|known| known.0 == text("/kind"));
    let (_, prefix, plural, namespaced) = kind.ok_or_else(|| format!("unknown kind in {object}"))?;
    let namespace = text("/metadata/namespace");
    Ok(if *namespaced {
        format!("{prefix}/namespaces/{namespace}/{plural}")
    } else {
        format!("{prefix}/{plural}")
    })
}
