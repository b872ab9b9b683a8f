//! Faults on demand: each does what it says, and only to whom it is meant for.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use sandbox::{Fault, Rule};
use serde_json::{Value, json};
use tokio::time::{Instant, timeout};

use crate::visitor::{Told, Visitor};

const SERVICES: &str = "/api/v1/services";
const JSON: &str = "application/json";
const MAPS: &str = "/api/v1/configmaps";

fn on_services(fault: Fault) -> Rule {
    Rule { resource: "services".into(), fault: Some(fault), ..Rule::default() }
}

#[tokio::test]
async fn a_delayed_answer_is_late_and_whole_and_no_other_is_held_back() {
    let at = Visitor::new().await;
    at.fault(on_services(Fault::Delay(300)));
    let start = Instant::now();
    assert_eq!(at.get(SERVICES).await.unwrap().json()["kind"], "ServiceList");
    assert!(start.elapsed() >= Duration::from_millis(300), "{:?}", start.elapsed());
    // Held back for an hour, others would not come in this test's time.
    at.sandbox.clusters()[0].heal();
    at.fault(on_services(Fault::Delay(3_600_000)));
    assert_eq!(at.get(MAPS).await.unwrap().code, 200);
}

/// Every code that a client must expect, with the reason in its `Status`, and what that has besides.
#[tokio::test]
async fn every_status_code_comes_with_the_body_and_the_headers_of_an_api_server() {
    let (nothing, empty, retry) = (Value::Null, json!({}), json!({"retryAfterSeconds": 1}));
    for (code, reason, details, after) in [
        (400, "BadRequest", &nothing, None),
        (401, "Unauthorized", &nothing, None),
        (403, "Forbidden", &empty, None),
        (404, "NotFound", &empty, None),
        (405, "MethodNotAllowed", &empty, None),
        (409, "Conflict", &empty, None),
        (410, "Expired", &nothing, None),
        (413, "RequestEntityTooLarge", &empty, None),
        (415, "UnsupportedMediaType", &empty, None),
        (422, "Invalid", &empty, None),
        (429, "TooManyRequests", &retry, Some("1")),
        (500, "InternalError", &empty, None),
        (503, "ServiceUnavailable", &empty, None),
    ] {
        let at = Visitor::new().await;
        at.fault(on_services(Fault::Status(code)));
        let answer = at.get(SERVICES).await.unwrap();
        let mut expected = json!({
            "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure", "code": code, "reason": reason,
            "message": "a fault that was asked for",
        });
        if !details.is_null() {
            expected["details"] = details.clone();
        }
        assert_eq!((answer.code, answer.json()), (code, expected));
        let header = |name: &str| answer.headers.get(name).map(|value| value.to_str().unwrap());
        assert_eq!(
            (header("content-type"), header("retry-after")),
            (Some("application/json"), after),
            "{code}"
        );
        assert_eq!(at.get(MAPS).await.unwrap().code, 200, "{code}: no other resource is met");
    }
}

/// What a proxy in front of an API server says when it cannot reach it: no `Status`.
#[tokio::test]
async fn a_bad_gateway_is_no_api_server() {
    let at = Visitor::new().await;
    at.fault(on_services(Fault::Status(502)));
    let answer = at.get(SERVICES).await.unwrap();
    assert_eq!((answer.code, answer.body.unwrap()), (502, b"502 Bad Gateway\n".to_vec()));
    assert_eq!(answer.headers["content-type"], "text/plain; charset=utf-8");
}

/// What a kube-apiserver answers when it gives a request up, word for word (as to `?timeout=1ns`).
#[tokio::test]
async fn a_request_that_took_too_long_is_answered_in_plain_text_and_not_told_when_to_come_back() {
    let at = Visitor::new().await;
    at.fault(on_services(Fault::Status(504)));
    let answer = at.get(SERVICES).await.unwrap();
    let expected = json!({
        "metadata": {}, "status": "Failure", "reason": "Timeout", "details": {}, "code": 504,
        "message": "Timeout: request did not complete within the allotted timeout",
    });
    assert_eq!((answer.code, answer.json()), (504, expected));
    assert_eq!(answer.headers["content-type"], "text/plain; charset=utf-8");
    assert!(!answer.headers.contains_key("retry-after"));
}

#[tokio::test]
async fn a_busy_server_says_when_to_come_back_and_is_well_after_so_many_requests() {
    let at = Visitor::new().await;
    at.fault(Rule { times: 2, ..on_services(Fault::Busy(429, 7)) });
    for _ in 0..2 {
        let answer = at.get(SERVICES).await.unwrap();
        assert_eq!((answer.code, answer.headers["retry-after"].to_str().unwrap()), (429, "7"));
        assert_eq!(answer.json()["details"], json!({"retryAfterSeconds": 7}));
    }
    assert_eq!(at.get(SERVICES).await.unwrap().code, 200);
}

#[tokio::test]
async fn a_cut_connection_has_no_answer_and_a_half_one_no_end() {
    let at = Visitor::new().await;
    at.fault(Rule { times: 1, ..on_services(Fault::Cut) });
    at.get(SERVICES).await.expect_err("there is no answer");
    at.fault(Rule { resource: "configmaps".into(), fault: Some(Fault::Half), ..Rule::default() });
    let answer = at.get(MAPS).await.unwrap();
    assert_eq!(answer.code, 200);
    answer.body.expect_err("the body ends before its end");
}

#[tokio::test]
async fn a_stalled_request_stays_open_and_so_does_a_stalled_watch() {
    let at = Visitor::new().await;
    at.fault(on_services(Fault::Stall));
    for path in [SERVICES.to_owned(), format!("{SERVICES}?watch=true&timeoutSeconds=1")] {
        assert!(timeout(Duration::from_millis(1500), at.get(&path)).await.is_err(), "{path}");
    }
}

#[tokio::test]
async fn a_silent_answer_begins_and_never_ends_and_so_does_a_silent_watch() {
    let at = Visitor::new().await;
    at.fault(on_services(Fault::Silence));
    for path in [SERVICES.to_owned(), format!("{SERVICES}?watch=true&timeoutSeconds=1")] {
        assert_eq!(at.begin(&path).await, 200, "{path}");
        assert!(timeout(Duration::from_millis(1500), at.get(&path)).await.is_err(), "{path}");
    }
}

#[tokio::test]
async fn a_watch_that_is_cut_ends_at_once() {
    let at = Visitor::new().await;
    at.fault(Rule { verb: "watch".into(), ..on_services(Fault::Half) });
    let watch = timeout(Duration::from_secs(5), at.get(&format!("{SERVICES}?watch=true"))).await;
    assert_eq!(watch.expect("it ends").unwrap().body.unwrap(), b"");
}

#[tokio::test]
async fn a_watch_is_cut_after_so_many_events_and_the_next_one_is_whole() {
    let at = Visitor::new().await;
    at.fault(Rule {
        verb: "watch".into(),
        resource: "namespaces".into(),
        times: 2,
        fault: Some(Fault::CutAfter(2)),
        ..Rule::default()
    });
    let names = |told: &Told| {
        let names =
            told.events.iter().map(|event| event["object"]["metadata"]["name"].as_str().unwrap().to_owned());
        names.collect::<Vec<_>>()
    };
    // Four namespaces are there from the beginning.
    let told = at.watch("/api/v1/namespaces?watch=true", JSON).await.told(4).await;
    assert_eq!((names(&told), told.is_cut), (vec!["default".to_owned(), "kube-node-lease".to_owned()], true));
    let version = at.get("/api/v1/namespaces").await.unwrap().json()["metadata"]["resourceVersion"].clone();
    let later = format!("/api/v1/namespaces?watch=true&resourceVersion={}", version.as_str().unwrap());
    let mut watch = at.watch(&later, JSON).await;
    for name in ["a", "b", "c"] {
        at.namespace(name).await;
    }
    let told = watch.told(3).await;
    assert_eq!((names(&told), told.is_cut), (vec!["a".to_owned(), "b".to_owned()], true));
    let told = at.watch(&later, JSON).await.told(3).await;
    assert_eq!((names(&told), told.is_cut), (vec!["a".to_owned(), "b".to_owned(), "c".to_owned()], false));
}

#[tokio::test]
async fn a_clock_that_is_ahead_shows_in_dates_and_objects() {
    let at = Visitor::new().await;
    at.sandbox.clusters()[0].skew(SignedDuration::from_hours(2));
    let body = br#"{"metadata": {"name": "late"}}"#.to_vec();
    let answer = at.send("POST", "/api/v1/namespaces", body).await.unwrap();
    let made: Timestamp = answer.json()["metadata"]["creationTimestamp"].as_str().unwrap().parse().unwrap();
    let date = answer.headers["date"].to_str().unwrap();
    let date = jiff::fmt::rfc2822::parse(date).unwrap().timestamp();
    assert!(date.duration_since(made).abs() <= SignedDuration::from_secs(1), "{date} {made}");
    #[expect(
        clippy::disallowed_methods,
        reason = "the machine's own clock is what the cluster's is compared with"
    )]
    let ahead = date.duration_since(Timestamp::now());
    assert!((SignedDuration::from_mins(119)..=SignedDuration::from_mins(121)).contains(&ahead), "{ahead}");
}

#[tokio::test]
async fn healing_takes_all_faults_away() {
    let at = Visitor::new().await;
    at.fault(Rule { fault: Some(Fault::Status(503)), ..Rule::default() });
    assert_eq!(at.get(MAPS).await.unwrap().code, 503);
    at.sandbox.clusters()[0].heal();
    assert_eq!(at.get(MAPS).await.unwrap().code, 200);
}
