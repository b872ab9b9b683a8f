//! Service accounts with rights and a token that does not expire.

use k8s_openapi::{ByteString, api::core::v1::Secret};
use kube::{Api, Client};
use serde_json::{Value, json};

use super::{WORLD_LABEL, objects};

/// A service account of a world.
pub(super) struct User {
    pub(super) namespace: String,
    pub(super) name: String,
}

impl User {
    /// Makes the account with these RBAC rules and returns its token.
    pub(super) async fn make(
        &self,
        client: &Client,
        namespaced: Vec<Value>,
        clusterwide: Vec<Value>,
    ) -> String {
        self.grant(client, "Role", self.name.clone(), namespaced).await;
        self.grant(client, "ClusterRole", format!("{}-{}", self.namespace, self.name), clusterwide).await;
        token(client, &self.namespace, &self.name).await
    }

    /// `role` is `Role` or `ClusterRole`; the binding is called like it.
    async fn grant(&self, client: &Client, role: &str, name: String, rules: Vec<Value>) {
        let labels = json!({ WORLD_LABEL: self.namespace });
        let metadata = json!({ "name": name, "labels": labels });
        let api = "rbac.authorization.k8s.io";
        let rights =
            json!({ "apiVersion": format!("{api}/v1"), "kind": role, "metadata": metadata, "rules": rules });
        let binding = json!({
            "apiVersion": format!("{api}/v1"),
            "kind": format!("{role}Binding"),
            "metadata": metadata,
            "roleRef": { "apiGroup": api, "kind": role, "name": name },
            "subjects": [{ "kind": "ServiceAccount", "name": self.name, "namespace": self.namespace }],
        });
        objects::apply(client, &self.namespace, rights).await;
        objects::apply(client, &self.namespace, binding).await;
    }
}

/// Makes the account if need be, with a Secret `<name>-token`, and returns the token that the cluster puts there.
pub(super) async fn token(client: &Client, namespace: &str, name: &str) -> String {
    let account = json!({ "apiVersion": "v1", "kind": "ServiceAccount", "metadata": { "name": name } });
    objects::apply(client, namespace, account).await;
    let secret = format!("{name}-token");
    let annotations = json!({ "kubernetes.io/service-account.name": name });
    let wanted = json!({
        "apiVersion": "v1",
        "kind": "Secret",
        "type": "kubernetes.io/service-account-token",
        "metadata": { "name": secret, "annotations": annotations },
    });
    objects::apply(client, namespace, wanted).await;
    let secrets = Api::<Secret>::namespaced(client.clone(), namespace);
    let ByteString(token) = objects::until("the token controller fills the Secret", async || {
        secrets.get(&secret).await.ok()?.data?.remove("token")
    })
    .await;
    String::from_utf8(token).unwrap()
}
