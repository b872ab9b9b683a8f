//! What goes over the wire, for the log, and what servers warn of. The innermost layer, so that it sees what is
//! really sent and answered, watches included.

use super::places::AnyError;
use crate::cluster::explain::{innermost, masked};
use crate::cluster::warnings::Warnings;
use http::{HeaderMap, Request, Response, Uri, header};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Instant;
use tokio::sync::watch;
use tower_service::Service;

/// A service that says in the log what it is asked and what it answers, bodies apart.
#[derive(Clone)]
pub(super) struct Logged<S> {
    pub(super) inner: S,
    /// How this run calls the cluster.
    pub(super) cluster: String,
    /// Who hears what the server warns of.
    pub(super) warnings: Warnings,
    /// What waits for a connection knows by this that nobody is left who could use it.
    pub(super) _client: Arc<watch::Sender<()>>,
}

impl<S, A, B> Service<Request<A>> for Logged<S>
where
    S: Service<Request<A>, Response = Response<B>, Error: Into<AnyError>, Future: Send + 'static>,
{
    type Response = S::Response;
    type Error = AnyError;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, AnyError>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), AnyError>> {
        self.inner.poll_ready(context).map_err(Into::into)
    }

    fn call(&mut self, request: Request<A>) -> Self::Future {
        let wire = Wire {
            cluster: self.cluster.clone(),
            line: format!("{} {}", request.method(), request.uri()),
            asked: request.uri().clone(),
            headers: request.headers().clone(),
            started: Instant::now(),
        };
        let (answer, warnings) = (self.inner.call(request), self.warnings.clone());
        Box::pin(async move {
            let answer = answer.await.map_err(Into::into);
            wire.note(answer.as_ref());
            if let Ok(answer) = &answer {
                warnings.hear(&wire.cluster, &wire.asked, answer.headers());
            }
            answer
        })
    }
}

/// What was asked. It is noted when its answer is there, so that the lines of requests at the same time do not mix.
struct Wire {
    cluster: String,
    line: String,
    asked: Uri,
    headers: HeaderMap,
    started: Instant,
}

impl Wire {
    fn note<B>(&self, answer: Result<&Response<B>, &AnyError>) {
        let Self { cluster, line, headers, started, asked: _ } = self;
        let elapsed = started.elapsed();
        let status = match answer {
            Ok(answer) => answer.status().as_str().to_owned(),
            Err(error) => format!("none ({})", innermost(&**error)),
        };
        tracing::debug!(target: "platform::http", %cluster, %status, ?elapsed, "{line}");
        for header in lines(headers) {
            tracing::debug!(target: "platform::http::headers", %cluster, "> {header}");
        }
        for header in answer.iter().flat_map(|answer| lines(answer.headers())) {
            tracing::debug!(target: "platform::http::answer", %cluster, "< {header}");
        }
    }
}

/// One line each. What identifies somebody is not shown.
fn lines(headers: &HeaderMap) -> impl Iterator<Item = String> {
    headers.iter().map(|(name, value)| {
        let secret = value.is_sensitive() || *name == header::AUTHORIZATION || *name == header::SET_COOKIE;
        if secret {
            return format!("{name}: <masked>");
        }
        let text = String::from_utf8_lossy(value.as_bytes());
        format!("{name}: {}", masked(&text))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    #[test]
    fn credentials_are_masked_and_the_rest_is_shown_as_it_is() {
        let mut headers = HeaderMap::new();
        headers.insert("accept", HeaderValue::from_static("application/json"));
        headers.insert("authorization", HeaderValue::from_static("Bearer hunter2"));
        headers.insert("set-cookie", HeaderValue::from_static("hunter2"));
        let mut own = HeaderValue::from_static("hunter2");
        own.set_sensitive(true);
        headers.insert("x-own", own);
        let mut shown: Vec<String> = lines(&headers).collect();
        shown.sort();
        assert_eq!(
            shown,
            [
                "accept: application/json",
                "authorization: <masked>",
                "set-cookie: <masked>",
                "x-own: <masked>"
            ]
        );
    }
}
