use super::*;
use serde_json::json;

fn pod(value: Value) -> Pod {
    serde_json::from_value::<WirePod>(value).unwrap().into()
}

#[test]
fn a_proxy_counts_as_a_container_and_as_a_native_sidecar_only() {
    let with = |spec: Value| pod(json!({"spec": spec})).is_meshed;
    assert!(with(json!({"containers": [{"name": "app"}, {"name": "linkerd-proxy"}]})));
    assert!(with(json!({"initContainers": [{"name": "linkerd-proxy", "restartPolicy": "Always"}]})));
    assert!(!with(json!({"initContainers": [{"name": "linkerd-proxy"}], "containers": null})));
}

#[test]
fn a_pod_that_does_not_run_says_why() {
    let waiting = json!({"containerStatuses": [{"state": {"running": {}}},
        {"state": {"waiting": {"reason": "ImagePullBackOff"}}}]});
    assert_eq!(pod(json!({"status": waiting})).trouble, "ImagePullBackOff");
    let unplaced = json!({"conditions": [{"type": "PodScheduled", "status": "False", "message": "no node"}]});
    assert_eq!(pod(json!({"status": unplaced})).trouble, "no node");
    let ready = pod(json!({"status": {"conditions": [{"type": "Ready", "status": "True"}]}}));
    assert_eq!((ready.is_ready, ready.trouble.as_str()), (true, ""));
}

#[test]
fn a_proxy_says_what_it_lets_in_and_the_annotation_where_it_does_not() {
    let spec = json!({"hostNetwork": true, "containers": [
        {"name": "app", "ports": [{"name": "http", "containerPort": 8080}, {"containerPort": 9090}],
         "env": [{"name": POLICY, "value": "of another"}], "readinessProbe": {"httpGet": {"path": "/app"}}},
        {"name": "linkerd-proxy", "env": [{"name": POLICY, "value": "deny"}], "ports": [{"name": "linkerd-proxy", "containerPort": 4143}],
         "livenessProbe": {"httpGet": {"path": "/live"}}, "readinessProbe": {"httpGet": {"path": "/ready"}}},
    ]});
    let annotated = json!({"namespace": "shop", "annotations": {INBOUND: "all-authenticated"}});
    let seen = pod(json!({"metadata": annotated, "spec": spec, "status": {"podIP": "10.0.0.7"}}));
    assert_eq!(seen.inbound_policy.as_deref(), Some("deny"), "the proxy has it");
    assert_eq!(seen.probed, ["/live", "/ready"]);
    let ports: Vec<_> = seen.ports.iter().map(|(name, number)| (name.as_str(), *number)).collect();
    assert_eq!(ports, [("http", 8080), ("", 9090), ("linkerd-proxy", 4143)]);
    assert_eq!((seen.namespace.as_str(), seen.address.as_str(), seen.is_on_host), ("shop", "10.0.0.7", true));
    let bare = pod(json!({"metadata": annotated, "spec": {"containers": [{"name": "app"}]}}));
    assert_eq!(bare.inbound_policy.as_deref(), Some("all-authenticated"));
}

#[test]
fn a_pod_is_known_by_what_makes_it_where_the_next_one_has_another_name() {
    let of = |kind: &str, owner: &str, name: &str| {
        let owners = json!([{"apiVersion": "apps/v1", "kind": kind, "name": owner, "controller": true}]);
        let labels = json!({"pod-template-hash": "5d8f"});
        pod(json!({"metadata": {"name": name, "labels": labels, "ownerReferences": owners}}))
            .maker()
            .to_owned()
    };
    assert_eq!(of("ReplicaSet", "web-5d8f", "web-5d8f-abcde"), "web");
    assert_eq!(of("ReplicaSet", "by-hand", "by-hand-abcde"), "by-hand");
    assert_eq!(of("DaemonSet", "agent", "agent-abcde"), "agent");
    assert_eq!(of("Job", "nightly-29123456", "nightly-29123456-abcde"), "nightly");
    assert_eq!(of("Job", "import-2", "import-2-abcde"), "import-2");
    assert_eq!(of("StatefulSet", "db", "db-0"), "db-0");
    assert_eq!(of("Cluster", "postgres", "postgres-1"), "postgres-1");
    let unowned = |name: &str| {
        pod(json!({"metadata": {"name": name, "labels": {"pod-template-hash": "5d8f"}}})).maker().to_owned()
    };
    assert_eq!((unowned("web-5d8f-abcde").as_str(), unowned("alone").as_str()), ("web", "alone"));
}

#[test]
fn a_pod_says_when_it_turned_and_one_that_fails_over_and_over_when_it_was_made() {
    let of = |reason: &str| {
        let status = json!({
            "conditions": [{"type": "Ready", "status": "False", "lastTransitionTime": "2026-03-01T12:00:00Z"}],
            "containerStatuses": [{"state": {"waiting": {"reason": reason}}}]
        });
        let metadata = json!({"creationTimestamp": "2026-03-01T11:00:00Z"});
        pod(json!({"metadata": metadata, "status": status})).turned.unwrap() % 86_400 / 3600
    };
    assert_eq!((of("ContainerCreating"), of(FAILING)), (12, 11));
}
