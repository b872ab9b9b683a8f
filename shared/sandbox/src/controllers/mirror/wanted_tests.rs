use serde_json::json;

use super::*;

fn link() -> Link {
    serde_json::from_value(json!({
        "targetClusterName": "infra",
        "targetClusterDomain": "cluster.local",
        "gatewayPort": "4143",
        "gatewayIdentity": "gateway.identity",
        "excludedLabels": ["secret-label", "internal.example/*"],
        "excludedAnnotations": ["config.linkerd.io/*", "example.com/hidden"],
    }))
    .unwrap()
}

fn exported() -> Service {
    serde_json::from_value(json!({
        "metadata": {
            "name": "web", "namespace": "shop", "resourceVersion": "42",
            "labels": {
                "team": "shop", "mirror.linkerd.io/exported": "true", "secret-label": "x",
                "internal.example/a": "1", "internal.example.org/b": "2",
            },
            "annotations": {
                "config.linkerd.io/opaque-ports": "9000", "config.linkerd.io/other": "x",
                "example.com/hidden": "x", "example.com/owner": "shop",
                "service.kubernetes.io/topology-mode": "Auto",
            },
        },
        "spec": {
            "type": "LoadBalancer", "selector": {"app": "web"}, "sessionAffinity": "ClientIP",
            "ports": [{"name": "dns", "port": 53, "protocol": "UDP", "targetPort": "dns",
                       "nodePort": 30053, "appProtocol": "dns"}],
        },
    }))
    .unwrap()
}

#[test]
fn labels_and_annotations_are_copied_but_for_the_excluded_ones() {
    let mirror = serde_json::to_value(service(&link(), Mode::Gateway, &exported())).unwrap();
    assert_eq!(
        mirror["metadata"],
        json!({
            "name": "web-infra", "namespace": "shop",
            "labels": {
                "mirror.linkerd.io/cluster-name": "infra", "mirror.linkerd.io/mirrored-service": "true",
                "team": "shop",
            },
            "annotations": {
                "config.linkerd.io/opaque-ports": "9000", "example.com/owner": "shop",
                "mirror.linkerd.io/remote-resource-version": "42",
                "mirror.linkerd.io/remote-svc-fq-name": "web.shop.svc.cluster.local",
            },
        })
    );
}

#[test]
fn only_the_plain_parts_of_ports_are_copied() {
    let mirror = serde_json::to_value(service(&link(), Mode::Gateway, &exported())).unwrap();
    let port = json!({"name": "dns", "port": 53, "protocol": "UDP", "targetPort": "dns"});
    assert_eq!(mirror["spec"], json!({"ports": [port]}));
}

#[test]
fn remote_discovery_adds_two_labels() {
    let labels = labels(&link(), Mode::RemoteDiscovery, &exported().metadata);
    assert_eq!(labels.get(keys::REMOTE_DISCOVERY).unwrap(), "infra");
    assert_eq!(labels.get(keys::REMOTE_SERVICE).unwrap(), "web");
}

#[test]
fn an_update_drops_what_the_exporter_no_longer_has() {
    let mut mirror = service(&link(), Mode::Gateway, &exported());
    mirror.metadata.labels.as_mut().unwrap().insert("edited".into(), "by hand".into());
    let mut now = exported();
    now.metadata.labels = Some(BTreeMap::from([("tier".into(), "front".into())]));
    let labels = updated(&link(), Mode::Gateway, &now, &mirror).metadata.labels.unwrap();
    assert_eq!(labels.keys().collect::<Vec<_>>(), [keys::CLUSTER_NAME, keys::MIRRORED_SERVICE, "tier"]);
}

#[test]
fn every_port_leads_to_the_gateway_and_a_bad_gateway_port_is_a_trouble() {
    let ports = serde_json::to_value(gateway_ports(&link(), &exported()).unwrap()).unwrap();
    assert_eq!(ports, json!([{"name": "dns", "port": 4143, "protocol": "UDP"}]));
    let bad = Link { gateway_port: "http".into(), ..link() };
    assert!(gateway_ports(&bad, &exported()).unwrap_err().to_string().contains("bad port 'http'"));
}

#[test]
fn addresses_that_are_not_ready_count_as_empty() {
    let endpoints = |json| serde_json::from_value::<Endpoints>(json!({"subsets": [json]})).unwrap();
    assert!(is_empty(None));
    assert!(is_empty(Some(&Endpoints::default())));
    assert!(is_empty(Some(&endpoints(json!({"notReadyAddresses": [{"ip": "10.0.0.1"}]})))));
    assert!(!is_empty(Some(&endpoints(json!({"addresses": [{"ip": "10.0.0.1"}]})))));
}

#[test]
fn a_mirror_name_leads_back_to_the_exported_one() {
    assert_eq!(exported_name(&link(), &mirror_name(&link(), "web")), "web");
    assert_eq!(exported_name(&link(), "webinfra"), "webinfra");
}
