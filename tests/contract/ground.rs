//! Where the beliefs are tried. A ground is two clusters, and a cluster is two entries of a kubeconfig: where its
//! API server is and who its administrator is. Everybody else is made from these, so that any server that can write
//! a kubeconfig can be a ground.

use kube::{
    Client, Config,
    config::{KubeConfigOptions, Kubeconfig},
};
use sandbox::world::remote;
use serde_json::{Value, json};
use testkit::{
    embedded,
    proxy::{ADMIN_TOKEN, CountingProxy, Upstream},
    real,
};

use crate::door::Door;

/// Two clusters with the contexts `infra` and `apps`.
pub(crate) struct Ground {
    pub(crate) infra: Place,
    pub(crate) apps: Place,
}

/// One cluster.
pub(crate) struct Place {
    /// Its context.
    pub(crate) name: &'static str,
    /// Its `cluster` entry: server and CA.
    pub(crate) server: Value,
    /// The `user` entry of somebody who may do everything.
    pub(crate) administrator: Value,
}

impl Ground {
    /// The ground of a kubeconfig with the contexts `infra` and `apps`, both with clusters and users of the same name.
    fn of(file: &Value) -> Self {
        let [infra, apps] = ["infra", "apps"].map(|name| Place::of(file, name));
        Self { infra, apps }
    }

    /// The real control planes, when they are there.
    pub(crate) fn real() -> Option<Self> {
        let text = std::fs::read_to_string(real::ground()?.kubeconfig()).unwrap();
        Some(Self::of(&serde_saphyr::from_str(&text).unwrap()))
    }

    /// The sandbox, which is always there.
    pub(crate) fn sandbox() -> Self {
        Self::of(embedded::kubeconfig())
    }

    /// The sandbox behind doors that write down what passes.
    pub(crate) fn recorded() -> (Self, [CountingProxy; 2]) {
        let doors =
            ["infra", "apps"].map(|name| CountingProxy::start(Upstream::of(embedded::ground(), name)));
        let [infra, apps] = &doors;
        let ground = Self { infra: Place::behind(infra, "infra"), apps: Place::behind(apps, "apps") };
        (ground, doors)
    }
}

impl Place {
    fn behind(door: &CountingProxy, name: &'static str) -> Self {
        let file: Value =
            serde_json::from_str(&remote::kubeconfig(&door.url(), door.ca_pem(), ADMIN_TOKEN)).unwrap();
        let entry = |list: &str, field: &str| file[list][0][field].clone();
        Self { name, server: entry("clusters", "cluster"), administrator: entry("users", "user") }
    }

    fn of(file: &Value, name: &'static str) -> Self {
        let entry = |list: &str, field: &str| {
            let entries = file[list].as_array().unwrap();
            entries.iter().find(|entry| entry["name"] == name).unwrap()[field].clone()
        };
        Self { name, server: entry("clusters", "cluster"), administrator: entry("users", "user") }
    }

    /// A kubeconfig whose only context leads here, as this user.
    pub(crate) fn kubeconfig(&self, user: &Value) -> Value {
        let (name, server) = (self.name, &self.server);
        json!({
            "apiVersion": "v1", "kind": "Config", "current-context": name,
            "clusters": [{ "name": name, "cluster": server }],
            "users": [{ "name": name, "user": user }],
            "contexts": [{ "name": name, "context": { "cluster": name, "user": name } }],
        })
    }

    /// A client that brings exactly these credentials and never sends anything twice.
    pub(crate) async fn client(&self, user: &Value) -> Client {
        let file: Kubeconfig = serde_json::from_value(self.kubeconfig(user)).unwrap();
        let mut config = Config::from_custom_kubeconfig(file, &KubeConfigOptions::default()).await.unwrap();
        config.default_retry = false;
        // It listens on this machine: no proxy that the environment names is on the way.
        config.proxy_url = None;
        Client::try_from(config).unwrap()
    }

    /// Somebody's way into this cluster: the fields of a `user` entry, `{}` for nobody.
    pub(crate) async fn door(&self, user: &Value) -> Door {
        Door::new(self.client(user).await)
    }

    /// The administrator's way.
    pub(crate) async fn admin(&self) -> Door {
        self.door(&self.administrator).await
    }

    /// The administrator pretending to be this user, with these groups.
    pub(crate) async fn pretending(&self, user: &str, groups: &[&str]) -> Door {
        let mut entry = self.administrator.clone();
        entry["as"] = user.into();
        if !groups.is_empty() {
            entry["as-groups"] = groups.into();
        }
        self.door(&entry).await
    }
}
