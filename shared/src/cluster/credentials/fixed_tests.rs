//! Credentials that need no plugin, against a stand-in server.

use super::tests::{authorizations, plugin, secure};
use crate::cluster::dial::DialError;
use crate::cluster::dial::stand::{Authority, Caller, ask, fine};
use crate::terms::Hidden;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

#[tokio::test]
async fn row_5_a_token_file_is_trimmed_and_read_again_at_a_redial() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("token"), "one\r\n\n").unwrap();
    let (stand, cluster) = secure(None, fine).await;
    let dialer = Caller::default().dialer(folder.path(), &cluster, "{tokenFile: token}").unwrap();
    assert!(dialer.has_renewable_credentials());
    ask(&dialer.dial().await.unwrap()).await.unwrap();
    std::fs::write(folder.path().join("token"), "two\n").unwrap();
    ask(&dialer.dial().await.unwrap()).await.unwrap();
    ask(&dialer.redial().await.unwrap()).await.unwrap();
    assert_eq!(authorizations(&stand), ["bearer one", "bearer one", "bearer two"]);
}

#[tokio::test]
async fn a_password_and_a_certificate_from_files_are_sent() {
    let folder = tempfile::tempdir().unwrap();
    let clients = Authority::new("clients");
    let identity = clients.issue(&["me"], |_| {});
    std::fs::write(folder.path().join("crt"), identity.certificate.pem()).unwrap();
    std::fs::write(folder.path().join("key"), identity.key.serialize_pem()).unwrap();
    let (stand, cluster) = secure(Some(&clients), fine).await;
    let user = "{username: me, password: pw, client-certificate: crt, client-key: key}";
    let dialer = Caller::default().dialer(folder.path(), &cluster, user).unwrap();
    ask(&dialer.dial().await.unwrap()).await.unwrap();
    assert!(stand.seen()[0].contains("client-certificate: yes"), "{:?}", stand.seen());
    assert_eq!(authorizations(&stand), [format!("basic {}", STANDARD.encode("me:pw")).to_lowercase()]);
}

#[tokio::test]
async fn a_user_name_alone_goes_with_an_empty_password() {
    let folder = tempfile::tempdir().unwrap();
    let (stand, cluster) = secure(None, fine).await;
    let dialer = Caller::default().dialer(folder.path(), &cluster, "{username: me}").unwrap();
    ask(&dialer.dial().await.unwrap()).await.unwrap();
    assert_eq!(authorizations(&stand), [format!("basic {}", STANDARD.encode("me:")).to_lowercase()]);
}

#[tokio::test]
async fn a_token_on_the_command_line_makes_the_plugin_superfluous() {
    let folder = tempfile::tempdir().unwrap();
    let (stand, cluster) = secure(None, fine).await;
    let mut caller = Caller::default();
    caller.choice.overrides.token = Some(Hidden::new("given"));
    let dialer = caller.dialer(folder.path(), &cluster, &plugin(folder.path(), "exit 1", "")).unwrap();
    assert!(!dialer.has_renewable_credentials());
    ask(&dialer.dial().await.unwrap()).await.unwrap();
    assert_eq!(authorizations(&stand), ["bearer given"]);
}

#[tokio::test]
async fn a_token_beside_a_token_file_holds_until_the_file_has_one() {
    let folder = tempfile::tempdir().unwrap();
    let (stand, cluster) = secure(None, fine).await;
    let user = "{token: beside, tokenFile: token}";
    let dialer = Caller::default().dialer(folder.path(), &cluster, user).unwrap();
    ask(&dialer.dial().await.unwrap()).await.unwrap();
    for text in ["\n", "filed\n"] {
        std::fs::write(folder.path().join("token"), text).unwrap();
        let dialer = Caller::default().dialer(folder.path(), &cluster, user).unwrap();
        ask(&dialer.dial().await.unwrap()).await.unwrap();
    }
    assert_eq!(authorizations(&stand), ["bearer beside", "bearer beside", "bearer filed"]);
}

#[tokio::test]
async fn a_token_file_alone_must_hold_a_token() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("token"), "a\nb\n").unwrap();
    for (user, expected) in [
        ("{tokenFile: none}", "no such file or directory"),
        ("{token: t, tokenFile: token}", "it is not a token: it has more than one line, or odd characters"),
    ] {
        let dialer =
            Caller::default().dialer(folder.path(), "{server: 'https://127.0.0.1:1'}", user).unwrap();
        let Err(DialError::Name(failure)) = dialer.dial().await else { panic!("{user} was accepted") };
        assert!(failure.what.ends_with(expected), "{}", failure.what);
    }
}
