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
fn a_container_that_fails_is_kept_of_pods_that_are_to_be_ready_and_are_not() {
    let of = |ready: &str, phase: &str| {
        let failed = json!({"terminated": {"reason": "OOMKilled", "exitCode": 137}});
        let containers =
            json!([{"name": "app", "state": {"waiting": {"reason": FAILING}}, "lastState": failed}]);
        let conditions = json!([{"type": "Ready", "status": ready}]);
        pod(json!({"status": {"phase": phase, "conditions": conditions, "containerStatuses": containers}}))
            .why()
    };
    assert_eq!(of("False", "Running"), "container app: CrashLoopBackOff after OOMKilled");
    assert_eq!(of("False", "Failed"), FAILING);
    let waiting = json!({"containerStatuses": [{"name": "app", "state": {"waiting": {"reason": "ContainerCreating"}}}]});
    assert_eq!(pod(json!({"status": waiting})).why(), "ContainerCreating");
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
fn a_proxy_says_where_it_listens_and_is_plain_where_it_is_not_told_to_be_a_gateway() {
    let with = |told: &[(&str, &str)]| {
        let told: Vec<Value> =
            told.iter().map(|(name, value)| json!({"name": name, "value": value})).collect();
        let other =
            json!({"name": "app", "env": [{"name": GATEWAY}, {"name": LISTENING[0], "value": "0.0.0.0:80"}]});
        let pod = pod(json!({"spec": {"containers": [other, {"name": "linkerd-proxy", "env": told}]}}));
        (pod.listening, pod.is_plain)
    };
    let [inbound, admin] = LISTENING.map(|name| format!("{name}S"));
    let both = [(inbound.as_str(), "[::]:4143"), (admin.as_str(), "[::]:4191")];
    assert_eq!(with(&both), ((4143, 4191), true));
    assert_eq!(with(&[both[0], (GATEWAY, "svc.cluster.local.")]), ((4143, 0), false));
    assert_eq!(with(&[(LISTENING[0], "0.0.0.0:5143")]), ((5143, 0), true), "before Linkerd 2.16");
    assert_eq!(with(&[(POLICY, "deny")]), ((0, 0), false), "not all is seen of it");
    let bare = pod(json!({"spec": {"containers": [{"name": "app"}]}}));
    assert_eq!((bare.listening, bare.is_plain), ((0, 0), false));
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
