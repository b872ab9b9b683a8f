use super::hidden;
use serde_json::{Value, json};

/// A container with something that opens a door in every place where people put such things.
fn container(name: &str) -> Value {
    let sent = json!({ "httpGet": { "path": "/live?key=canary01", "host": "canary02", "port": "http", "scheme": "HTTP",
        "httpHeaders": [{ "name": "Authorization", "value": "Basic canary03" }] } });
    let run = json!({ "exec": { "command": ["sh", "-c", "curl -u canary04 x"] } });
    json!({
        "name": name, "image": "registry.example/app:1",
        "command": ["app", "--password", "canary05"], "args": ["--dsn=postgres://canary06:canary07@db/x", "canary08"],
        "env": [{ "name": "A", "value": "canary09" }, { "name": "B", "value": "postgres://canary10:canary11@web-infra.shop:5432/db?password=canary12" },
            { "name": "C", "valueFrom": { "secretKeyRef": { "name": "s", "key": "k" } } }],
        "livenessProbe": sent, "readinessProbe": run, "startupProbe": sent, "lifecycle": { "preStop": run, "postStart": sent },
    })
}

fn pod() -> Value {
    json!({
        "containers": [container("app"), container("linkerd-proxy")],
        "initContainers": [container("init")], "ephemeralContainers": [container("debug")],
        "volumes": [{ "name": "v", "flexVolume": { "options": { "password": "canary13" } } },
            { "name": "w", "csi": { "volumeAttributes": { "auth": "canary14" } } }, { "name": "x", "secret": { "secretName": "s" } }],
    })
}

fn notes() -> Value {
    json!({ "kubectl.kubernetes.io/last-applied-configuration": "{\"env\": \"canary15\"}", "objectset.rio.cattle.io/applied": "canary16",
        "other.example/original": "{\"kind\": \"Secret\", \"data\": \"canary17\"}", "linkerd.io/proxy-version": "edge-25.4.4" })
}

fn object(kind: &str, more: &Value) -> Value {
    let mut object =
        json!({ "kind": kind, "metadata": { "name": "one", "namespace": "shop", "annotations": notes() } });
    object.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    object
}

#[track_caller]
fn is_shut(object: Value) -> Value {
    let left = hidden(object);
    assert!(!left.to_string().contains("canary"), "{left:#}");
    left
}

#[test]
fn whatever_makes_pods_says_nothing_of_what_they_are_told() {
    let template = json!({ "metadata": { "annotations": notes() }, "spec": pod() });
    let pod = is_shut(object("Pod", &json!({ "spec": pod() })));
    assert_eq!(pod["metadata"]["annotations"], json!({ "linkerd.io/proxy-version": "edge-25.4.4" }));
    for kind in ["Deployment", "DaemonSet", "StatefulSet", "ReplicaSet", "Job", "ReplicationController"] {
        is_shut(object(kind, &json!({ "spec": { "template": template } })));
    }
    is_shut(object("CronJob", &json!({ "spec": { "jobTemplate": { "spec": { "template": template } } } })));
    is_shut(object("PodTemplate", &json!({ "template": template })));
}

#[test]
fn of_what_a_container_is_told_the_mirrors_are_left_that_it_leads_to() {
    let pod = is_shut(object("Pod", &json!({ "spec": pod() })));
    let app = &pod["spec"]["containers"][0];
    let entry = |name: &str, value: &str| json!({ "name": name, "value": value });
    let from = json!({ "name": "C", "valueFrom": { "secretKeyRef": { "name": "s", "key": "k" } } });
    assert_eq!(app["env"], json!([entry("A", "hidden"), entry("B", "web-infra"), from]));
    assert_eq!(app["args"], json!(["hidden", "hidden"]));
    let probe = &app["livenessProbe"]["httpGet"];
    assert_eq!((&probe["port"], &probe["scheme"]), (&json!("http"), &json!("HTTP")));
    assert_eq!(pod["spec"]["volumes"][2], json!({ "name": "x", "secret": { "secretName": "s" } }));
    let elsewhere = json!({ "kind": "Pod", "metadata": { "namespace": "other" },
        "spec": { "containers": [{ "name": "app", "args": ["web-infra.shop"] }] } });
    assert_eq!(
        hidden(elsewhere)["spec"]["containers"][0]["args"],
        json!(["hidden"]),
        "nobody looks for it there"
    );
}

#[test]
fn what_linkerd_tells_its_own_stays() {
    let anchors = json!({ "name": "LINKERD2_PROXY_IDENTITY_TRUST_ANCHORS", "value": "pem" });
    let own = json!({ "name": "linkerd-proxy", "env": [anchors, { "name": "EXTRA", "value": "canary" }],
        "livenessProbe": { "httpGet": { "path": "/live", "port": 4191 } } });
    let pod = is_shut(json!({ "kind": "Pod", "metadata": {}, "spec": { "containers": [own] } }));
    let proxy = &pod["spec"]["containers"][0];
    assert_eq!(proxy["env"], json!([anchors, { "name": "EXTRA", "value": "hidden" }]));
    assert_eq!(proxy["livenessProbe"]["httpGet"]["path"], "/live");
    let deployment = |labels: Value| {
        let spec = json!({ "template": { "spec": { "containers": [{ "name": "controller", "args": ["service-mirror", "infra"] }] } } });
        hidden(json!({ "kind": "Deployment", "metadata": { "labels": labels }, "spec": spec }))["spec"]["template"]["spec"]
            ["containers"][0]["args"]
            .clone()
    };
    assert_eq!(
        deployment(json!({ "mirror.linkerd.io/cluster-name": "infra" })),
        json!(["service-mirror", "infra"])
    );
    assert_eq!(deployment(json!({})), json!(["hidden", "hidden"]));
}

#[test]
fn what_a_container_has_said_when_it_ended_is_hidden_and_why_it_waits_is_not() {
    let one = json!({ "state": { "waiting": { "reason": "CrashLoopBackOff", "message": "canary" } },
        "lastState": { "terminated": { "message": "canary", "exitCode": 1 } } });
    let unplaced = json!([{ "type": "PodScheduled", "message": "0/3 nodes are available" }]);
    let status =
        json!({ "containerStatuses": [one], "initContainerStatuses": [one], "conditions": unplaced });
    let pod = is_shut(object("Pod", &json!({ "status": status })));
    assert_eq!(pod["status"]["containerStatuses"][0]["state"]["waiting"]["reason"], "CrashLoopBackOff");
    assert_eq!(pod["status"]["conditions"], unplaced);
}

#[test]
fn of_config_maps_only_those_that_are_judged_say_anything() {
    let map = |name: &str, data: Value| json!({ "kind": "ConfigMap", "metadata": { "name": name }, "data": data, "binaryData": { "x": "canary" } });
    let other = is_shut(map("settings", json!({ "password.txt": "canary", "app.yaml": "key: canary" })));
    assert_eq!(other["data"], json!({ "password.txt": "hidden", "app.yaml": "hidden" }));
    let values = "clusterDomain: infra.example # as it was\n";
    assert_eq!(is_shut(map("linkerd-config", json!({ "values": values })))["data"]["values"], values);
    let told = "proxy:\n  additionalEnv:\n  - {name: A, value: canary}\nclusterDomain: infra.example\n";
    let left = is_shut(map("linkerd-config", json!({ "values": told })));
    let left: Value = serde_json::from_str(left["data"]["values"].as_str().unwrap()).unwrap();
    assert_eq!(left["clusterDomain"], "infra.example");
    assert_eq!(left["proxy"]["additionalEnv"], json!([{ "name": "A", "value": "hidden" }]));
    assert_eq!(is_shut(map("linkerd-config", json!({ "values": "a: [canary" })))["data"]["values"], "hidden");
    let cilium = is_shut(map(
        "cilium-config",
        json!({ "routing-mode": "native", "kvstore": "https://canary:canary@etcd" }),
    ));
    assert_eq!(cilium["data"], json!({ "routing-mode": "native", "kvstore": "https://etcd" }));
}

#[test]
fn an_ingress_keeps_what_says_where_its_controller_goes() {
    let notes = json!({ "kubernetes.io/ingress.class": "nginx", "nginx.ingress.kubernetes.io/service-upstream": "true",
        "nginx.ingress.kubernetes.io/configuration-snippet": "proxy_set_header l5d-dst-override x; # canary",
        "nginx.ingress.kubernetes.io/auth-url": "https://canary" });
    let left = is_shut(json!({ "kind": "Ingress", "metadata": { "annotations": notes } }));
    let expected = json!({ "kubernetes.io/ingress.class": "nginx", "nginx.ingress.kubernetes.io/service-upstream": "true",
        "nginx.ingress.kubernetes.io/configuration-snippet": "l5d-dst-override", "nginx.ingress.kubernetes.io/auth-url": "hidden" });
    assert_eq!(left["metadata"]["annotations"], expected);
}

#[test]
fn headers_of_requests_are_hidden_and_ports_and_peers_are_not() {
    let header = json!({ "name": "Authorization", "value": "canary" });
    let rule = json!({ "matches": [{ "headers": [header] }], "backendRefs": [{ "name": "web", "port": 80 }],
        "filters": [{ "requestHeaderModifier": { "set": [header], "add": [header] } }] });
    let route = is_shut(object("HTTPRoute", &json!({ "spec": { "rules": [rule] } })));
    assert_eq!(route["spec"]["rules"][0]["backendRefs"], json!([{ "name": "web", "port": 80 }]));
    let ports = json!([{ "ports": [{ "port": "80" }], "rules": { "http": [{ "headers": ["X-Token: canary"], "headerMatches": [header] }] } }]);
    let spec = json!({ "ingress": [{ "fromCIDR": ["10.0.0.0/8"], "toPorts": ports }] });
    let policy = is_shut(object("CiliumNetworkPolicy", &json!({ "spec": spec })));
    assert_eq!(policy["spec"]["ingress"][0]["fromCIDR"], json!(["10.0.0.0/8"]));
    assert_eq!(policy["spec"]["ingress"][0]["toPorts"][0]["ports"], json!([{ "port": "80" }]));
}

#[test]
fn texts_of_any_object_open_no_door() {
    for (text, left) in [
        ("postgres://canary:canary@host:5432/db?password=canary", "postgres://host:5432/db"),
        ("see https://canary@host/x#canary or http://a.b", "see https://host/x or http://a.b"),
        ("amqp://canary:can/ary@host", "amqp://host"),
        ("https://host:6443/v1@2", "https://host:6443/v1@2"),
        ("Get \"https://[fd00::1]:8086/ready\": dial", "Get \"https://[fd00::1]:8086/ready\": dial"),
        ("-----BEGIN RSA PRIVATE KEY-----\ncanary", "hidden"),
    ] {
        assert_eq!(
            is_shut(json!({ "kind": "Link", "spec": { "text": text } }))["spec"]["text"],
            left,
            "{text}"
        );
    }
    let keystores = json!({ "jks": { "password": "canary" }, "clientSecret": "canary", "secretName": "s", "privateKey": { "size": 256 } });
    let left = is_shut(json!({ "kind": "Certificate", "spec": keystores }));
    assert_eq!(
        (&left["spec"]["secretName"], &left["spec"]["privateKey"]["size"]),
        (&json!("s"), &json!(256))
    );
    let node = json!({ "k3s.io/node-args": "[\"--token\", \"canary\"]", "node.alpha.kubernetes.io/ttl": "0", "x.notkubernetes.io/a": "canary" });
    let left = is_shut(json!({ "kind": "Node", "metadata": { "annotations": node } }));
    assert_eq!(left["metadata"]["annotations"]["node.alpha.kubernetes.io/ttl"], "0");
}
