//! What a list holds, and what selects it.

use serde_json::{Value, json};

use crate::room::{Room, names, text};

async fn two_maps(at: &Room) {
    at.config_map("one", json!({ "tier": "front", "side": "left" })).await;
    at.config_map("two", json!({ "tier": "back" })).await;
}

/// The bytes that a selector needs escaped.
fn escaped(selector: &str) -> String {
    let escape = |letter: char| match letter {
        '=' => "%3D".to_owned(),
        ' ' => "%20".to_owned(),
        '/' => "%2F".to_owned(),
        other => other.to_string(),
    };
    selector.chars().map(escape).collect()
}

pub(crate) async fn a_list_has_a_kind_and_a_version_and_its_objects_have_no_kind(at: &Room) {
    at.service("web", json!({})).await;
    let list = at.read("services").await;
    assert_eq!((text(&list["kind"]), text(&list["apiVersion"])), ("ServiceList".into(), "v1".into()));
    assert!(text(&list["metadata"]["resourceVersion"]).parse::<u64>().unwrap() > 0, "{list}");
    let item = &list["items"][0];
    assert_eq!((&item["kind"], &item["apiVersion"]), (&Value::Null, &Value::Null));
    assert_eq!(text(&item["metadata"]["namespace"]), at.namespace);
}

/// The generic part of the API server encodes custom resources; the paths and the rules are the same.
pub(crate) async fn objects_in_a_list_of_custom_resources_have_their_kind_and_the_continue_is_empty(
    at: &Room,
) {
    testkit::crds::ensure(at.admin.client(), &["linkerd/link.yaml"]).await;
    let path = at.path_of("multicluster.linkerd.io/v1alpha3", "links");
    let empty = at.admin.get(&path).await.ok();
    assert_eq!((&empty["items"], &empty["metadata"]["continue"]), (&json!([]), &json!("")));
    super::link::make(at, "infra").await;
    let list = at.admin.get(&path).await.ok();
    assert_eq!(text(&list["items"][0]["kind"]), "Link");
    assert_eq!(text(&list["items"][0]["apiVersion"]), "multicluster.linkerd.io/v1alpha3");
}

pub(crate) async fn an_empty_list_is_an_empty_array_with_a_version(at: &Room) {
    let list = at.read("pods").await;
    assert_eq!(list["items"], json!([]));
    assert!(text(&list["metadata"]["resourceVersion"]).parse::<u64>().unwrap() > 0, "{list}");
    assert_eq!(list["metadata"].as_object().unwrap().len(), 1, "neither continue nor a count: {list}");
}

pub(crate) async fn a_namespace_lists_its_own_and_the_cluster_lists_all(at: &Room) {
    let other = at.next_door().await;
    at.config_map("mine", json!({ "of": at.namespace })).await;
    other.config_map("yours", json!({ "of": at.namespace })).await;
    let selector = format!("labelSelector=of%3D{}", at.namespace);
    assert_eq!(names(&at.read(&format!("configmaps?{selector}")).await), ["mine"]);
    let mut all = names(&at.admin.get(&format!("/api/v1/configmaps?{selector}")).await.ok());
    all.sort();
    assert_eq!(all, ["mine", "yours"]);
    other.leave().await;
}

pub(crate) async fn one_object_is_listed_by_its_name_and_its_absence_has_a_version_too(at: &Room) {
    two_maps(at).await;
    for (name, expected) in [("two", vec!["two"]), ("three", vec![])] {
        let list = at.read(&format!("configmaps?fieldSelector=metadata.name%3D{name}&limit=500")).await;
        assert_eq!(names(&list), expected);
        let version = text(&list["metadata"]["resourceVersion"]);
        let latest = at.version_of("configmaps").await;
        assert!(version.parse::<u64>().unwrap() <= latest.parse().unwrap(), "{version} {latest}");
        assert!(version.parse::<u64>().unwrap() > 0, "{list}");
    }
}

pub(crate) async fn a_field_that_no_index_has_is_a_bad_request(at: &Room) {
    let answer = at.admin.get(&at.path("services?fieldSelector=spec.nope%3D1")).await;
    assert_eq!(answer.refusal(), (400, "BadRequest", "field label not supported: spec.nope"));
}

/// Names cannot hold either, but what a user types can.
pub(crate) async fn commas_and_equals_signs_in_a_name_are_parts_of_the_field_selector(at: &Room) {
    two_maps(at).await;
    let select = async |text: &str| at.admin.get(&at.path(&format!("configmaps?fieldSelector={text}"))).await;
    assert_eq!(names(&select("metadata.name%3Done,metadata.name%21%3Dtwo").await.ok()), ["one"]);
    assert_eq!(names(&select("metadata.name%3Done%5C,two").await.ok()), Vec::<String>::new());
    let answer = select("metadata.name%3Da%3Db").await;
    assert_eq!((answer.code, answer.refusal().1), (400, "BadRequest"), "{}", answer.text);
}

pub(crate) async fn label_selectors_know_equality_sets_and_existence(at: &Room) {
    two_maps(at).await;
    at.config_map("bare", json!({ "all": "x" })).await;
    at.furnished().await;
    for (selector, expected) in [
        ("tier=front", vec!["one"]),
        ("tier==front", vec!["one"]),
        ("tier!=front", vec!["bare", "kube-root-ca.crt", "two"]),
        ("tier in (front,back)", vec!["one", "two"]),
        ("tier notin (front),tier", vec!["two"]),
        ("tier notin (front,back),all", vec!["bare"]),
        ("side", vec!["one"]),
        ("!side,tier", vec!["two"]),
        ("tier=back,side", vec![]),
        ("all=", vec![]),
        ("tier in ()", vec![]),
    ] {
        let list = at.read(&format!("configmaps?labelSelector={}", escaped(selector))).await;
        assert_eq!(names(&list), expected, "{selector}");
    }
}

pub(crate) async fn a_selector_that_cannot_be_read_is_a_bad_request_that_says_where(at: &Room) {
    let words = |selector: &str| format!("services?labelSelector={}", escaped(selector));
    for (selector, expected) in [
        ("a in (b", "unable to parse requirement: found '', expected: ',' or ')'"),
        ("=x", "found '=', expected: !, identifier, or 'end of string'"),
        ("a==b==c", "found '==', expected: ',' or 'end of string'"),
        ("a b", "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"),
        ("a=b,,c=d", "found ',', expected: identifier after ','"),
    ] {
        let watch = format!("{}&watch=true&resourceVersion=1", words(selector));
        for path in [words(selector), watch] {
            let answer = at.admin.get(&at.path(&path)).await;
            assert_eq!(answer.refusal(), (400, "BadRequest", expected), "{path}");
        }
    }
    let answer = at.admin.get(&at.path(&words("a=b/c"))).await;
    let (code, reason, message) = answer.refusal();
    assert_eq!((code, reason), (400, "BadRequest"));
    assert!(message.contains("values[0][a]: Invalid value: \"b/c\""), "{message}");
}

/// Bytes of `namespace/name`, and `-` comes before `/`: so `shop-b` comes before `shop`, unlike in a sort by pairs.
pub(crate) async fn a_list_is_in_the_order_of_the_bytes_of_namespace_slash_name(at: &Room) {
    let longer = format!("{}-b", at.namespace);
    at.admin.post("/api/v1/namespaces", &json!({ "metadata": { "name": longer } })).await.ok();
    for namespace in [&at.namespace, &longer] {
        for name in ["b", "a.b", "a0", "a", "a-b"] {
            let object = json!({ "metadata": { "name": name, "labels": { "of": at.namespace } } });
            at.admin.post(&format!("/api/v1/namespaces/{namespace}/configmaps"), &object).await.ok();
        }
    }
    for version in ["", "&resourceVersion=0"] {
        let path = format!("/api/v1/configmaps?labelSelector=of%3D{}{version}", at.namespace);
        let list = at.admin.get(&path).await.ok();
        let items = list["items"].as_array().unwrap().iter();
        let seen: Vec<_> = items
            .map(|item| (text(&item["metadata"]["namespace"]), text(&item["metadata"]["name"])))
            .collect();
        let expected: Vec<_> = [&longer, &at.namespace]
            .into_iter()
            .flat_map(|namespace| {
                ["a", "a-b", "a.b", "a0", "b"].map(|name| (namespace.clone(), name.to_owned()))
            })
            .collect();
        // The cache may lag behind what was just written, but never in order.
        let there: Vec<_> =
            expected.into_iter().filter(|one| version.is_empty() || seen.contains(one)).collect();
        assert_eq!(seen, there);
    }
    at.admin.delete(&format!("/api/v1/namespaces/{longer}")).await.ok();
}

pub(crate) async fn a_version_that_has_not_come_yet_is_a_timeout_with_a_retry(at: &Room) {
    let answer = at.admin.get(&at.path("services?resourceVersion=999999999999")).await;
    let (code, reason, message) = answer.refusal();
    assert_eq!((code, reason), (504, "Timeout"));
    assert!(message.starts_with("Timeout: Too large resource version: 999999999999, current: "), "{message}");
    assert_eq!(answer.details()["retryAfterSeconds"], 1);
}
