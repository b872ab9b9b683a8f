//! What the mirror of an exported Service should look like. Pure: objects in, objects out.

use std::{collections::BTreeMap, net::IpAddr};

use k8s_openapi::{
    api::core::v1::{EndpointPort, EndpointSubset, Endpoints, Service, ServicePort, ServiceSpec},
    apimachinery::pkg::apis::meta::v1::ObjectMeta,
};

use super::{
    gateway::{self, Liveness},
    keys,
    link::{Link, Mode},
    trouble::Trouble,
};

type Texts = BTreeMap<String, String>;

/// Returns the name of the mirror of the exported Service with this name.
pub(super) fn mirror_name(link: &Link, exported: &str) -> String {
    format!("{exported}-{}", link.target_cluster_name)
}

/// Returns the name of the exported Service that a mirror with this name stands for.
pub(super) fn exported_name<'a>(link: &Link, mirror: &'a str) -> &'a str {
    mirror
        .strip_suffix(link.target_cluster_name.as_str())
        .and_then(|front| front.strip_suffix('-'))
        .unwrap_or(mirror)
}

/// Returns what every Service made for an exported one is labelled with.
pub(super) fn common_labels(link: &Link, exported: &ObjectMeta) -> Texts {
    let copied =
        exported.labels.iter().flatten().filter(|(key, _)| {
            !key.starts_with(keys::OWN_LABELS) && !is_excluded(key, &link.excluded_labels)
        });
    let mut labels: Texts = copied.map(owned).collect();
    labels.insert(keys::MIRRORED_SERVICE.into(), "true".into());
    labels
}

pub(super) fn labels(link: &Link, mode: Mode, exported: &ObjectMeta) -> Texts {
    let mut labels = common_labels(link, exported);
    labels.insert(keys::CLUSTER_NAME.into(), link.target_cluster_name.clone());
    if mode == Mode::RemoteDiscovery {
        labels.insert(keys::REMOTE_DISCOVERY.into(), link.target_cluster_name.clone());
        labels.insert(keys::REMOTE_SERVICE.into(), exported.name.clone().unwrap_or_default());
    }
    labels
}

/// Returns the annotations that every Service made for an exported one shares with it.
pub(super) fn common_annotations(link: &Link, exported: &ObjectMeta) -> Texts {
    let copied = exported.annotations.iter().flatten().filter(|(key, _)| {
        let stays =
            keys::HOME_ANNOTATIONS.contains(&key.as_str()) || is_excluded(key, &link.excluded_annotations);
        !stays || *key == keys::OPAQUE_PORTS
    });
    copied.map(owned).collect()
}

pub(super) fn annotations(link: &Link, exported: &ObjectMeta) -> Texts {
    let mut annotations = common_annotations(link, exported);
    annotations.insert(keys::REMOTE_VERSION.into(), exported.resource_version.clone().unwrap_or_default());
    annotations.insert(keys::REMOTE_NAME.into(), full_name(link, exported));
    annotations
}

/// Returns the mirror as it is created: no selector, and of the ports only what every Service has.
pub(super) fn service(link: &Link, mode: Mode, exported: &Service) -> Service {
    let meta = &exported.metadata;
    Service {
        metadata: ObjectMeta {
            name: Some(mirror_name(link, meta.name.as_deref().unwrap_or_default())),
            namespace: meta.namespace.clone(),
            labels: Some(labels(link, mode, meta)),
            annotations: Some(annotations(link, meta)),
            ..ObjectMeta::default()
        },
        spec: Some(ServiceSpec { ports: ports(exported), ..ServiceSpec::default() }),
        status: None,
    }
}

/// Returns `mirror` with labels, annotations and ports replaced as a whole.
pub(super) fn updated(link: &Link, mode: Mode, exported: &Service, mirror: &Service) -> Service {
    let mut mirror = mirror.clone();
    mirror.metadata.labels = Some(labels(link, mode, &exported.metadata));
    mirror.metadata.annotations = Some(annotations(link, &exported.metadata));
    mirror.spec.get_or_insert_default().ports = ports(exported);
    mirror
}

/// Returns the mirror's Endpoints without addresses. The Service's annotations are not copied to them.
pub(super) fn endpoints(link: &Link, exported: &Service) -> Endpoints {
    let meta = &exported.metadata;
    Endpoints {
        metadata: ObjectMeta {
            name: Some(mirror_name(link, meta.name.as_deref().unwrap_or_default())),
            namespace: meta.namespace.clone(),
            labels: Some(labels(link, Mode::Gateway, meta)),
            annotations: Some(BTreeMap::from([
                (keys::REMOTE_NAME.into(), full_name(link, meta)),
                (keys::GATEWAY_IDENTITY.into(), link.gateway_identity.clone()),
            ])),
            ..ObjectMeta::default()
        },
        subsets: None,
    }
}

/// Returns the ports of the Service, each one leading to the gateway.
pub(super) fn gateway_ports(link: &Link, service: &Service) -> Result<Vec<EndpointPort>, Trouble> {
    let port = link.gateway_port()?;
    let ports = service.spec.iter().flat_map(|spec| spec.ports.iter().flatten());
    let lead = |one: &ServicePort| EndpointPort {
        name: one.name.clone(),
        protocol: one.protocol.clone(),
        port,
        app_protocol: None,
    };
    Ok(ports.map(lead).collect())
}

/// Returns the one subset of a mirror's Endpoints, which leads to the gateway.
pub(super) fn subset(
    link: &Link,
    service: &Service,
    names: &BTreeMap<String, Vec<IpAddr>>,
    liveness: Liveness,
) -> Result<EndpointSubset, Trouble> {
    let addresses = gateway::resolve(&link.gateway_address, names)?;
    Ok(gateway::subset(&addresses, gateway_ports(link, service)?, liveness))
}

/// Returns whether no backend is ready; Endpoints that do not exist are empty, too.
pub(super) fn is_empty(endpoints: Option<&Endpoints>) -> bool {
    let ready = |subset: &EndpointSubset| subset.addresses.as_ref().is_some_and(|list| !list.is_empty());
    !endpoints.iter().flat_map(|one| one.subsets.iter().flatten()).any(ready)
}

/// Returns the ports without what only means something in the exporter.
pub(super) fn ports(exported: &Service) -> Option<Vec<ServicePort>> {
    let copy = |port: &ServicePort| ServicePort { app_protocol: None, node_port: None, ..port.clone() };
    exported.spec.as_ref()?.ports.as_ref().map(|ports| ports.iter().map(copy).collect())
}

pub(super) fn full_name(link: &Link, exported: &ObjectMeta) -> String {
    let [name, namespace] =
        [&exported.name, &exported.namespace].map(|part| part.as_deref().unwrap_or_default());
    format!("{name}.{namespace}.svc.{}", link.target_cluster_domain)
}

/// An entry is a whole key, or a beginning of keys followed by `/*`, which need not end at a slash.
fn is_excluded(key: &str, entries: &[String]) -> bool {
    entries.iter().any(|entry| match entry.strip_suffix("/*") {
        Some(front) => key.starts_with(front),
        None => key == entry,
    })
}

fn owned((key, value): (&String, &String)) -> (String, String) {
    (key.clone(), value.clone())
}

#[cfg(test)]
#[path = "wanted_tests.rs"]
mod tests;
