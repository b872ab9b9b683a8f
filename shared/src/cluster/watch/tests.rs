use super::{Change, Versioned, pause};
use crate::cluster::call::Resource;
use crate::cluster::client::Cluster;
use crate::cluster::dial::stand::{Authority, Caller, Stand, response};
use crate::terms::{ClusterName, Scope};
use base64::Engine;
use futures::StreamExt;
use serde::Deserialize;

#[test]
fn the_pause_before_a_watch_is_opened_grows_with_its_failures_and_not_without_end() {
    let milliseconds = |failures| pause(failures).as_millis();
    assert_eq!([0, 1, 2, 3, 5, 6, u32::MAX].map(milliseconds), [0, 500, 1000, 2000, 8000, 8000, 8000]);
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
struct Thing {
    version: String,
}

impl Versioned for Thing {
    fn version(&self) -> &str {
        &self.version
    }
}

/// A token that ran out between two openings is read again, as it is before a request.
#[tokio::test]
async fn a_watch_that_is_refused_for_its_credentials_is_opened_with_renewed_ones() {
    let folder = tempfile::tempdir().unwrap();
    let token = folder.path().join("token");
    std::fs::write(&token, "old").unwrap();
    let authority = Authority::new("ca");
    let stand = Stand::tls(authority.issue(&["127.0.0.1"], |_| {}).serving(None), |head| {
        if head.contains("bearer old") {
            return response("401 Unauthorized", "text/plain", "no");
        }
        let event = r#"{"type": "ADDED", "object": {"version": "7"}}"#;
        response("200 OK", "application/json", &format!("{event}\n"))
    })
    .await;
    let data = base64::engine::general_purpose::STANDARD.encode(authority.0.pem());
    let server =
        format!("{{server: 'https://127.0.0.1:{}', certificate-authority-data: {data}}}", stand.port);
    let user = format!("{{tokenFile: '{}'}}", token.display());
    let dialer = Caller::default().dialer(folder.path(), &server, &user).unwrap();
    let dialed = dialer.dial().await.unwrap();
    std::fs::write(&token, "new").unwrap();
    let cluster = Cluster::new(ClusterName::new("apps"), dialer, dialed, None);
    let mut changes = cluster.follow::<Thing>(Resource::SERVICES, Scope::default(), "1".to_owned());
    assert_eq!(changes.next().await, Some(Change::Set(Thing { version: "7".to_owned() })));
    let bearers: Vec<bool> = stand.seen().iter().map(|head| head.contains("bearer old")).collect();
    assert_eq!(bearers, [true, false]);
}
