//! Which proxy leads to a server: the cluster's own, else Go's rules for the environment. Pure.

mod no_proxy;
#[cfg(test)]
mod tests;

use crate::terms::Environment;
use http::Uri;
use no_proxy::Target;

/// The scheme, host and port that are dialed; the host without brackets.
#[derive(Debug, Clone, Copy)]
pub struct Destination<'a> {
    /// Whether it is `https`.
    pub encrypted: bool,
    /// Name or address, lower case, an IPv6 address without brackets.
    pub host: &'a str,
    /// TCP port.
    pub port: u16,
}

/// The proxy of a connection; `None` is direct. `configured` is the cluster's `proxy-url`, for which `NO_PROXY` does
/// not count, as in client-go.
///
/// # Errors
/// The text of the URL with what is wrong about it.
pub fn choose(
    configured: Option<&str>,
    to: Destination<'_>,
    environment: &Environment,
) -> Result<Option<Uri>, String> {
    if let Some(url) = configured.filter(|url| !url.is_empty()) {
        return parse(url, url).map(Some);
    }
    let names = if to.encrypted { ["HTTPS_PROXY", "https_proxy"] } else { ["HTTP_PROXY", "http_proxy"] };
    let Some(url) = either(environment, names) else { return Ok(None) };
    let exceptions = either(environment, ["NO_PROXY", "no_proxy"]).unwrap_or_default();
    if no_proxy::is_direct(exceptions, &Target::new(to.host, to.port)) {
        return Ok(None);
    }
    // Go takes `proxy:3128` for an http proxy.
    let full = if url.contains("://") { url.to_owned() } else { format!("http://{url}") };
    parse(&full, url).map(Some)
}

fn either<'a>(environment: &'a Environment, names: [&str; 2]) -> Option<&'a str> {
    names.into_iter().find_map(|name| environment.non_empty(name))
}

fn parse(url: &str, given: &str) -> Result<Uri, String> {
    let shown = without_password(given);
    // Both resolve names at the proxy in Go; the client knows one of the two words.
    let url =
        url.strip_prefix("socks5h://").map_or_else(|| url.to_owned(), |rest| format!("socks5://{rest}"));
    let uri: Uri = url.parse().map_err(|_| format!("proxy URL {shown:?} cannot be read"))?;
    match uri.scheme_str() {
        Some("http" | "https" | "socks5") if uri.host().is_some_and(|host| !host.is_empty()) => Ok(uri),
        Some("http" | "https" | "socks5") => Err(format!("proxy URL {shown:?} names no host")),
        _ => Err(format!("proxy URL {shown:?}: unsupported scheme, must be http, https, or socks5")),
    }
}

fn without_password(url: &str) -> String {
    match (url.rsplit_once('@'), url.split_once("://")) {
        (Some((_, host)), Some((scheme, _))) => format!("{scheme}://{host}"),
        (Some((_, host)), None) => host.to_owned(),
        (None, _) => url.to_owned(),
    }
}
