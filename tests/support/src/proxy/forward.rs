//! One request on its way through the proxy.

use std::{error::Error, fmt};

use http::{Request, Response, request::Parts};
use http_body_util::{BodyExt, Full, StreamBody, combinators::UnsyncBoxBody};
use hyper::body::{Bytes, Frame, Incoming};

use super::{
    answer::Answer,
    fault::Fault,
    ledger::{Ledger, Recorded},
    upstream::{Clients, end_to_end},
};

type Foreign = Box<dyn Error + Send + Sync>;
pub(super) type Reply = Response<UnsyncBoxBody<Bytes, Foreign>>;

/// The connection is to be closed without an answer.
#[derive(Debug)]
pub(super) struct Cut;

impl fmt::Display for Cut {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("cut by the proxy")
    }
}

impl Error for Cut {}

/// What handling a request needs: where to write it down and whom to ask.
pub(super) struct Way<'a> {
    pub(super) ledger: &'a Ledger,
    pub(super) clients: &'a Clients,
}

impl Way<'_> {
    pub(super) async fn handle(&self, request: Request<Incoming>) -> Result<Reply, Cut> {
        let (parts, body) = request.into_parts();
        let (recorded, fault) = self.ledger.arrive(&parts);
        let Ok(body) = body.collect().await else { return Err(Cut) };
        let errand = Errand { way: self, recorded: &recorded, parts: &parts, body: body.to_bytes() };
        let reply = errand.run(fault).await?;
        self.ledger.amend(recorded.number, |known| known.status = Some(reply.status().as_u16()));
        Ok(reply)
    }
}

struct Errand<'a> {
    way: &'a Way<'a>,
    recorded: &'a Recorded,
    parts: &'a Parts,
    body: Bytes,
}

impl Errand<'_> {
    async fn run(&self, fault: Option<Fault>) -> Result<Reply, Cut> {
        match fault {
            None => self.forward().await,
            Some(Fault::Answer(answer)) => Ok(own(answer)),
            Some(Fault::Expire) => Ok(own(Answer::expired_watch())),
            Some(Fault::CutBefore) => Err(Cut),
            Some(Fault::CutAfter) => {
                self.finished().await?;
                Err(Cut)
            }
            Some(Fault::Delay(time)) => {
                tokio::time::sleep(time).await;
                self.forward().await
            }
            Some(Fault::StallAfterHeaders) => Ok(self.forward().await?.map(|_| silence())),
            Some(Fault::HoldBefore) => {
                self.hold().await?;
                self.forward().await
            }
            Some(Fault::HoldAfter) => {
                let reply = self.finished().await?;
                self.hold().await?;
                Ok(reply)
            }
        }
    }

    async fn hold(&self) -> Result<(), Cut> {
        self.way.ledger.hold(self.recorded.number).await.map_err(|_| Cut)
    }

    /// Passes the request on; the body of the answer may still be on its way.
    async fn forward(&self) -> Result<Reply, Cut> {
        let number = self.recorded.number;
        match self.way.clients.send(self.parts, self.body.clone()).await {
            Ok(answer) => {
                self.way.ledger.amend(number, |known| known.upstream = Some(answer.status().as_u16()));
                let (mut parts, body) = answer.into_parts();
                parts.headers = end_to_end(&parts.headers);
                parts.version = http::Version::HTTP_11;
                Ok(Response::from_parts(parts, body.map_err(Foreign::from).boxed_unsync()))
            }
            Err(trouble) => {
                self.way.ledger.amend(number, |known| known.trouble = Some(format!("{trouble:?}")));
                Err(Cut)
            }
        }
    }

    /// Passes the request on and waits for the last byte of the answer, unless it is a watch, which has none.
    async fn finished(&self) -> Result<Reply, Cut> {
        let reply = self.forward().await?;
        if self.recorded.is_watch() {
            return Ok(reply);
        }
        let (parts, body) = reply.into_parts();
        let body = body.collect().await.map_err(|_| Cut)?.to_bytes();
        Ok(Response::from_parts(parts, Full::new(body).map_err(|never| match never {}).boxed_unsync()))
    }
}

fn own(answer: Answer) -> Reply {
    let mut reply = Response::new(Full::from(answer.body).map_err(|never| match never {}).boxed_unsync());
    *reply.status_mut() = answer.status;
    *reply.headers_mut() = answer.headers;
    reply
}

/// A body of which nothing ever comes.
fn silence() -> UnsyncBoxBody<Bytes, Foreign> {
    StreamBody::new(futures::stream::pending::<Result<Frame<Bytes>, Foreign>>()).boxed_unsync()
}
