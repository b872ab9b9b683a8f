//! The options of a request: which values the server refuses, and what the others do.

use http::{HeaderMap, Method, header};
use serde_json::{Value, json};

use crate::{
    door::{APPLY, Answer, MERGE, TABLE},
    room::{Room, names, text},
};

const JSON: &str = "application/json";

async fn write(at: &Room, (method, rest): (Method, &str), body: &Value) -> Answer {
    let kind = if method == Method::PATCH { MERGE } else { JSON };
    at.admin.body(method, &at.path(rest), (kind, &body.to_string())).await
}

fn warnings(headers: &HeaderMap) -> Vec<&str> {
    headers.get_all(header::WARNING).iter().map(|value| value.to_str().unwrap()).collect()
}

/// What asks for a dry run and is misunderstood would be done.
pub(crate) async fn a_dry_run_of_anything_but_all_is_invalid(at: &Room) {
    let map = at.config_map("one", json!({})).await;
    at.make("serviceaccounts", json!({ "metadata": { "name": "one" } })).await;
    let new = json!({ "metadata": { "name": "two" } });
    for (method, rest, body, options) in [
        (Method::POST, "configmaps", &new, "CreateOptions"),
        (Method::POST, "serviceaccounts/one/token", &json!({ "spec": {} }), "CreateOptions"),
        (Method::PUT, "configmaps/one", &map, "UpdateOptions"),
        (Method::PATCH, "configmaps/one", &json!({ "data": { "a": "1" } }), "PatchOptions"),
    ] {
        let answer = write(at, (method.clone(), &format!("{rest}?dryRun=Server")), body).await;
        let expected = format!(
            "{options}.meta.k8s.io \"\" is invalid: dryRun: Unsupported value: [\"Server\"]: supported values: \"All\""
        );
        assert_eq!(answer.refusal(), (422, "Invalid", expected.as_str()), "{method} {rest}");
    }
    let in_query = at.admin.delete(&at.path("configmaps/one?dryRun=Server")).await;
    let in_body = at.admin.delete_with(&at.path("configmaps/one"), json!({ "dryRun": ["Server"] })).await;
    for answer in [in_query, in_body] {
        assert_eq!((answer.code, answer.cause().2), (422, "dryRun"), "{}", answer.text);
    }
    assert_eq!(at.read("configmaps/one").await, map);
}

pub(crate) async fn a_policy_of_deletion_is_one_of_three(at: &Room) {
    at.config_map("one", json!({})).await;
    let in_query = at.admin.delete(&at.path("configmaps/one?propagationPolicy=Sideways")).await;
    let options = json!({ "propagationPolicy": "Sideways" });
    let in_body = at.admin.delete_with(&at.path("configmaps/one"), options).await;
    let expected = "DeleteOptions.meta.k8s.io \"\" is invalid: propagationPolicy: Unsupported value: \"Sideways\": \
                    supported values: \"Foreground\", \"Background\", \"Orphan\", \"nil\"";
    for answer in [in_query, in_body] {
        assert_eq!(answer.refusal(), (422, "Invalid", expected));
    }
}

pub(crate) async fn a_number_that_is_none_is_a_bad_request(at: &Room) {
    for rest in ["configmaps?limit=abc", "configmaps?watch=true&timeoutSeconds=abc"] {
        let answer = at.admin.get(&at.path(rest)).await;
        let expected = "strconv.ParseInt: parsing \"abc\": invalid syntax";
        assert_eq!(answer.refusal(), (400, "BadRequest", expected), "{rest}");
    }
}

pub(crate) async fn a_field_that_the_kind_does_not_know_is_refused_warned_of_or_passed_over(at: &Room) {
    let object = |name: &str| json!({ "metadata": { "name": name }, "nope": 1 });
    let strict = write(at, (Method::POST, "configmaps?fieldValidation=Strict"), &object("one")).await;
    let expected = "ConfigMap in version \"v1\" cannot be handled as a ConfigMap: strict decoding error: unknown \
                    field \"nope\"";
    assert_eq!(strict.refusal(), (400, "BadRequest", expected));
    let usual = write(at, (Method::POST, "configmaps"), &object("one")).await;
    assert_eq!((usual.code, warnings(&usual.headers)), (201, vec!["299 - \"unknown field \\\"nope\\\"\""]));
    let quiet = write(at, (Method::POST, "configmaps?fieldValidation=Ignore"), &object("two")).await;
    assert_eq!((quiet.code, warnings(&quiet.headers)), (201, vec![]));
    let other = write(at, (Method::POST, "configmaps?fieldValidation=Maybe"), &object("three")).await;
    let expected = "CreateOptions.meta.k8s.io \"\" is invalid: fieldValidation: Unsupported value: \"Maybe\": \
                    supported values: \"\", \"Ignore\", \"Strict\", \"Warn\"";
    assert_eq!(other.refusal(), (422, "Invalid", expected));
    let patch = json!({ "nope": 1 });
    let merged = write(at, (Method::PATCH, "configmaps/one?fieldValidation=Strict"), &patch).await;
    let (code, reason, message) = merged.refusal();
    assert_eq!((code, reason), (422, "Invalid"));
    assert!(message.ends_with("strict decoding error: unknown field \"nope\""), "{message}");
}

/// Every decoder tells of it in its own words.
pub(crate) async fn a_field_that_stands_twice_is_refused_warned_of_or_passed_over(at: &Room) {
    let whole =
        r#"{"metadata":{"name":"one"},"nope":{"x":1,"x":2},"data":{"a":"1","a":"2"},"data":{"b":"2"}}"#;
    let send = async |method: Method, rest: &str, kind: &str, body: &str| {
        at.admin.body(method, &at.path(rest), (kind, body)).await
    };
    let in_yaml = "yaml: unmarshal errors:\n  line 1: key \"x\" already set in map\n  line 1: key \"a\" already set in map";
    for (kind, expected) in [
        (JSON, "unknown field \"nope\", duplicate field \"data.a\", duplicate field \"data\"".to_owned()),
        (
            "application/yaml",
            format!("{in_yaml}\n  line 1: key \"data\" already set in map, unknown field \"nope\""),
        ),
    ] {
        let strict = send(Method::POST, "configmaps?fieldValidation=Strict", kind, whole).await;
        let words = "ConfigMap in version \"v1\" cannot be handled as a ConfigMap: strict decoding error:";
        assert_eq!(strict.refusal(), (400, "BadRequest", format!("{words} {expected}").as_str()), "{kind}");
    }
    let quiet = send(Method::POST, "configmaps?fieldValidation=Ignore&dryRun=All", JSON, whole).await;
    assert_eq!((quiet.code, warnings(&quiet.headers)), (201, vec![]));
    let usual = send(Method::POST, "configmaps", JSON, whole).await;
    let told =
        ["unknown field \\\"nope\\\"", "duplicate field \\\"data.a\\\"", "duplicate field \\\"data\\\""];
    assert_eq!(warnings(&usual.headers), told.map(|words| format!("299 - \"{words}\"")));
    let patch = r#"{"data":{"c":"1","c":"2"}}"#;
    let merged = send(Method::PATCH, "configmaps/one?fieldValidation=Strict", MERGE, patch).await;
    let (code, reason, message) = merged.refusal();
    assert_eq!((code, reason), (422, "Invalid"));
    assert!(message.ends_with("strict decoding error: duplicate field \"data.c\""), "{message}");
    let operations = r#"[{"op":"replace","op":"add","path":"/data/a","value":"1"}]"#;
    let kind = "application/json-patch+json";
    let operated = send(Method::PATCH, "configmaps/one?fieldValidation=Strict", kind, operations).await;
    let (code, _, message) = operated.refusal();
    let expected = "strict decoding error: json patch duplicate field \"[0].op\"";
    assert!(code == 422 && message.ends_with(expected), "{code} {message}");
}

/// It is told before it is read as its kind.
pub(crate) async fn a_field_that_an_apply_names_twice_is_refused_or_warned_of(at: &Room) {
    let config =
        r#"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"one"},"data":{"a":"1","a":"2"}}"#;
    let path = at.path("configmaps/one?fieldManager=me");
    let strict =
        at.admin.body(Method::PATCH, &format!("{path}&fieldValidation=Strict"), (APPLY, config)).await;
    let expected = "error strict decoding YAML: error converting YAML to JSON: yaml: unmarshal errors:\n  line 1: key \
                    \"a\" already set in map";
    assert_eq!(strict.refusal(), (400, "BadRequest", expected));
    let usual = at.admin.body(Method::PATCH, &path, (APPLY, config)).await;
    let told = "299 - \"line 1: key \\\"a\\\" already set in map\"";
    assert_eq!((usual.code, warnings(&usual.headers)), (201, vec![told]));
    assert_eq!(usual.ok()["data"], json!({ "a": "2" }));
}

pub(crate) async fn a_watch_can_begin_with_what_is_there_and_say_when_that_was_all(at: &Room) {
    at.config_map("here", json!({ "w": "1" })).await;
    let path = at.path(
        "configmaps?watch=true&labelSelector=w&timeoutSeconds=60&sendInitialEvents=true&allowWatchBookmarks=true\
         &resourceVersionMatch=NotOlderThan",
    );
    let mut watch = at.admin.watch(&path).await;
    let (first, second) = (watch.next().await.unwrap(), watch.next().await.unwrap());
    assert_eq!((text(&first["type"]), text(&second["type"])), ("ADDED".into(), "BOOKMARK".into()));
    let metadata = &second["object"]["metadata"];
    assert_eq!(metadata["annotations"], json!({ "k8s.io/initial-events-end": "true" }));
    at.config_map("late", json!({ "w": "2" })).await;
    let third = watch.next().await.unwrap();
    assert_eq!(text(&third["object"]["metadata"]["name"]), "late");
}

pub(crate) async fn initial_events_want_a_watch_that_says_how_old_they_may_be(at: &Room) {
    for (rest, field, why) in [
        (
            "watch=true&sendInitialEvents=true",
            "resourceVersionMatch",
            "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan",
        ),
        ("sendInitialEvents=true", "sendInitialEvents", "sendInitialEvents is forbidden for list"),
        (
            "resourceVersionMatch=Exact",
            "resourceVersionMatch",
            "resourceVersionMatch is forbidden unless resourceVersion is provided",
        ),
    ] {
        let answer = at.admin.get(&at.path(&format!("configmaps?{rest}"))).await;
        let expected = format!("ListOptions.meta.k8s.io \"\" is invalid: {field}: Forbidden: {why}");
        assert_eq!(answer.refusal(), (422, "Invalid", expected.as_str()), "{rest}");
    }
}

pub(crate) async fn an_exact_version_shows_that_moment(at: &Room) {
    at.config_map("old", json!({ "w": "1" })).await;
    let then = at.version_of("configmaps?labelSelector=w").await;
    at.config_map("new", json!({ "w": "1" })).await;
    for (rest, expected) in [
        ("&resourceVersionMatch=Exact", vec!["old"]),
        ("&limit=500", vec!["old"]),
        ("&resourceVersionMatch=NotOlderThan", vec!["new", "old"]),
    ] {
        let list = at.read(&format!("configmaps?labelSelector=w&resourceVersion={then}{rest}")).await;
        let seen = names(&list);
        // Not older may be as old.
        assert!(seen == expected || (seen == ["old"] && rest.ends_with("Than")), "{rest}: {seen:?}");
    }
}

pub(crate) async fn a_table_has_of_its_objects_what_is_asked_for(at: &Room) {
    at.service("web", json!({})).await;
    let row = async |rest: &str| {
        let path = at.path(&format!("services?includeObject={rest}"));
        at.admin.get_as(&path, TABLE).await.ok()["rows"][0]["object"].clone()
    };
    let whole = row("Object").await;
    assert_eq!((text(&whole["kind"]), &whole["spec"]["ports"][0]["port"]), ("Service".into(), &json!(80)));
    assert_eq!(row("None").await, Value::Null);
    assert_eq!(text(&row("Metadata").await["kind"]), "PartialObjectMetadata");
    let answer = at.admin.get_as(&at.path("services?includeObject=Some"), TABLE).await;
    let expected = "Unable to convert to Table as requested: includeObject: Invalid value: \"Some\": must be \
                    'Metadata', 'Object', 'None', or empty";
    assert_eq!(answer.refusal(), (400, "BadRequest", expected));
}

pub(crate) async fn a_token_is_for_ten_minutes_at_least(at: &Room) {
    at.make("serviceaccounts", json!({ "metadata": { "name": "one" } })).await;
    let body = json!({ "spec": { "expirationSeconds": 599 } });
    let answer = write(at, (Method::POST, "serviceaccounts/one/token"), &body).await;
    let expected = "TokenRequest.authentication.k8s.io \"\" is invalid: spec.expirationSeconds: Invalid value: 599: \
                    may not specify a duration less than 10 minutes";
    assert_eq!(answer.refusal(), (422, "Invalid", expected));
}
