//! The client of one cluster: kube's layers over a connector of our own, since kube's opens connections without end.

use super::CONNECT_TIMEOUT;
use super::places::{AnyError, Placed, Places};
use super::sent::Telling;
use super::wire::Logged;
use crate::cluster::warnings::Warnings;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderValue, Request, Response, Uri};
use hyper::body::Incoming;
use hyper::rt::{Read, Write};
use hyper_util::client::legacy;
use hyper_util::client::legacy::connect::proxy::{SocksV5, Tunnel};
use hyper_util::client::legacy::connect::{Connection, HttpConnector};
use hyper_util::rt::TokioExecutor;
use kube::client::{Body, ClientBuilder, ConfigExt};
use kube::{Client, Config};
use percent_encoding::percent_decode_str;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tower_http::decompression::DecompressionLayer;
use tower_service::Service;

/// How soon a silent peer is asked whether it is still there, as in client-go. Nothing else ends a watch on a machine
/// that lost its power.
const KEEP_ALIVE: Duration = Duration::from_secs(30);

/// What the clients of one cluster have in common.
#[derive(Clone, Copy)]
pub(super) struct Ground<'a> {
    /// How this run calls the cluster, for the log.
    pub(super) cluster: &'a str,
    /// The places of its connections.
    pub(super) places: &'a Places,
    /// Who hears what the server warns of.
    pub(super) warnings: &'a Warnings,
}

/// Makes a client that has at most as many connections open as there are places.
///
/// # Errors
/// What kube finds wrong with the configuration: certificates, names, auth providers.
pub(super) fn client(config: &Config, ground: Ground<'_>) -> kube::Result<Client> {
    let mut direct = HttpConnector::new();
    direct.enforce_http(false);
    direct.set_nodelay(true);
    direct.set_keepalive(Some(KEEP_ALIVE));
    let Some(proxy) = &config.proxy_url else { return over(direct, config, ground) };
    match proxy.scheme_str() {
        Some("http") => over(tunnel(proxy, direct), config, ground),
        Some("https") => {
            let encrypted = config.rustls_https_connector_with_connector(direct)?;
            over(tunnel(proxy, encrypted), config, ground)
        }
        Some("socks5") => over(socks(proxy, direct), config, ground),
        Some(_) | None => Err(kube::Error::ProxyProtocolUnsupported { proxy_url: Box::new(proxy.clone()) }),
    }
}

fn tunnel<C>(proxy: &Uri, connector: C) -> Tunnel<C> {
    let tunnel = Tunnel::new(proxy.clone(), connector);
    let basic = user_info(proxy).map(|given| {
        let plain: Vec<u8> = percent_decode_str(given).collect();
        HeaderValue::try_from(format!("Basic {}", STANDARD.encode(plain)))
    });
    match basic {
        Some(Ok(header)) => tunnel.with_auth(header),
        Some(Err(_)) | None => tunnel,
    }
}

fn socks<C>(proxy: &Uri, connector: C) -> SocksV5<C> {
    let socks = SocksV5::new(proxy.clone(), connector);
    let Some(given) = user_info(proxy) else { return socks };
    let (user, password) = given.split_once(':').unwrap_or((given, ""));
    let plain = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    socks.with_auth(plain(user), plain(password))
}

/// `user:password` of a URL, as it is written there: escaped.
fn user_info(proxy: &Uri) -> Option<&str> {
    Some(proxy.authority()?.as_str().rsplit_once('@')?.0)
}

fn over<C>(
    connector: C,
    config: &Config,
    Ground { cluster, places, warnings }: Ground<'_>,
) -> kube::Result<Client>
where
    C: Service<Uri, Error: Into<AnyError>, Future: Send> + Clone + Send + Sync + 'static,
    C::Response: Connection + Read + Write + Send + Unpin + 'static,
{
    let inner = config.rustls_https_connector_with_connector(connector)?;
    let patience = config.connect_timeout.unwrap_or(CONNECT_TIMEOUT);
    let (alive, ended) = watch::channel(());
    let connector = Placed { inner, places: places.clone(), patience, client: ended };
    let sender = Telling(legacy::Client::builder(TokioExecutor::new()).build(connector));
    let sender = Logged {
        inner: sender,
        cluster: cluster.to_owned(),
        warnings: warnings.clone(),
        _client: Arc::new(alive),
    };
    let builder = ClientBuilder::new(sender, "default").with_layer(&config.extra_headers_layer()?);
    Ok(match config.auth_layer()? {
        Some(auth) => layered(builder.with_layer(&auth), config),
        None => layered(builder, config),
    })
}

fn layered<S>(builder: ClientBuilder<S>, config: &Config) -> Client
where
    S: Service<Request<Body>, Response = Response<Incoming>, Error: Into<AnyError>, Future: Send>
        + Send
        + 'static,
    S::Future: 'static,
{
    let unpacking = DecompressionLayer::new().gzip(!config.disable_compression);
    builder.with_layer(&unpacking).with_layer(&config.base_uri_layer()).build()
}

#[cfg(test)]
mod tests;
