use super::{Cluster, Undone, WATCHES};
use crate::cluster::call::{Call, Resource};
use crate::cluster::dial::CONNECTIONS;
use crate::cluster::dial::stand::{Caller, Stand, response};
use crate::terms::{ClusterName, GoDuration, Obstacle, Scope};
use futures::future::join_all;
use kube::client::Body;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

async fn cluster(port: u16) -> Cluster {
    bounded(port, GoDuration::from_secs(10)).await
}

async fn bounded(port: u16, bound: GoDuration) -> Cluster {
    chosen(port, Some(bound)).await
}

async fn chosen(port: u16, bound: Option<GoDuration>) -> Cluster {
    let folder = tempfile::tempdir().unwrap();
    let server = format!("{{server: 'http://127.0.0.1:{port}'}}");
    let dialer = Caller::default().dialer(folder.path(), &server, "{}").unwrap();
    let dialed = dialer.dial().await.unwrap();
    Cluster::new(ClusterName::new("apps"), dialer, dialed, bound)
}

fn applying() -> Call {
    Call::apply(Resource::SERVICES, Some("shop"), "web", &serde_json::json!({"metadata": {}}))
}

fn merging() -> Call {
    Call::merge(Resource::SERVICES, Some("shop"), "web", &serde_json::json!({"metadata": {}}))
}

/// A server that keeps its connections, and counts them: open now, open at most, and ever.
#[derive(Default)]
struct Counted {
    now: AtomicUsize,
    most: AtomicUsize,
    ever: AtomicUsize,
}

async fn counting() -> (u16, Arc<Counted>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let counted = Arc::new(Counted::default());
    let shared = counted.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let counted = shared.clone();
            counted.ever.fetch_add(1, Ordering::SeqCst);
            let now = counted.now.fetch_add(1, Ordering::SeqCst) + 1;
            counted.most.fetch_max(now, Ordering::SeqCst);
            tokio::spawn(async move {
                keep_answering(stream).await;
                counted.now.fetch_sub(1, Ordering::SeqCst);
            });
        }
    });
    (port, counted)
}

/// Answers everything but watches, which stay open.
async fn keep_answering(mut stream: TcpStream) {
    let mut head = Vec::new();
    while let Ok(byte) = stream.read_u8().await {
        head.push(byte);
        if !head.ends_with(b"\r\n\r\n") {
            continue;
        }
        let watch = String::from_utf8_lossy(&head).contains("watch=true");
        head.clear();
        let answer = if watch {
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
        } else {
            tokio::task::yield_now().await;
            "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}"
        };
        if stream.write_all(answer.as_bytes()).await.is_err() {
            return;
        }
    }
}

#[tokio::test]
async fn many_requests_at_once_share_at_most_eight_connections() {
    let (port, counted) = counting().await;
    let cluster = cluster(port).await;
    let call = Call::get(Resource::SERVICES, Some("shop"), "web");
    for _ in 0..5 {
        let answers = join_all((0..40).map(|_| cluster.send(&call))).await;
        assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    }
    let [most, ever] = [&counted.most, &counted.ever].map(|count| count.load(Ordering::SeqCst));
    assert!(most <= CONNECTIONS, "{most} at once");
    // None was closed, so none was opened beyond those: 200 requests went over them.
    assert_eq!(most, ever);
}

#[tokio::test]
async fn who_is_not_answered_soon_opens_the_other_connections() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let cluster = cluster(listener.local_addr().unwrap().port()).await;
    tokio::spawn(async move {
        let mut streams = Vec::new();
        while streams.len() < CONNECTIONS {
            streams.push(listener.accept().await.unwrap().0);
        }
        join_all(streams.into_iter().map(keep_answering)).await;
    });
    let call = Call::get(Resource::SERVICES, Some("shop"), "web");
    let answers = join_all((0..40).map(|_| cluster.send(&call))).await;
    assert!(answers.iter().all(Result::is_ok), "{answers:?}");
}

#[tokio::test]
async fn watches_without_end_leave_room_for_requests() {
    let (port, counted) = counting().await;
    let cluster = cluster(port).await;
    let scope = Scope { namespace: Some("shop".to_owned()), ..Scope::default() };
    let watch = Call::watch(Resource::SERVICES, &scope, "1", 60);
    let mut streams = Vec::new();
    for _ in 0..WATCHES {
        let live = cluster.live(&watch).unwrap();
        let permit = live.permit_to_watch().await;
        let request = watch.request().unwrap();
        let answer = live.client().await.send(request.map(Body::from)).await.unwrap();
        streams.push((answer, permit));
    }
    let call = Call::get(Resource::SERVICES, Some("shop"), "web");
    let answers = join_all((0..40).map(|_| cluster.send(&call))).await;
    assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    assert!(counted.most.load(Ordering::SeqCst) <= CONNECTIONS);
}

#[tokio::test]
async fn what_was_never_sent_is_in_no_doubt() {
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    let undone = cluster(free).await.submit(&applying()).await.unwrap_err();
    let refused = Obstacle::Unreachable { cause: "the connection was refused".to_owned() };
    assert_eq!(undone, Undone { obstacle: refused, in_doubt: false });
}

#[tokio::test]
async fn a_connection_that_breaks_after_the_request_leaves_doubt() {
    let silent = Stand::raw(b"").await;
    for call in [applying(), merging()] {
        let undone = cluster(silent.port).await.submit(&call).await.unwrap_err();
        assert!(undone.in_doubt, "{undone:?}");
    }
}

#[tokio::test]
async fn a_server_that_takes_the_request_and_stays_silent_leaves_doubt() {
    let deaf = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let bound = Duration::from_millis(300);
    let cluster = bounded(deaf.local_addr().unwrap().port(), GoDuration::from_duration(bound)).await;
    let undone = cluster.submit(&applying()).await.unwrap_err();
    assert_eq!(undone, Undone { obstacle: Obstacle::TimedOut { after: bound }, in_doubt: true });
}

#[tokio::test]
async fn a_slow_server_is_given_longer_by_whoever_chose_so_and_in_a_look_from_all_sides() {
    let [usual, longer] = [3, 30].map(Duration::from_secs);
    assert_eq!(chosen(1, None).await.patience(usual), usual);
    assert_eq!(bounded(1, GoDuration::from_duration(longer)).await.patience(usual), longer);
    // What is shorter ends each request by itself.
    assert_eq!(bounded(1, GoDuration::from_secs(1)).await.patience(usual), usual);
    let from_all_sides = chosen(1, None).await;
    from_all_sides.remember();
    assert_eq!(from_all_sides.patience(usual), super::REQUEST_BOUND);
}

#[tokio::test]
async fn a_refusal_is_an_answer_and_a_gateway_that_gave_up_is_none() {
    for (status, message, in_doubt) in [
        ("403 Forbidden", "no", false),
        ("409 Conflict", "no", false),
        ("429 Too Many Requests", "later", false),
        ("500 Internal Server Error", "failed calling webhook", false),
        ("500 Internal Server Error", "admission webhook \\\"w\\\" denied the request", false),
        ("500 Internal Server Error", "etcdserver: request timed out", true),
        ("500 Internal Server Error", "unexpected EOF", true),
        ("501 Not Implemented", "never", false),
        ("502 Bad Gateway", "no", true),
        ("503 Service Unavailable", "no", false),
        ("504 Gateway Timeout", "no", true),
        ("524 A Timeout Occurred", "no", true),
    ] {
        let code: u16 = status[..3].parse().unwrap();
        let body =
            format!(r#"{{"kind": "Status", "status": "Failure", "code": {code}, "message": "{message}"}}"#);
        let stand = Stand::plain(move |_| response(status, "application/json", &body)).await;
        let undone = cluster(stand.port).await.submit(&merging()).await.unwrap_err();
        assert_eq!(undone.in_doubt, in_doubt, "{status} {message}: {undone:?}");
    }
}

/// Envoy's words when the server behind it hung up, with and without a wish to be asked again. Only an API server
/// that turns a request away itself is believed.
#[tokio::test]
async fn a_503_of_a_proxy_in_front_does_not_say_that_nothing_was_done() {
    for (head, body, tries, in_doubt) in [
        ("", "upstream connect error or disconnect/reset before headers", 1, true),
        ("retry-after: 0\r\n", "upstream connect error or disconnect/reset before headers", 1, true),
        ("", r#"{"code": 503, "message": "no healthy upstream"}"#, 1, true),
        ("", r#"{"kind": "Status", "code": 503, "message": "shutting down"}"#, 1, false),
        ("retry-after: 0\r\n", r#"{"kind": "Status", "code": 503, "message": "shutting down"}"#, 3, false),
    ] {
        let answer = response("503 Service Unavailable", "text/plain", body).replacen(
            "\r\n",
            &format!("\r\n{head}"),
            1,
        );
        let stand = Stand::plain(move |_| answer.clone()).await;
        let undone = cluster(stand.port).await.submit(&merging()).await.unwrap_err();
        assert_eq!((undone.in_doubt, stand.seen().len()), (in_doubt, tries), "{head:?} {body}: {undone:?}");
        assert!(matches!(undone.obstacle, Obstacle::Busy { code: 503, .. }), "{undone:?}");
    }
}

/// The first try breaks, the second is refused: the first may have been done.
#[tokio::test]
async fn doubt_about_an_earlier_try_outlives_a_later_refusal() {
    let asked = AtomicUsize::new(0);
    let stand = Stand::plain(move |_| match asked.fetch_add(1, Ordering::SeqCst) {
        0 => String::new(),
        _ => response("403 Forbidden", "application/json", r#"{"code": 403, "message": "no"}"#),
    });
    let undone = cluster(stand.await.port).await.submit(&applying()).await.unwrap_err();
    let refused = Obstacle::Refused { code: 403, message: "no".to_owned() };
    assert_eq!(undone, Undone { obstacle: refused, in_doubt: true });
}

#[tokio::test]
async fn a_server_that_wants_us_back_at_the_end_of_time_has_given_its_answer() {
    let stand = Stand::plain(|_| {
        let busy =
            response("429 Too Many Requests", "application/json", r#"{"code": 429, "message": "later"}"#);
        busy.replacen("\r\n", &format!("\r\nretry-after: {}\r\n", u64::MAX), 1)
    });
    let stand = stand.await;
    let bound = GoDuration::from_duration(Duration::from_nanos(i64::MAX.unsigned_abs()));
    let undone = bounded(stand.port, bound).await.submit(&applying()).await.unwrap_err();
    let busy = Obstacle::Busy { code: 429, message: "later".to_owned() };
    assert_eq!((undone.obstacle, stand.seen().len()), (busy, 1));
}
