//! What is seen of a dump is what was seen of its clusters: every look works on files unchanged.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "what the tests share may end a test at once, as a test may"
)]

use kube::config::{KubeConfigOptions, Kubeconfig};
use platform::cluster::{Archive, ClusterSet, Connecting, Resource, dial::NoTerminal, fleet, kubeconfig};
use platform::mesh::link::Way;
use platform::mesh::observe::{Looking, Selected, Which, mesh};
use platform::terms::{ClusterName, ConnectionChoice, ContextName, Environment, FleetChoice, Observed};
use regex::Regex;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;
use testkit::kubectl::{Kubectl, program};

const CLUSTERS: [&str; 2] = ["infra", "apps"];
/// The platform, and a Service that its Link mirrors.
const WORLD: &str = "
extends: platform
clusters:
- name: infra
  objects:
  - apiVersion: v1
    kind: Service
    metadata: {name: shown, namespace: databases, labels: {mirror.linkerd.io/exported: 'true'}}
    spec:
      selector: {cnpg.io/cluster: postgres}
      ports: [{name: postgres, port: 5432, targetPort: 5432}]
  - apiVersion: v1
    kind: ConfigMap
    metadata: {name: linkerd-config, namespace: linkerd}
    data: {values: 'clusterDomain: infra.example'}
  - {apiVersion: v1, kind: Namespace, metadata: {name: linkerd}}
";

/// The clusters as a user would reach them.
async fn live(file: &Value) -> ClusterSet {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("kubeconfig");
    fs::write(&path, file.to_string()).unwrap();
    let environment = Environment::default();
    let loaded = kubeconfig::load(Some(&path), &environment).unwrap();
    let contexts = CLUSTERS.map(|name| ContextName(name.to_owned())).to_vec();
    let choice = FleetChoice { contexts, ..FleetChoice::default() };
    let resolved = fleet::resolve(&choice, &loaded, &environment).unwrap();
    let with = Connecting {
        loaded: &loaded,
        choice: &ConnectionChoice::default(),
        environment: &environment,
        user_agent: "archive",
        terminal: Arc::new(NoTerminal),
    };
    ClusterSet::connect(resolved, &with).await.unwrap()
}

/// Everything that a cluster serves, in a file for each resource.
async fn dumped(file: &Value, name: &str, folder: &Path) {
    let file: Kubeconfig = serde_json::from_value(file.clone()).unwrap();
    let options = KubeConfigOptions { context: Some(name.to_owned()), ..KubeConfigOptions::default() };
    let mut config = kube::Config::from_custom_kubeconfig(file, &options).await.unwrap();
    config.proxy_url = None;
    let client = kube::Client::try_from(config).unwrap();
    let get = async |path: String| -> Value {
        client.request(http::Request::get(path).body(Vec::new()).unwrap()).await.unwrap()
    };
    let mut roots = vec!["/api/v1".to_owned()];
    for group in get("/apis".to_owned()).await["groups"].as_array().unwrap() {
        // A group may have some resources in its preferred version, and others in another one.
        for version in group["versions"].as_array().unwrap() {
            roots.push(format!("/apis/{}", version["groupVersion"].as_str().unwrap()));
        }
    }
    let mut done = BTreeSet::new();
    for root in roots {
        for resource in get(root.clone()).await["resources"].as_array().unwrap() {
            let plural = resource["name"].as_str().unwrap();
            let group = root.rsplit_once('/').map(|(group, _)| group.to_owned());
            let lists = resource["verbs"].as_array().unwrap().contains(&Value::from("list"));
            if lists && !plural.contains('/') && done.insert((group, plural.to_owned())) {
                let list = get(format!("{root}/{plural}")).await;
                fs::write(folder.join(format!("{}-{plural}.yaml", done.len())), text(&list, done.len()))
                    .unwrap();
            }
        }
    }
}

/// Every other one as JSON.
fn text(list: &Value, count: usize) -> String {
    if count.is_multiple_of(2) { list.to_string() } else { serde_saphyr::to_string(list).unwrap() }
}

/// The same by the kubectl of this machine, in one file.
fn dumped_by_kubectl(file: &Value, name: &str, folder: &Path) {
    let place = TempDir::new().unwrap();
    fs::write(place.path().join("kubeconfig"), file.to_string()).unwrap();
    let kubectl = Kubectl::new(&program().unwrap()).kubeconfig(place.path().join("kubeconfig"));
    let ran = |words: &[&str]| {
        let outcome = kubectl.run([&["--context", name], words].concat());
        assert_eq!(outcome.code, Some(0), "{outcome}");
        outcome.stdout
    };
    let resources =
        ran(&["api-resources", "--verbs", "list", "-o", "name"]).lines().collect::<Vec<_>>().join(",");
    let words = ["get", resources.as_str(), "--all-namespaces", "--show-managed-fields", "-o", "yaml"];
    fs::write(folder.join("all.yaml"), ran(&words)).unwrap();
}

/// A set for which the dumps answer.
async fn filed(live: &ClusterSet, folder: &Path, dump: impl AsyncFn(&str, &Path)) -> ClusterSet {
    let mut archives = BTreeMap::new();
    for name in CLUSTERS {
        let folder = folder.join(name);
        fs::create_dir_all(&folder).unwrap();
        dump(name, &folder).await;
        archives.insert(ClusterName::new(name), Archive::read(&folder).unwrap());
    }
    ClusterSet::of_archives(live.fleet.clone(), live.primary.clone(), archives).unwrap()
}

/// What is seen, without moments, versions of lists, and the proof of whose a Link is: files have no address.
async fn seen(set: &ClusterSet, which: Which, looking: Looking) -> String {
    let selected = Selected { namespace: Some("databases".to_owned()), which };
    let seen = mesh(set, &selected, (looking, &[Way::Gateway])).await;
    let mut text = format!("{seen:#?}");
    for (pattern, blank) in [
        (r"(age|left): (None|Some\(\s*-?\d+,\s*\))", "$1: _"),
        (r#"(?m)^ *"\d*",$"#, "_"),
        (r"(?:SameServer|SameAuthority|SameAccount)", "_"),
    ] {
        text = Regex::new(pattern).unwrap().replace_all(&text, blank).into_owned();
    }
    text
}

async fn mirrored(set: &ClusterSet) {
    let apps = set.cluster(&ClusterName::new("apps")).unwrap();
    for _ in 0..200 {
        let found = apps.get::<Value>(Resource::ENDPOINTS, Some("databases"), "shown-infra").await;
        if matches!(found, Observed::Present(_)) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the stand-in of the service mirror has made nothing");
}

#[tokio::test]
async fn what_is_seen_of_a_dump_is_what_was_seen_of_its_clusters() {
    let file = testkit::embedded::world(WORLD);
    as_much_is_seen(&file, async |name, folder| dumped(&file, name, folder).await).await;
}

#[tokio::test]
async fn what_kubectl_writes_is_a_dump() {
    let Some(_) = program() else { return };
    let file = testkit::embedded::world(WORLD);
    as_much_is_seen(&file, async |name, folder| dumped_by_kubectl(&file, name, folder)).await;
}

async fn as_much_is_seen(file: &Value, dump: impl AsyncFn(&str, &Path)) {
    let live = live(file).await;
    mirrored(&live).await;
    for _ in 0..20 {
        let folder = TempDir::new().unwrap();
        let before = looks(&live).await;
        let files = looks(&filed(&live, folder.path(), &dump).await).await;
        // The stand-ins go on working meanwhile: a dump is of one moment only where nothing changes.
        if before == looks(&live).await {
            before.iter().zip(&files).for_each(|(live, files)| compare(live, files));
            return;
        }
    }
    panic!("the clusters change all the time");
}

/// What is seen in every way in which the mesh is looked at.
async fn looks(set: &ClusterSet) -> Vec<String> {
    let names = || Which::Names(["shown".to_owned(), "nope".to_owned()].into());
    let labelled = Which::Labelled("mirror.linkerd.io/exported in (true)".to_owned());
    vec![
        seen(set, names(), Looking::ByName).await,
        seen(set, names(), Looking::ForCauses).await,
        seen(set, Which::Exported, Looking::ByLabel).await,
        seen(set, labelled, Looking::ForCauses).await,
        seen(set, Which::All, Looking::ByName).await,
    ]
}

#[track_caller]
fn compare(live: &str, files: &str) {
    assert!(live.contains("shown-infra"), "{live}");
    if live != files {
        let same = live.lines().zip(files.lines()).take_while(|(one, other)| one == other).count();
        let around =
            |text: &str| text.lines().skip(same.saturating_sub(8)).take(16).collect::<Vec<_>>().join("\n");
        panic!("{}\nand of files\n{}", around(live), around(files));
    }
}

#[tokio::test]
async fn the_same_cluster_twice_is_refused_in_files_too() {
    let file = testkit::embedded::world("extends: platform");
    let live = live(&file).await;
    let folder = TempDir::new().unwrap();
    dumped(&file, "infra", folder.path()).await;
    let archives = || CLUSTERS.map(|name| (ClusterName::new(name), Archive::read(folder.path()).unwrap()));
    let twice = ClusterSet::of_archives(live.fleet.clone(), live.primary.clone(), archives().into());
    let twice = twice.err().unwrap();
    assert!(twice.what.starts_with("infra and apps are the same cluster (uid of kube-system "), "{twice:?}");
    assert!(twice.next.contains("`--from CONTEXT=DIR`"), "{twice:?}");
    let [one, _] = archives();
    let missing = ClusterSet::of_archives(live.fleet.clone(), live.primary.clone(), [one].into());
    let missing = missing.err().unwrap();
    assert_eq!(
        (missing.what.as_str(), missing.next.as_str()),
        ("apps: no files are named", "name a folder of them: `--from apps=DIR`")
    );
}

#[tokio::test]
async fn a_set_of_files_has_folders_for_addresses_and_the_authority_that_its_pods_accept() {
    let file = testkit::embedded::world("extends: platform");
    let live = live(&file).await;
    let folder = TempDir::new().unwrap();
    let files = filed(&live, folder.path(), async |name, folder| dumped(&file, name, folder).await).await;
    for name in CLUSTERS {
        let name = ClusterName::new(name);
        let (live, files) = (live.cluster(&name).unwrap(), files.cluster(&name).unwrap());
        assert_eq!(files.server().await, folder.path().join(name.as_str()).display().to_string());
        assert_eq!(files.certificate_authority().await, live.certificate_authority().await);
        assert!(files.archive().is_some() && live.archive().is_none());
    }
}
