use super::{Listed, PAGE};
use crate::cluster::call::{Call, Resource, Shape};
use crate::cluster::client::Cluster;
use crate::cluster::dial::stand::{Caller, Stand, response};
use crate::terms::{ClusterName, Observed, Obstacle, Scope};
use serde_json::{Value, json};
use std::time::Duration;

/// The shortest patience: only what is there already comes within it.
const AT_ONCE: Duration = Duration::ZERO;

/// An API server with three pages of one Service each.
async fn served() -> (Stand, Cluster) {
    let stand = Stand::plain(|head| {
        let number =
            head.split_once("continue=").map_or(1, |(_, token)| if token.starts_with('2') { 2 } else { 3 });
        let next = if number < 3 { (number + 1).to_string() } else { String::new() };
        let metadata = json!({ "resourceVersion": "7", "continue": next });
        let page =
            json!({ "metadata": metadata, "items": [{ "metadata": { "name": format!("s{number}") } }] });
        response("200 OK", "application/json", &page.to_string())
    })
    .await;
    let folder = tempfile::tempdir().unwrap();
    let server = format!("{{server: 'http://127.0.0.1:{}'}}", stand.port);
    let dialer = Caller::default().dialer(folder.path(), &server, "{}").unwrap();
    let dialed = dialer.dial().await.unwrap();
    (stand, Cluster::new(ClusterName::new("apps"), dialer, dialed, None))
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
    let (stand, cluster) = served().await;
    cluster.remember();
    read_page(&cluster, "").await;
    assert_eq!(look(&cluster, Some(AT_ONCE)).await, late());
    // It was the second page that did not come, and half a list is none.
    read_page(&cluster, "2").await;
    assert_eq!(look(&cluster, Some(AT_ONCE)).await, late());
    read_page(&cluster, "3").await;
    let all = ["s1", "s2", "s3"].map(str::to_owned).to_vec();
    assert_eq!(look(&cluster, Some(AT_ONCE)).await, Observed::Present(all));
    let first = |head: &&String| !head.contains("continue=");
    assert_eq!(stand.seen().iter().filter(first).count(), 1, "what has come is not asked for again");
}

#[tokio::test]
async fn who_looks_alone_waits_no_longer_than_his_patience_and_who_has_none_for_all_of_it() {
    let (_stand, cluster) = served().await;
    assert_eq!(look(&cluster, Some(AT_ONCE)).await, late());
    assert_eq!(look(&cluster, None).await.map(|all| all.len()), Observed::Present(3));
}
