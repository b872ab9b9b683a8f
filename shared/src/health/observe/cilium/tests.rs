use super::*;
use serde_json::json;

const NOW: &str = "2026-01-01T00:01:30Z";

fn object(object: Value) -> Object {
    serde_json::from_value(object).unwrap()
}

#[test]
fn agents_are_rolled_until_all_are_updated_and_their_controller_has_seen_the_last_change() {
    let of = |generation: u64, observed: u64, updated: Option<u32>| {
        read(
            &object(json!({"metadata": {"name": "cilium", "generation": generation}, "status": {
            "observedGeneration": observed, "desiredNumberScheduled": 3, "currentNumberScheduled": 2,
            "updatedNumberScheduled": updated, "numberUnavailable": 1}})),
            NOW.parse().unwrap(),
        )
    };
    let agents = of(2, 2, Some(2));
    let counts = (agents.wanted, agents.unavailable, agents.missing, agents.is_rolling);
    assert_eq!(counts, (3, 1, 1, false), "all that are there are new, and one was never made");
    assert!(of(2, 2, Some(1)).is_rolling && of(2, 1, Some(2)).is_rolling);
    assert!(of(2, 2, None).is_rolling, "the first old one is gone, and no new one is there yet");
    let bare = read(&object(json!({"metadata": {"name": "cilium"}, "status": null})), NOW.parse().unwrap());
    assert_eq!((bare.unavailable, bare.is_rolling), (0, false));
}

#[test]
fn a_pod_that_is_not_ready_is_lost_and_one_that_goes_is_not() {
    let now = NOW.parse().unwrap();
    let of = |more: Value| {
        let mut pod = json!({"metadata": {"name": "cilium-x"}, "spec": {"nodeName": "b"}, "status": {
            "conditions": [{"type": "Ready", "status": "False", "lastTransitionTime": "2026-01-01T00:00:00Z"}],
            "containerStatuses": [{"state": {"running": {}}}, {"state": {"waiting": {"reason": "CrashLoopBackOff"}}}]}});
        for (key, value) in more.as_object().unwrap() {
            pod[key] = value.clone();
        }
        lost(&object(pod), now)
    };
    let wanted = AgentSeen {
        pod: "cilium-x".into(),
        node: "b".into(),
        reason: "CrashLoopBackOff".into(),
        age: Some(90),
    };
    assert_eq!(of(json!({})), Some(wanted));
    assert_eq!(of(json!({"metadata": {"name": "x", "deletionTimestamp": "2026-01-01T00:00:00Z"}})), None);
    assert_eq!(of(json!({"status": {"conditions": [{"type": "Ready", "status": "True"}]}})), None);
    assert_eq!(of(json!({"status": {}})).unwrap().age, None, "nobody says since when");
    let bound = json!({"metadata": {"name": "x", "creationTimestamp": "2026-01-01T00:01:29Z"}, "status": {}});
    assert_eq!(of(bound).unwrap().age, Some(1), "no kubelet has said anything of it yet");
}

#[test]
fn a_pool_says_in_messages_what_it_has_left() {
    let of = |spec: Value, conditions: Value| {
        pool(&object(
            json!({"metadata": {"name": "main"}, "spec": spec, "status": {"conditions": conditions}}),
        ))
    };
    let free =
        |number: &str| json!({"type": "cilium.io/IPsAvailable", "status": "Unknown", "message": number});
    let conflict = |status: &str, message: &str| json!({"type": "cilium.io/PoolConflict", "status": status, "reason": "cidr_overlap", "message": message});
    let plain = PoolSeen { name: "main".into(), ..PoolSeen::default() };
    assert_eq!(of(json!({}), json!([free("10"), conflict("False", "")])), plain);
    assert_eq!(of(json!({"disabled": true}), json!(null)), PoolSeen { is_disabled: true, ..plain.clone() });
    assert!(of(json!({}), json!([free("0")])).is_exhausted);
    assert_eq!(of(json!({}), json!([conflict("True", "overlaps")])).conflict, "overlaps");
    assert_eq!(
        of(json!({}), json!([conflict("True", "")])).conflict,
        "cilium.io/PoolConflict",
        "never empty"
    );
}

#[test]
fn a_gateway_is_a_load_balancer_of_ciliums_or_of_nobodys_class() {
    let service = |spec: Value| {
        let mut whole =
            json!({"type": "LoadBalancer", "ports": [{"name": "mc-gateway"}, {"name": "mc-probe"}]});
        for (key, value) in spec.as_object().unwrap() {
            whole[key] = value.clone();
        }
        object(
            json!({"metadata": {"namespace": "linkerd-multicluster", "name": "linkerd-gateway"}, "spec": whole,
            "status": {"loadBalancer": {}, "conditions": [{"type": SATISFIED, "status": "False", "reason": "no_pool",
                "message": "There are no enabled pools"}]}}),
        )
    };
    assert!(is_gateway(&service(json!({}))));
    assert!(is_gateway(&service(json!({"loadBalancerClass": "io.cilium/l2-announcer"}))));
    for other in [
        json!({"loadBalancerClass": "metallb.io/metallb"}),
        json!({"type": "NodePort"}),
        json!({"ports": [{"name": "http"}]}),
    ] {
        assert!(!is_gateway(&service(other)));
    }
    let seen = gateway(&service(json!({})));
    assert_eq!((seen.has_address, seen.name.as_str()), (false, "linkerd-gateway"));
    assert_eq!(seen.refusal, Some(("no_pool".to_owned(), "There are no enabled pools".to_owned())));
    assert!(gateway(&service(json!({"externalIPs": ["203.0.113.7"]}))).has_address);
}
