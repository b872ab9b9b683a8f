//! The settings of the client library for one cluster, secrets apart. Made field by field: its own loader reads the
//! process environment and compares `NO_PROXY` with the proxy.

use super::parts::Parts;
use super::server::Server;
use super::trust::Trust;
use crate::cluster::explain::innermost;
use crate::cluster::proxy::{self, Destination};
use crate::terms::{ConnectionChoice, Environment, Impersonation};
use crate::verdict::Failure;
use http::{HeaderName, HeaderValue, Uri, header};
use kube::Config;
use kube::config::AuthInfo;

/// All that does not depend on the environment.
pub(super) fn of(
    parts: &Parts,
    server: &Server,
    trust: &Trust,
    choice: &ConnectionChoice,
) -> Result<Config, Failure> {
    let cluster = &parts.cluster;
    let mut config = Config::new(server.uri.clone());
    config.auth_info = impersonated(parts, &choice.impersonation)?;
    config.root_cert = trust.roots(server.encrypted);
    config.accept_invalid_certs = trust.is_blind();
    config.tls_server_name = cluster.tls_server_name.clone().filter(|name| !name.is_empty());
    config.disable_compression = choice.disable_compression || cluster.disable_compression == Some(true);
    config.connect_timeout = Some(super::CONNECT_TIMEOUT);
    // It would repeat for five minutes; `cluster::client` has a bound of its own.
    config.default_retry = false;
    Ok(config)
}

/// The proxy, if any.
pub(super) fn proxy(
    parts: &Parts,
    server: &Server,
    environment: &Environment,
) -> Result<Option<Uri>, Failure> {
    let to = Destination { encrypted: server.encrypted, host: &server.host, port: server.port };
    proxy::choose(parts.cluster.proxy_url.as_deref(), to, environment)
        .map_err(|problem| parts.wrong(&problem, "correct `proxy-url`, $HTTPS_PROXY or $HTTP_PROXY"))
}

/// What we call ourselves.
pub(super) fn user_agent(text: String) -> Result<(HeaderName, HeaderValue), Failure> {
    let value =
        HeaderValue::try_from(text).map_err(|_| Failure::internal("the user agent is not a valid header"))?;
    Ok((header::USER_AGENT, value))
}

/// The user's own impersonation with the flags laid over it, field by field as in client-go.
fn impersonated(parts: &Parts, flags: &Impersonation) -> Result<AuthInfo, Failure> {
    let own = &parts.user;
    let mut extra = own.impersonate_user_extra.clone().unwrap_or_default();
    if !flags.extra.is_empty() {
        extra.clear();
    }
    for (key, value) in &flags.extra {
        extra.entry(key.clone()).or_default().push(value.clone());
    }
    let groups =
        if flags.groups.is_empty() { own.impersonate_groups.clone() } else { Some(flags.groups.clone()) };
    let given = |flag: &Option<String>, own: &Option<String>| {
        [flag, own].into_iter().flatten().find(|text| !text.is_empty()).cloned()
    };
    let made = AuthInfo {
        impersonate: given(&flags.user, &own.impersonate),
        impersonate_uid: given(&flags.uid, &own.impersonate_uid),
        impersonate_groups: groups.filter(|groups| !groups.is_empty()),
        impersonate_user_extra: Some(extra).filter(|extra| !extra.is_empty()),
        ..AuthInfo::default()
    };
    let more = made.impersonate_uid.is_some()
        || made.impersonate_groups.is_some()
        || made.impersonate_user_extra.is_some();
    if more && made.impersonate.is_none() {
        let name = &parts.user_name;
        let problem = format!("requesting uid, groups or user-extra for {name} without impersonating a user");
        return Err(parts.wrong(&problem, "name the user too: `--as USER`"));
    }
    Ok(made)
}

/// Why the client library does not take the settings.
pub(super) fn problem(error: &kube::Error) -> String {
    use kube::client::RustlsTlsError;
    use kube::config::KubeconfigError;
    #[expect(clippy::wildcard_enum_match_arm, reason = "what kube adds keeps its own words")]
    let fixed = match error {
        kube::Error::InferKubeconfig(KubeconfigError::LoadClientCertificate(_)) => {
            "client-certificate-data is not base64"
        }
        kube::Error::InferKubeconfig(KubeconfigError::LoadClientKey(_)) => "client-key-data is not base64",
        kube::Error::RustlsTls(RustlsTlsError::InvalidServerName(_)) => "tls-server-name is not a host name",
        kube::Error::RustlsTls(_) => {
            return format!("the client certificate cannot be used: {}", innermost(error));
        }
        kube::Error::Auth(_) => return format!("the auth provider cannot be used: {}", innermost(error)),
        kube::Error::HttpError(_) => "an impersonated name has characters that are not allowed in a request",
        _ => return innermost(error),
    };
    fixed.to_owned()
}
