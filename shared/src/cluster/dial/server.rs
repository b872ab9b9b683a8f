//! The URL of an API server, made comparable.

use super::parts::Parts;
use crate::verdict::Failure;
use http::Uri;

/// Where an API server is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Server {
    /// For the client: without user name, query and trailing slash.
    pub(super) uri: Uri,
    /// The same as text, host in lower case, port always there.
    pub(super) address: String,
    /// As the kubeconfig has it, for credential plugins.
    pub(super) given: String,
    /// Whether it is `https`.
    pub(super) encrypted: bool,
    /// Lower case, an IPv6 address without brackets.
    pub(super) host: String,
    /// TCP port.
    pub(super) port: u16,
}

/// The server of a cluster. A URL without a scheme is `http`, as for kubectl, which looks at nothing else there, not
/// even at a client certificate; but where the cluster's entry speaks of TLS nothing is sent in the clear.
pub(super) fn of(parts: &Parts) -> Result<Server, Failure> {
    let cluster = &parts.cluster;
    let given = cluster.server.as_deref().map(str::trim).filter(|server| !server.is_empty());
    let name = &parts.cluster_name;
    let next = "set it with `kubectl config set-cluster NAME --server https://HOST:PORT`";
    let given = given.ok_or_else(|| parts.wrong(&format!("cluster {name:?} has no server"), next))?;
    let has_authority = [&cluster.certificate_authority, &cluster.certificate_authority_data];
    let has_authority = has_authority.into_iter().flatten().any(|text| !text.is_empty());
    parse(given, has_authority || cluster.insecure_skip_tls_verify == Some(true)).ok_or_else(|| {
        // What stands before an @ may be a password.
        let shown = given.rsplit('@').next().unwrap_or_default();
        parts.wrong(&format!("server {shown:?} of cluster {name:?} is not a URL with a host"), next)
    })
}

/// The address that a URL names, in the form of [`Server::address`]; `None` when it is no URL of a server.
pub(in crate::cluster) fn address_of(given: &str) -> Option<String> {
    parse(given, true).map(|server| server.address)
}

fn parse(given: &str, encrypted_by_default: bool) -> Option<Server> {
    let scheme = if encrypted_by_default { "https" } else { "http" };
    let full = if given.contains("://") { given.to_owned() } else { format!("{scheme}://{given}") };
    let uri: Uri = full.parse().ok()?;
    let encrypted = match uri.scheme_str()? {
        "https" => true,
        "http" => false,
        _ => return None,
    };
    let host = uri.host()?.to_ascii_lowercase();
    let bare = host.trim_start_matches('[').trim_end_matches(']').to_owned();
    let port = port(&uri, encrypted)?;
    let path = uri.path().trim_end_matches('/');
    let address = format!("{}://{host}:{port}{path}", if encrypted { "https" } else { "http" });
    let written = address.parse().ok()?;
    (!bare.is_empty()).then_some(Server {
        uri: written,
        address,
        given: given.to_owned(),
        encrypted,
        host: bare,
        port,
    })
}

fn port(uri: &Uri, encrypted: bool) -> Option<u16> {
    let authority = uri.authority()?.as_str();
    let after_host = authority.rsplit_once(']').map_or(authority, |(_, rest)| rest);
    match after_host.rsplit_once('@').map_or(after_host, |(_, rest)| rest).rsplit_once(':') {
        Some((_, text)) if !text.is_empty() => text.parse().ok(),
        _ => Some(if encrypted { 443 } else { 80 }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(given: &str) -> Option<String> {
        parse(given, true).map(|server| server.address)
    }

    #[test]
    fn two_ways_to_write_a_server_become_one() {
        for (given, expected) in [
            ("https://API.example.com", "https://api.example.com:443"),
            ("https://api.example.com:443/", "https://api.example.com:443"),
            ("HTTPS://api.example.com/", "https://api.example.com:443"),
            ("api.example.com:6443", "https://api.example.com:6443"),
            ("http://api.example.com", "http://api.example.com:80"),
            ("https://[FD12::1]:6443", "https://[fd12::1]:6443"),
            ("https://[fd12::1]", "https://[fd12::1]:443"),
            (
                "https://rancher.example.com/k8s/clusters/c-1/",
                "https://rancher.example.com:443/k8s/clusters/c-1",
            ),
            ("https://me:hunter2@api.example.com?x=y", "https://api.example.com:443"),
        ] {
            assert_eq!(address(given).as_deref(), Some(expected), "{given}");
        }
        assert_eq!(parse("localhost:8080", false).unwrap().address, "http://localhost:8080");
    }

    #[test]
    fn what_is_no_server_is_refused() {
        for given in
            ["https://", "ftp://a", "https://a:99999", "https://a b", "://", "https://:6443", "unix:///x"]
        {
            assert_eq!(address(given), None, "{given}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_parsed_or_refused_without_a_panic(given in "\\PC{0,40}") {
            drop(parse(&given, true));
        }
    }
}
