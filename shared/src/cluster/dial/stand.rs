//! For tests: a stand-in for an API server, in plain HTTP or behind any certificate. It keeps what it was asked.

use crate::cluster::Warnings;
use crate::cluster::credentials::heard::Heard;
use crate::cluster::dial::{Dial, DialError, Dialed, Dialer, Overrides};
use crate::cluster::kubeconfig;
use crate::terms::{ClusterName, ConnectionChoice, ContextName, Environment, Member};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use std::path::Path;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// A certificate authority.
pub(in crate::cluster) struct Authority(pub(in crate::cluster) CertifiedIssuer<'static, KeyPair>);

/// A certificate and its key.
pub(in crate::cluster) struct Identity {
    pub(in crate::cluster) certificate: rcgen::Certificate,
    pub(in crate::cluster) key: KeyPair,
}

impl Authority {
    pub(in crate::cluster) fn new(name: &str) -> Self {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    /// A certificate for these names, changed at will before it is signed.
    pub(in crate::cluster) fn issue(
        &self,
        names: &[&str],
        change: impl FnOnce(&mut CertificateParams),
    ) -> Identity {
        let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
        let mut params = CertificateParams::new(names).unwrap();
        change(&mut params);
        let key = KeyPair::generate().unwrap();
        Identity { certificate: params.signed_by(&key, &self.0).unwrap(), key }
    }

    fn trusting(&self) -> Arc<RootCertStore> {
        let mut roots = RootCertStore::empty();
        roots.add(self.0.der().clone()).unwrap();
        Arc::new(roots)
    }
}

impl Identity {
    /// The settings of a server that shows this certificate, and asks for one of `clients` when there is one.
    pub(in crate::cluster) fn serving(&self, clients: Option<&Authority>) -> ServerConfig {
        self.serving_chain(vec![self.certificate.der().clone()], clients)
    }

    fn serving_chain(
        &self,
        chain: Vec<CertificateDer<'static>>,
        clients: Option<&Authority>,
    ) -> ServerConfig {
        let key = PrivateKeyDer::try_from(self.key.serialize_der()).unwrap();
        let builder = ServerConfig::builder();
        let builder = match clients {
            Some(clients) => {
                let verifier = WebPkiClientVerifier::builder(clients.trusting()).allow_unauthenticated();
                builder.with_client_cert_verifier(verifier.build().unwrap())
            }
            None => builder.with_no_client_auth(),
        };
        builder.with_single_cert(chain, key).unwrap()
    }
}

/// A server and what it was asked.
pub(in crate::cluster) struct Stand {
    pub(in crate::cluster) port: u16,
    seen: Arc<Mutex<Vec<String>>>,
}

type Answer = Arc<dyn Fn(&str) -> String + Send + Sync>;

impl Stand {
    /// Serves plain HTTP; `answer` makes a whole response from the head of a request.
    pub(in crate::cluster) async fn plain(answer: impl Fn(&str) -> String + Send + Sync + 'static) -> Self {
        Self::start(None, Arc::new(answer)).await
    }

    /// Serves HTTPS.
    pub(in crate::cluster) async fn tls(
        config: ServerConfig,
        answer: impl Fn(&str) -> String + Send + Sync + 'static,
    ) -> Self {
        Self::start(Some(tokio_rustls::TlsAcceptor::from(Arc::new(config))), Arc::new(answer)).await
    }

    /// Takes a connection, reads what comes first, sends these bytes and hangs up.
    pub(in crate::cluster) async fn raw(bytes: &'static [u8]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                drop(stream.read(&mut [0; 4096]).await);
                drop(stream.write_all(bytes).await);
            }
        });
        Self { port, seen: Arc::default() }
    }

    async fn start(tls: Option<tokio_rustls::TlsAcceptor>, answer: Answer) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let stand = Self { port, seen: seen.clone() };
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                receive(stream, tls.as_ref(), &answer, &seen).await;
            }
        });
        stand
    }

    /// The heads of all requests so far, in lower case.
    pub(in crate::cluster) fn seen(&self) -> Vec<String> {
        self.seen.lock().unwrap().clone()
    }
}

async fn receive(
    stream: TcpStream,
    tls: Option<&tokio_rustls::TlsAcceptor>,
    answer: &Answer,
    seen: &Mutex<Vec<String>>,
) {
    let Some(tls) = tls else { return serve(stream, answer, seen, "").await };
    if let Ok(stream) = tls.accept(stream).await {
        let known = stream.get_ref().1.peer_certificates().is_some();
        serve(stream, answer, seen, if known { "client-certificate: yes\r\n" } else { "" }).await;
    }
}

async fn serve<S: AsyncRead + AsyncWrite + Unpin>(
    mut stream: S,
    answer: &Answer,
    seen: &Mutex<Vec<String>>,
    note: &str,
) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => return,
        }
    }
    let head = format!("{}{note}", String::from_utf8(head).unwrap().to_lowercase().trim_end_matches("\r\n"));
    // A body that is left unread would turn the end of the connection into a reset.
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
    drop(stream.read_exact(&mut vec![0; length.unwrap_or(0)]).await);
    let response = answer(&head);
    seen.lock().unwrap().push(head);
    drop(stream.write_all(response.as_bytes()).await);
    drop(stream.shutdown().await);
}

/// A whole response.
pub(in crate::cluster) fn response(status: &str, kind: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
    )
}

/// The response to everything.
pub(in crate::cluster) fn fine(_: &str) -> String {
    response("200 OK", "application/json", "{}")
}

/// How to dial in tests.
pub(in crate::cluster) struct Caller {
    pub(in crate::cluster) choice: ConnectionChoice,
    pub(in crate::cluster) environment: Environment,
    pub(in crate::cluster) overrides: Overrides,
    pub(in crate::cluster) terminal: Arc<Heard>,
}

impl Default for Caller {
    fn default() -> Self {
        let environment = Environment::of([("PATH", "/usr/bin:/bin")]);
        Self {
            choice: ConnectionChoice::default(),
            environment,
            overrides: Overrides::Apply,
            terminal: Arc::default(),
        }
    }
}

impl Caller {
    /// A dialer for the context `x` of a kubeconfig with this one cluster and user, which lies in this folder.
    pub(in crate::cluster) fn dialer(
        &self,
        folder: &Path,
        cluster: &str,
        user: &str,
    ) -> Result<Dialer, DialError> {
        let text = format!(
            "contexts: [{{name: x, context: {{cluster: c, user: u}}}}]\n\
             clusters: [{{name: c, cluster: {cluster}}}]\nusers: [{{name: u, user: {user}}}]\n"
        );
        let file = folder.join("config");
        std::fs::write(&file, text).unwrap();
        let loaded = kubeconfig::load(Some(&file), &self.environment).unwrap();
        let member = Member { name: ClusterName::new("x"), context: ContextName("x".to_owned()) };
        let dial = Dial {
            overrides: self.overrides,
            user_agent: "kubectl-test/0.1.0 (linux/amd64)".to_owned(),
            environment: &self.environment,
            terminal: self.terminal.clone(),
            heard: Warnings::default(),
        };
        Dialer::new(&loaded, &member, &self.choice, dial)
    }
}

/// Asks a server for its version.
pub(in crate::cluster) async fn ask(dialed: &Dialed) -> Result<String, kube::Error> {
    dialed.client.request_text(http::Request::get("/version").body(Vec::new()).unwrap()).await
}
