//! Faults on demand: each does what it says, and only to whom it is meant for.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use sandbox::{Fault, Rule};
use tokio::time::{Instant, timeout};

use crate::visitor::Visitor;

const SERVICES: &str = "/api/v1/services";
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

#[tokio::test]
async fn every_status_code_comes_as_a_status_with_its_reason() {
    for (code, reason) in [
        (401, "Unauthorized"),
        (403, "Forbidden"),
        (404, "NotFound"),
        (409, "Conflict"),
        (410, "Expired"),
        (429, "TooManyRequests"),
        (500, "InternalError"),
        (503, "ServiceUnavailable"),
        (504, "Timeout"),
    ] {
        let at = Visitor::new().await;
        at.fault(on_services(Fault::Status(code)));
        let answer = at.get(SERVICES).await.unwrap();
        assert_eq!(
            (answer.code, &answer.json()["code"], &answer.json()["reason"]),
            (code, &code.into(), &reason.into())
        );
        assert_eq!(at.get(MAPS).await.unwrap().code, 200);
    }
}

#[tokio::test]
async fn a_busy_server_says_when_to_come_back_and_is_well_after_so_many_requests() {
    let at = Visitor::new().await;
    at.fault(Rule { times: 2, ..on_services(Fault::Busy(429, 7)) });
    for _ in 0..2 {
        let answer = at.get(SERVICES).await.unwrap();
        assert_eq!((answer.code, answer.headers["retry-after"].to_str().unwrap()), (429, "7"));
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
