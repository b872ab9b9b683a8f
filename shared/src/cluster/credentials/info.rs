//! What a credential plugin is told: the value of `KUBERNETES_EXEC_INFO`.

use crate::bounded;
use crate::cluster::dial::Parts;
use crate::verdict::Failure;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kube::config::{Cluster, ExecConfig};
use serde_json::{Map, Value, json};
use std::path::Path;

/// The extension of a cluster that is meant for plugins.
const EXTENSION: &str = "client.authentication.k8s.io/exec";

/// The JSON for a plugin. `interactive` says whether it gets our stdin.
pub(super) fn exec_info(
    exec: &ExecConfig,
    parts: &Parts,
    server: &str,
    interactive: bool,
) -> Result<String, Failure> {
    let mut spec = Map::new();
    if exec.provide_cluster_info {
        spec.insert("cluster".to_owned(), cluster(&parts.cluster, parts, server)?);
    }
    spec.insert("interactive".to_owned(), Value::Bool(interactive));
    let info = json!({ "kind": "ExecCredential", "apiVersion": exec.api_version, "spec": spec });
    Ok(info.to_string())
}

fn cluster(cluster: &Cluster, parts: &Parts, server: &str) -> Result<Value, Failure> {
    let mut fields = Map::new();
    let mut put = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            fields.insert(name.to_owned(), value);
        }
    };
    let text = |field: &Option<String>| field.clone().filter(|text| !text.is_empty()).map(Value::String);
    put("server", Some(Value::String(server.to_owned())));
    put("tls-server-name", text(&cluster.tls_server_name));
    put("insecure-skip-tls-verify", cluster.insecure_skip_tls_verify.filter(|skip| *skip).map(Value::Bool));
    let data = match (text(&cluster.certificate_authority_data), &cluster.certificate_authority) {
        (Some(data), _) => Some(data),
        (None, Some(file)) if !file.is_empty() => {
            let bytes = bounded::file(Path::new(file)).map_err(|_| {
                parts.wrong(&format!("unable to read certificate-authority {file}"), "name a readable file")
            })?;
            Some(Value::String(STANDARD.encode(bytes)))
        }
        (None, _) => None,
    };
    put("certificate-authority-data", data);
    put("proxy-url", text(&cluster.proxy_url));
    put("disable-compression", cluster.disable_compression.filter(|off| *off).map(Value::Bool));
    let extensions = cluster.extensions.as_deref().unwrap_or_default();
    let own = extensions.iter().find(|extension| extension.name == EXTENSION);
    put("config", own.map(|extension| extension.extension.clone()));
    Ok(Value::Object(fields))
}
