//! An HTTPS door in front of an API server that counts what passes and breaks on request.
//!
//! A plugin under test talks to the proxy with a kubeconfig that names the proxy's own CA; the proxy
//! passes everything on to a real (or pretended) API server and writes down every request in the order
//! of its arrival. Faults are ordered beforehand with [`CountingProxy::on`]. It lives in a thread of its
//! own, so it also works while the test's thread waits for a child process.
//! It does not speak HTTP/2 and does not pass on upgrades (exec, port-forward).
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "test support: a broken bed ends the test at once"
)]

mod answer;
pub(crate) mod authority;
mod fault;
mod forward;
mod kind;
mod ledger;
mod serve;
mod upstream;

#[cfg(test)]
mod tests;

use std::{
    net::{SocketAddr, TcpListener},
    sync::Arc,
    thread::JoinHandle,
    time::Duration,
};

use tokio::sync::mpsc::UnboundedSender;

pub use self::{
    answer::Answer,
    fault::{Fault, When},
    kind::RequestKind,
    ledger::Recorded,
    upstream::{ADMIN_TOKEN, Upstream},
};
use self::{authority::Authority, ledger::Ledger, serve::Command};

/// A counting, faulty reverse proxy on a loopback address. Dropping it closes everything at once.
pub struct CountingProxy {
    address: SocketAddr,
    ca: String,
    ledger: Arc<Ledger>,
    commands: Option<UnboundedSender<Command>>,
    thread: Option<JoinHandle<()>>,
}

impl CountingProxy {
    /// Starts a proxy in front of `upstream`, on a port that the system chooses.
    pub fn start(upstream: Upstream) -> Self {
        let authority = Authority::new();
        let listener = listen(SocketAddr::from(([127, 0, 0, 1], 0)));
        let address = listener.local_addr().unwrap();
        let ledger = Arc::new(Ledger::default());
        let (commands, orders) = tokio::sync::mpsc::unbounded_channel();
        commands.send(Command::Listen(listener)).unwrap();
        let (tls, seen) = (authority.server(), Arc::clone(&ledger));
        let thread = std::thread::Builder::new()
            .name("counting-proxy".to_owned())
            .spawn(move || serve::run(&upstream, &tls, &seen, orders))
            .unwrap();
        Self { address, ca: authority.pem(), ledger, commands: Some(commands), thread: Some(thread) }
    }

    /// Returns where the proxy listens, such as `https://127.0.0.1:40123`.
    pub fn url(&self) -> String {
        format!("https://{}", self.address)
    }

    /// Returns the address where the proxy listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns the PEM text of the CA that signed the proxy's certificate.
    pub fn ca_pem(&self) -> &str {
        &self.ca
    }

    /// Orders a fault. Of several orders that match a request, the one that was given first counts.
    pub fn on(&self, when: When, fault: Fault) -> &Self {
        self.ledger.order(when, fault);
        self
    }

    /// Forgets the orders, the records and the peak of connections; numbers start at 1 again.
    pub fn reset(&self) {
        self.ledger.reset();
    }

    /// Returns all requests so far, in the order of their arrival.
    pub fn requests(&self) -> Vec<Recorded> {
        self.ledger.requests()
    }

    /// Returns also those that a reset has taken off the record.
    pub fn all_requests(&self) -> Vec<Recorded> {
        self.ledger.all_requests()
    }

    /// Returns the requests that may change something: not GET, HEAD or OPTIONS. A server-side dry run is among them.
    pub fn writes(&self) -> Vec<Recorded> {
        self.ledger.requests().into_iter().filter(Recorded::is_write).collect()
    }

    /// Returns the highest number of client connections that were open at the same time.
    pub fn connections(&self) -> usize {
        self.ledger.peak()
    }

    /// Waits until `count` requests have arrived; false when that takes longer than `timeout`.
    #[must_use]
    pub fn wait_requests(&self, count: usize, timeout: Duration) -> bool {
        self.ledger.wait_requests(count, timeout)
    }

    /// Waits until a request is held and returns its number; `None` when that takes longer than `timeout`.
    #[must_use]
    pub fn wait_held(&self, timeout: Duration) -> Option<usize> {
        self.ledger.wait_held(timeout)
    }

    /// Lets every held request go on.
    pub fn release(&self) {
        self.ledger.release();
    }

    /// Ends the connections of every held request without an answer. What was held before forwarding is
    /// never forwarded: after killing the client, this rules out that its last request still slips through.
    pub fn cut_held(&self) {
        self.ledger.cut();
    }

    /// Closes the port and every connection: a dead cluster. Returns when connecting is refused.
    pub fn stop(&self) {
        let (done, wait) = std::sync::mpsc::channel();
        self.command(Command::Stop(done));
        wait.recv().expect("the proxy's thread is alive");
    }

    /// Listens on the same port again after [`Self::stop`].
    pub fn resume(&self) {
        self.command(Command::Listen(listen(self.address)));
    }

    fn command(&self, command: Command) {
        let sent = self.commands.as_ref().is_some_and(|commands| commands.send(command).is_ok());
        assert!(sent, "the proxy's thread has ended; its panic is above");
    }
}

impl Drop for CountingProxy {
    fn drop(&mut self) {
        drop(self.commands.take());
        if let Some(thread) = self.thread.take() {
            // A panic of that thread has been printed already; a second one here would hide the test's own.
            drop(thread.join());
        }
    }
}

fn listen(address: SocketAddr) -> TcpListener {
    let listener = TcpListener::bind(address).expect("a free loopback port");
    listener.set_nonblocking(true).unwrap();
    listener
}
