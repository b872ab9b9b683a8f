//! Kubeconfigs for tests: straight to the ground, through proxies, as somebody else, or broken on purpose.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::atomic::{AtomicUsize, Ordering},
};

use k8s_openapi::ByteString;
use serde_json::{Map, Value, json};

use crate::{
    proxy::{ADMIN_TOKEN, CountingProxy},
    real::Ground,
};

/// Who a context is.
#[derive(Debug, Clone)]
pub enum User {
    /// The administrator: with the ground's certificate, or behind a proxy with [`ADMIN_TOKEN`].
    Admin,
    /// Whoever this token belongs to.
    Token(String),
    /// Any user entry, verbatim.
    Raw(Value),
}

/// A kubeconfig in the making. Contexts, clusters and users have the name of the cluster.
#[derive(Debug, Clone)]
pub struct KubeconfigFile {
    ground: Value,
    clusters: Map<String, Value>,
    users: Map<String, Value>,
    contexts: Map<String, Value>,
    current: String,
    extra: Map<String, Value>,
}

impl KubeconfigFile {
    /// An empty kubeconfig whose current context is `infra`, as soon as that exists.
    pub fn new(ground: &Ground) -> Self {
        let text = fs::read_to_string(ground.kubeconfig()).expect("the kubeconfig of the ground");
        let ground = serde_saphyr::from_str(&text).unwrap();
        let (clusters, users, contexts) = (Map::new(), Map::new(), Map::new());
        Self { ground, clusters, users, contexts, current: "infra".to_owned(), extra: Map::new() }
    }

    /// Adds a context that leads straight to a cluster of the ground.
    #[must_use]
    pub fn direct(mut self, cluster: &str, user: User) -> Self {
        let place = self.of_ground("clusters", cluster, "cluster");
        let user = match user {
            User::Admin => User::Raw(self.of_ground("users", cluster, "user")),
            other @ (User::Token(_) | User::Raw(_)) => other,
        };
        self.clusters.insert(cluster.to_owned(), place);
        self.context(cluster, cluster, user)
    }

    /// Adds a context that leads to a proxy, whatever is behind it.
    #[must_use]
    pub fn through(mut self, cluster: &str, proxy: &CountingProxy, user: User) -> Self {
        let place = json!({ "server": proxy.url(), "certificate-authority-data": encoded(proxy.ca_pem()) });
        self.clusters.insert(cluster.to_owned(), place);
        self.context(cluster, cluster, user)
    }

    /// Adds a cluster entry verbatim, for odd ones; give it a context with [`Self::context`].
    #[must_use]
    pub fn cluster(mut self, name: &str, entry: Value) -> Self {
        self.clusters.insert(name.to_owned(), entry);
        self
    }

    /// Adds a context of this name for a cluster entry that need not exist.
    #[must_use]
    pub fn context(mut self, name: &str, cluster: &str, user: User) -> Self {
        let entry = match user {
            User::Admin => json!({ "token": ADMIN_TOKEN }),
            User::Token(token) => json!({ "token": token }),
            User::Raw(entry) => entry,
        };
        self.users.insert(name.to_owned(), entry);
        self.contexts.insert(name.to_owned(), json!({ "cluster": cluster, "user": name }));
        self
    }

    /// Sets the namespace of a context.
    #[must_use]
    pub fn namespace(mut self, context: &str, namespace: &str) -> Self {
        let entry = self.contexts.get_mut(context).and_then(Value::as_object_mut).expect("a context");
        entry.insert("namespace".to_owned(), namespace.into());
        self
    }

    /// Sets the current context, which need not exist; an empty text is one that kubectl ignores.
    #[must_use]
    pub fn current(mut self, context: &str) -> Self {
        context.clone_into(&mut self.current);
        self
    }

    /// Adds any top-level field, or replaces one.
    #[must_use]
    pub fn set(mut self, field: &str, value: Value) -> Self {
        self.extra.insert(field.to_owned(), value);
        self
    }

    /// Returns the text.
    pub fn yaml(&self) -> String {
        let mut file = json!({
            "apiVersion": "v1", "kind": "Config", "current-context": self.current,
            "clusters": list(&self.clusters, "cluster"),
            "users": list(&self.users, "user"),
            "contexts": list(&self.contexts, "context"),
        });
        file.as_object_mut().unwrap().extend(self.extra.clone());
        serde_saphyr::to_string(&file).unwrap()
    }

    /// Writes the text into a new file of this folder and returns its path.
    pub fn write(&self, folder: &Path) -> PathBuf {
        static NEXT: AtomicUsize = AtomicUsize::new(1);
        let path = folder.join(format!("kubeconfig-{}", NEXT.fetch_add(1, Ordering::Relaxed)));
        fs::write(&path, self.yaml()).unwrap();
        path
    }

    fn of_ground(&self, list: &str, name: &str, entry: &str) -> Value {
        let mut all = self.ground.get(list).and_then(Value::as_array).into_iter().flatten();
        let own = all.find(|one| one.get("name").and_then(Value::as_str) == Some(name));
        own.and_then(|one| one.get(entry)).expect("an entry of the ground's kubeconfig").clone()
    }
}

fn list(entries: &Map<String, Value>, field: &str) -> Value {
    entries.iter().map(|(name, entry)| json!({ "name": name, field: entry })).collect()
}

/// Returns the text in base64, as a kubeconfig wants its certificates.
pub(super) fn encoded(text: &str) -> Value {
    serde_json::to_value(ByteString(text.as_bytes().to_vec())).unwrap()
}
