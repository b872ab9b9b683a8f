//! A platform of two large clusters that mirror Services of each other, in which nothing is wrong.

use std::fmt::Write as _;

use sandbox::world::machinery::{controller, controller_pod};
use sandbox::world::roles;
use serde_json::{Value, json};

/// Its clusters.
pub(crate) const CLUSTERS: [&str; 2] = ["infra", "apps"];
/// Services of one namespace.
const BESIDE: usize = 100;
/// Pods of one Service.
pub(crate) const PODS: usize = 5;
/// Of so many Services one is exported.
const ONE_OF: usize = 5;
/// Where proxies are injected, every pod says whom they trust.
const ANCHORS: &str = "-----BEGIN CERTIFICATE-----\n\
MIIBszCCAVqgAwIBAgIUVuROgxYo+p+fPfSAec0OPzvq3dYwCgYIKoZIzj0EAwIw\n\
JTEjMCEGA1UEAwwacm9vdC5saW5rZXJkLmNsdXN0ZXIubG9jYWwwIBcNMjYxMTI4\n\
MTc0MTE4WhgPMjEyNjExMDQxNzQxMThaMCUxIzAhBgNVBAMMGnJvb3QubGlua2Vy\n\
ZC5jbHVzdGVyLmxvY2FsMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEjpwna6vc\n\
0xUGrAkBtz1mPU2MJOlia3UP5+MvM73ewzi2eZTOoCrXMgYczmFcN72joPIa74zb\n\
tXX8XRs1TLybEaNmMGQwHQYDVR0OBBYEFMXAmP9l/Q3ybIiMmTq/mtit4BrOMB8G\n\
A1UdIwQYMBaAFMXAmP9l/Q3ybIiMmTq/mtit4BrOMBIGA1UdEwEB/wQIMAYBAf8C\n\
AQEwDgYDVR0PAQH/BAQDAgEGMAoGCCqGSM49BAMCA0cAMEQCIHD2xtZng10vi76J\n\
ONHdZF2YCM8LEhQc4UJEe/blLOltAiAyCdPexRjZOOfWOucUMpzsXuRRqvd8GKQi\n\
1x1ALASDAw==\n\
-----END CERTIFICATE-----\n";

/// How many of so many Services are exported.
pub(crate) fn exports(services: usize) -> usize {
    services / ONE_OF
}

/// The world, as text: so many Services a cluster. All mirrors are there. It is written object by object, since as values it would
/// take a few gigabytes.
pub(crate) fn platform(services: usize) -> String {
    let mut text = String::from("clusters:\n");
    for name in CLUSTERS {
        writeln!(text, "- name: {name}\n  objects:").expect("memory");
        objects(name, services).for_each(|object| writeln!(text, "  - {object}").expect("memory"));
    }
    let [one, other] = CLUSTERS;
    text += "links:\n";
    for (importer, exporter) in [(one, other), (other, one)] {
        let link = json!({"importer": importer, "exporter": exporter, "controller": "finished"});
        writeln!(text, "- {link}").expect("memory");
    }
    text
}

/// What a cluster with so many Services has, beside its Link.
pub(crate) fn objects(name: &str, services: usize) -> impl Iterator<Item = Value> {
    let namespace =
        |name: String| json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}});
    let places = (0..services.div_ceil(BESIDE)).map(move |number| namespace(place(number * BESIDE)));
    let linked = CLUSTERS.into_iter().find(|other| *other != name).expect("there are two");
    let carried =
        controller(linked).into_iter().chain([controller_pod(linked)]).chain(roles::controller(linked));
    let own = (0..services).flat_map(|number| {
        let pods = (0..PODS).map(move |pod| self::pod(number, pod));
        [service(number)].into_iter().chain(pods)
    });
    let extension = namespace("linkerd-multicluster".to_owned());
    places.chain([extension]).chain(carried).chain(own)
}

/// The namespace of a Service.
fn place(number: usize) -> String {
    format!("team-{}", number / BESIDE)
}

fn service(number: usize) -> Value {
    let name = format!("s{number}");
    let labels = if number.is_multiple_of(ONE_OF) {
        json!({"app": name, "mirror.linkerd.io/exported": "true"})
    } else {
        json!({"app": name})
    };
    json!({
        "apiVersion": "v1", "kind": "Service",
        "metadata": {"name": name, "namespace": place(number), "labels": labels},
        "spec": {"selector": {"app": name}, "ports": [{"name": "http", "port": 80, "targetPort": 8080}]},
    })
}

/// A pod as one with Linkerd's proxy is, some kilobytes in JSON.
fn pod(service: usize, pod: usize) -> Value {
    let app = format!("s{service}");
    let setting = |number: usize| {
        let value = format!("http://s{number}.{}:8080/api/v1", place(service));
        json!({"name": format!("SETTING_{number}"), "value": value})
    };
    let own = json!({
        "name": "app", "image": format!("registry.example.test/team/{app}:1.27.{pod}"),
        "env": (0..8).map(setting).collect::<Vec<_>>(),
        "ports": [{"name": "http", "containerPort": 8080}],
        "resources": {"requests": {"cpu": "100m", "memory": "128Mi"}, "limits": {"memory": "256Mi"}},
    });
    let probe = |path: &str| json!({"httpGet": {"path": path, "port": 4191}});
    let proxy = json!({
        "name": "linkerd-proxy", "image": "cr.example.test/linkerd/proxy:edge-26.10.1",
        "env": [
            {"name": "LINKERD2_PROXY_IDENTITY_TRUST_ANCHORS", "value": ANCHORS},
            {"name": "LINKERD2_PROXY_INBOUND_DEFAULT_POLICY", "value": "all-unauthenticated"},
            {"name": "LINKERD2_PROXY_LOG", "value": "warn,linkerd=info,hickory=error"},
        ],
        "ports": [{"name": "linkerd-proxy", "containerPort": 4143}, {"name": "linkerd-admin", "containerPort": 4191}],
        "livenessProbe": probe("/live"), "readinessProbe": probe("/ready"),
    });
    json!({
        "apiVersion": "v1", "kind": "Pod",
        "metadata": {
            "name": format!("{app}-7d4b9c6f5d-{pod:05}"), "namespace": place(service),
            "labels": {"app": app, "pod-template-hash": "7d4b9c6f5d", "linkerd.io/control-plane-ns": "linkerd"},
            "annotations": {"linkerd.io/inject": "enabled", "linkerd.io/proxy-version": "edge-26.10.1"},
        },
        "spec": {"nodeName": format!("worker-{}", service % 50), "serviceAccountName": "default",
                 "containers": [own, proxy]},
        "status": status(service * PODS + pod),
    })
}

/// What the kubelet says of a pod that runs.
fn status(number: usize) -> Value {
    let started = "2026-11-01T08:00:00Z";
    let ran = |name: &str| {
        json!({"name": name, "image": "an image", "imageID": "", "ready": true, "restartCount": 0, "started": true,
               "state": {"running": {"startedAt": started}}})
    };
    let condition = |kind: &str| json!({"type": kind, "status": "True", "lastTransitionTime": started});
    json!({
        "phase": "Running", "podIP": address(number), "hostIP": "192.0.2.10", "startTime": started,
        "conditions": Vec::from(["PodScheduled", "Initialized", "ContainersReady", "Ready"].map(condition)),
        "containerStatuses": Vec::from(["app", "linkerd-proxy"].map(ran)),
    })
}

fn address(number: usize) -> String {
    format!("10.{}.{}.{}", number / 62_500, number / 250 % 250, number % 250 + 1)
}
