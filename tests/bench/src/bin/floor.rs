//! The least that the requests of a command can cost: `floor FILE` sends those of a [`bench::plan::Plan`] to all clusters at
//! once, over TLS, and reads the answers whole. It understands none of them.

#![expect(clippy::print_stderr, reason = "a benchmark's helper: it talks on the terminal")]

use std::cell::RefCell;
use std::error::Error;
use std::process::ExitCode;
use std::sync::Arc;

use bench::plan::{Cluster, Plan, Request};
use futures::future::try_join_all;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

type Outcome<T> = Result<T, Box<dyn Error>>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match replay().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn replay() -> Outcome<()> {
    let file = std::env::args_os().nth(1).ok_or("name a file")?;
    let plan: Plan = serde_json::from_slice(&std::fs::read(file)?)?;
    try_join_all(plan.clusters.iter().map(|cluster| all(cluster, plan.connections))).await?;
    Ok(())
}

async fn all(cluster: &Cluster, connections: usize) -> Outcome<()> {
    let tls = Arc::new(trust(cluster)?);
    let waiting = RefCell::new(cluster.requests.iter());
    let one = async || {
        let mut sender = connect(cluster, Arc::clone(&tls)).await?;
        loop {
            let Some(request) = waiting.borrow_mut().next() else { return Ok(()) };
            send(&mut sender, cluster, request).await?;
        }
    };
    let connections = connections.min(cluster.requests.len());
    try_join_all((0..connections).map(|_| one())).await.map(drop)
}

fn trust(cluster: &Cluster) -> Outcome<ClientConfig> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(cluster.authority.as_bytes())?)?;
    let chain = vec![CertificateDer::from_pem_slice(cluster.certificate.as_bytes())?];
    let key = PrivateKeyDer::from_pem_slice(cluster.key.as_bytes())?;
    Ok(ClientConfig::builder().with_root_certificates(roots).with_client_auth_cert(chain, key)?)
}

async fn connect(cluster: &Cluster, tls: Arc<ClientConfig>) -> Outcome<SendRequest<Full<Bytes>>> {
    let stream = TcpStream::connect(&cluster.address).await?;
    stream.set_nodelay(true)?;
    let host = cluster.address.rsplit_once(':').map_or(cluster.address.as_str(), |(host, _)| host);
    let stream = TlsConnector::from(tls).connect(ServerName::try_from(host.to_owned())?, stream).await?;
    let (sender, connection) = handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    Ok(sender)
}

async fn send(sender: &mut SendRequest<Full<Bytes>>, cluster: &Cluster, request: &Request) -> Outcome<()> {
    let body = Full::new(Bytes::from(request.body.clone()));
    let mut built = http::Request::builder()
        .method(request.method.as_str())
        .uri(&request.uri)
        .header("host", &cluster.address)
        .header("accept", &request.accept);
    if !request.content_type.is_empty() {
        built = built.header("content-type", &request.content_type);
    }
    sender.ready().await?;
    let answer = sender.send_request(built.body(body)?).await?;
    let status = answer.status().as_u16();
    let bytes = answer.into_body().collect().await?.to_bytes();
    if status == request.status {
        return Ok(());
    }
    let text = String::from_utf8_lossy(&bytes);
    Err(format!("{} {}: {status} in place of {}: {text}", request.method, request.uri, request.status).into())
}
