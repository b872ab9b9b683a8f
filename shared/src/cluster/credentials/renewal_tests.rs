//! Credentials that a server no longer takes, in the middle of a request.

use super::heard::Heard;
use super::tests::{authorizations, plugin, secure};
use crate::cluster::call::{Call, Resource};
use crate::cluster::client::Cluster;
use crate::cluster::dial::stand::{Caller, fine, response};
use crate::terms::{ClusterName, GoDuration};
use std::time::Duration;

/// Its second run takes as long as somebody who looks for a telephone.
const SLOW_AT_SECOND: &str = r#"[ -e "$0.ran" ] && touch "$0.asked" && sleep 1.5
printf '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"%s"}}' \
  "$([ -e "$0.ran" ] && echo second || echo first)"
touch "$0.ran"
"#;

#[tokio::test]
async fn the_time_that_a_person_needs_for_new_credentials_does_not_count() {
    let folder = tempfile::tempdir().unwrap();
    let refusing_the_first = |head: &str| {
        if head.contains("bearer first") {
            response("401 Unauthorized", "text/plain", "no")
        } else {
            fine(head)
        }
    };
    let (stand, cluster) = secure(None, refusing_the_first).await;
    let terminal = Heard::answering();
    let caller = Caller { terminal: terminal.clone(), ..Caller::default() };
    let user = plugin(folder.path(), SLOW_AT_SECOND, "");
    let dialer = caller.dialer(folder.path(), &cluster, &user).unwrap();
    let dialed = dialer.dial().await.unwrap();
    let bound = GoDuration::from_duration(Duration::from_secs(1));
    let cluster = Cluster::new(ClusterName::new("apps"), dialer, dialed, Some(bound));
    let call = Call::get(Resource::NAMESPACES, None, "kube-system");
    let asked = folder.path().join("plugin.sh.asked");
    let room = async {
        while !asked.exists() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        terminal.rooms()
    };
    let (one, two, rooms) = tokio::join!(cluster.send(&call), cluster.send(&call), room);
    let body = Ok(std::sync::Arc::new(b"{}".to_vec()));
    assert_eq!((one, two), (body.clone(), body));
    assert_eq!(
        (rooms, terminal.rooms()),
        (1, 0),
        "nothing is drawn over what the plugin asks, and then again"
    );
    let mut sent = authorizations(&stand);
    sent.sort();
    assert_eq!(sent, ["bearer first", "bearer first", "bearer second", "bearer second"]);
}
