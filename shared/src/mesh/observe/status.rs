//! What a Link's status says of one Service. Hearsay: entries outlive what they describe, and some never come.

use super::super::export::Target;
use super::super::link::{GROUP, VERSIONS, Way};
use super::super::snapshot::{Key, MeshSeen, Refusal};
use super::super::wire;
use crate::cluster::{ClusterSet, Resource};
use crate::terms::{ClusterName, Observed};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// It is no more than an explanation, and asked for when time is up already: nobody waits for it longer.
const WITHIN: Duration = Duration::from_secs(2);

/// What the Links say of these mirrors, in their order: `Reason: message`, `None` where there is nothing to be seen.
/// Each Link is read once, however many mirrors it has.
pub async fn mirroring_statuses(
    set: &ClusterSet,
    seen: &MeshSeen,
    targets: &[&Target],
) -> Vec<Option<String>> {
    let links: BTreeSet<(&ClusterName, &Key)> =
        targets.iter().filter_map(|target| Some((&target.consumer, target.link.as_ref()?))).collect();
    let reads = links.into_iter().map(async |key| {
        let read = tokio::time::timeout(WITHIN, status_of(set, seen, key)).await;
        (key, read.ok().flatten())
    });
    let read: BTreeMap<_, _> = futures::future::join_all(reads).await.into_iter().collect();
    let said = |target: &&Target| {
        let status = read.get(&(&target.consumer, target.link.as_ref()?))?.as_ref()?;
        condition(status, target)
    };
    targets.iter().map(said).collect()
}

async fn status_of(
    set: &ClusterSet,
    seen: &MeshSeen,
    (consumer, key): (&ClusterName, &Key),
) -> Option<Value> {
    let cluster = set.cluster(consumer).ok()?;
    let link = seen.link(consumer, key)?;
    for version in VERSIONS {
        let resource = Resource { group: GROUP, version, plural: "links" };
        let found = cluster.get::<wire::Plain>(resource, Some(&link.namespace), &link.name).await;
        if let Observed::Present(found) = found {
            return Some(found.status);
        }
    }
    None
}

fn condition(status: &Value, target: &Target) -> Option<String> {
    let is_federated = target.way == Way::Federated;
    let all = refusals(status);
    let own = all.into_iter().find(|one| one.is_federated == is_federated && one.exported == target.exported);
    own.map(|one| one.said)
}

/// Which Services a Link's status says it does not mirror. An entry that another one of the same Service has made good since says so
/// no more.
pub(super) fn refusals(status: &Value) -> Vec<Refusal> {
    let lists = [("mirrorServices", false), ("federatedServices", true)];
    let entries = lists.into_iter().flat_map(|(list, is_federated)| {
        let entries = status.get(list).and_then(Value::as_array).into_iter().flatten();
        entries.map(move |entry| (entry, is_federated))
    });
    let good = entries.clone().filter(|(entry, _)| text(entry, "/conditions/0/status") == "True");
    let good: BTreeMap<_, _> = good.map(|one| (key(one), since(one.0))).collect();
    let is_over = |one: (&Value, bool)| {
        let (own, later) = (since(one.0), good.get(&key(one)).copied().unwrap_or_default());
        !own.is_empty() && own < later
    };
    let left = entries.filter(|one| !is_over(*one));
    left.filter_map(|(entry, is_federated)| refusal(entry, is_federated)).collect()
}

fn key((entry, is_federated): (&Value, bool)) -> (&str, &str, bool) {
    (text(entry, "/remoteRef/namespace"), text(entry, "/remoteRef/name"), is_federated)
}

fn since(entry: &Value) -> &str {
    text(entry, "/conditions/0/lastTransitionTime")
}

fn text<'a>(entry: &'a Value, field: &str) -> &'a str {
    entry.pointer(field).and_then(Value::as_str).unwrap_or_default()
}

fn refusal(entry: &Value, is_federated: bool) -> Option<Refusal> {
    let of = |field: &str| entry.pointer(&format!("/remoteRef/{field}")).and_then(Value::as_str);
    let condition = entry.pointer("/conditions/0")?;
    let text = |field: &str| condition.get(field).and_then(Value::as_str).unwrap_or_default();
    let said = match (text("status"), text("message")) {
        ("True", _) => return None,
        (_, "") => text("reason").to_owned(),
        // Errors that have others in them come with lines and tabs.
        (_, message) => {
            format!("{}: {}", text("reason"), message.split_whitespace().collect::<Vec<_>>().join(" "))
        }
    };
    Some(Refusal { exported: Key::new(of("namespace")?, of("name")?), is_federated, said })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn said(conditions: &Value) -> Option<String> {
        let target = Target {
            exported: Key::new("shop", "web"),
            consumer: ClusterName::new("apps"),
            link: Some(Key::new("linkerd-multicluster", "infra")),
            way: Way::Gateway,
            target_cluster_name: "infra".into(),
            mirror: "web-infra".into(),
            dns: String::new(),
            ports: vec![],
        };
        let entry = |name: &str, conditions: &Value| json!({"remoteRef": {"name": name, "namespace": "shop"}, "conditions": conditions});
        let other = json!([{"status": "False", "reason": "Error", "message": "of another"}]);
        condition(&json!({"mirrorServices": [entry("api", &other), entry("web", conditions)]}), &target)
    }

    #[test]
    fn only_bad_news_of_this_service_is_repeated() {
        assert_eq!(
            said(
                &json!([{"status": "False", "reason": "MissingNamespace", "message": "Namespace does not exist"}])
            ),
            Some("MissingNamespace: Namespace does not exist".into())
        );
        let lines =
            json!([{"status": "False", "reason": "Error", "message": "Inner errors:\n\tno such host"}]);
        assert_eq!(said(&lines), Some("Error: Inner errors: no such host".into()));
        assert_eq!(said(&json!([{"status": "True", "reason": "Mirrored", "message": ""}])), None);
        assert_eq!(said(&json!([])), None);
    }

    #[test]
    fn what_was_made_good_later_is_no_news() {
        let entry = |status: &str, at: &str| {
            let condition =
                json!({"status": status, "reason": "Error", "message": "no", "lastTransitionTime": at});
            json!({"remoteRef": {"name": "web", "namespace": "shop"}, "conditions": [condition]})
        };
        let [early, late] = ["2026-03-01T00:00:00Z", "2026-03-02T00:00:00Z"];
        let told = |all: [Value; 2]| refusals(&json!({"mirrorServices": all})).len();
        assert_eq!(told([entry("False", early), entry("True", late)]), 0);
        assert_eq!(told([entry("True", late), entry("False", early)]), 0, "in whatever order");
        assert_eq!(told([entry("True", early), entry("False", late)]), 1, "it has failed since");
        assert_eq!(told([entry("True", late), entry("False", "")]), 1, "nobody knows when");
        let federated =
            json!({"mirrorServices": [entry("True", late)], "federatedServices": [entry("False", early)]});
        assert_eq!(refusals(&federated).len(), 1, "as a member it is another matter");
    }
}
