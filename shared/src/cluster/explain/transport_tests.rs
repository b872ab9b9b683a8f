use super::{RequestNames, obstacle};
use crate::cluster::dial::stand::{Authority, Caller, Stand, ask, fine, response};
use crate::terms::Obstacle;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::dns::Name;
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, KeyPair, date_time_ymd};
use rustls::ServerConfig;
use std::future::{Ready, ready};
use std::task::{Context, Poll};
use std::time::Duration;
use tower_service::Service;

fn names() -> RequestNames {
    RequestNames { verb: "list".into(), resource: "services".into(), namespace: Some("shop".into()) }
}

async fn met(cluster: &str) -> Obstacle {
    let folder = tempfile::tempdir().unwrap();
    let dialed = Caller::default().dialer(folder.path(), cluster, "{}").unwrap().dial().await.unwrap();
    obstacle(&ask(&dialed).await.unwrap_err(), &names())
}

fn unreachable(cause: &str) -> Obstacle {
    Obstacle::Unreachable { cause: cause.to_owned() }
}

async fn met_tls(config: ServerConfig, trusted: &Authority) -> Obstacle {
    let stand = Stand::tls(config, fine).await;
    met(&with_authority(&format!("https://127.0.0.1:{}", stand.port), trusted)).await
}

fn with_authority(server: &str, trusted: &Authority) -> String {
    use base64::Engine;
    let data = base64::engine::general_purpose::STANDARD.encode(trusted.0.pem());
    format!("{{server: '{server}', certificate-authority-data: {data}}}")
}

#[tokio::test]
async fn row_14_no_listener_a_reset_and_a_silent_end_are_told_apart_in_one_line_each() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    assert_eq!(met(&format!("{{server: 'http://{free}'}}")).await, unreachable("the connection was refused"));
    let silent = Stand::raw(b"").await;
    let ended = met(&format!("{{server: 'http://127.0.0.1:{}'}}", silent.port)).await;
    assert_eq!(ended, unreachable("the server closed the connection without an answer"));
    let half = Stand::raw(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{").await;
    let ended = met(&format!("{{server: 'http://127.0.0.1:{}'}}", half.port)).await;
    assert_eq!(ended, unreachable("the server closed the connection in the middle of its answer"));
}

/// Knows no name, and asks nobody: no test may send anything beyond this machine.
#[derive(Clone)]
struct KnowsNoName;

impl Service<Name> for KnowsNoName {
    type Response = std::vec::IntoIter<std::net::SocketAddr>;
    type Error = std::io::Error;
    type Future = Ready<std::io::Result<Self::Response>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Name) -> Self::Future {
        // What the system's resolver says through the standard library.
        ready(Err(std::io::Error::other("failed to lookup address information: Name or service not known")))
    }
}

/// The words that are recognised are the connector's, so it is the connector that fails here.
#[tokio::test]
async fn a_host_name_that_does_not_exist_is_said_to_be_the_problem() {
    let server = http::Uri::from_static("http://no-such-host.invalid");
    let error = HttpConnector::new_with_resolver(KnowsNoName).call(server).await.unwrap_err();
    let met = obstacle(&kube::Error::Service(Box::new(error)), &names());
    assert_eq!(met, unreachable("the server's host name cannot be resolved"));
}

#[tokio::test]
async fn speaking_the_wrong_protocol_is_said_in_both_directions() {
    let stand = Stand::raw(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
    let met_plain =
        met(&with_authority(&format!("https://127.0.0.1:{}", stand.port), &Authority::new("ca"))).await;
    assert_eq!(met_plain, unreachable("the server speaks http, but its URL says https"));
    let stand = Stand::plain(|_| {
        response("400 Bad Request", "text/plain", "Client sent an HTTP request to an HTTPS server.\n")
    });
    let met_tls = met(&format!("{{server: 'http://127.0.0.1:{}'}}", stand.await.port)).await;
    assert_eq!(met_tls, unreachable("the server speaks https, but its URL says http"));
}

#[tokio::test]
async fn row_16_an_unknown_issuer_an_expired_an_early_and_a_misnamed_certificate_have_exact_texts() {
    let (ours, theirs) = (Authority::new("ours"), Authority::new("theirs"));
    let here = ["127.0.0.1"];
    let unknown = theirs.issue(&here, |_| {}).serving(None);
    let expected = "the server's certificate is not signed by the cluster's certificate authority";
    assert_eq!(met_tls(unknown, &ours).await, unreachable(expected));

    let expired = ours.issue(&here, |params| params.not_after = date_time_ymd(2001, 2, 3)).serving(None);
    let expected =
        "the server's certificate has expired, or the clock of this machine is wrong (2001-02-03T00:00:00Z)";
    assert_eq!(met_tls(expired, &ours).await, unreachable(expected));

    let early = ours.issue(&here, |params| params.not_before = date_time_ymd(3001, 2, 3)).serving(None);
    let expected = "the server's certificate is not valid yet, or the clock of this machine is wrong (3001-02-03T00:00:00Z)";
    assert_eq!(met_tls(early, &ours).await, unreachable(expected));

    let misnamed = ours.issue(&["a.example", "10.0.0.1"], |_| {}).serving(None);
    let expected = "the server's certificate is valid for a.example, 10.0.0.1, not for 127.0.0.1";
    assert_eq!(met_tls(misnamed, &ours).await, unreachable(expected));

    let common =
        |params: &mut CertificateParams| params.distinguished_name.push(DnType::CommonName, "127.0.0.1");
    let expected =
        "the server's certificate has no subject alternative name, so it is not valid for 127.0.0.1";
    assert_eq!(met_tls(ours.issue(&[], common).serving(None), &ours).await, unreachable(expected));

    let twin = Authority::new("ours").issue(&here, |_| {}).serving(None);
    let expected = "the server's certificate is signed by another certificate authority of the same name as the cluster's";
    assert_eq!(met_tls(twin, &ours).await, unreachable(expected));
}

#[tokio::test]
async fn row_12_a_certificate_that_is_its_own_authority_is_said_to_be_the_problem() {
    let mut params = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let own = Authority(rcgen::CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap());
    let key = rustls::pki_types::PrivateKeyDer::try_from(own.0.key().serialize_der()).unwrap();
    let config = ServerConfig::builder().with_no_client_auth();
    let config = config.with_single_cert(vec![own.0.der().clone()], key).unwrap();
    assert_eq!(
        met_tls(config, &own).await,
        unreachable(
            "the server's certificate is self-signed, which we cannot check; give the server one signed by a CA"
        ),
    );
}

/// A server with a P-521 certificate finds none of our signature schemes and sends this alert (recorded).
#[tokio::test]
async fn row_13_a_refused_handshake_names_the_kinds_of_certificate_that_work() {
    let stand = Stand::raw(b"\x15\x03\x03\x00\x02\x02\x28").await;
    let met = met(&with_authority(&format!("https://127.0.0.1:{}", stand.port), &Authority::new("ca"))).await;
    assert_eq!(
        met,
        unreachable(
            "the TLS handshake failed: the server offers no type of certificate that we can check (it may use a P-521 key); \
             P-256, P-384, Ed25519 and RSA work"
        ),
    );
}

/// What the client's connector makes of a connection that does not stand in time; the system's own has a number.
#[test]
fn a_server_that_takes_no_connection_is_given_up_after_ten_seconds() {
    let late = |error: std::io::Error| obstacle(&kube::Error::Service(Box::new(error)), &names());
    let ours = std::io::Error::new(std::io::ErrorKind::TimedOut, "connection timed out");
    assert_eq!(late(ours), Obstacle::TimedOut { after: Duration::from_secs(10) });
    assert_eq!(late(std::io::Error::from_raw_os_error(110)), unreachable("the connection timed out"));
    assert_eq!(late(std::io::Error::from_raw_os_error(104)), unreachable("the connection was reset"));
    assert_eq!(late(std::io::Error::from_raw_os_error(113)), unreachable("there is no route to the server"));
}
