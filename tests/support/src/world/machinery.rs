//! Gateways and controllers as an installation has them, so that a Link finds what it needs.

use std::collections::BTreeSet;

use k8s_openapi::api::{apps::v1::Deployment, core::v1::Service};
use kube::{
    Api, Client,
    api::{Patch, PatchParams},
};
use sandbox::world::{machinery, remote, roles};
use serde_json::{Value, json};
use tokio::sync::Mutex;

use super::{MESH_NAMESPACE, objects};
use crate::{crds, real::Ground};

/// The definitions of Linkerd's policies.
pub const POLICIES: [&str; 5] = [
    "linkerd/server.yaml",
    "linkerd/authorization-policy.yaml",
    "linkerd/meshtls-authentication.yaml",
    "linkerd/network-authentication.yaml",
    "linkerd/server-authorization.yaml",
];

/// The definitions of what may stand in the way besides: routes of Linkerd, and policies of Cilium.
pub const BESIDES: [&str; 3] = [
    "linkerd/httproute.yaml",
    "cilium/ciliumnetworkpolicies.yaml",
    "cilium/ciliumclusterwidenetworkpolicies.yaml",
];

/// What has been made: it stays as long as the control planes do.
static MADE: Mutex<BTreeSet<String>> = Mutex::const_new(BTreeSet::new());

/// Makes sure of the gateway in the exporter and of the controller for this Link in the importer. The namespace of both is
/// there.
pub async fn install(ground: &'static Ground, importer: &str, exporter: &str, link: &str) {
    let (mut made, place) = (MADE.lock().await, ground.folder().display());
    if made.insert(format!("gateway of {exporter} {place}")) {
        let client = ground.cluster(exporter).client().await;
        crds::ensure(&client, &POLICIES).await;
        crds::ensure(&client, &BESIDES).await;
        let pod = (!ground.is_real()).then(machinery::gateway_pod);
        deploy(&client, &machinery::gateway(exporter), machinery::GATEWAY, pod).await;
        all(&client, roles::policies()).await;
        addressed(&client, exporter).await;
    }
    if made.insert(format!("controller of {link} in {importer} {place}")) {
        let client = ground.cluster(importer).client().await;
        crds::ensure(&client, &BESIDES).await;
        objects::apply(&client, MESH_NAMESPACE, remote::probe(link)).await;
        all(&client, roles::controller(link)).await;
        let pod = (!ground.is_real()).then(|| machinery::controller_pod(link));
        deploy(&client, &machinery::controller(link), &format!("controller-{link}"), pod).await;
    }
}

async fn all(client: &Client, manifests: Vec<Value>) {
    for manifest in manifests {
        objects::apply(client, MESH_NAMESPACE, manifest).await;
    }
}

/// Where nobody makes pods of a Deployment, it gets this one.
async fn deploy(client: &Client, manifests: &[Value], deployment: &str, pod: Option<Value>) {
    for manifest in manifests {
        let mut manifest = manifest.clone();
        // Controllers write it here.
        manifest.as_object_mut().expect("an object").remove("status");
        objects::apply(client, MESH_NAMESPACE, manifest).await;
    }
    let deployments = Api::<Deployment>::namespaced(client.clone(), MESH_NAMESPACE);
    if let Some(pod) = pod {
        objects::apply(client, MESH_NAMESPACE, pod).await;
        let status = json!({"status": {"replicas": 1, "readyReplicas": 1, "availableReplicas": 1, "updatedReplicas": 1}});
        let patched =
            deployments.patch_status(deployment, &PatchParams::default(), &Patch::Merge(&status)).await;
        patched.expect("a Deployment that becomes available");
    }
    objects::until(&format!("the Deployment {deployment} is available"), async || {
        let status = deployments.get(deployment).await.ok()?.status?;
        status.available_replicas.filter(|available| *available > 0)
    })
    .await;
}

/// Nobody balances loads here.
async fn addressed(client: &Client, exporter: &str) {
    let services = Api::<Service>::namespaced(client.clone(), MESH_NAMESPACE);
    let ingress = json!({"status": {"loadBalancer": {"ingress": [{"ip": machinery::address(exporter)}]}}});
    let patched =
        services.patch_status(machinery::GATEWAY, &PatchParams::default(), &Patch::Merge(&ingress)).await;
    patched.expect("a gateway to give an address to");
}
