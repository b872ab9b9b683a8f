//! Whether anything of a request went out. What failed before that was not done, whatever the reason.

use http::Request;
use http_body::{Body, Frame, SizeHint};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use tower_service::Service;

/// Put among the extensions of a request that has a body; tells afterwards whether its sending began.
#[derive(Debug, Clone, Default)]
pub struct Sent(Arc<AtomicBool>);

impl Sent {
    /// Whether it began.
    pub fn is(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// Sets what is known, such as that a server turned the request away.
    pub fn set(&self, sent: bool) {
        self.0.store(sent, Ordering::Relaxed);
    }
}

/// The innermost layer: requests with such an extension tell.
#[derive(Clone)]
pub(super) struct Telling<S>(pub(super) S);

impl<S: Service<Request<Told<B>>>, B> Service<Request<B>> for Telling<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, mut request: Request<B>) -> S::Future {
        let sent = request.extensions_mut().remove().unwrap_or_default();
        self.0.call(request.map(|body| Told { body, sent }))
    }
}

/// A body that notes when it is first asked for its bytes: a connection stands by then.
pub(super) struct Told<B> {
    body: B,
    sent: Sent,
}

impl<B: Body + Unpin> Body for Told<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        self.sent.set(true);
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
