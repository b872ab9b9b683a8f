//! A tiny HTTP server to stand behind the proxy, and a blocking client to stand before it.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex, mpsc},
    thread,
    time::Duration,
};

use http_body_util::BodyExt;
use kube::{Client, Config, client::Body};
use tokio_rustls::rustls::pki_types::{CertificateDer, pem::PemObject};

use crate::proxy::{CountingProxy, Upstream};

/// Answers `POST` with 201 and all else with 200, with the request's own head as the body; `/stream` sends one
/// line, then another one for each message that comes through `gate`.
pub(super) struct Pretended {
    pub(super) url: String,
    pub(super) gate: mpsc::Sender<()>,
    heads: Arc<Mutex<Vec<String>>>,
}

impl Pretended {
    pub(super) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let heads = Arc::new(Mutex::new(Vec::new()));
        let (gate, opened) = mpsc::channel();
        let (seen, opened) = (Arc::clone(&heads), Arc::new(Mutex::new(opened)));
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (seen, opened) = (Arc::clone(&seen), Arc::clone(&opened));
                thread::spawn(move || serve(&stream.unwrap(), &seen, &opened));
            }
        });
        Self { url, gate, heads }
    }

    pub(super) fn proxied() -> (Self, CountingProxy) {
        let upstream = Self::start();
        let proxy = CountingProxy::start(Upstream::plain(&upstream.url));
        (upstream, proxy)
    }

    /// Returns the first line of each request that got here.
    pub(super) fn seen(&self) -> Vec<String> {
        self.heads().iter().map(|head| head.lines().next().unwrap().replace(" HTTP/1.1", "")).collect()
    }

    pub(super) fn heads(&self) -> Vec<String> {
        self.heads.lock().unwrap().clone()
    }
}

fn serve(mut stream: &TcpStream, seen: &Mutex<Vec<String>>, gate: &Mutex<mpsc::Receiver<()>>) {
    let mut reader = BufReader::new(stream);
    while let Some(head) = head(&mut reader) {
        seen.lock().unwrap().push(head.clone());
        let code = if head.starts_with("POST") { "201 Created" } else { "200 OK" };
        if head.contains(" /stream") {
            write!(stream, "HTTP/1.1 {code}\r\ntransfer-encoding: chunked\r\n\r\n6\r\nfirst\n\r\n").unwrap();
            while gate.lock().unwrap().recv().is_ok() {
                write!(stream, "5\r\nnext\n\r\n").unwrap();
            }
            return;
        }
        write!(stream, "HTTP/1.1 {code}\r\ncontent-length: {}\r\n\r\n{head}", head.len()).unwrap();
    }
}

fn head(reader: &mut BufReader<&TcpStream>) -> Option<String> {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if reader.read_line(&mut head).ok()? == 0 {
            return None;
        }
    }
    let length =
        head.lines().find_map(|line| line.strip_prefix("content-length: ")).map_or(0, |n| n.parse().unwrap());
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(head + &String::from_utf8(body).unwrap())
}

pub(super) fn client(proxy: &CountingProxy) -> Client {
    let mut config = Config::new(proxy.url().parse().unwrap());
    config.root_cert =
        Some(vec![CertificateDer::from_pem_slice(proxy.ca_pem().as_bytes()).unwrap().to_vec()]);
    config.default_retry = false;
    Client::try_from(config).unwrap()
}

pub(super) fn request(method: &str, target: &str) -> http::Request<Body> {
    http::Request::builder().method(method).uri(target).body(Body::from(Vec::new())).unwrap()
}

/// Sends one request on a connection of its own and returns status and body.
pub(super) fn send(
    proxy: &CountingProxy,
    request: http::Request<Body>,
) -> Result<(u16, String), kube::Error> {
    blocking(async {
        let answer = client(proxy).send(request).await?;
        let status = answer.status().as_u16();
        let body = tokio::time::timeout(Duration::from_secs(5), answer.into_body().collect()).await;
        Ok((status, String::from_utf8(body.expect("a body in time")?.to_bytes().to_vec()).unwrap()))
    })
}

pub(super) fn blocking<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}
