//! Connections under a bound: whoever opens one waits for a place and keeps it until the connection is closed.

use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::client::legacy::connect::{Connected, Connection};
use std::error::Error;
use std::io::{self, ErrorKind, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tower_service::Service;

/// What the layers of a client take for an error.
pub(super) type AnyError = Box<dyn Error + Send + Sync>;

/// The places of one cluster, shared by all its clients.
pub(super) type Places = Arc<Semaphore>;

/// A connector that opens a connection only when there is a place for it.
///
/// Nothing waits here for ever as long as no more requests are under way than there are places: each connection is
/// then used by one of them, or lies idle and is taken by whoever waits, or is about to do either. What still waits
/// when its client is gone gives up: it would keep the idle connections of that client, and so all places, for ever.
#[derive(Clone)]
pub(super) struct Placed<C> {
    pub(super) inner: C,
    pub(super) places: Places,
    /// How long a connection may take to stand, once it has its place.
    pub(super) patience: Duration,
    /// Closed when the client is gone.
    pub(super) client: watch::Receiver<()>,
}

impl<C, To> Service<To> for Placed<C>
where
    C: Service<To, Error: Into<AnyError>, Future: Send> + Clone + Send + 'static,
    To: Send + 'static,
{
    type Response = Held<C::Response>;
    type Error = AnyError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, AnyError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), AnyError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, to: To) -> Self::Future {
        let Self { mut inner, places, patience, mut client } = self.clone();
        Box::pin(async move {
            let place = tokio::select! {
                biased;
                place = places.acquire_owned() => place?,
                _ = client.changed() => return Err(io::Error::from(ErrorKind::ConnectionAborted).into()),
            };
            let opening = async {
                std::future::poll_fn(|context| inner.poll_ready(context)).await.map_err(Into::into)?;
                inner.call(to).await.map_err(Into::into)
            };
            let opened = tokio::time::timeout(patience, opening).await;
            let connection = opened.map_err(|_| io::Error::from(ErrorKind::TimedOut))??;
            Ok(Held { connection, _place: place })
        })
    }
}

/// An open connection and its place. The fields are dropped in this order: closed first, free then.
pub(super) struct Held<T> {
    connection: T,
    _place: OwnedSemaphorePermit,
}

impl<T: Unpin> Held<T> {
    fn pinned(self: Pin<&mut Self>) -> Pin<&mut T> {
        Pin::new(&mut self.get_mut().connection)
    }
}

impl<T: Connection> Connection for Held<T> {
    fn connected(&self) -> Connected {
        self.connection.connected()
    }
}

impl<T: Read + Unpin> Read for Held<T> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        self.pinned().poll_read(context, buffer)
    }
}

impl<T: Write + Unpin> Write for Held<T> {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.pinned().poll_write(context, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.pinned().poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.pinned().poll_shutdown(context)
    }

    fn is_write_vectored(&self) -> bool {
        self.connection.is_write_vectored()
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.pinned().poll_write_vectored(context, bytes)
    }
}

#[cfg(test)]
mod tests;
