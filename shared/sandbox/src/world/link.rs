//! A Link and all that belongs to it: in the exporter an account with the rights that a service mirror has there, in
//! the importer its credentials and the Link itself.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Map, Value, json};

use super::build::until;
use super::machinery::{self, IDENTITY};
use super::remote::{NAMESPACE, access, credentials, discovery, kubeconfig, namespace, probe, token_name};
use super::{Controller, LinkSpec, roles};
use crate::controllers::mirror::{Finished, finished};
use crate::failure::{Failure, in_place_of};
use crate::object::{self, text};
use crate::{Running, Sandbox};

const DEFINITION: &str = include_str!("../../worlds/link-definition.yaml");
const POLICIES: &str = include_str!("../../worlds/policy-definitions.yaml");

/// Makes the Link in its importer.
pub(super) async fn make(sandbox: &Sandbox, link: &LinkSpec) -> Result<(), Failure> {
    let names: Vec<_> = sandbox.clusters().iter().map(Running::name).collect();
    let find = |name: &str| {
        let words = format!("links: there is no cluster {name:?}");
        sandbox.cluster(name).ok_or_else(|| Failure::new(words, in_place_of(name, &names)))
    };
    let (importer, exporter) = (find(&link.importer)?, find(&link.exporter)?);
    let token = account(exporter).await?;
    let name = &link.exporter;
    all(importer, &definitions(DEFINITION)?)?;
    ensure(importer, &namespace())?;
    let kubeconfig = kubeconfig(&exporter.url(), exporter.authority(), &token);
    ensure(importer, &credentials(&format!("cluster-credentials-{name}"), "kubeconfig", &kubeconfig))?;
    ensure(importer, &json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "linkerd"}}))?;
    ensure(importer, &discovery(name, "kubeconfig", &kubeconfig))?;
    ensure(importer, &probe(name))?;
    let mut spec = usual(name);
    spec.extend(link.spec.clone());
    if spec.get("gatewayAddress").and_then(Value::as_str).is_some_and(|address| !address.is_empty()) {
        install(exporter, &machinery::gateway(name), &machinery::gateway_pod())?;
        all(exporter, &definitions(POLICIES)?)?;
        all(exporter, &roles::policies())?;
    }
    if link.controller != Controller::Stopped {
        install(importer, &machinery::controller(name), &machinery::controller_pod(name))?;
        all(importer, &roles::controller(name))?;
    }
    let metadata = json!({"name": name, "namespace": NAMESPACE});
    let version = "multicluster.linkerd.io/v1alpha3";
    let mut object = json!({"apiVersion": version, "kind": "Link", "metadata": metadata, "spec": spec});
    if link.controller == Controller::Finished {
        mirror((importer, exporter), &mut object)?;
    }
    ensure(importer, &object)
}

/// Makes what a controller would have made by now, and has the Link say so.
fn mirror((importer, exporter): (&Running, &Running), link: &mut Value) -> Result<(), Failure> {
    let services = exporter.services();
    let done = finished((text(link, "/metadata/name"), &link["spec"]), services.into_iter(), importer.now());
    let Finished { objects, status } = done.map_err(|words| {
        Failure::new(words, "correct the `spec` of the link, or leave `controller: finished` out")
    })?;
    object::as_map(link).insert("status".into(), status);
    all(importer, &objects)
}

fn definitions(text: &str) -> Result<Vec<Value>, Failure> {
    serde_saphyr::from_multiple(text).map_err(|error| Failure::new(error.to_string(), "report this"))
}

/// What is there already, because the world describes it, stays.
fn install(cluster: &Running, objects: &[Value], pod: &Value) -> Result<(), Failure> {
    all(cluster, objects)?;
    ensure(cluster, pod)
}

fn all(cluster: &Running, objects: &[Value]) -> Result<(), Failure> {
    objects.iter().try_for_each(|object| ensure(cluster, object))
}

fn ensure(cluster: &Running, object: &Value) -> Result<(), Failure> {
    cluster.ensure(object).map_err(|failure| failure.at(cluster.name()))
}

/// The exporter's account for service mirrors, and its token.
async fn account(exporter: &Running) -> Result<String, Failure> {
    ensure(exporter, &namespace())?;
    for object in &access() {
        ensure(exporter, object)?;
    }
    let token = until("the token of the service mirror", || {
        let secret = exporter.read("secrets", NAMESPACE, &token_name())?;
        let bytes = STANDARD.decode(text(&secret, "/data/token")).ok().filter(|bytes| !bytes.is_empty())?;
        String::from_utf8(bytes).ok()
    });
    token.await
}

/// What `linkerd multicluster link` writes.
fn usual(exporter: &str) -> Map<String, Value> {
    let spec = json!({
        "targetClusterName": exporter, "targetClusterDomain": "cluster.local",
        "targetClusterLinkerdNamespace": "linkerd",
        "clusterCredentialsSecret": format!("cluster-credentials-{exporter}"),
        "gatewayAddress": machinery::address(exporter), "gatewayPort": "4143", "gatewayIdentity": IDENTITY,
        "probeSpec": {"path": "/ready", "port": "4191", "period": "3s", "timeout": "30s", "failureThreshold": "3"},
        "selector": {"matchLabels": {"mirror.linkerd.io/exported": "true"}},
        "remoteDiscoverySelector": {"matchLabels": {"mirror.linkerd.io/exported": "remote-discovery"}},
        "federatedServiceSelector": {"matchLabels": {"mirror.linkerd.io/federated": "member"}},
    });
    spec.as_object().cloned().unwrap_or_default()
}
