//! Services of the multicluster extension, as they come over the wire.

use super::{Metadata, Target};
use crate::mesh::machinery::GatewayService;
use crate::terms::Labels;
use serde::Deserialize;
use serde_json::Value;

/// A Service with what a gateway is reached by.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::mesh) struct WireService {
    metadata: Metadata,
    spec: ServiceSpec,
    status: ServiceStatus,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ServiceSpec {
    #[serde(rename = "type", default = "own")]
    service_type: String,
    ports: Option<Vec<WirePort>>,
    selector: Option<Labels>,
    #[serde(rename = "externalIPs")]
    external: Option<Vec<String>>,
    #[serde(rename = "externalTrafficPolicy")]
    traffic: String,
    #[serde(rename = "loadBalancerSourceRanges")]
    ranges: Option<Vec<String>>,
    #[serde(rename = "loadBalancerClass")]
    class: Option<String>,
}

/// The type of a Service that names none.
fn own() -> String {
    "ClusterIP".to_owned()
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct WirePort {
    name: String,
    port: u16,
    node_port: u16,
    target_port: Target,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct ServiceStatus {
    load_balancer: LoadBalancer,
    conditions: Option<Vec<Value>>,
}

impl ServiceStatus {
    /// Since when Cilium has given it what it asked for.
    fn given(&self) -> Option<&str> {
        let text = |one: &'_ Value, field: &str| one.get(field).and_then(Value::as_str).map(str::to_owned);
        let is_given = |one: &&Value| {
            text(one, "type").as_deref() == Some("cilium.io/IPAMRequestSatisfied")
                && text(one, "status").as_deref() == Some("True")
        };
        let found = self.conditions.iter().flatten().find(is_given)?;
        found.get("lastTransitionTime").and_then(Value::as_str)
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct LoadBalancer {
    ingress: Option<Vec<Ingress>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Ingress {
    ip: String,
    hostname: String,
    #[serde(rename = "ipMode")]
    mode: Option<String>,
}

impl From<WireService> for GatewayService {
    fn from(service: WireService) -> Self {
        let ports = service.spec.ports.unwrap_or_default();
        // An alias for something outside has no pods, whatever stands there.
        let is_alias = service.spec.service_type == "ExternalName";
        let selector = service.spec.selector.filter(|_| !is_alias).unwrap_or_default();
        // Addresses of another class are announced otherwise.
        let is_own =
            ["", "io.cilium/l2-announcer"].contains(&service.spec.class.as_deref().unwrap_or_default());
        let given = service.status.given().filter(|_| is_own).unwrap_or_default().to_owned();
        let ingress = service.status.load_balancer.ingress.unwrap_or_default();
        Self {
            given,
            class: service.spec.class.unwrap_or_default(),
            ending: service.metadata.deletion_timestamp.unwrap_or_default(),
            created: service.metadata.creation_timestamp.unwrap_or_default(),
            name: service.metadata.name,
            annotations: service.metadata.annotations.unwrap_or_default(),
            service_type: service.spec.service_type,
            targets: ports.iter().map(|port| (port.name.clone(), port.target_port.of(port.port))).collect(),
            selector,
            ports: ports.into_iter().map(|port| (port.name, port.port, port.node_port)).collect(),
            external: service.spec.external.unwrap_or_default(),
            is_local: service.spec.traffic == "Local",
            ranges: service.spec.ranges.unwrap_or_default(),
            is_passed_on: ingress.iter().any(|one| one.mode.as_deref() == Some("Proxy")),
            ingress: ingress
                .into_iter()
                .map(|one| if one.ip.is_empty() { one.hostname } else { one.ip })
                .collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_address_is_ciliums_where_it_says_so_and_no_class_means_other_announcements() {
        let given = |class: Value, status: &str| {
            let condition = json!({"type": "cilium.io/IPAMRequestSatisfied", "status": status,
                "lastTransitionTime": "2026-01-01T00:00:00Z"});
            let service: WireService = serde_json::from_value(
                json!({"spec": {"loadBalancerClass": class}, "status": {"conditions": [7, condition]}}),
            )
            .unwrap();
            GatewayService::from(service).given
        };
        let time = "2026-01-01T00:00:00Z";
        assert_eq!(given(json!("io.cilium/l2-announcer"), "True"), time);
        assert_eq!(given(Value::Null, "True"), time);
        assert_eq!(given(json!("io.cilium/bgp-control-plane"), "True"), "");
        assert_eq!(given(Value::Null, "False"), "");
    }
}
