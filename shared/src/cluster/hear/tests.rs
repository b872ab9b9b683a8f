use super::Hearing;
use crate::cluster::call::{Resource, Shape};
use crate::cluster::client::Cluster;
use crate::cluster::dial::stand::{Caller, Stand, response};
use crate::cluster::set::ClusterSet;
use crate::terms::{ClusterName, Scope};
use serde_json::{Value, json};

const JSON: &str = "application/json";

/// An API server that answers watches in this way, each by how many there were before; every list is empty.
async fn served(
    watched: impl Fn(usize) -> (&'static str, Value) + Send + Sync + 'static,
) -> (Stand, ClusterSet) {
    let count = std::sync::atomic::AtomicUsize::new(0);
    let stand = Stand::plain(move |head| {
        if head.contains("watch=true") {
            let (status, body) = watched(count.fetch_add(1, std::sync::atomic::Ordering::SeqCst));
            let line = if body == Value::Null { String::new() } else { format!("{body}\n") };
            return response(status, JSON, &line);
        }
        response("200 OK", JSON, &json!({ "metadata": { "resourceVersion": "5" }, "items": [] }).to_string())
    })
    .await;
    let folder = tempfile::tempdir().unwrap();
    let server = format!("{{server: 'http://127.0.0.1:{}'}}", stand.port);
    let dialer = Caller::default().dialer(folder.path(), &server, "{}").unwrap();
    let dialed = dialer.dial().await.unwrap();
    (stand, ClusterSet::of_one(Cluster::new(ClusterName::new("apps"), dialer, dialed, None)))
}

/// A look that lists Services.
async fn look(set: &ClusterSet, hearing: &mut Hearing) {
    hearing.begin(set);
    for side in set.sides() {
        let cluster = side.cluster(&side.primary).unwrap();
        drop(cluster.list::<Value>(Resource::SERVICES, &Scope::default(), Shape::Full).await);
    }
    set.forget();
    hearing.attend(set);
}

fn asked(stand: &Stand, is_watch: bool) -> Vec<String> {
    stand.seen().into_iter().filter(|head| head.contains("watch=true") == is_watch).collect()
}

async fn news(hearing: &Hearing) {
    while !hearing.is_news() {
        hearing.heard().await;
    }
}

#[tokio::test]
async fn what_is_watched_is_read_again_only_when_its_watch_tells_of_a_change() {
    let (stand, set) = served(|before| match before {
        0 => {
            let object = json!({ "metadata": { "name": "web", "resourceVersion": "6" } });
            ("200 OK", json!({ "type": "MODIFIED", "object": object }))
        }
        _ => ("200 OK", Value::Null),
    })
    .await;
    let mut hearing = Hearing::default();
    look(&set, &mut hearing).await;
    look(&set, &mut hearing).await;
    assert_eq!((asked(&stand, false).len(), hearing.count()), (1, 1));
    news(&hearing).await;
    let watch = asked(&stand, true).remove(0);
    assert!(watch.contains("&resourceversion=5&") && watch.contains("as=partialobjectmetadata;"), "{watch}");
    look(&set, &mut hearing).await;
    assert_eq!(asked(&stand, false).len(), 2);
    assert!(!hearing.is_news(), "it is told once");
}

#[tokio::test]
async fn a_watch_whose_history_is_lost_begins_where_the_next_look_ends() {
    let gone = json!({ "kind": "Status", "status": "Failure", "code": 410, "reason": "Expired", "message": "too old" });
    let (stand, set) = served(move |before| match before {
        0 => ("410 Gone", gone.clone()),
        _ => ("200 OK", Value::Null),
    })
    .await;
    let mut hearing = Hearing::default();
    look(&set, &mut hearing).await;
    news(&hearing).await;
    look(&set, &mut hearing).await;
    assert_eq!((asked(&stand, false).len(), hearing.count()), (2, 1));
    assert!(hearing.take_refusals().is_empty() && !hearing.take_doubt());
}

#[tokio::test]
async fn what_may_not_be_watched_is_said_once_and_read_with_every_look() {
    let message = "services is forbidden: User \"x\" cannot watch resource \"services\" in API group \"\" at the cluster scope";
    let no = json!({ "kind": "Status", "status": "Failure", "code": 403, "reason": "Forbidden", "message": message });
    let (stand, set) = served(move |_| ("403 Forbidden", no.clone())).await;
    let mut hearing = Hearing::default();
    look(&set, &mut hearing).await;
    let mut said = Vec::new();
    while said.is_empty() {
        hearing.heard().await;
        said = hearing.take_refusals();
    }
    let words: Vec<String> = said.iter().map(|(name, obstacle)| format!("{name}: {obstacle}")).collect();
    assert_eq!(words, ["apps: cannot watch services: forbidden"]);
    look(&set, &mut hearing).await;
    look(&set, &mut hearing).await;
    assert_eq!((asked(&stand, false).len(), asked(&stand, true).len(), hearing.count()), (3, 1, 0));
}
