use super::*;
use crate::mesh::machinery::GatewayService;
use crate::mesh::wire::WireService;
use serde_json::json;

#[test]
fn a_lease_has_an_age_by_our_clock() {
    let lease = json!({"metadata": {"name": "service-mirror-write-infra"}, "spec": {"holderIdentity": "pod-0",
        "leaseDurationSeconds": 30, "renewTime": "2026-01-01T00:00:00.000000Z"}});
    let now = "2026-01-01T00:01:30Z".parse().unwrap();
    let seen = serde_json::from_value::<WireLease>(lease).unwrap().at(now);
    assert_eq!((seen.holder.as_str(), seen.duration, seen.age), ("pod-0", 30, Some(90)));
    assert_eq!(serde_json::from_value::<WireLease>(json!({"spec": {}})).unwrap().at(now).age, None);
}

#[test]
fn a_gateway_on_the_nodes_is_reached_by_its_node_port() {
    let ports = json!([{"name": "mc-gateway", "port": 4143, "nodePort": 30143}]);
    let of = |service_type: &str| -> GatewayService {
        let ingress =
            json!({"loadBalancer": {"ingress": [{"hostname": "gw.example"}, {"ip": "203.0.113.10"}]}});
        let spec = json!({"type": service_type, "ports": ports});
        serde_json::from_value::<WireService>(json!({"spec": spec, "status": ingress})).unwrap().into()
    };
    let (balanced, on_nodes) = (of("LoadBalancer"), of("NodePort"));
    assert_eq!(balanced.ingress, ["gw.example", "203.0.113.10"]);
    assert_eq!((balanced.port("mc-gateway"), balanced.outer_port("mc-gateway")), (Some(4143), Some(4143)));
    assert_eq!((on_nodes.outer_port("mc-gateway"), on_nodes.outer_port("other")), (Some(30143), None));
}

#[test]
fn addresses_that_the_nodes_take_in_are_the_gateways_too() {
    let spec = json!({"type": "LoadBalancer", "externalIPs": ["10.0.5.10"]});
    let gateway: GatewayService =
        serde_json::from_value::<WireService>(json!({"spec": spec})).unwrap().into();
    assert_eq!(gateway.addresses(), ["10.0.5.10"]);
}

#[test]
fn a_gateway_leads_by_numbers_or_names_to_the_pods_that_it_selects() {
    let of = |service_type: &str| -> GatewayService {
        let ports = json!([{"name": "mc-gateway", "port": 4143, "targetPort": "linkerd-proxy"}, {"name": "mc-probe", "port": 4191},
            {"name": "own", "port": 80, "targetPort": 8080}]);
        let spec = json!({"type": service_type, "ports": ports, "selector": {"app": "linkerd-gateway"}});
        serde_json::from_value::<WireService>(json!({"spec": spec})).unwrap().into()
    };
    let gateway = of("LoadBalancer");
    let led = ["mc-gateway", "mc-probe", "own", "none"].map(|name| gateway.target(name).map(str::to_owned));
    assert_eq!(led.map(Option::unwrap_or_default), ["linkerd-proxy", "4191", "8080", ""]);
    let pod = |app: &str| crate::mesh::machinery::Pod {
        labels: Labels::from([("app".into(), app.into()), ("tier".into(), "edge".into())]),
        ..Default::default()
    };
    assert!(gateway.selects(&pod("linkerd-gateway")) && !gateway.selects(&pod("web")));
    assert!(!of("ExternalName").selects(&pod("linkerd-gateway")), "it has no pods");
}

#[test]
fn what_linkerd_is_not_told_is_its_default() {
    let values = "clusterDomain: \"\"\nidentityTrustDomain: mesh.example\ncniEnabled: true\n\
                  proxy: {opaquePorts: '5432', other: 1}\nnew: {}\n";
    let read = settings(Some(&Labels::from([("values".into(), values.into())]))).unwrap();
    assert_eq!((read.domain(), read.trust(), read.is_cni), ("cluster.local", "mesh.example", true));
    assert_eq!((read.opaque_ports.as_deref(), read.inbound_policy), (Some("5432"), None));
    let pem = "-----BEGIN CERTIFICATE-----\n  AAAA\n  -----END CERTIFICATE-----";
    let anchors = |external: bool| {
        let values = format!(
            "identityTrustAnchorsPEM: |\n  {pem}\nidentity: {{externalCA: {external}}}\nclusterNetworks: '10.0.0.0/8, fd00::/8'\n"
        );
        let read = settings(Some(&Labels::from([("values".into(), values)]))).unwrap();
        assert_eq!(read.networks.unwrap(), ["10.0.0.0/8", "fd00::/8"]);
        read.anchors.len()
    };
    assert_eq!([anchors(false), anchors(true)], [1, 0]);
    let set = settings(Some(&Labels::from([("values".into(), "proxy: {opaquePorts: 4444}".into())])));
    assert_eq!(set.map(|set| set.opaque_ports), Ok(Some("4444".into())), "as `--set` of Helm writes it");
    let set = "disableIPv6: false\nproxyInit: {ignoreInboundPorts: 5432, ignoreOutboundPorts: '4567,4568'}\n";
    let set = settings(Some(&Labels::from([("values".into(), set.into())]))).unwrap();
    assert!(set.is_ipv6 && !read.is_ipv6);
    let skipped = (set.skipped_in.as_deref(), set.skipped_out.as_deref());
    assert_eq!(skipped, (Some("5432"), Some("4567,4568")));
    assert_eq!(settings(None), Ok(Settings::default()));
    assert_eq!(settings(Some(&Labels::from([("values".into(), "[".into())]))), Err(()));
}

#[test]
fn a_service_mirror_is_as_new_as_the_tag_of_its_image() {
    let of = |image: &str, program: &str| -> String {
        let containers =
            json!([{"name": "proxy", "image": "proxy:v2"}, {"image": image, "args": [program, "infra"]}]);
        let spec = json!({"template": {"spec": {"containers": containers}}});
        Deployment::from(serde_json::from_value::<WireDeployment>(json!({"spec": spec})).unwrap()).version
    };
    let mirror = |image: &str| of(image, "service-mirror");
    assert_eq!(mirror("cr.l5d.io/linkerd/controller:stable-2.14.10"), "stable-2.14.10");
    assert_eq!(mirror("registry.example:5000/controller:edge-26.8.3@sha256:0a"), "edge-26.8.3");
    let untagged = ["registry.example:5000/controller", "controller@sha256:0a", "", "controller"].map(mirror);
    assert_eq!(untagged, [""; 4], "nobody is taken for new on a guess");
    assert_eq!(of("controller:edge-26.8.3", "other"), "");
}
