//! The cluster as a server on a loopback port, over TLS.

mod follow;
mod tls;

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use futures::future::pending;
use futures::{StreamExt as _, stream};
use http::{Response, header};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited, StreamBody, combinators::BoxBody};
use hyper::body::{Bytes, Frame, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

use crate::cluster::Cluster;
use crate::encode::Pieces;
use crate::faults::Fault;
use crate::handle::{self, Answer, Body};
use crate::refusal::Refusal;
use crate::request::{LONGEST, Request, Target};

pub(crate) use tls::{Authority, Identity};

type Out = BoxBody<Bytes, io::Error>;

/// How long nobody is let in after somebody could not be.
const PAUSE: Duration = Duration::from_millis(20);
/// Long enough for what there is to be sent before the connection is closed.
const SENT: Duration = Duration::from_millis(20);

/// A listening cluster. It stops when it is dropped.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    _tasks: JoinSet<()>,
}

impl Server {
    /// Listens on this loopback port; 0 is any that is free.
    ///
    /// # Errors
    /// Fails when the port is taken or the certificate cannot be used.
    pub(crate) async fn start(cluster: Arc<Cluster>, identity: &Identity, port: u16) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", port)).await?;
        let address = listener.local_addr()?;
        let acceptor = identity.acceptor()?;
        let mut tasks = JoinSet::new();
        tasks.spawn(accept(listener, acceptor, cluster));
        Ok(Self { address, _tasks: tasks })
    }
}

async fn accept(listener: TcpListener, acceptor: TlsAcceptor, cluster: Arc<Cluster>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                // A connection that fails before it begins is its client's trouble; when there are too many, it takes
                // a while until there are fewer.
                let Ok((stream, _)) = accepted else {
                    tokio::time::sleep(PAUSE).await;
                    continue;
                };
                connections.spawn(connection(stream, acceptor.clone(), Arc::clone(&cluster)));
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn connection(stream: tokio::net::TcpStream, acceptor: TlsAcceptor, cluster: Arc<Cluster>) {
    drop(stream.set_nodelay(true));
    let Ok(stream) = acceptor.accept(stream).await else { return };
    let service = service_fn(|request| answer(Arc::clone(&cluster), request));
    // How a connection ends is no news: the client has left, or a fault was asked for.
    drop(http1::Builder::new().serve_connection(TokioIo::new(stream), service).await);
}

/// # Errors
/// An error closes the connection without an answer.
async fn answer(cluster: Arc<Cluster>, incoming: http::Request<Incoming>) -> io::Result<Response<Out>> {
    let (parts, body) = incoming.into_parts();
    let body = match Limited::new(body, LONGEST).collect().await {
        Ok(body) => Some(body.to_bytes().to_vec()),
        Err(error) if error.is::<LengthLimitError>() => None,
        Err(error) => return Err(io::Error::other(error)),
    };
    let request = Request::new(&parts, body);
    let fault = met(&cluster, &request);
    let refusal = fault.as_ref().and_then(Fault::refusal);
    let mut answer = match (&fault, &refusal) {
        (_, Some(refusal)) => handle::refused(refusal),
        (Some(Fault::Cut), _) => return Err(asked_for()),
        (Some(Fault::Stall), _) => pending().await,
        _ => {
            if let Some(delay) = fault.as_ref().and_then(Fault::delay) {
                tokio::time::sleep(delay).await;
            }
            handle::answer(&cluster, &request)
        }
    };
    let warnings = std::mem::take(&mut answer.warnings);
    let mut response = response(&cluster, answer, fault.as_ref());
    let headers = response.headers_mut();
    for warning in warnings {
        let quoted = warning.replace('\\', "\\\\").replace('"', "\\\"");
        if let Ok(value) = format!("299 - \"{quoted}\"").parse() {
            headers.append(header::WARNING, value);
        }
    }
    if let Some(seconds) = refusal.as_ref().and_then(Refusal::retry) {
        headers.insert(header::RETRY_AFTER, seconds.into());
    }
    let date = cluster.now().strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
    if let Ok(date) = date.parse() {
        headers.insert(header::DATE, date);
    }
    Ok(response)
}

fn met(cluster: &Cluster, request: &Request) -> Option<Fault> {
    let (verb, resource) = match &request.target {
        Target::Path(_) => ("get", ""),
        Target::Resource(place) => (request.verb(place).ok()?.word(), place.resource.as_str()),
    };
    cluster.faults.meet(verb, resource)
}

fn response(cluster: &Arc<Cluster>, answer: Answer, fault: Option<&Fault>) -> Response<Out> {
    let (half, silence) = (fault == Some(&Fault::Half), fault == Some(&Fault::Silence));
    let (media, body) = match answer.body {
        Body::Json(bytes) if half => ("application/json", halved(&bytes, End::Cut)),
        Body::Json(bytes) if silence => ("application/json", halved(&bytes, End::Never)),
        Body::Json(bytes) => ("application/json", full(bytes)),
        Body::List(pieces) if half => ("application/json", halved(&pieces.whole(), End::Cut)),
        Body::List(pieces) if silence => ("application/json", halved(&pieces.whole(), End::Never)),
        Body::List(pieces) => ("application/json", piecewise(*pieces)),
        Body::Text(text) => ("text/plain; charset=utf-8", full(text.into_bytes())),
        Body::Watch(_) if half => ("application/json", full(Vec::new())),
        Body::Watch(_) if silence => ("application/json", halved(b"", End::Never)),
        Body::Watch(watch) => {
            let events = fault.and_then(Fault::events);
            ("application/json", follow::body(Arc::clone(cluster), *watch, events))
        }
    };
    let mut response = Response::new(body);
    if let Ok(code) = http::StatusCode::from_u16(answer.code) {
        *response.status_mut() = code;
    }
    response.headers_mut().insert(header::CONTENT_TYPE, header::HeaderValue::from_static(media));
    response
}

fn full(bytes: Vec<u8>) -> Out {
    Full::new(Bytes::from(bytes)).map_err(|never: Infallible| match never {}).boxed()
}

/// A short list has a length; a long one ends when it ends.
fn piecewise(mut pieces: Pieces) -> Out {
    let first = pieces.next().unwrap_or_default();
    if pieces.is_over() {
        return full(first);
    }
    let frames =
        stream::iter(std::iter::once(first).chain(pieces).map(|piece| Ok(Frame::data(piece.into()))));
    BodyExt::boxed(StreamBody::new(frames))
}

/// The error that closes a connection.
fn asked_for() -> io::Error {
    io::Error::other("a fault that was asked for")
}

/// How half an answer goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// The connection is closed.
    Cut,
    /// It does not.
    Never,
}

/// The first half, and then an error, which closes the connection, or nothing. In between there is time to send what
/// there is.
fn halved(bytes: &[u8], end: End) -> Out {
    let half = bytes.get(..bytes.len() / 2).unwrap_or_default().to_vec();
    let first = stream::iter([Ok(Frame::data(Bytes::from(half)))]);
    let last = stream::once(async move {
        match end {
            End::Cut => tokio::time::sleep(SENT).await,
            End::Never => pending().await,
        }
        Err(asked_for())
    });
    BodyExt::boxed(StreamBody::new(first.chain(last)))
}
