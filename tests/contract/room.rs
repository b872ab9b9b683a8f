//! What a case begins with: a namespace of its own, and the administrator's way to it.

use std::{rc::Rc, time::Duration};

use serde_json::{Value, json};
use testkit::real::unique;
use tokio::time::{Instant, sleep, timeout};

use crate::{door::Door, ground::Ground};

/// What a controller of the cluster does gets this long on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);

/// No case takes longer, on however busy a machine.
const LIMIT: Duration = Duration::from_secs(60);

/// Tries one belief on one ground. The namespace of a case that fails stays, to be looked at.
pub(crate) fn hold(ground: Option<Ground>, belief: impl AsyncFnOnce(&Room)) {
    let Some(ground) = ground else { return };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let case = async {
        let room = Room::new(Rc::new(ground)).await;
        belief(&room).await;
        room.leave().await;
    };
    runtime.block_on(async { timeout(LIMIT, case).await }).expect("the case ends in time");
}

/// A namespace in `infra` with a name that nothing else has.
pub(crate) struct Room {
    pub(crate) ground: Rc<Ground>,
    pub(crate) namespace: String,
    pub(crate) admin: Door,
}

impl Room {
    pub(crate) async fn new(ground: Rc<Ground>) -> Self {
        let (namespace, admin) = (unique("contract"), ground.infra.admin().await);
        admin.post("/api/v1/namespaces", &json!({ "metadata": { "name": namespace } })).await.ok();
        Self { ground, namespace, admin }
    }

    /// A second namespace in the same cluster.
    pub(crate) async fn next_door(&self) -> Self {
        Self::new(Rc::clone(&self.ground)).await
    }

    /// Deletes the namespace without waiting for its end.
    pub(crate) async fn leave(self) {
        drop(self.admin.delete(&format!("/api/v1/namespaces/{}", self.namespace)).await);
    }

    /// The path of something of the core API in this namespace: `services`, `services/web?dryRun=All`.
    pub(crate) fn path(&self, rest: &str) -> String {
        format!("/api/v1/namespaces/{}/{rest}", self.namespace)
    }

    /// The same of another API: `discovery.k8s.io/v1`.
    pub(crate) fn path_of(&self, api: &str, rest: &str) -> String {
        format!("/apis/{api}/namespaces/{}/{rest}", self.namespace)
    }

    /// Makes an object; `plural` is its path.
    pub(crate) async fn make(&self, plural: &str, object: Value) -> Value {
        self.admin.post(&self.path(plural), &object).await.ok()
    }

    /// Makes a `ConfigMap`, the object without a controller.
    pub(crate) async fn config_map(&self, name: &str, labels: Value) -> Value {
        self.make("configmaps", json!({ "metadata": { "name": name, "labels": labels } })).await
    }

    /// Makes a `ConfigMap` of a set that is paged.
    pub(crate) async fn config_map_owned(&self, name: String) -> Value {
        self.config_map(&name, json!({ "page": "me" })).await
    }

    /// Makes a Service without a selector.
    pub(crate) async fn service(&self, name: &str, labels: Value) -> Value {
        self.make("services", service(name, &json!({ "labels": labels }))).await
    }

    /// Reads an object.
    pub(crate) async fn read(&self, rest: &str) -> Value {
        self.admin.get(&self.path(rest)).await.ok()
    }

    /// The version of a listing of this path, from which a watch begins.
    pub(crate) async fn version_of(&self, rest: &str) -> String {
        text(&self.read(rest).await["metadata"]["resourceVersion"])
    }

    /// Returns when the controllers have put into the namespace what they put into every one.
    pub(crate) async fn furnished(&self) {
        until("the namespace has its certificate", async || {
            self.admin.get(&self.path("configmaps/kube-root-ca.crt")).await.code == 200
        })
        .await;
    }

    /// Makes a service account with a bound token that may do what these rules say in this namespace, and returns
    /// the token. Returns when the rules are in force.
    pub(crate) async fn account(&self, name: &str, rules: Value) -> String {
        let rbac = "rbac.authorization.k8s.io";
        self.make("serviceaccounts", json!({ "metadata": { "name": name } })).await;
        let role = json!({ "metadata": { "name": name }, "rules": rules });
        self.admin.post(&self.path_of(&format!("{rbac}/v1"), "roles"), &role).await.ok();
        let subject = json!({ "kind": "ServiceAccount", "name": name, "namespace": self.namespace });
        let binding = json!({
            "metadata": { "name": name }, "subjects": [subject],
            "roleRef": { "apiGroup": rbac, "kind": "Role", "name": name },
        });
        self.admin.post(&self.path_of(&format!("{rbac}/v1"), "rolebindings"), &binding).await.ok();
        let request = json!({ "spec": { "expirationSeconds": 600 } });
        let token = self.make(&format!("serviceaccounts/{name}/token"), request).await;
        let token = text(&token["status"]["token"]);
        if let Some(rule) = rules.get(0) {
            self.until_allowed(&token, &rule["verbs"][0], &rule["resources"][0]).await;
        }
        token
    }

    async fn until_allowed(&self, token: &str, verb: &Value, resource: &Value) {
        let door = self.ground.infra.door(&json!({ "token": token })).await;
        let attributes = json!({ "namespace": self.namespace, "verb": verb, "resource": resource });
        let review = json!({ "spec": { "resourceAttributes": attributes } });
        until("the rules are in force", async || {
            let path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
            door.post(path, &review).await.ok()["status"]["allowed"] == true
        })
        .await;
    }
}

/// Looks again and again until it is so.
pub(crate) async fn until(what: &str, so: impl AsyncFn() -> bool) {
    let start = Instant::now();
    while !so().await {
        assert!(start.elapsed() < PATIENCE, "not within {PATIENCE:?}: {what}");
        sleep(Duration::from_millis(10)).await;
    }
}

/// A Service with a port and this metadata.
pub(crate) fn service(name: &str, metadata: &Value) -> Value {
    let mut object = bare(name, metadata);
    object["spec"] = json!({ "ports": [{ "name": "http", "port": 80 }] });
    object
}

/// A Service with nothing but metadata, as it is applied.
pub(crate) fn bare(name: &str, metadata: &Value) -> Value {
    let mut object = json!({ "apiVersion": "v1", "kind": "Service", "metadata": metadata });
    object["metadata"]["name"] = name.into();
    object
}

/// A text field.
pub(crate) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// The names of the objects of a list, in its order.
pub(crate) fn names(list: &Value) -> Vec<String> {
    list["items"].as_array().unwrap().iter().map(|item| text(&item["metadata"]["name"])).collect()
}
