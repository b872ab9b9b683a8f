//! Where a kubeconfig that lies in a Secret leads to: its server, the authority that it trusts, and the account that
//! its token belongs to. No error repeats any of it.

mod flaw;
mod token;

pub use token::Account;
pub(super) use token::unsigned;

use super::dial::server::address_of;
use super::pem::certificates;
use super::yaml;
use crate::terms::Hidden;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde::de::IgnoredAny;

#[derive(Default, Deserialize)]
#[serde(default)]
struct Kubeconfig {
    clusters: Vec<NamedCluster>,
    contexts: Vec<NamedContext>,
    users: Vec<NamedUser>,
    #[serde(rename = "current-context")]
    current: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct NamedUser {
    name: String,
    user: Option<User>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
#[serde(rename_all = "kebab-case")]
struct User {
    token: Option<Hidden>,
    client_certificate_data: Option<Hidden>,
    #[serde(rename = "tokenFile")]
    token_file: Option<String>,
    client_certificate: Option<String>,
    exec: Option<IgnoredAny>,
}

impl User {
    fn is_anybody(&self) -> bool {
        is_given(self.token.as_ref()) || is_given(self.client_certificate_data.as_ref())
    }

    /// The certificate by which it is known, where it has no token: an API server takes either.
    fn certificate(&self) -> Option<Vec<u8>> {
        let data = self.client_certificate_data.as_ref().filter(|_| !is_given(self.token.as_ref()))?;
        decoded(data.reveal()).into_iter().next()
    }
}

fn is_given(one: Option<&Hidden>) -> bool {
    one.is_some_and(|one| !one.reveal().is_empty())
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct NamedCluster {
    name: String,
    cluster: Option<Cluster>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct NamedContext {
    name: String,
    context: Option<Context>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Context {
    cluster: String,
    user: String,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
struct Cluster {
    server: String,
    certificate_authority: Option<String>,
    certificate_authority_data: Option<String>,
    insecure_skip_tls_verify: bool,
}

/// The type of a Secret that keeps the token of an account.
pub const OF_ACCOUNT: &str = "kubernetes.io/service-account-token";

/// Where a kubeconfig leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lead {
    /// The API server, `https://host:port`, normalised.
    pub server: String,
    /// The certificates (DER) of the authority that it trusts.
    pub authority: Vec<Vec<u8>>,
    /// Whether it brings nothing by which the server could know who comes.
    pub is_anonymous: bool,
    /// The field for which no program in a pod uses it, and why.
    pub flaw: Option<(&'static str, &'static str)>,
    /// Whether it takes whatever certificate the server has.
    pub is_insecure: bool,
    /// The ServiceAccount of its token, when the token says so.
    pub account: Option<Account>,
    /// What its token lacks, where it is one that a Secret keeps.
    pub lacking: Option<&'static str>,
    /// Whether its token is a part of one alone.
    pub is_cut: bool,
    /// The certificate (DER) by which the server knows who comes, where there is no token.
    pub certificate: Option<Vec<u8>>,
}

/// Returns where a base64-encoded kubeconfig leads to.
///
/// # Errors
/// What is wrong with it, without a word of its content.
pub fn leads_to(encoded: &str) -> Result<Lead, String> {
    let bytes = STANDARD.decode(encoded.trim()).map_err(|_| "the kubeconfig is not base64")?;
    let text = String::from_utf8(bytes).map_err(|_| "the kubeconfig is not text")?;
    let config = parse(&text)?;
    let cluster = chosen(&config)?;
    let server = address_of(&cluster.server).ok_or("the kubeconfig names no usable server")?;
    let data = cluster.certificate_authority_data.as_deref().unwrap_or_default();
    let token = user(&config).and_then(|user| user.token.as_ref()).map(Hidden::reveal);
    let account = token.and_then(Account::of_token);
    Ok(Lead {
        server,
        authority: decoded(data),
        is_anonymous: !user(&config).is_some_and(User::is_anybody),
        flaw: flaw::of_cluster(cluster).or_else(|| user(&config).and_then(flaw::of_user)),
        is_insecure: cluster.insecure_skip_tls_verify,
        account,
        lacking: token.and_then(token::lacking),
        is_cut: token.is_some_and(token::is_cut),
        certificate: user(&config).and_then(User::certificate),
    })
}

fn parse(text: &str) -> Result<Kubeconfig, String> {
    yaml::read(text).map_err(|()| "the kubeconfig is not valid YAML".to_owned())
}

/// What the current context names. Without one, client-go takes a context without a name, which leads nowhere.
fn current(config: &Kubeconfig) -> Result<&Context, &'static str> {
    let current = config.current.as_deref().unwrap_or_default();
    let found = config.contexts.iter().find(|named| named.name == current);
    found.and_then(|named| named.context.as_ref()).ok_or(match current {
        "" => "the kubeconfig has no current-context",
        _ => "its current-context is not the name of a context",
    })
}

/// The cluster of the current context.
fn chosen(config: &Kubeconfig) -> Result<&Cluster, &'static str> {
    let name = &current(config)?.cluster;
    let named = config.clusters.iter().find(|named| named.name == *name);
    named.and_then(|named| named.cluster.as_ref()).ok_or("its context names no cluster in clusters[]")
}

/// The user of the current context: without one, nobody comes.
fn user(config: &Kubeconfig) -> Option<&User> {
    let name = &current(config).ok()?.user;
    config.users.iter().find(|named| named.name == *name)?.user.as_ref()
}

/// What a Secret with the token of an account keeps: whose token it is, and the certificates (DER) that the account's pods take
/// for those of the signers of their API server's.
pub fn kept(token: &str, authority: &str) -> (Option<Account>, Vec<Vec<u8>>) {
    let token = STANDARD.decode(token.trim()).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    (token.as_deref().and_then(Account::of_token), decoded(authority))
}

/// The certificates in PEM in base64.
fn decoded(data: &str) -> Vec<Vec<u8>> {
    let compact: String = data.split_whitespace().collect();
    let Ok(pem) = STANDARD.decode(compact) else { return Vec::new() };
    certificates(pem)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lead(yaml: &str) -> Result<Lead, String> {
        leads_to(&STANDARD.encode(yaml))
    }

    const TWO: &str = "clusters:\n- name: a\n  cluster: {server: 'https://A:6443'}\n- name: b\n  cluster: {server: \
                       'https://b'}\ncontexts:\n- name: x\n  context: {cluster: b, user: u}\ncurrent-context: x\n\
                       users:\n- name: u\n  user: {token: hunter2}\n";

    #[test]
    fn the_current_context_decides() {
        let server = |yaml: &str| lead(yaml).unwrap().server;
        assert_eq!(server(TWO), "https://b:443");
        assert_eq!(server(&TWO.replace("cluster: b,", "cluster: a,")), "https://a:6443");
    }

    /// As client-go has it, which takes no other context, and asks as nobody where a user is missing.
    #[test]
    fn a_context_that_leads_nowhere_is_told_and_a_user_who_is_not_there_is_nobody() {
        let told = |from, to| lead(&TWO.replace(from, to)).unwrap_err();
        assert_eq!(told("current-context: x", "kind: Config"), "the kubeconfig has no current-context");
        assert_eq!(
            told("current-context: x", "current-context: y"),
            "its current-context is not the name of a context"
        );
        assert_eq!(told("cluster: b,", "cluster: c,"), "its context names no cluster in clusters[]");
        let is_anonymous = |from, to| lead(&TWO.replace(from, to)).unwrap().is_anonymous;
        assert!(!is_anonymous("kind", "kind"));
        assert!(is_anonymous("user: u}", "user: v}"));
        assert!(is_anonymous("hunter2", "''"));
    }

    #[test]
    fn what_is_wrong_is_said_without_the_content() {
        assert_eq!(leads_to("%%%"), Err("the kubeconfig is not base64".into()));
        assert_eq!(lead("{hunter2: ["), Err("the kubeconfig is not valid YAML".into()));
        assert_eq!(lead("kind: Config"), Err("the kubeconfig has no current-context".into()));
        assert_eq!(
            lead(&TWO.replace("https://b", "ftp://x")),
            Err("the kubeconfig names no usable server".into())
        );
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_read_or_refused_without_a_panic(bytes in proptest::collection::vec(0u8.., 0..64)) {
            drop(leads_to(&STANDARD.encode(bytes)));
        }
    }
}
