//! What holds of a verdict of files, whatever is in them.

use super::certificates::Certificates;
use super::look::Seen;
use super::mutations::of_object;
use super::world::{CLUSTERS, World};
use crate::verdict::Finding;
use serde_json::{Value, json};

/// Each world, and each with one object less.
pub(super) fn worlds() -> impl Iterator<Item = World> {
    World::all().into_iter().flat_map(|(name, world)| {
        let gone = world
            .places(name)
            .into_iter()
            .filter_map(|(cluster, at)| of_object(&world, cluster, at).into_iter().next());
        let gone: Vec<World> = gone.map(|mutation| mutation.applied(&world)).collect();
        [vec![world], gone].concat()
    })
}

fn texts(found: &[Finding]) -> Vec<String> {
    let mut texts: Vec<String> = found.iter().map(|one| serde_json::to_string(one).unwrap()).collect();
    texts.sort();
    texts
}

/// What nobody who looks at Links, mirrors and what carries them is about.
fn unrelated() -> Vec<Value> {
    let pod = json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "other", "namespace": "other", "labels": {"app": "linkerd-gateway"}},
                     "spec": {"containers": [{"name": "other"}]}, "status": {"phase": "Pending"}});
    let service = json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "other", "namespace": "other"},
                         "spec": {"ports": [{"name": "mc-gateway", "port": 1}]}});
    let plain = |kind: &str| json!({"apiVersion": "v1", "kind": kind, "metadata": {"name": "other", "namespace": "other"}, "data": {"a": "b"}});
    let namespace = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "other"}});
    let role = json!({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "metadata": {"name": "other"},
                      "rules": [{"apiGroups": ["other.example"], "resources": ["others"], "verbs": ["get"]}]});
    vec![pod, service, plain("ConfigMap"), plain("Secret"), namespace, role]
}

#[test]
fn what_is_unrelated_changes_nothing() {
    let certificates = Certificates::new();
    for world in worlds() {
        let before = Seen::of(&world, &certificates).judged();
        let mut more = world;
        more.0.iter_mut().for_each(|objects| objects.extend(unrelated()));
        assert_eq!(texts(&Seen::of(&more, &certificates).judged()), texts(&before));
    }
}

/// The names of the clusters, and not the API group that is called like one of them.
fn swapped(text: &str, groups: &[&str]) -> String {
    let mark = |at: usize| format!("\u{2}{at}\u{3}");
    let kept = groups.iter().enumerate();
    let text = kept.clone().fold(text.to_owned(), |text, (at, group)| text.replace(group, &mark(at)));
    let text = text.replace("infra", "\u{1}").replace("apps", "infra").replace('\u{1}', "apps");
    kept.fold(text, |text, (at, group)| text.replace(&mark(at), group))
}

/// A text without the marks of policies to paste, which are made of what these say.
fn unmarked(text: &str) -> String {
    let is_mark = |end: &str| end.len() == 8 && end.chars().all(|letter| letter.is_ascii_hexdigit());
    let bare = |part: &str| match part.rsplit_once('-') {
        Some((name, end)) if is_mark(end) => name.to_owned(),
        Some(_) | None => part.to_owned(),
    };
    text.split("\\\"").map(bare).collect::<Vec<_>>().join("\\\"")
}

/// In an object, ...
const OBJECT: &[&str] = &["apps/v1", "\"apiGroups\":[\"apps\"]"];
/// ... and in a rule that a finding shows.
const FINDING: &[&str] = &["apps/v1", "apiGroups\\\":[\\\"apps\\\"]", "daemonsets.apps", "deployments.apps"];

#[test]
fn clusters_that_exchange_their_names_exchange_their_findings() {
    let certificates = Certificates::new();
    for world in worlds() {
        let before = texts(&Seen::of(&world, &certificates).judged());
        let other = world.0.map(|objects| {
            let text = swapped(&Value::from(objects).to_string(), OBJECT);
            serde_json::from_str::<Vec<Value>>(&text).unwrap()
        });
        let [first, second] = CLUSTERS;
        let after = texts(&Seen::named([second, first], &World(other), &certificates).judged());
        let of = |texts: Vec<String>| {
            let mut texts: Vec<String> = texts.iter().map(|text| unmarked(text)).collect();
            texts.sort();
            texts
        };
        assert_eq!(of(after), of(before.iter().map(|text| swapped(text, FINDING)).collect()));
    }
}
