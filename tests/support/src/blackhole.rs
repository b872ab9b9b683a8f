//! A port whose connections never come about, as behind a firewall that drops what it does not know.

#![expect(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "test support: a broken bed ends the test at once"
)]

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;

use crate::world::wait;

/// How long a connection may take that finds a place in the queue.
const SHORT: Duration = Duration::from_millis(300);
/// More than there are places.
const ENOUGH: usize = 16;

/// Makes one on this machine: the port. Nobody accepts what is in its queue, and the queue is full. It lives as long
/// as the process.
pub fn port() -> u16 {
    wait(async || {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).unwrap();
        let listener = socket.listen(1).unwrap();
        let address = listener.local_addr().unwrap();
        let mut queued = Vec::new();
        while queued.len() < ENOUGH
            && let Ok(Ok(stream)) = timeout(SHORT, TcpStream::connect(address)).await
        {
            queued.push(stream);
        }
        assert!(queued.len() < ENOUGH, "the queue is never full");
        std::mem::forget((listener, queued));
        address.port()
    })
}
