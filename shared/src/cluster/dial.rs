//! From a member of the fleet to a client of its API server, as kubectl would connect. Nothing is sent here; a wrong
//! local name or file is told apart from a world that does not answer.

mod parts;
mod places;
mod sent;
pub(super) mod server;
mod settings;
mod stack;
#[cfg(test)]
pub(super) mod stand;
#[cfg(test)]
mod tests;
mod trust;
mod wire;

pub use super::credentials::{Interaction, NoTerminal, Terminal};
pub(super) use parts::Parts;
pub use sent::Sent;

use super::credentials::{Credentials, Plugging};
use super::kubeconfig::Loaded;
use super::warnings::Warnings;
use crate::terms::{ClusterName, ConnectionChoice, Environment, Member, Obstacle};
use crate::verdict::{Failure, command};
use kube::config::AuthInfo;
use kube::{Client, Config};
use places::Places;
use stack::Ground;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;

/// How long a TCP and TLS connection may take to stand. kubectl's 30 s are made for one cluster.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// How many connections to one cluster are open at once, at the most; those of a client that was replaced count too.
pub const CONNECTIONS: usize = 8;

/// How many of them are opened as soon as there is something to ask. A server nearby has answered a few questions before
/// another connection stands, and every one costs both sides a handshake.
pub const EAGER: usize = 4;

/// The same for connections on which nothing but watches are heard, beside those. Nobody waits for a place there.
pub const WATCH_CONNECTIONS: usize = 64;

/// Whether the flags that replace parts of a context apply to this cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Overrides {
    /// It is the primary one.
    Apply,
    /// It is another one: a token for one cluster is none for another.
    Ignore,
}

/// How to dial, apart from what the user chose.
#[derive(Clone)]
pub struct Dial<'a> {
    /// Whether `--server`, `--token` and the like are for this cluster.
    pub overrides: Overrides,
    /// What we call ourselves: `kubectl-mesh-export/0.1.0 (linux/amd64)`.
    pub user_agent: String,
    /// For proxies, and for programs that we start.
    pub environment: &'a Environment,
    /// Where credential plugins may ask and talk.
    pub terminal: Arc<dyn Terminal>,
    /// Who hears what the server warns of.
    pub heard: Warnings,
}

/// Why there is no client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DialError {
    /// A local name or file is wrong (exit 2).
    Name(Failure),
    /// Something outside hinders, such as a credential plugin that fails.
    Obstacle(Obstacle),
}

/// A client, and what is known of its server without asking it.
pub struct Dialed {
    /// Ready to send; connects on first use, never repeats a request by itself.
    pub client: Client,
    /// `https://host:port`, lower case, the port always there; with the path when the URL has one.
    pub server: String,
    /// The certificates (DER) that may sign the server's; empty when the system's are used, or none is checked.
    pub certificate_authority: Vec<Vec<u8>>,
    /// What the user should know, one sentence each.
    pub warnings: Vec<String>,
}

/// Makes clients for one cluster. Everything local is checked when it is made.
pub struct Dialer {
    config: Config,
    credentials: Credentials,
    server: String,
    certificate_authority: Vec<Vec<u8>>,
    name: ClusterName,
    context: String,
    warnings: Vec<String>,
    places: Places,
    /// For watches that last as long as the run.
    ears: Places,
    heard: Warnings,
}

/// The command that shows what a context means.
fn view(context: &str) -> String {
    command(["kubectl", "config", "view", "--minify", "--context", context])
}

impl Dialer {
    /// Looks up a member's cluster and user and checks them, files included.
    ///
    /// # Errors
    /// A local name or file that is wrong, in kubectl's words (exit 2).
    pub fn new(
        loaded: &Loaded,
        member: &Member,
        choice: &ConnectionChoice,
        dial: Dial<'_>,
    ) -> Result<Self, DialError> {
        Self::prepare(loaded, member, choice, dial).map_err(DialError::Name)
    }

    fn prepare(
        loaded: &Loaded,
        member: &Member,
        choice: &ConnectionChoice,
        dial: Dial<'_>,
    ) -> Result<Self, Failure> {
        let Dial { overrides, user_agent, environment, terminal, heard } = dial;
        let overrides = (overrides == Overrides::Apply).then_some(&choice.overrides);
        let parts = Parts::find(loaded, &member.context, overrides)?;
        let server = server::of(&parts)?;
        let trust = trust::of(&parts)?;
        let mut config = settings::of(&parts, &server, &trust, choice)?;
        config.proxy_url = settings::proxy(&parts, &server, environment)?;
        config.headers.push(settings::user_agent(user_agent)?);
        let plugging =
            Plugging { environment, terminal: &terminal, cluster: &member.name, server: &server.given };
        let (credentials, warnings) = if server.encrypted {
            (Credentials::of(&parts, &plugging)?, Vec::new())
        } else {
            let warning = format!(
                "{}: no credentials are sent, since {} is not encrypted",
                member.name, server.address
            );
            let is_worth_it = Credentials::are_given(&parts.user);
            (Credentials::none(), is_worth_it.then_some(warning).into_iter().collect())
        };
        Ok(Self {
            config,
            credentials,
            server: server.address,
            certificate_authority: trust.certificates().to_vec(),
            name: member.name.clone(),
            context: member.context.0.clone(),
            warnings,
            places: Arc::new(Semaphore::new(EAGER)),
            ears: Arc::new(Semaphore::new(WATCH_CONNECTIONS)),
            heard,
        })
    }

    /// Makes a client. A credential plugin runs at the first call and not again.
    ///
    /// # Errors
    /// A credential file that is wrong, or a plugin that fails.
    pub async fn dial(&self) -> Result<Dialed, DialError> {
        let secrets = self.credentials.get().await?;
        self.client(secrets, &self.places).map_err(DialError::Name)
    }

    /// Makes a client with connections of its own, for watches. Nothing that is asked waits for one of them.
    ///
    /// # Errors
    /// As [`Self::dial`].
    pub async fn dial_to_watch(&self) -> Result<Dialed, DialError> {
        let secrets = self.credentials.get().await?;
        self.client(secrets, &self.ears).map_err(DialError::Name)
    }

    /// Makes a client with renewed credentials, after a 401: the plugin runs again, the token file is read again.
    /// Calls that come together, or within seconds, share one renewal.
    ///
    /// # Errors
    /// As [`Self::dial`].
    pub async fn redial(&self) -> Result<Dialed, DialError> {
        let secrets = self.credentials.renew().await?;
        self.client(secrets, &self.places).map_err(DialError::Name)
    }

    /// Makes room for another connection, beside the first few; who says so sees to it that there are never more than
    /// [`CONNECTIONS`].
    pub fn open_one_more(&self) {
        self.places.add_permits(1);
    }

    /// The proxy on the way, without the password for it.
    pub fn proxy(&self) -> Option<String> {
        let proxy = self.config.proxy_url.as_ref()?;
        let port = proxy.port().map(|port| format!(":{port}")).unwrap_or_default();
        Some(format!("{}://{}{port}", proxy.scheme_str()?, proxy.host()?))
    }

    /// Whether dialing again may give other credentials.
    pub fn has_renewable_credentials(&self) -> bool {
        self.credentials.are_renewable()
    }

    fn client(&self, secrets: AuthInfo, places: &Places) -> Result<Dialed, Failure> {
        let mut config = self.config.clone();
        let ours = std::mem::take(&mut config.auth_info);
        config.auth_info = AuthInfo {
            impersonate: ours.impersonate,
            impersonate_uid: ours.impersonate_uid,
            impersonate_groups: ours.impersonate_groups,
            impersonate_user_extra: ours.impersonate_user_extra,
            ..secrets
        };
        let ground = Ground { cluster: self.name.as_str(), places, warnings: &self.heard };
        let client = stack::client(&config, ground).map_err(|error| self.unfit(&error))?;
        Ok(Dialed {
            client,
            server: self.server.clone(),
            certificate_authority: self.certificate_authority.clone(),
            warnings: self.warnings.clone(),
        })
    }

    /// What the client library refuses, such as a key that is none.
    fn unfit(&self, error: &kube::Error) -> Failure {
        let context = &self.context;
        Failure::usage(
            format!("context {context}: {}", settings::problem(error)),
            format!("correct its cluster or user: `{}`", view(context)),
        )
    }
}
