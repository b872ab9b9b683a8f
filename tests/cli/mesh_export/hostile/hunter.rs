//! Who looks for secrets in all that a run on the real ground leaves behind.

use crate::bed::plugin;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use testkit::audit::Audit;
use testkit::kubectl::{Kubectl, Outcome};
use testkit::real::{ControlPlane, Ground, unique};
use testkit::world::World;

/// Other tests define kinds and take them away again while this one lists all.
const TRIES: usize = 5;

/// Where something is, and what is written there.
type Text = (String, String);

/// A world, and the places of both clusters that are searched: from its beginning on in the audit logs, whole in what the
/// other programs logged, and every object.
pub(super) struct Hunter {
    pub(super) world: World,
    admin: Kubectl,
    logged: Vec<(PathBuf, u64)>,
}

impl Hunter {
    pub(super) fn new(ground: &'static Ground, label: &str) -> Self {
        let world = World::new(ground, label);
        let audits = ground.clusters().iter().map(ControlPlane::audit_log);
        let logged = audits.map(|log| (log.clone(), std::fs::metadata(&log).unwrap().len())).collect();
        let admin = Kubectl::new(plugin()).kubeconfig(ground.kubeconfig());
        Self { world, admin, logged }
    }

    fn clusters(&self) -> impl Iterator<Item = &'static ControlPlane> {
        self.world.ground().clusters().iter()
    }

    /// In which logs and objects of the clusters, and in which files of these folders, one of these is.
    pub(super) fn places(&self, secrets: &[String], folders: &[&Path]) -> BTreeSet<String> {
        let files = folders.iter().flat_map(|folder| texts(folder));
        let clusters = self.clusters().flat_map(|cluster| self.objects(cluster));
        let all = files.chain(self.logs()).chain(clusters);
        all.filter(|(_, text)| shows(secrets, text)).map(|(place, _)| place).collect()
    }

    /// What the API servers logged since the beginning.
    pub(super) fn audited(&self) -> Vec<Text> {
        for cluster in self.clusters() {
            // Returns once nothing more of this test arrives.
            drop(Audit::mark(cluster).of_user("nobody").since());
        }
        let since = |(log, start): &(PathBuf, u64)| {
            let mut file = std::fs::File::open(log).unwrap();
            file.seek(SeekFrom::Start(*start)).unwrap();
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes).unwrap();
            (log.display().to_string(), String::from_utf8_lossy(&bytes).into_owned())
        };
        self.logged.iter().map(since).collect()
    }

    fn logs(&self) -> Vec<Text> {
        let mut found = self.audited();
        for cluster in self.clusters() {
            let files = std::fs::read_dir(cluster.folder()).unwrap().map(|entry| entry.unwrap().path());
            let is_log = |path: &PathBuf| path.extension().is_some_and(|ending| ending == "log");
            for path in files.filter(|path| is_log(path) && *path != cluster.audit_log()) {
                found.push((path.display().to_string(), text_of(&path)));
            }
        }
        found
    }

    /// Every object of every kind, with its annotations and managed fields; of Secrets all but what is secret.
    fn objects(&self, cluster: &ControlPlane) -> Vec<Text> {
        let name = cluster.name();
        let listed = (0..TRIES).find_map(|_| {
            let kinds = self.admin.run(["api-resources", "--context", name, "--verbs=list", "-o", "name"]);
            let kinds = kinds.stdout.lines().collect::<Vec<_>>().join(",");
            let all = ["-A", "-o", "json", "--show-managed-fields", "--context", name];
            let outcome = self.admin.run(["get", &kinds].iter().chain(&all));
            (outcome.code == Some(0)).then(|| outcome.json())
        });
        let listed = listed.unwrap();
        let items = listed["items"].as_array().unwrap();
        let own = |item: &&Value| item["metadata"]["namespace"] == *self.world.namespace();
        assert!(items.iter().any(|item| own(&item)), "{name} has objects of this world");
        items.iter().map(|item| object(name, item.clone())).collect()
    }
}

fn object(cluster: &str, mut item: Value) -> Text {
    if item["kind"] == "Secret" {
        item.as_object_mut().unwrap().remove("data");
    }
    let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    (format!("{cluster} {} {}", word(&item["kind"]), word(&item["metadata"]["name"])), item.to_string())
}

fn shows(secrets: &[String], text: &str) -> bool {
    secrets.iter().any(|secret| text.contains(secret.as_str()))
}

fn text_of(path: &Path) -> String {
    String::from_utf8_lossy(&std::fs::read(path).unwrap_or_default()).into_owned()
}

/// What files hold: a file, or all under a folder.
pub(super) fn texts(path: &Path) -> Vec<Text> {
    let Ok(entries) = std::fs::read_dir(path) else {
        return vec![(path.display().to_string(), text_of(path))];
    };
    entries.flat_map(|entry| texts(&entry.unwrap().path())).collect()
}

/// The first line of a stream that shows one of these.
fn shown<'a>(secrets: &[String], outcome: &'a Outcome) -> Option<&'a str> {
    let streams = [&outcome.stdout, &outcome.stderr].into_iter();
    let (mut lines, mut whole) = (streams.clone().flat_map(|stream| stream.lines()), streams);
    // A secret may have several lines, and then stands in none of them.
    lines
        .find(|line| shows(secrets, line))
        .or_else(|| whole.find(|all| shows(secrets, all)).map(String::as_str))
}

/// No stream shows one of these.
#[track_caller]
pub(super) fn keeps(secrets: &[String], outcome: &Outcome, words: &[&str]) {
    let shown = shown(secrets, outcome);
    assert!(shown.is_none(), "{words:?} shows a secret in {shown:?}");
}

#[test]
fn what_is_planted_on_purpose_is_found_in_every_place() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let hunter = Hunter::new(ground, "bait");
    let (bait, namespace) = (unique("canary"), hunter.world.namespace());
    let metadata = |name: &str| json!({ "name": name, "namespace": namespace });
    let mut noted = metadata("noted");
    noted["annotations"] = json!({ "note": bait });
    let objects = json!({ "kind": "List", "apiVersion": "v1", "items": [
        { "kind": "ConfigMap", "apiVersion": "v1", "metadata": metadata("map"), "data": { "key": bait } },
        { "kind": "Service", "apiVersion": "v1", "metadata": noted, "spec": { "ports": [{ "port": 80 }] } },
        // kubectl writes all of it into an annotation.
        { "kind": "Secret", "apiVersion": "v1", "metadata": metadata("secret"), "stringData": { "key": bait } },
        { "kind": "Event", "apiVersion": "v1", "metadata": metadata("event"), "message": bait, "type": "Normal",
          "involvedObject": { "kind": "Service", "name": "noted", "namespace": namespace } },
        { "kind": "Secret", "apiVersion": "v1", "metadata": metadata("silent") },
    ] });
    let kubectl = Kubectl::new(plugin()).kubeconfig(ground.kubeconfig()).stdin(objects.to_string());
    let applied = kubectl.run(["--context=apps", "apply", "-f", "-"]);
    assert_eq!(applied.code, Some(0), "{applied}");
    let asked = kubectl.run(["--context=infra", "get", "configmap", &bait, "-n", namespace]);
    assert!(shown(std::slice::from_ref(&bait), &asked).is_some(), "{asked}");
    let file = kubectl.home().join("left");
    std::fs::write(&file, format!("a\n{bait}\n")).unwrap();
    let found = hunter.places(&["other".repeat(5), bait], &[&kubectl.home()]);
    let logs = ground.cluster("infra").audit_log();
    let expected = [&file, &logs].map(|path| path.display().to_string()).into_iter();
    let objects = ["ConfigMap map", "Event event", "Secret secret", "Service noted"];
    let expected = expected.chain(objects.map(|object| format!("apps {object}")));
    assert_eq!(found, expected.collect());
}
