//! From the Secret that a Link names to a client of the exporting cluster.

use http::header::{HeaderValue, USER_AGENT};
use k8s_openapi::api::core::v1::Secret;
use kube::{
    Api, Client, Config,
    config::{KubeConfigOptions, Kubeconfig},
};

use super::trouble::Trouble;

const KEY: &str = "kubeconfig";
/// What it calls itself, so that audit logs tell its requests from those of others.
pub const AGENT: &str = "service-mirror";

/// Reads the Secret and returns a client that the exporter has answered.
pub(super) async fn connect(importer: &Client, namespace: &str, secret: &str) -> Result<Client, Trouble> {
    let api: Api<Secret> = Api::namespaced(importer.clone(), namespace);
    let secret = api.get(secret).await?;
    let bytes = secret.data.as_ref().and_then(|data| data.get(KEY));
    let bytes = bytes.ok_or_else(|| Trouble::new(format!("the Secret has no key '{KEY}'")))?;
    let text = std::str::from_utf8(&bytes.0).map_err(|error| Trouble::new(error.to_string()))?;
    let client = Client::try_from(config(text).await?)?;
    // The version alone is readable without rights, so what will be watched is asked for, too.
    client.apiserver_version().await?;
    let services: Api<k8s_openapi::api::core::v1::Service> = Api::all(client.clone());
    services.list(&kube::api::ListParams::default().limit(1)).await?;
    Ok(client)
}

async fn config(text: &str) -> Result<Config, Trouble> {
    let mut kubeconfig = Kubeconfig::from_yaml(text).map_err(|error| Trouble::new(error.to_string()))?;
    for user in kubeconfig.auth_infos.iter_mut().filter_map(|user| user.auth_info.as_mut()) {
        // A Secret of a cluster must not be able to start programs here.
        user.exec = None;
        user.auth_provider = None;
    }
    let options = KubeConfigOptions::default();
    let mut config = Config::from_custom_kubeconfig(kubeconfig, &options)
        .await
        .map_err(|error| Trouble::new(error.to_string()))?;
    config.default_retry = false;
    // Neither the environment nor the Secret says who else hears the token: the exporter is asked directly.
    config.proxy_url = None;
    config.headers.push((USER_AGENT, HeaderValue::from_static(AGENT)));
    Ok(config)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_proxy_is_not_taken_from_a_secret_nor_from_where_else_it_may_be_named() {
        let secret = r"
apiVersion: v1
kind: Config
current-context: remote
clusters: [{name: remote, cluster: {server: 'https://192.0.2.1', proxy-url: 'http://192.0.2.9:3128'}}]
contexts: [{name: remote, context: {cluster: remote, user: remote}}]
users: [{name: remote, user: {token: secret}}]
";
        // The library reads both places into this one field, the cluster's own entry first.
        let file = Kubeconfig::from_yaml(secret).unwrap();
        let as_it_is = Config::from_custom_kubeconfig(file, &KubeConfigOptions::default()).await.unwrap();
        assert!(as_it_is.proxy_url.is_some());
        assert_eq!(config(secret).await.unwrap().proxy_url, None);
    }
}
