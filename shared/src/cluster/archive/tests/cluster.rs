use super::*;
use crate::cluster::watch::{Change, Versioned};
use crate::cluster::{Cluster, Undone};
use futures::StreamExt;
use serde::Deserialize;

#[derive(Debug, Clone, PartialEq, Deserialize)]
struct Plain {
    metadata: Metadata,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
struct Metadata {
    name: String,
}

impl Versioned for Plain {
    fn version(&self) -> &str {
        &self.metadata.name
    }
}

fn cluster() -> Cluster {
    Cluster::of_archive(ClusterName::new("apps"), dump(DUMP))
}

fn only_files(verb: &str) -> Obstacle {
    Obstacle::OnlyFiles { verb: verb.to_owned(), resource: "services".to_owned() }
}

#[tokio::test]
async fn every_look_works_on_files() {
    let cluster = cluster();
    let get = async |name: &str| cluster.get::<Plain>(Resource::SERVICES, Some("shop"), name).await;
    assert_eq!(get("web").await, Observed::Present(Plain { metadata: Metadata { name: "web".to_owned() } }));
    assert_eq!(get("nope").await, Observed::Absent);
    assert_eq!(cluster.serves(Resource::SERVICES).await, Ok(true));
    assert_eq!(cluster.serves(LINKS).await, Ok(false));
    let is_api = |found: &Plain| found.metadata.name == "api";
    let listed = cluster.list_only(Resource::SERVICES, &Scope::default(), Shape::Metadata, is_api).await;
    assert_eq!(listed.map(|listed| listed.items.len()), Observed::Present(1));
    assert_eq!(cluster.server().await, "dump");
}

#[tokio::test]
async fn a_write_is_not_done_and_nobody_doubts_it() {
    let write = Call::apply(Resource::SERVICES, Some("shop"), "web", &json!({}));
    assert_eq!(
        cluster().submit(&write).await,
        Err(Undone { obstacle: only_files("patch"), in_doubt: false })
    );
}

#[tokio::test]
async fn who_follows_files_is_told_that_nothing_will_come() {
    let cluster = cluster();
    let mut changes = cluster.follow::<Plain>(Resource::SERVICES, shop(), String::new());
    assert_eq!(changes.next().await, Some(Change::Blind(only_files("watch"))));
}

#[test]
fn what_was_gone_is_told_from_what_was_left_out() {
    const ALL: [&str; 4] = ["default", "kube-node-lease", "kube-public", "kube-system"];
    let of = |kind: &str, namespace: Option<&str>, name: &str| serde_json::json!({"apiVersion": "v1", "kind": kind, "metadata": {"name": name, "namespace": namespace}});
    let archive = |namespaces: &[&str], more: Vec<serde_json::Value>| {
        let namespaces = namespaces.iter().map(|name| of("Namespace", None, name));
        Archive::of_objects("dump", "2026-03-01T00:00:00Z".parse().unwrap(), namespaces.chain(more)).unwrap()
    };
    let maps = Resource::CONFIG_MAPS;
    let without = archive(&ALL, vec![]);
    assert!(without.is_without("linkerd") && without.tells_of(maps, "linkerd") && !without.holds("linkerd"));
    let some = archive(&ALL[2..], vec![of("ConfigMap", Some("linkerd-viz"), "own")]);
    assert!(!some.is_without("linkerd") && !some.tells_of(maps, "linkerd") && !some.holds("linkerd"));
    let bare = archive(&[&ALL[..], &["linkerd"]].concat(), vec![of("Secret", Some("linkerd"), "own")]);
    assert!(!bare.is_without("linkerd") && !bare.tells_of(maps, "linkerd") && bare.holds("linkerd"));
    let emptied = archive(&["linkerd"], vec![of("ConfigMap", Some("linkerd"), "kube-root-ca.crt")]);
    assert!(emptied.tells_of(maps, "linkerd") && !emptied.is_without("linkerd"));
}
