use serde_json::json;

use super::*;

fn link() -> Link {
    serde_json::from_value(json!({
        "targetClusterName": "infra",
        "selector": {"matchLabels": {"exported": "true"}},
        "federatedServiceSelector": {"matchLabels": {"federated": "member"}},
    }))
    .unwrap()
}

fn exported(namespace: &str, labels: &[(&str, &str)]) -> Arc<Service> {
    let labels: std::collections::BTreeMap<_, _> = labels.iter().copied().collect();
    let metadata = json!({"name": "web", "namespace": namespace, "resourceVersion": "7", "labels": labels});
    Arc::new(serde_json::from_value(json!({"metadata": metadata})).unwrap())
}

fn local(version: Option<&str>, cluster: &str) -> Service {
    let mut service: Service = serde_json::from_value(json!({"metadata": {"name": "web-infra", "labels":
        {keys::MIRRORED_SERVICE: "true", keys::CLUSTER_NAME: cluster}}}))
    .unwrap();
    let note = |text: &str| (keys::REMOTE_VERSION.to_owned(), text.to_owned());
    service.metadata.annotations = version.map(|text| [note(text)].into());
    service
}

fn names(events: &[Event]) -> Vec<String> {
    let name = |event: &Event| format!("{event:?}").split('(').next().unwrap_or_default().to_owned();
    events.iter().map(name).collect()
}

fn decided(labels: &[(&str, &str)], mirror: Option<&Service>, federated: Option<&Service>) -> Vec<String> {
    names(&decide(&link(), &exported("shop", labels), Local { mirror, federated }))
}

const EXPORTED: (&str, &str) = ("exported", "true");
const MEMBER: (&str, &str) = ("federated", "member");

#[test]
fn only_a_difference_between_exporter_and_importer_demands_work() {
    let none: [&str; 0] = [];
    let (old, current) = (local(Some("6"), "infra"), local(Some("7"), "infra"));
    assert_eq!(decided(&[EXPORTED], None, None), ["Export"]);
    assert_eq!(decided(&[EXPORTED], Some(&old), None), ["Update"]);
    assert_eq!(decided(&[EXPORTED], Some(&current), None), none);
    assert_eq!(decided(&[], Some(&current), None), ["Unexport"]);
    assert_eq!(decided(&[], None, None), none);
}

#[test]
fn what_is_not_our_mirror_is_left_alone_until_the_exported_service_is_deleted() {
    let none: [&str; 0] = [];
    assert_eq!(decided(&[EXPORTED], Some(&local(None, "infra")), None), none);
    assert_eq!(decided(&[], Some(&local(Some("7"), "other")), None), none);
    assert_eq!(names(&decide_gone(&link(), &exported("shop", &[EXPORTED]))), ["Unexport"]);
    assert_eq!(names(&decide_gone(&link(), &exported("shop", &[]))), none);
}

#[test]
fn a_member_joins_each_time_it_is_seen_but_not_along_with_a_new_mirror() {
    let (federated, old) = (local(None, ""), local(Some("6"), "infra"));
    assert_eq!(decided(&[MEMBER], None, None), ["Join"]);
    assert_eq!(decided(&[MEMBER], None, Some(&federated)), ["Join"]);
    assert_eq!(decided(&[EXPORTED, MEMBER], None, None), ["Export"]);
    assert_eq!(decided(&[EXPORTED, MEMBER], Some(&old), None), ["Update", "Join"]);
    assert_eq!(decided(&[EXPORTED, MEMBER], Some(&local(None, "infra")), None), ["Join"]);
}

#[test]
fn whoever_is_no_member_leaves_a_federated_service_and_nothing_else_of_its_name() {
    let none: [&str; 0] = [];
    let (federated, foreign) = (local(None, ""), Service::default());
    assert_eq!(decided(&[], None, Some(&federated)), ["Leave"]);
    assert_eq!(decided(&[], Some(&local(Some("7"), "infra")), Some(&federated)), ["Unexport", "Leave"]);
    assert_eq!(decided(&[], None, Some(&foreign)), none);
    assert_eq!(names(&decide_gone(&link(), &exported("shop", &[EXPORTED, MEMBER]))), ["Unexport", "Leave"]);
}

#[test]
fn the_system_namespace_is_never_mirrored() {
    assert_eq!(decide(&link(), &exported("kube-system", &[EXPORTED, MEMBER]), Local::default()).len(), 0);
}
