//! The proxy's thread: listening, and one task per connection.

use std::{net::TcpListener as Bound, sync::Arc, sync::mpsc::Sender};

use hyper::{server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::mpsc::UnboundedReceiver,
    task::JoinSet,
};
use tokio_rustls::TlsAcceptor;

use super::{
    forward::Way,
    ledger::Ledger,
    upstream::{Clients, Upstream},
};

/// So often a new connection lets the others go first.
const NOTICING: usize = 4;

/// What the test's thread asks of the proxy's.
pub(super) enum Command {
    Listen(Bound),
    Stop(Sender<()>),
}

/// Serves until the sender of commands is dropped.
pub(super) fn run(
    upstream: &Upstream,
    tls: &TlsAcceptor,
    ledger: &Arc<Ledger>,
    orders: UnboundedReceiver<Command>,
) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let clients = Arc::new(upstream.connect().await);
        serve(Door { tls: tls.clone(), ledger: Arc::clone(ledger), clients }, orders).await;
    });
}

#[derive(Clone)]
struct Door {
    tls: TlsAcceptor,
    ledger: Arc<Ledger>,
    clients: Arc<Clients>,
}

async fn serve(door: Door, mut orders: UnboundedReceiver<Command>) {
    let mut listener = None;
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            biased;
            order = orders.recv() => match order {
                Some(Command::Listen(bound)) => listener = Some(TcpListener::from_std(bound).unwrap()),
                Some(Command::Stop(done)) => {
                    listener = None;
                    connections.shutdown().await;
                    done.send(()).unwrap();
                }
                None => return,
            },
            Some(stream) = accept(listener.as_ref()) => {
                connections.spawn(connection(door.clone(), stream));
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

/// Never returns while there is nothing to listen on.
async fn accept(listener: Option<&TcpListener>) -> Option<TcpStream> {
    match listener {
        Some(listener) => listener.accept().await.ok().map(|(stream, _)| stream),
        None => std::future::pending().await,
    }
}

async fn connection(door: Door, stream: TcpStream) {
    // What the client closed before it opened this one has ended; its task has to notice that before we count.
    for _ in 0..NOTICING {
        tokio::task::yield_now().await;
    }
    let _open = Open::new(&door.ledger);
    // Without this every small answer waits 40 ms for the client's delayed acknowledgement.
    stream.set_nodelay(true).unwrap();
    let Ok(stream) = door.tls.accept(stream).await else { return };
    let way = Way { ledger: &door.ledger, clients: &door.clients };
    let service = service_fn(|request| way.handle(request));
    let served =
        http1::Builder::new().header_read_timeout(None).serve_connection(TokioIo::new(stream), service).await;
    // Clients vanish and connections are cut on purpose: neither is the proxy's error.
    drop(served);
}

/// Counts a connection for as long as it lives.
struct Open(Arc<Ledger>);

impl Open {
    fn new(ledger: &Arc<Ledger>) -> Self {
        ledger.opened();
        Self(Arc::clone(ledger))
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.closed();
    }
}
