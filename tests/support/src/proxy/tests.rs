//! Every fault does what it says, without a cluster.

mod bed;

use std::{
    thread,
    time::{Duration, Instant},
};

use http_body_util::BodyExt;

use self::bed::{Pretended, blocking, client, request, send};
use super::{ADMIN_TOKEN, Answer, Fault, When};

const SOON: Duration = Duration::from_secs(5);
const BRIEFLY: Duration = Duration::from_millis(150);

#[test]
fn a_request_passes_and_is_written_down() {
    let (upstream, proxy) = Pretended::proxied();
    let mut asked = request("POST", "/api/v1/pods?dryRun=All");
    for (name, value) in [
        ("accept", "a/a"),
        ("content-type", "c/c"),
        ("user-agent", "me/1"),
        ("authorization", "Bearer t"),
        ("impersonate-user", "dev"),
    ] {
        asked.headers_mut().insert(name, value.parse().unwrap());
    }
    let (status, body) = send(&proxy, asked).unwrap();
    assert_eq!((status, upstream.heads()), (201, vec![body.clone()]));
    assert!(
        body.contains("authorization: Bearer t\r\n") && body.contains("impersonate-user: dev\r\n"),
        "{body}"
    );
    let seen = proxy.requests().remove(0);
    assert_eq!(seen.line(), "POST /api/v1/pods?dryRun=All");
    let headers = (seen.accept.as_str(), seen.content_type.as_str(), seen.user_agent.as_str());
    assert_eq!(headers, ("a/a", "c/c", "me/1"));
    assert_eq!((seen.number, seen.upstream, seen.status, seen.trouble), (1, Some(201), Some(201), None));
    assert_eq!(proxy.writes().len(), 1);
}

#[test]
fn the_token_of_the_administrator_stays_in_the_proxy() {
    let (_upstream, proxy) = Pretended::proxied();
    let mut asked = request("GET", "/");
    asked.headers_mut().insert("authorization", format!("Bearer {ADMIN_TOKEN}").parse().unwrap());
    let (_, head) = send(&proxy, asked).unwrap();
    assert!(!head.contains("authorization"), "{head}");
}

#[test]
fn an_answer_of_the_proxy_never_reaches_the_server() {
    let (upstream, proxy) = Pretended::proxied();
    proxy.on(When::request(1), Fault::Answer(Answer::too_many_requests(7)));
    blocking(async {
        let answer = client(&proxy).send(request("GET", "/a")).await.unwrap();
        assert_eq!(
            (answer.status().as_u16(), &answer.headers()["retry-after"]),
            (429, &"7".parse().unwrap())
        );
    });
    assert_eq!(send(&proxy, request("GET", "/b")).unwrap().0, 200);
    assert_eq!(upstream.seen(), ["GET /b"]);
    assert_eq!(proxy.requests()[0].upstream, None);
}

#[test]
fn a_cut_happens_before_or_after_the_server_has_done_it() {
    let (upstream, proxy) = Pretended::proxied();
    proxy
        .on(When::first("PATCH", "/one"), Fault::CutBefore)
        .on(When::first("PATCH", "/two"), Fault::CutAfter);
    send(&proxy, request("PATCH", "/one")).unwrap_err();
    assert_eq!(upstream.seen(), Vec::<String>::new());
    send(&proxy, request("PATCH", "/two")).unwrap_err();
    assert_eq!(upstream.seen(), ["PATCH /two"]);
    let told: Vec<_> = proxy.requests().iter().map(|seen| (seen.upstream, seen.status)).collect();
    assert_eq!(told, [(None, None), (Some(200), None)]);
}

#[test]
fn a_delay_only_costs_time() {
    let (_upstream, proxy) = Pretended::proxied();
    proxy.on(When::any(""), Fault::Delay(BRIEFLY));
    let start = Instant::now();
    assert_eq!(send(&proxy, request("GET", "/")).unwrap().0, 200);
    assert!(start.elapsed() >= BRIEFLY);
}

#[test]
fn a_stall_gives_headers_and_then_nothing() {
    let (_upstream, proxy) = Pretended::proxied();
    proxy.on(When::any(""), Fault::StallAfterHeaders);
    blocking(async {
        let answer = client(&proxy).send(request("GET", "/")).await.unwrap();
        assert_eq!(answer.status().as_u16(), 200);
        let body = answer.into_body().collect();
        assert!(tokio::time::timeout(BRIEFLY, body).await.is_err(), "a byte came");
    });
}

#[test]
fn a_hold_waits_for_its_release() {
    let (upstream, proxy) = Pretended::proxied();
    proxy.on(When::request(1), Fault::HoldBefore).on(When::request(2), Fault::HoldAfter);
    for (number, before_release) in [(1, 0), (2, 2)] {
        thread::scope(|scope| {
            let sending = scope.spawn(|| send(&proxy, request("PUT", "/")));
            assert_eq!(proxy.wait_held(SOON), Some(number));
            assert_eq!(upstream.seen().len(), before_release);
            assert!(!sending.is_finished());
            proxy.release();
            assert_eq!(sending.join().unwrap().unwrap().0, 200);
        });
    }
    assert_eq!(proxy.wait_held(Duration::ZERO), None);
}

#[test]
fn a_held_request_that_is_cut_is_never_forwarded() {
    let (upstream, proxy) = Pretended::proxied();
    proxy.on(When::any(""), Fault::HoldBefore);
    thread::scope(|scope| {
        let sending = scope.spawn(|| send(&proxy, request("PUT", "/")));
        assert_eq!(proxy.wait_held(SOON), Some(1));
        proxy.cut_held();
        sending.join().unwrap().unwrap_err();
    });
    assert_eq!(upstream.seen(), Vec::<String>::new());
}

#[test]
fn an_expired_watch_is_an_event_and_an_end() {
    let (_upstream, proxy) = Pretended::proxied();
    proxy.on(When::any("").query("watch=true"), Fault::Expire);
    let (status, body) = send(&proxy, request("GET", "/api/v1/services?watch=true")).unwrap();
    let event: serde_json::Value = serde_json::from_str(&body).unwrap();
    assert_eq!((status, &event["type"], &event["object"]["code"]), (200, &"ERROR".into(), &410.into()));
}

#[test]
fn a_stream_arrives_piece_by_piece() {
    let (upstream, proxy) = Pretended::proxied();
    blocking(async {
        let mut body = client(&proxy).send(request("GET", "/stream")).await.unwrap().into_body();
        for expected in ["first\n", "next\n", "next\n"] {
            let frame = tokio::time::timeout(SOON, body.frame()).await.unwrap().unwrap().unwrap();
            assert_eq!(frame.into_data().unwrap(), expected);
            upstream.gate.send(()).unwrap();
        }
    });
}

#[test]
fn a_stopped_proxy_refuses_until_it_resumes() {
    let (_upstream, proxy) = Pretended::proxied();
    assert_eq!(send(&proxy, request("GET", "/")).unwrap().0, 200);
    proxy.stop();
    let refused = std::net::TcpStream::connect(proxy.address()).unwrap_err();
    assert_eq!(refused.kind(), std::io::ErrorKind::ConnectionRefused);
    proxy.resume();
    assert_eq!(send(&proxy, request("GET", "/")).unwrap().0, 200);
}

#[test]
fn the_peak_of_connections_is_counted() {
    let (_upstream, proxy) = Pretended::proxied();
    blocking(async {
        let client = client(&proxy);
        for _ in 0..3 {
            client.send(request("GET", "/")).await.unwrap().into_body().collect().await.unwrap();
        }
    });
    assert_eq!((proxy.connections(), proxy.requests().len()), (1, 3), "a connection is kept alive");
    proxy.on(When::any(""), Fault::HoldBefore);
    thread::scope(|scope| {
        let all: Vec<_> = (0..3).map(|_| scope.spawn(|| send(&proxy, request("GET", "/")))).collect();
        assert!(proxy.wait_requests(6, SOON));
        proxy.stop();
        for one in all {
            one.join().unwrap().unwrap_err();
        }
    });
    assert!((3..=4).contains(&proxy.connections()), "{}", proxy.connections());
}

#[test]
fn orders_count_their_own_matches() {
    let (_upstream, proxy) = Pretended::proxied();
    let answer = |code| Fault::Answer(Answer::refusal(code, "Test", "a test"));
    proxy
        .on(When::every("GET", "/a").after(1).times(2), answer(503))
        .on(When::any("/b").query("x=1"), answer(403));
    let codes = |target| send(&proxy, request("GET", target)).unwrap().0;
    assert_eq!(
        ["/a", "/a", "/b", "/a", "/a", "/b?x=1", "/b?x=1"].map(codes),
        [200, 503, 200, 503, 200, 403, 403]
    );
    proxy.reset();
    assert_eq!((codes("/b?x=1"), proxy.requests()[0].number), (200, 1));
}
