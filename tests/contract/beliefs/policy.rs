//! Policies of Linkerd, of Kubernetes and of Cilium, and routes.

use serde_json::{Value, json};

use crate::room::{Room, names};

const SERVER: &str = "policy.linkerd.io/v1beta3";
const POLICY: &str = "policy.linkerd.io/v1alpha1";

async fn made(at: &Room, (api, kind, plural): (&str, &str, &str), spec: &Value) -> Value {
    testkit::crds::ensure(at.admin.client(), &testkit::world::POLICIES).await;
    testkit::crds::ensure(at.admin.client(), &testkit::world::BESIDES).await;
    let object = json!({ "apiVersion": api, "kind": kind, "metadata": { "name": "web" }, "spec": spec });
    at.admin.post(&at.path_of(api, plural), &object).await.ok();
    let list = at.admin.get(&at.path_of(api, &format!("{plural}?limit=500"))).await.ok();
    assert_eq!(names(&list), ["web"]);
    list["items"][0]["spec"].clone()
}

pub(crate) async fn a_server_has_its_port_as_a_number_or_as_a_name(at: &Room) {
    let kind = (SERVER, "Server", "servers");
    let by_number = json!({ "podSelector": { "matchLabels": { "app": "web" } }, "port": 8080 });
    let seen = made(at, kind, &by_number).await;
    assert_eq!((&seen["port"], &seen["podSelector"]), (&json!(8080), &by_number["podSelector"]));
    at.admin.delete(&at.path_of(SERVER, "servers/web")).await.ok();
    let seen = made(at, kind, &json!({ "podSelector": {}, "port": "http" })).await;
    assert_eq!((&seen["port"], &seen["podSelector"]), (&json!("http"), &json!({})));
}

pub(crate) async fn a_policy_keeps_what_it_is_about_and_what_it_requires(at: &Room) {
    let refer = |kind: &str| json!({ "group": "policy.linkerd.io", "kind": kind, "name": "web" });
    let required = json!([refer("MeshTLSAuthentication"), refer("NetworkAuthentication")]);
    let spec = json!({ "targetRef": refer("Server"), "requiredAuthenticationRefs": required });
    assert_eq!(made(at, (POLICY, "AuthorizationPolicy", "authorizationpolicies"), &spec).await, spec);
    let spec = json!({ "identities": ["*"] });
    assert_eq!(made(at, (POLICY, "MeshTLSAuthentication", "meshtlsauthentications"), &spec).await, spec);
    let spec = json!({ "networks": [{ "cidr": "10.0.0.0/8", "except": ["10.1.0.0/16"] }] });
    assert_eq!(made(at, (POLICY, "NetworkAuthentication", "networkauthentications"), &spec).await, spec);
    let spec = json!({ "server": { "name": "web" }, "client": { "unauthenticated": true } });
    let older = ("policy.linkerd.io/v1beta1", "ServerAuthorization", "serverauthorizations");
    assert_eq!(made(at, older, &spec).await, spec);
}

pub(crate) async fn a_network_policy_says_its_types_and_keeps_what_it_lets_through(at: &Room) {
    let kind = ("networking.k8s.io/v1", "NetworkPolicy", "networkpolicies");
    let peers = json!([{ "namespaceSelector": { "matchLabels": { "team": "mesh" } }, "podSelector": {} },
        { "ipBlock": { "cidr": "10.0.0.0/8", "except": ["10.1.0.0/16"] } }]);
    let rule = json!({ "from": peers, "ports": [{ "port": 4143 }, { "port": "http", "protocol": "TCP" }] });
    let seen = made(at, kind, &json!({ "podSelector": {}, "ingress": [rule], "egress": [{}] })).await;
    // The types are written out, and the protocol of a port, which the plugin needs of neither.
    assert_eq!(seen["policyTypes"], json!(["Ingress", "Egress"]));
    assert_eq!((&seen["ingress"][0]["from"], &seen["egress"]), (&peers, &json!([{}])));
    let ports = json!([{ "port": 4143, "protocol": "TCP" }, { "port": "http", "protocol": "TCP" }]);
    assert_eq!(seen["ingress"][0]["ports"], ports);
}

pub(crate) async fn a_policy_of_cilium_keeps_its_rules_in_a_namespace_and_in_the_whole_cluster(at: &Room) {
    const CILIUM: &str = "cilium.io/v2";
    let ports = json!([{ "ports": [{ "port": "4143", "protocol": "TCP" }] }]);
    let rule = json!({ "fromEntities": ["world"], "toPorts": ports });
    let spec = json!({ "endpointSelector": { "matchLabels": { "app": "web" } }, "ingress": [rule] });
    assert_eq!(made(at, (CILIUM, "CiliumNetworkPolicy", "ciliumnetworkpolicies"), &spec).await, spec);
    let path = format!("/apis/{CILIUM}/ciliumclusterwidenetworkpolicies");
    let name = format!("of-{}", at.namespace);
    let object = json!({ "apiVersion": CILIUM, "kind": "CiliumClusterwideNetworkPolicy",
        "metadata": { "name": name }, "spec": spec });
    at.admin.post(&path, &object).await.ok();
    let list = at.admin.get(&format!("{path}?limit=500")).await.ok();
    let items = list["items"].as_array().map(Vec::as_slice).unwrap_or_default();
    let own = items.iter().find(|item| item["metadata"]["name"] == *name);
    assert_eq!(own.map(|own| (&own["spec"], &own["metadata"]["namespace"])), Some((&spec, &Value::Null)));
    at.admin.delete(&format!("{path}/{name}")).await.ok();
}

pub(crate) async fn a_route_keeps_its_parents_and_where_it_leads(at: &Room) {
    let parents = json!([{ "group": "policy.linkerd.io", "kind": "Server", "name": "web" }]);
    let backends = json!([{ "name": "web-apps", "port": 80 }]);
    let spec = json!({ "parentRefs": parents, "rules": [{ "backendRefs": backends }] });
    let seen = made(at, ("policy.linkerd.io/v1beta3", "HTTPRoute", "httproutes"), &spec).await;
    assert_eq!(
        (&seen["parentRefs"][0]["name"], &seen["parentRefs"][0]["kind"]),
        (&json!("web"), &json!("Server"))
    );
    assert_eq!(seen["rules"][0]["backendRefs"][0]["name"], "web-apps");
}
