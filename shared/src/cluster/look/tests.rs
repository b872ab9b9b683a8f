use super::{Listed, PAGE};
use crate::cluster::call::{Call, Resource, Shape};
use crate::cluster::client::Cluster;
use crate::cluster::dial::stand::{Caller, response};
use crate::terms::{ClusterName, Observed, Obstacle, Scope};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// The shortest patience: what the server is silent about does not come within it, and what is there already does.
const AT_ONCE: Duration = Duration::ZERO;

/// An API server with three pages of one Service each, which is silent about the later ones until it may answer.
async fn served(answered: usize) -> (Arc<AtomicUsize>, Cluster) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let answered = Arc::new(AtomicUsize::new(answered));
    let shared = answered.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(answer(stream, shared.clone()));
        }
    });
    let folder = tempfile::tempdir().unwrap();
    let server = format!("{{server: 'http://127.0.0.1:{port}'}}");
    let dialer = Caller::default().dialer(folder.path(), &server, "{}").unwrap();
    let dialed = dialer.dial().await.unwrap();
    (answered, Cluster::new(ClusterName::new("apps"), dialer, dialed, None))
}

async fn answer(mut stream: TcpStream, answered: Arc<AtomicUsize>) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let Ok(byte) = stream.read_u8().await else { return };
        head.push(byte);
    }
    let head = String::from_utf8(head).unwrap();
    let number = ["continue=2", "continue=3"].iter().position(|token| head.contains(token));
    let number = number.map_or(1, |place| place + 2);
    if number > answered.load(Ordering::SeqCst) {
        return std::future::pending().await;
    }
    let next = if number < 3 { (number + 1).to_string() } else { String::new() };
    let metadata = json!({ "resourceVersion": "7", "continue": next });
    let page = json!({ "metadata": metadata, "items": [{ "metadata": { "name": format!("s{number}") } }] });
    let text = response("200 OK", "application/json", &page.to_string());
    drop(stream.write_all(text.as_bytes()).await);
}

async fn look(cluster: &Cluster, patience: Option<Duration>) -> Observed<Vec<String>> {
    let what = (Resource::SERVICES, &Scope::default(), Shape::Full);
    let name = |one: Value| one.pointer("/metadata/name").and_then(Value::as_str).map(str::to_owned);
    cluster.list_as(what, patience, name).await.map(|Listed { items, .. }| items)
}

async fn read_page(cluster: &Cluster, after: &str) {
    let page = Call::list(Resource::SERVICES, &Scope::default(), Shape::Full, PAGE, after);
    cluster.send(&page).await.unwrap();
}

fn late() -> Observed<Vec<String>> {
    Observed::Unknown(Obstacle::TimedOut { after: AT_ONCE })
}

#[tokio::test]
async fn a_page_that_comes_too_late_in_a_look_from_all_sides_ends_the_list_and_says_so() {
    let (answered, cluster) = served(1).await;
    cluster.remember();
    read_page(&cluster, "").await;
    assert_eq!(look(&cluster, Some(AT_ONCE)).await, late());
    answered.store(2, Ordering::SeqCst);
    read_page(&cluster, "2").await;
    assert_eq!(look(&cluster, Some(AT_ONCE)).await, late(), "half a list is none");
    answered.store(3, Ordering::SeqCst);
    read_page(&cluster, "3").await;
    let all = ["s1", "s2", "s3"].map(str::to_owned).to_vec();
    assert_eq!(look(&cluster, Some(AT_ONCE)).await, Observed::Present(all));
}

#[tokio::test]
async fn who_looks_alone_waits_no_longer_than_his_patience_and_who_has_none_for_all_of_it() {
    let (answered, cluster) = served(0).await;
    assert_eq!(look(&cluster, Some(AT_ONCE)).await, late());
    answered.store(3, Ordering::SeqCst);
    assert_eq!(look(&cluster, None).await.map(|all| all.len()), Observed::Present(3));
}
