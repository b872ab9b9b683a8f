use serde_json::{Value, json};

use super::*;

fn link() -> Link {
    serde_json::from_value(json!({
        "targetClusterName": "infra", "targetClusterDomain": "cluster.local", "gatewayIdentity": "gateway.identity",
    }))
    .unwrap()
}

fn exported() -> Service {
    serde_json::from_value(json!({
        "metadata": {
            "name": "db", "namespace": "shop", "resourceVersion": "42",
            "labels": {"team": "shop", "mirror.linkerd.io/exported": "true"}, "annotations": {"example.com/a": "1"},
        },
        "spec": {"clusterIP": "None", "ports": [{"name": "pg", "port": 5432, "protocol": "TCP", "targetPort": 5432}]},
    }))
    .unwrap()
}

fn endpoints(subset: &Value) -> Endpoints {
    serde_json::from_value(json!({"subsets": [subset]})).unwrap()
}

#[test]
fn one_pod_with_a_host_name_makes_the_mirror_headless_and_none_does_not() {
    for (subset, headless) in [
        (json!({"addresses": [{"ip": "10.0.0.1"}, {"ip": "10.0.0.2", "hostname": "db-1"}]}), true),
        (json!({"notReadyAddresses": [{"ip": "10.0.0.2", "hostname": "db-1"}]}), true),
        (json!({"addresses": [{"ip": "10.0.0.1"}, {"ip": "10.0.0.2", "hostname": ""}]}), false),
        (json!({}), false),
    ] {
        let mirror = service(&link(), &exported(), &endpoints(&subset));
        assert_eq!(is_headless(&mirror), headless, "{subset}");
        assert_eq!(mirror.metadata.name.as_deref(), Some("db-infra"));
    }
}

#[test]
fn the_mirror_of_a_pod_names_the_pod_the_endpoints_version_and_the_headless_mirror() {
    let mirror = serde_json::to_value(pod(&link(), &exported(), "db-0", "77")).unwrap();
    assert_eq!(
        mirror["metadata"],
        json!({
            "name": "db-0-infra", "namespace": "shop",
            "labels": {
                "mirror.linkerd.io/cluster-name": "infra", "mirror.linkerd.io/mirrored-service": "true",
                "mirror.linkerd.io/headless-mirror-svc-name": "db-infra", "team": "shop",
            },
            "annotations": {
                "mirror.linkerd.io/remote-resource-version": "77",
                "mirror.linkerd.io/remote-svc-fq-name": "db-0.db.shop.svc.cluster.local",
            },
        })
    );
    assert_eq!(mirror["spec"].get("clusterIP"), None);
}

#[test]
fn the_endpoints_of_a_pods_mirror_carry_its_labels_and_the_gateway() {
    let mirror = pod(&link(), &exported(), "db-0", "77");
    let endpoints = pod_endpoints(&link(), &mirror);
    assert_eq!(endpoints.metadata.labels, mirror.metadata.labels);
    let annotations = serde_json::to_value(endpoints.metadata.annotations).unwrap();
    assert_eq!(
        annotations,
        json!({
            "mirror.linkerd.io/remote-gateway-identity": "gateway.identity",
            "mirror.linkerd.io/remote-svc-fq-name": "db-0.db.shop.svc.cluster.local",
        })
    );
}

#[test]
fn a_mirror_of_a_pod_is_told_apart_and_stands_with_its_headless_mirror() {
    let (mirror, of_service) = (pod(&link(), &exported(), "db-0", "77"), exported());
    assert!(is_of_pod(&mirror, None) && is_of_pod(&mirror, Some("db-infra")));
    assert!(!is_of_pod(&mirror, Some("other-infra")) && !is_of_pod(&of_service, None));
    assert_eq!((home(&mirror), home(&of_service)), ("db-infra", "db"));
}

#[test]
fn a_subset_leads_to_named_pods_at_the_exporters_ports_or_is_left_out() {
    let exported = endpoints(&json!({
        "addresses": [{"ip": "10.0.0.1"}, {"ip": "10.0.0.2", "hostname": "db-1"}],
        "notReadyAddresses": [{"ip": "10.0.0.3", "hostname": "db-2"}],
        "ports": [{"name": "pg", "port": 5432}],
    }));
    let exported = exported.subsets.unwrap().remove(0);
    let mirror: Service = serde_json::from_value(json!({"spec": {"clusterIP": "10.96.0.7"}})).unwrap();
    let addresses: Vec<_> = named_ones(&exported).map(|(name, _)| address(name, &mirror)).collect();
    let leads = serde_json::to_value(subset(&exported, addresses)).unwrap();
    assert_eq!(
        leads,
        json!({"addresses": [{"hostname": "db-1", "ip": "10.96.0.7"}], "ports": [{"name": "pg", "port": 5432}]})
    );
    assert_eq!(subset(&exported, Vec::new()), None);
}

#[test]
fn only_kubes_label_makes_endpoints_those_of_a_headless_service() {
    let labelled = |labels: Value| {
        serde_json::from_value::<Endpoints>(json!({"metadata": {"labels": labels}}))
            .is_ok_and(|one| is_of_headless(&one))
    };
    assert!(labelled(json!({"service.kubernetes.io/headless": ""})));
    assert!(!labelled(json!({"mirror.linkerd.io/exported": "true"})));
}
