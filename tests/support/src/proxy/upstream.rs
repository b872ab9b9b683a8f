//! The API server behind the proxy.

use std::path::Path;

use http::{HeaderMap, Request, Response, Uri, header, request::Parts};
use hyper::body::Bytes;
use kube::{
    Client, Config,
    client::Body,
    config::{AuthInfo, KubeConfigOptions, Kubeconfig},
};

use crate::real::Ground;

/// A token that stands for the administrator, since kubectl asks for a password when a user has nothing at all.
/// Only a proxy knows it; no API server ever sees it.
pub const ADMIN_TOKEN: &str = "administrator-by-grace-of-the-proxy";

/// Where a proxy passes requests on to.
#[derive(Debug, Clone)]
pub struct Upstream(Place);

#[derive(Debug, Clone)]
enum Place {
    Context(Box<Kubeconfig>, String),
    Plain(Uri),
}

impl Upstream {
    /// The API server of a cluster of the real ground.
    pub fn of(ground: &Ground, cluster: &str) -> Self {
        let cluster = ground.cluster(cluster);
        Self(Place::Context(Box::new(cluster.kubeconfig().clone()), cluster.name().to_owned()))
    }

    /// The API server of a context in a kubeconfig, whose user (an administrator) stands in for callers
    /// that bring no credentials of their own, or [`ADMIN_TOKEN`].
    pub fn context(kubeconfig: &Path, context: &str) -> Self {
        let file = Kubeconfig::read_from(kubeconfig).expect("a readable kubeconfig");
        Self(Place::Context(Box::new(file), context.to_owned()))
    }

    /// A server without TLS and without credentials.
    pub fn plain(url: &str) -> Self {
        Self(Place::Plain(url.parse().expect("a URL")))
    }

    /// Must be called inside the runtime that will do the sending.
    pub(super) async fn connect(&self) -> Clients {
        let mut admin = match &self.0 {
            Place::Plain(url) => Config::new(url.clone()),
            Place::Context(file, context) => {
                let options =
                    KubeConfigOptions { context: Some(context.clone()), ..KubeConfigOptions::default() };
                Config::from_custom_kubeconfig((**file).clone(), &options).await.expect("a usable context")
            }
        };
        // The client decides about retries, compression and time limits; this is only the wire.
        (admin.default_retry, admin.disable_compression) = (false, true);
        (admin.read_timeout, admin.write_timeout, admin.proxy_url) = (None, None, None);
        let mut bare = admin.clone();
        bare.auth_info = AuthInfo::default();
        Clients { admin: Client::try_from(admin).unwrap(), bare: Client::try_from(bare).unwrap() }
    }
}

pub(super) struct Clients {
    /// With the administrator's certificate.
    admin: Client,
    /// Trusts the same CA, brings nothing of its own.
    bare: Client,
}

impl Clients {
    pub(super) async fn send(&self, parts: &Parts, body: Bytes) -> kube::Result<Response<Body>> {
        let mut headers = end_to_end(&parts.headers);
        headers.remove(header::HOST);
        let client = if is_admin(&headers) { &self.admin } else { &self.bare };
        if is_admin(&headers) {
            headers.remove(header::AUTHORIZATION);
        }
        let target = parts.uri.path_and_query().map_or("/", |target| target.as_str());
        let mut request = Request::new(Body::from(body.to_vec()));
        *request.method_mut() = parts.method.clone();
        *request.uri_mut() = target.parse().unwrap();
        *request.headers_mut() = headers;
        client.send(request).await
    }
}

fn is_admin(headers: &HeaderMap) -> bool {
    headers.get(header::AUTHORIZATION).is_none_or(|given| *given == format!("Bearer {ADMIN_TOKEN}"))
}

/// Returns the headers that concern both ends rather than one connection.
pub(super) fn end_to_end(headers: &HeaderMap) -> HeaderMap {
    let mut kept = headers.clone();
    for hop in
        ["connection", "keep-alive", "transfer-encoding", "te", "trailer", "upgrade", "proxy-connection"]
    {
        kept.remove(hop);
    }
    kept
}
