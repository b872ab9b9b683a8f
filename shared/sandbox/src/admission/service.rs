//! Services: addresses, ports and the fields that follow from the type.

use std::net::Ipv4Addr;

use serde_json::{Value, json};

use super::{ports, preset};
use crate::addresses::Addresses;
use crate::object::{fields, text};
use crate::refusal::Problem;

const ADDRESS: &str = "/spec/clusterIP";

/// Fills in what a Service does not say.
pub(super) fn fill(before: Option<&Value>, object: &mut Value, addresses: &mut Addresses) {
    preset(object, "spec", "type", "ClusterIP");
    preset(object, "spec", "sessionAffinity", "None");
    if text(object, "/spec/sessionAffinity") == "ClientIP" {
        preset(object, "spec", "sessionAffinityConfig", json!({"clientIP": {"timeoutSeconds": 10_800}}));
    }
    fill_ports(object);
    match text(object, "/spec/type") {
        "ExternalName" => without_address(object),
        kind => {
            let exposed = matches!(kind, "NodePort" | "LoadBalancer");
            fill_address(before, object, addresses);
            preset(object, "spec", "internalTrafficPolicy", "Cluster");
            if exposed {
                preset(object, "spec", "externalTrafficPolicy", "Cluster");
                fill_node_ports(before, object, addresses);
            }
            if text(object, "/spec/type") == "LoadBalancer" {
                preset(object, "spec", "allocateLoadBalancerNodePorts", true);
            }
        }
    }
    fields(object, "status").entry("loadBalancer").or_insert_with(|| json!({}));
}

fn without_address(object: &mut Value) {
    fields(object, "spec").retain(|name, _| {
        !matches!(
            name.as_str(),
            "clusterIP" | "clusterIPs" | "ipFamilies" | "ipFamilyPolicy" | "internalTrafficPolicy"
        )
    });
}

fn fill_ports(object: &mut Value) {
    let Some(ports) = fields(object, "spec").get_mut("ports").and_then(Value::as_array_mut) else { return };
    for port in ports.iter_mut().filter_map(Value::as_object_mut) {
        port.entry("protocol").or_insert_with(|| "TCP".into());
        if let Some(number) = port.get("port").cloned() {
            port.entry("targetPort").or_insert(number);
        }
    }
}

/// Two families without a selector and without an address: nobody has said where its backends are.
fn fill_address(before: Option<&Value>, object: &mut Value, addresses: &mut Addresses) {
    let kept = before.and_then(|before| before.pointer("/spec/clusterIP")).filter(|ip| **ip != "");
    let headless = text(object, "/spec/clusterIP") == "None";
    let selecting = object.pointer("/spec/selector").is_some();
    if text(object, "/spec/clusterIP").is_empty() {
        let address = kept.cloned().unwrap_or_else(|| addresses.service().into());
        fields(object, "spec").insert("clusterIP".into(), address);
    }
    let address = fields(object, "spec").get("clusterIP").cloned().unwrap_or_default();
    fields(object, "spec").insert("clusterIPs".into(), json!([address]));
    let (families, policy) = match (headless, selecting) {
        (true, false) => (json!(["IPv4", "IPv6"]), "RequireDualStack"),
        (true, true) | (false, _) => (json!(["IPv4"]), "SingleStack"),
    };
    preset(object, "spec", "ipFamilies", families);
    preset(object, "spec", "ipFamilyPolicy", policy);
}

fn fill_node_ports(before: Option<&Value>, object: &mut Value, addresses: &mut Addresses) {
    let old = before.map(|before| ports(before).to_vec()).unwrap_or_default();
    let Some(ports) = fields(object, "spec").get_mut("ports").and_then(Value::as_array_mut) else { return };
    for port in ports.iter_mut().filter_map(Value::as_object_mut) {
        let same = old.iter().find(|one| one.get("port") == port.get("port"));
        let kept = same.and_then(|one| one.get("nodePort")).cloned();
        port.entry("nodePort").or_insert_with(|| kept.unwrap_or_else(|| addresses.node_port().into()));
    }
}

/// The address that a Service has.
pub(super) fn address(service: &Value) -> Option<Ipv4Addr> {
    text(service, ADDRESS).parse().ok()
}

/// Whether a name of somebody else's host comes with an address of the cluster.
pub(super) fn is_alias_with_address(service: &Value) -> bool {
    text(service, "/spec/type") == "ExternalName" && !text(service, ADDRESS).is_empty()
}

/// What is wrong with the address that a Service asks for, if it has had none.
pub(super) fn address_problem(
    before: Option<&Value>,
    object: &Value,
    addresses: &Addresses,
) -> Option<Problem> {
    let asked = text(object, ADDRESS);
    let has_one = before.is_some_and(|before| !text(before, ADDRESS).is_empty());
    if has_one || matches!(asked, "" | "None") || text(object, "/spec/type") == "ExternalName" {
        return None;
    }
    let wrong = |why: &str| Some(Problem::number("spec.clusterIPs", json!([asked]), why));
    let Ok(address) = asked.parse::<Ipv4Addr>() else {
        return wrong("must be a valid IPv4 address: the sandbox serves no others");
    };
    if !Addresses::RANGE.contains(&address) {
        let why = "the provided network does not match the current range";
        return wrong(&format!("failed to allocate IP {asked}: {why}"));
    }
    if addresses.is_taken(address) {
        return wrong(&format!("failed to allocate IP {asked}: provided IP is already allocated"));
    }
    None
}

fn fixed_address(before: Option<&Value>, object: &Value) -> Option<Problem> {
    let (old, new) = (text(before?, ADDRESS), text(object, ADDRESS));
    let stays = old.is_empty() || new.is_empty() || old == new;
    (!stays).then(|| Problem::number("spec.clusterIPs[0]", json!([new]), "may not change once set"))
}

/// What is wrong with a Service.
pub(super) fn problems(before: Option<&Value>, object: &Value) -> Vec<Problem> {
    let mut problems: Vec<_> = fixed_address(before, object).into_iter().collect();
    let external = text(object, "/spec/type") == "ExternalName";
    let headless = text(object, "/spec/clusterIP") == "None";
    if ports(object).is_empty() && !external && !headless {
        problems.push(Problem::required("spec.ports", ""));
    }
    if external && text(object, "/spec/externalName").is_empty() {
        problems.push(Problem::required("spec.externalName", ""));
    }
    for (index, port) in ports(object).iter().enumerate() {
        let way = format!("spec.ports[{index}]");
        if ports(object).len() > 1 && text(port, "/name").is_empty() {
            problems.push(Problem::required(format!("{way}.name"), ""));
        }
        let number = port.get("port").and_then(Value::as_u64).unwrap_or_default();
        if !(1..=65_535).contains(&number) {
            let why = "must be between 1 and 65535, inclusive";
            problems.push(Problem::number(format!("{way}.port"), number, why));
        }
    }
    problems
}
