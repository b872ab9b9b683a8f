//! Servers that answer what no server does.

use super::{Den, harmless, refused};
use serde_json::{Value, json};
use testkit::proxy::{Answer, Fault, When};

fn list(items: &Value) -> Vec<u8> {
    let list = json!({ "kind": "ServiceList", "apiVersion": "v1", "metadata": { "resourceVersion": "1" }, "items": items });
    list.to_string().into_bytes()
}

fn service(change: &Value) -> Value {
    let mut service = json!({
        "metadata": { "name": "postgres-rw", "namespace": "databases", "uid": "u", "resourceVersion": "1" },
        "spec": { "type": "ClusterIP", "ports": [{ "port": 5432 }] },
    });
    json_patch(&mut service, change);
    service
}

fn json_patch(object: &mut Value, change: &Value) {
    for (pointer, value) in change.as_object().unwrap() {
        let (parent, field) = pointer.rsplit_once('/').unwrap();
        object.pointer_mut(parent).unwrap()[field] = value.clone();
    }
}

const MALFORMED: (i32, &str) =
    (4, "unknown: infra: cannot see the Services: cannot read the answer about services: ");

/// The same of one field of a Service.
const PORT: (i32, &str) = (
    4,
    "unknown: infra: cannot see the Services: cannot read spec.ports[0].port of services databases/postgres-rw: ",
);
const LABELS: (i32, &str) = (
    4,
    "unknown: infra: cannot see the Services: cannot read metadata.labels of services databases/postgres-rw: ",
);

/// What `infra` says of its Services.
fn bodies() -> Vec<(&'static str, Vec<u8>, (i32, &'static str))> {
    let many: Vec<Value> =
        (0..10_000).map(|number| service(&json!({ "/metadata/name": format!("s{number}") }))).collect();
    let one = |change: Value| list(&json!([service(&change)]));
    vec![
        ("no JSON", b"\x1b[2J<html>".to_vec(), MALFORMED),
        ("deep", "[".repeat(100_000).into_bytes(), MALFORMED),
        ("no list", b"{\"items\": {\"a\": 1}}".to_vec(), MALFORMED),
        ("nothing in it", list(&json!([{}])), (0, "")),
        ("ports that are words", one(json!({ "/spec/ports": [{ "port": "80" }] })), PORT),
        ("ports that are too great", one(json!({ "/spec/ports": [{ "port": 70_000 }] })), PORT),
        ("labels that are a list", one(json!({ "/metadata/labels": ["a"] })), LABELS),
        (
            "an annotation of a megabyte",
            one(json!({ "/metadata/annotations": { "a": "x".repeat(1 << 20) } })),
            (0, ""),
        ),
        (
            "a name that drives a terminal",
            one(json!({
                "/metadata/name": "web\u{1b}[31m\u{202e}", "/metadata/labels": { "mirror.linkerd.io/exported": "true" }
            })),
            (0, ""),
        ),
        ("ten thousand", list(&json!(many)), (0, "")),
    ]
}

#[test]
fn a_server_whose_services_are_none_is_named_and_drives_no_terminal() {
    if testkit::kubectl::program().is_none() {
        return;
    }
    let den = Den::new();
    for (what, body, (code, words)) in bodies() {
        den.infra.reset();
        den.infra.on(
            When::every("GET", "/databases/services"),
            Fault::Answer(Answer::new(200, "application/json", body)),
        );
        let outcome = den.run(&den.kubeconfig(), &["list", "--contexts=infra,apps"]);
        harmless(what, &outcome);
        if code == 0 {
            assert_ne!(outcome.code, Some(70), "{what}: {outcome}");
        } else {
            refused(what, &outcome, (code, words));
        }
    }
}

#[test]
fn what_a_server_says_in_a_refusal_drives_no_terminal() {
    if testkit::kubectl::program().is_none() {
        return;
    }
    let den = Den::new();
    for code in [400, 401, 403, 404, 409, 422, 429, 500, 503] {
        let message = format!("no\u{1b}[2J\u{202e}{}", "x".repeat(100_000));
        let answer = Answer::refusal(code, "Odd\u{7}", &message);
        den.infra.reset();
        den.infra.on(When::every("GET", "/databases/services"), Fault::Answer(answer));
        let outcome = den.run(&den.kubeconfig(), &["list", "--contexts=infra,apps"]);
        harmless(&code.to_string(), &outcome);
        assert!(outcome.stderr.len() < 10_000, "{code}: {} bytes", outcome.stderr.len());
        assert!([2, 3, 4, 6].contains(&outcome.code.unwrap()), "{code}: {outcome}");
    }
}
