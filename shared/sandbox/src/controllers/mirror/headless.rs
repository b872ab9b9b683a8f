//! What the mirrors of a headless Service should look like: one that is headless too, and one for each pod.
//! Pure: objects in, objects out.

use std::collections::BTreeMap;

use k8s_openapi::{
    api::core::v1::{EndpointAddress, EndpointSubset, Endpoints, Service},
    apimachinery::pkg::apis::meta::v1::ObjectMeta,
};

use super::{
    keys,
    link::{Link, Mode},
    wanted,
};

/// What `clusterIP` says when a Service has no address.
const NO_ADDRESS: &str = "None";

pub(super) fn is_headless(service: &Service) -> bool {
    service.spec.as_ref().is_some_and(|spec| spec.cluster_ip.as_deref() == Some(NO_ADDRESS))
}

/// Returns whether these Endpoints are those of a headless Service, by kube's own label.
pub(super) fn is_of_headless(endpoints: &Endpoints) -> bool {
    endpoints.metadata.labels.as_ref().is_some_and(|labels| labels.contains_key(keys::HEADLESS))
}

/// Returns whether a Service is the mirror of a single pod, of this headless mirror if one is named.
pub(super) fn is_of_pod(service: &Service, headless: Option<&str>) -> bool {
    let belongs = service.metadata.labels.as_ref().and_then(|labels| labels.get(keys::HEADLESS_MIRROR));
    belongs.is_some_and(|own| headless.is_none_or(|headless| headless == own))
}

/// Returns the name of the mirror whose exported Service this mirror stands or falls with.
pub(super) fn home(mirror: &Service) -> &str {
    let headless = mirror.metadata.labels.as_ref().and_then(|labels| labels.get(keys::HEADLESS_MIRROR));
    headless.or(mirror.metadata.name.as_ref()).map_or("", String::as_str)
}

/// Returns the mirror: without an address as soon as one pod has a host name, ready or not.
pub(super) fn service(link: &Link, exported: &Service, endpoints: &Endpoints) -> Service {
    let mut service = wanted::service(link, Mode::Gateway, exported);
    let subsets = endpoints.subsets.iter().flatten();
    let lists = subsets.flat_map(|subset| [&subset.addresses, &subset.not_ready_addresses]);
    if lists.flatten().flatten().any(|address| named(address).is_some()) {
        service.spec.get_or_insert_default().cluster_ip = Some(NO_ADDRESS.into());
    }
    service
}

/// Returns the host name of a pod that can have a mirror of its own.
pub(super) fn named(address: &EndpointAddress) -> Option<&str> {
    address.hostname.as_deref().filter(|name| !name.is_empty())
}

/// Returns the ready addresses of a subset that can have mirrors of their own, with their host names.
pub(super) fn named_ones(subset: &EndpointSubset) -> impl Iterator<Item = (&str, &EndpointAddress)> {
    subset.addresses.iter().flatten().filter_map(|address| Some((named(address)?, address)))
}

/// Returns the address of a headless mirror that leads to the mirror of a pod.
pub(super) fn address(hostname: &str, mirror: &Service) -> EndpointAddress {
    let ip = mirror.spec.as_ref().and_then(|spec| spec.cluster_ip.clone()).unwrap_or_default();
    EndpointAddress { hostname: Some(hostname.into()), ip, ..EndpointAddress::default() }
}

/// Returns the subset of a headless mirror for one of the exported ones; `None` when it leads nowhere.
///
/// Its ports are the exporter's: only behind the mirrors of the pods does the gateway come in.
pub(super) fn subset(exported: &EndpointSubset, addresses: Vec<EndpointAddress>) -> Option<EndpointSubset> {
    let ports = exported.ports.clone();
    (!addresses.is_empty()).then_some(EndpointSubset {
        addresses: Some(addresses),
        not_ready_addresses: None,
        ports,
    })
}

/// Returns the mirror of a pod. It names the version of the Endpoints in which the pod was found.
pub(super) fn pod(link: &Link, exported: &Service, hostname: &str, version: &str) -> Service {
    let meta = &exported.metadata;
    let mut mirror = wanted::service(link, Mode::Gateway, exported);
    let headless = mirror.metadata.name.replace(wanted::mirror_name(link, hostname)).unwrap_or_default();
    mirror.metadata.labels.get_or_insert_default().insert(keys::HEADLESS_MIRROR.into(), headless);
    mirror.metadata.annotations = Some(BTreeMap::from([
        (keys::REMOTE_VERSION.into(), version.into()),
        (keys::REMOTE_NAME.into(), format!("{hostname}.{}", wanted::full_name(link, meta))),
    ]));
    mirror
}

/// Returns the Endpoints of the mirror of a pod, without addresses.
pub(super) fn pod_endpoints(link: &Link, mirror: &Service) -> Endpoints {
    let meta = &mirror.metadata;
    let name = meta.annotations.as_ref().and_then(|all| all.get(keys::REMOTE_NAME)).cloned();
    Endpoints {
        metadata: ObjectMeta {
            name: meta.name.clone(),
            namespace: meta.namespace.clone(),
            labels: meta.labels.clone(),
            annotations: Some(BTreeMap::from([
                (keys::REMOTE_NAME.into(), name.unwrap_or_default()),
                (keys::GATEWAY_IDENTITY.into(), link.gateway_identity.clone()),
            ])),
            ..ObjectMeta::default()
        },
        subsets: None,
    }
}

#[cfg(test)]
#[path = "headless_tests.rs"]
mod tests;
