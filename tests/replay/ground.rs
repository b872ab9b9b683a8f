//! Two clusters and what every scenario needs on them before it begins.

use std::{collections::BTreeSet, time::Duration};

use http::header::{HeaderValue, USER_AGENT};
use kube::{
    Client, Config,
    config::{AuthInfo, KubeConfigOptions, Kubeconfig},
};
use sandbox::{controllers::mirror::AGENT, world::remote};
use serde_json::{Value, json};
use testkit::{
    crds,
    proxy::{ADMIN_TOKEN, CountingProxy, RequestKind, Upstream},
    real,
    recorded::CONTROL_NAMESPACE,
    world::install,
};

use super::{
    rest::Rest,
    step::On,
    wait::{until, until_some},
};

const SECONDS: Duration = Duration::from_secs(30);

/// The two clusters of the recordings.
pub(crate) struct Ground {
    infra: Rest,
    apps: Rest,
    importer: Client,
    clusters: &'static real::Ground,
    // What the controllers talk through, exporter first.
    doors: [CountingProxy; 2],
}

impl Ground {
    /// Connects and prepares both clusters; what is there already stays.
    pub(crate) async fn open(
        clusters: &'static real::Ground,
        links: &[&str],
        flags: &[&str],
    ) -> Result<Self, String> {
        let [infra, apps] = ["infra", "apps"].map(|name| clusters.cluster(name));
        let (infra, apps) = (Rest { client: infra.client().await }, Rest { client: apps.client().await });
        for rest in [&infra, &apps] {
            crds::ensure(&rest.client, &["linkerd/link.yaml"]).await;
        }
        let doors = ["infra", "apps"].map(|name| CountingProxy::start(Upstream::of(clusters, name)));
        let importer = behind(&doors[1]).await?;
        let ground = Self { infra, apps, importer, clusters, doors };
        ground.prepare().await?;
        for link in links {
            install(clusters, "apps", "infra", link).await;
            ground.run_with(link, flags).await?;
        }
        Ok(ground)
    }

    /// Lets the Deployment of a controller say that it runs with these flags. Nothing runs in its pods.
    async fn run_with(&self, link: &str, flags: &[&str]) -> Result<(), String> {
        let path = format!("/apis/apps/v1/namespaces/{CONTROL_NAMESPACE}/deployments/controller-{link}");
        let probe = format!("-probe-service=probe-{link}");
        let arguments: Vec<&str> =
            ["service-mirror", &probe].into_iter().chain(flags.iter().copied()).chain([link]).collect();
        let place = "/spec/template/spec/containers/0/args";
        let patch = json!([{"op": "replace", "path": place, "value": arguments}]);
        self.apps.json_patch(&path, &patch).await?;
        if !self.clusters.is_real() {
            return Ok(());
        }
        let is_out = async || {
            let found = self.apps.get(&path).await?.unwrap_or_default();
            let number = |way: &str| found.pointer(way).and_then(Value::as_u64);
            let ready = ["replicas", "updatedReplicas", "availableReplicas"];
            let is_alone = ready.iter().all(|field| number(&format!("/status/{field}")) == Some(1));
            Ok(is_alone && number("/status/observedGeneration") == number("/metadata/generation"))
        };
        until("the pod of a controller with other flags", SECONDS, is_out).await
    }

    /// The clusters themselves.
    pub(crate) fn clusters(&self) -> &'static real::Ground {
        self.clusters
    }

    pub(crate) fn at(&self, on: On) -> &Rest {
        match on {
            On::Infra => &self.infra,
            On::Apps => &self.apps,
        }
    }

    /// The importer for the controllers.
    pub(crate) fn importer(&self) -> Client {
        self.importer.clone()
    }

    async fn prepare(&self) -> Result<(), String> {
        for rest in [&self.infra, &self.apps] {
            rest.create(&remote::namespace()).await?;
        }
        for object in remote::access() {
            self.infra.create(&object).await?;
        }
        self.apps.create(&remote::probe("infra")).await?;
        let kubeconfig = self.exporter(&self.token(&remote::token_name()).await?);
        self.apps
            .create(&json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "linkerd"}}))
            .await?;
        self.apps.create(&remote::discovery("infra", "kubeconfig", &kubeconfig)).await?;
        self.set_credentials("cluster-credentials-infra", "kubeconfig", &kubeconfig).await
    }

    /// Writes a Secret with this text under this key, in place of one that may be there.
    pub(crate) async fn set_credentials(&self, name: &str, key: &str, text: &str) -> Result<(), String> {
        self.apps.delete(&format!("/api/v1/namespaces/{CONTROL_NAMESPACE}/secrets/{name}")).await?;
        self.apps.create(&remote::credentials(name, key, text)).await
    }

    /// Returns the token that the exporter puts into this Secret of a service account.
    pub(crate) async fn token(&self, secret: &str) -> Result<String, String> {
        let path = format!("/api/v1/namespaces/{CONTROL_NAMESPACE}/secrets/{secret}");
        let read = async || {
            let secret = self.infra.get(&path).await?.unwrap_or_default();
            let secret: k8s_openapi::api::core::v1::Secret =
                serde_json::from_value(secret).map_err(|error| error.to_string())?;
            let token = secret.data.unwrap_or_default().remove("token");
            Ok(token.and_then(|bytes| String::from_utf8(bytes.0).ok()))
        };
        until_some("a token", SECONDS, read).await
    }

    /// Returns a kubeconfig of the exporter that uses this token.
    pub(crate) fn exporter(&self, token: &str) -> String {
        remote::kubeconfig(&self.server("infra"), &self.authority("infra"), token)
    }

    /// Returns whether the exporter accepts this token now.
    pub(crate) async fn accepts(&self, token: &str) -> Result<bool, String> {
        let mut config = self.clusters.cluster("infra").config().await;
        config.auth_info = AuthInfo { token: Some(token.to_owned().into()), ..AuthInfo::default() };
        let client = Client::try_from(config).map_err(|error| error.to_string())?;
        match client.list_core_api_versions().await {
            Ok(_) => Ok(true),
            Err(kube::Error::Api(status)) if status.code == 401 => Ok(false),
            Err(error) => Err(error.to_string()),
        }
    }

    /// Returns where controllers reach this cluster's API server.
    pub(crate) fn server(&self, name: &str) -> String {
        self.door(name).url()
    }

    /// Returns the authority that the certificate there is checked against.
    pub(crate) fn authority(&self, name: &str) -> String {
        self.door(name).ca_pem().to_owned()
    }

    fn door(&self, name: &str) -> &CountingProxy {
        let [infra, apps] = &self.doors;
        if name == "infra" { infra } else { apps }
    }

    /// Returns the kinds of requests that controllers have sent so far.
    pub(crate) fn sent(&self) -> BTreeSet<RequestKind> {
        self.doors.iter().flat_map(CountingProxy::all_requests).map(|request| request.kind()).collect()
    }

    /// Waits until this namespace is in neither cluster, deleting what earlier runs left.
    pub(crate) async fn clear(&self, namespace: &str) -> Result<(), String> {
        self.clear_links().await?;
        let path = format!("/api/v1/namespaces/{namespace}");
        for rest in [&self.infra, &self.apps] {
            if rest.get(&path).await?.is_some() {
                rest.delete(&path).await?;
                until("the namespace to go", SECONDS, async || Ok(rest.get(&path).await?.is_none())).await?;
            }
        }
        Ok(())
    }

    async fn clear_links(&self) -> Result<(), String> {
        let control = format!("namespaces/{CONTROL_NAMESPACE}");
        for rest in [&self.infra, &self.apps] {
            rest.delete(&format!("/apis/multicluster.linkerd.io/v1alpha3/{control}/links")).await?;
        }
        self.apps.delete(&format!("/api/v1/{control}/endpoints")).await
    }

    /// Removes a scenario without waiting for the end of its namespaces.
    pub(crate) async fn sweep(&self, namespace: &str) -> Result<(), String> {
        self.clear_links().await?;
        for rest in [&self.infra, &self.apps] {
            for plural in ["services", "pods"] {
                rest.delete(&format!("/api/v1/namespaces/{namespace}/{plural}")).await?;
            }
            rest.delete(&format!("/api/v1/namespaces/{namespace}")).await?;
        }
        Ok(())
    }
}

/// A client of the controllers, which does nothing but through this door.
async fn behind(door: &CountingProxy) -> Result<Client, String> {
    let text = remote::kubeconfig(&door.url(), door.ca_pem(), ADMIN_TOKEN);
    let file = Kubeconfig::from_yaml(&text).map_err(|error| error.to_string())?;
    let config = Config::from_custom_kubeconfig(file, &KubeConfigOptions::default()).await;
    let mut config = config.map_err(|error| error.to_string())?;
    config.headers = vec![(USER_AGENT, HeaderValue::from_static(AGENT))];
    Client::try_from(config).map_err(|error| error.to_string())
}
