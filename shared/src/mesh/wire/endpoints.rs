//! Endpoints, as they come over the wire.

use super::{Metadata, WirePort};
use crate::cluster::Versioned;
use crate::mesh::names;
use crate::mesh::snapshot::{EndpointsSeen, SliceSeen};
use crate::terms::Owners;
use serde::Deserialize;
use std::collections::BTreeMap;

/// What the controller of Kubernetes writes beside the addresses.
const CHANGED: &str = "endpoints.kubernetes.io/last-change-trigger-time";

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(in crate::mesh) struct Endpoints {
    pub(in crate::mesh) metadata: Metadata,
    subsets: Option<Vec<Subset>>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Subset {
    addresses: Option<Vec<Address>>,
    not_ready_addresses: Option<Vec<Address>>,
    ports: Option<Vec<WirePort>>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Address {
    ip: String,
    hostname: String,
}

impl Versioned for Endpoints {
    fn version(&self) -> &str {
        &self.metadata.resource_version
    }
}

impl From<Endpoints> for EndpointsSeen {
    fn from(endpoints: Endpoints) -> Self {
        let subsets = endpoints.subsets.unwrap_or_default();
        let count = |addresses: &Option<Vec<Address>>| addresses.as_ref().map_or(0, Vec::len);
        let all = subsets.iter().flat_map(|subset| [&subset.addresses, &subset.not_ready_addresses]);
        let ports = subsets.iter().flat_map(|subset| subset.ports.iter().flatten());
        let named = misnamed(&endpoints.metadata);
        let written = endpoints.metadata.managed_fields.map(Owners::new);
        let annotations = endpoints.metadata.annotations.unwrap_or_default();
        Self {
            named,
            version: endpoints.metadata.resource_version,
            hostnames: hostnames(&subsets),
            addresses: all.flatten().flatten().map(|address| address.ip.clone()).collect(),
            ports: ports.map(|port| (port.name.clone(), port.port)).collect(),
            identity: annotations.get(names::GATEWAY_IDENTITY).cloned(),
            changed: annotations.get(CHANGED).cloned().unwrap_or_default(),
            written: written.as_ref().and_then(Owners::last_time).unwrap_or_default().to_owned(),
            labels: endpoints.metadata.labels.unwrap_or_default(),
            ready: subsets.iter().map(|subset| count(&subset.addresses)).sum(),
            not_ready: subsets.iter().map(|subset| count(&subset.not_ready_addresses)).sum(),
        }
    }
}

/// As what those of a mirror through a gateway have it asked for, where that is not what it is called after; empty where they say
/// nothing. Names of single pods have one label more.
fn misnamed(metadata: &Metadata) -> Option<String> {
    let annotation = |key: &str| metadata.annotations.as_ref().and_then(|all| all.get(key));
    let _ = annotation(names::GATEWAY_IDENTITY)?;
    let said = annotation(names::REMOTE_NAME).map_or("", String::as_str);
    let place = format!(".{}.svc.", metadata.namespace);
    let is_own = said.split_once(&place).is_some_and(|(name, _)| {
        let own = name.split('.').next().unwrap_or_default();
        metadata.name.strip_prefix(own).is_some_and(|rest| !own.is_empty() && rest.starts_with('-'))
    });
    (!is_own).then(|| said.to_owned())
}

/// One of the slices of a Service.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(in crate::mesh) struct Slice {
    pub(in crate::mesh) metadata: Metadata,
    endpoints: Option<Vec<End>>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct End {
    addresses: Option<Vec<String>>,
    conditions: Conditions,
}

/// Who does not say that it is not ready is.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Conditions {
    ready: Option<bool>,
}

impl From<Slice> for SliceSeen {
    fn from(slice: Slice) -> Self {
        let ends = slice.endpoints.unwrap_or_default();
        let written = slice.metadata.managed_fields.map(Owners::new);
        Self {
            name: slice.metadata.name,
            identity: slice.metadata.annotations.and_then(|mut all| all.remove(names::GATEWAY_IDENTITY)),
            addresses: ends.iter().flat_map(|end| end.addresses.iter().flatten()).cloned().collect(),
            is_ready: ends.iter().any(|end| end.conditions.ready != Some(false)),
            written: written.as_ref().and_then(Owners::last_time).unwrap_or_default().to_owned(),
        }
    }
}

/// One that is ready on any of its ports is ready.
fn hostnames(subsets: &[Subset]) -> BTreeMap<String, bool> {
    let of = |list: fn(&Subset) -> &Option<Vec<Address>>, is_ready: bool| {
        let all = subsets.iter().flat_map(move |subset| list(subset).iter().flatten());
        all.filter(|one| !one.hostname.is_empty()).map(move |one| (one.hostname.clone(), is_ready))
    };
    of(|subset| &subset.not_ready_addresses, false).chain(of(|subset| &subset.addresses, true)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ready_and_unready_addresses_are_counted_apart_over_all_subsets() {
        let endpoints: Endpoints = serde_json::from_value(serde_json::json!({
            "metadata": {"name": "web"},
            "subsets": [
                {"addresses": [{"ip": "203.0.113.10", "hostname": "web-0"}], "notReadyAddresses": null, "ports": []},
                {"addresses": null, "notReadyAddresses": [{"ip": "203.0.113.11", "hostname": "web-1"}, {"ip": "203.0.113.12"}]},
            ]
        }))
        .unwrap();
        let seen = EndpointsSeen::from(endpoints);
        assert_eq!((seen.ready, seen.not_ready), (1, 2));
        let named: Vec<_> =
            seen.hostnames.iter().map(|(name, is_ready)| (name.as_str(), *is_ready)).collect();
        assert_eq!(named, [("web-0", true), ("web-1", false)]);
    }
}
