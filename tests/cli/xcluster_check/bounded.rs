//! What a look costs in a cluster without mirrors does not grow with the cluster. Where there are some, their clients may be pods
//! anywhere, and Ingresses beside them.

use crate::watch::Stage;
use crate::worlds::{kubectl, until};
use serde_json::{Value, json};
use testkit::kubectl::program;
use testkit::proxy::{CountingProxy, Recorded};
use testkit::told::BUT_LOOPBACK;

/// The platform with an export in each of these namespaces of infra, and what apps was asked for by one look: each list of pods and
/// of Ingresses, but for those of some pods by their labels.
fn asked(namespaces: &[&str]) -> Vec<String> {
    let namespace = |name: &str| json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}});
    let spaces = || namespaces.iter().map(|name| namespace(name));
    let export = |name: &&str| {
        json!({"apiVersion": "v1", "kind": "Service",
            "metadata": {"name": "web", "namespace": name, "labels": {"mirror.linkerd.io/exported": "true"}},
            "spec": {"selector": {"app": "web"}, "ports": [{"name": "http", "port": 80}]}})
    };
    let infra: Vec<Value> = spaces().chain(namespaces.iter().map(export)).collect();
    // Where no mirror is, nobody looks.
    let apps: Vec<Value> = spaces().chain([namespace("other")]).collect();
    let clusters = json!([{"name": "infra", "objects": infra}, {"name": "apps", "objects": apps}]);
    let stage = Stage::before(kubectl(&json!({"extends": "platform", "clusters": clusters}).to_string()));
    let mirrors = format!(", {}", counted(namespaces.len()));
    let come = until(&stage.behind, &[], "its mirrors have come", |outcome| {
        let is_missed = ["on its way", "mirror-missing"].iter().any(|word| outcome.stdout.contains(word));
        outcome.stdout.contains(&mirrors) && !is_missed
    });
    stage.proxies.iter().for_each(CountingProxy::reset);
    let looked = stage.seen.run(BUT_LOOPBACK);
    assert_eq!(looked.code, come.code, "{looked}");
    let [_, apps] = &stage.proxies;
    let is_list = |one: &Recorded| {
        let ends = ["/pods", "/ingresses"].iter().any(|end| one.path.ends_with(end));
        ends && !one.query.contains("labelSelector")
    };
    let mut lists: Vec<String> = apps.requests().into_iter().filter(is_list).map(|one| one.path).collect();
    lists.sort();
    // Where something was on its way in just this moment, a second look follows.
    lists.dedup();
    lists
}

fn counted(mirrors: usize) -> String {
    if mirrors == 1 { "1 mirror,".to_owned() } else { format!("{mirrors} mirrors,") }
}

/// Where the extension is, pods are looked at whatever there is to be mirrored.
const EXTENSION: &str = "/api/v1/namespaces/linkerd-multicluster/pods";

#[test]
fn a_consumer_with_mirrors_is_asked_once_for_its_pods_and_for_ingresses_beside_them() {
    if program().is_none() {
        return;
    }
    assert_eq!(asked(&[]), [EXTENSION, "/api/v1/pods"], "clients may name what is mirrored no more");
    let three = asked(&["a", "b", "c"]);
    let ingresses =
        ["a", "b", "c"].map(|name| format!("/apis/networking.k8s.io/v1/namespaces/{name}/ingresses"));
    assert_eq!(three, [&[EXTENSION.to_owned(), "/api/v1/pods".to_owned()][..], &ingresses].concat());
}

#[test]
fn a_consumer_with_mirrors_in_many_namespaces_is_asked_once_for_all_of_them() {
    if program().is_none() {
        return;
    }
    let all = ["/api/v1/pods", "/apis/networking.k8s.io/v1/ingresses"];
    assert_eq!(asked(&["a", "b", "c", "d", "e"]), [EXTENSION, all[0], all[1]]);
}
