//! Who we are to a cluster: from a user of the kubeconfig to secrets that the client can send. Plugins are run here,
//! once, and never by the client library, which would run them three times and let them eat our stdin.

pub(super) mod answer;
mod check;
mod exec;
mod files;
#[cfg(test)]
mod fixed_tests;
#[cfg(test)]
pub(super) mod heard;
mod info;
mod policy;
mod program;
#[cfg(test)]
mod refusal_tests;
#[cfg(test)]
mod renewal_tests;
#[cfg(test)]
mod talk_tests;
mod terminal;
#[cfg(test)]
mod tests;
mod words;

pub use terminal::{Interaction, NoTerminal, Terminal};

use super::dial::{DialError, Parts};
use crate::terms::{ClusterName, Environment};
use crate::verdict::Failure;
use exec::Plugin;
use kube::config::AuthInfo;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::Mutex;

/// Renewals within this time are one: all requests that met a 401 together share it, and a server that refuses fresh
/// credentials makes no plugin run in a circle.
const ONE_RENEWAL: Duration = Duration::from_secs(10);

/// What a plugin is given apart from its own configuration.
pub(super) struct Plugging<'a> {
    /// Its variables, and where to look for it.
    pub(super) environment: &'a Environment,
    /// Where it may ask and talk.
    pub(super) terminal: &'a Arc<dyn Terminal>,
    /// How this run calls the cluster.
    pub(super) cluster: &'a ClusterName,
    /// The URL of the server.
    pub(super) server: &'a str,
}

/// The credentials for one cluster.
pub(super) struct Credentials {
    user: AuthInfo,
    source: Source,
    state: Mutex<State>,
}

enum Source {
    /// What there is stands in the kubeconfig, or in files that are read once.
    Fixed,
    /// A token in a file, which somebody may renew.
    TokenFile(files::TokenFile),
    /// A plugin.
    Plugin(Box<Plugin>),
}

#[derive(Default)]
struct State {
    made: Option<AuthInfo>,
    renewed: Option<Instant>,
}

impl Credentials {
    /// Checks a user as client-go does, finds its plugin, and reads its certificate files.
    pub(super) fn of(parts: &Parts, with: &Plugging<'_>) -> Result<Self, Failure> {
        check::user(parts)?;
        let mut user = parts.user.clone();
        let source = source(parts, with)?;
        user.exec = None;
        user.token_file = None;
        files::read_identity(&mut user, parts)?;
        if user.username.as_ref().is_some_and(|name| !name.is_empty()) {
            user.password.get_or_insert_default();
        } else {
            (user.username, user.password) = (None, None);
        }
        Ok(Self { user, source, state: Mutex::default() })
    }

    /// None at all.
    pub(super) fn none() -> Self {
        Self { user: AuthInfo::default(), source: Source::Fixed, state: Mutex::default() }
    }

    /// Whether a user of the kubeconfig has any, of whatever kind.
    pub(super) fn are_given(user: &AuthInfo) -> bool {
        let texts =
            [&user.token_file, &user.username, &user.client_certificate, &user.client_certificate_data];
        check::has_token(user)
            || texts.into_iter().flatten().any(|text| !text.is_empty())
            || user.exec.is_some()
            || user.auth_provider.is_some()
    }

    /// Whether asking again may give others.
    pub(super) fn are_renewable(&self) -> bool {
        matches!(self.source, Source::TokenFile(_) | Source::Plugin(_))
    }

    /// The secrets; made at the first call.
    pub(super) async fn get(&self) -> Result<AuthInfo, DialError> {
        let mut state = self.state.lock().await;
        if let Some(made) = &state.made {
            return Ok(made.clone());
        }
        let made = self.make().await?;
        state.made = Some(made.clone());
        Ok(made)
    }

    /// The secrets, made anew unless that was just done.
    pub(super) async fn renew(&self) -> Result<AuthInfo, DialError> {
        let mut state = self.state.lock().await;
        let fresh = state.renewed.is_some_and(|moment| moment.elapsed() < ONE_RENEWAL);
        if let Some(made) = state.made.as_ref().filter(|_| fresh) {
            return Ok(made.clone());
        }
        let made = self.make().await?;
        *state = State { made: Some(made.clone()), renewed: Some(Instant::now()) };
        Ok(made)
    }

    async fn make(&self) -> Result<AuthInfo, DialError> {
        let mut user = self.user.clone();
        match &self.source {
            Source::Fixed => {}
            Source::TokenFile(file) => {
                user.token = Some(file.read(user.token.take()).map_err(DialError::Name)?);
            }
            Source::Plugin(plugin) => plugin.run().await.map_err(DialError::Obstacle)?.apply(&mut user),
        }
        Ok(user)
    }
}

/// Where the credentials come from. A token or a password makes a plugin superfluous, and a token file beats a token
/// that stands beside it, as in client-go; see [`files::TokenFile::read`].
fn source(parts: &Parts, with: &Plugging<'_>) -> Result<Source, Failure> {
    let user = &parts.user;
    let filled = |text: &Option<String>| text.as_ref().is_some_and(|text| !text.is_empty());
    if let Some(file) = user.token_file.as_ref().filter(|file| !file.is_empty()) {
        return Ok(Source::TokenFile(files::TokenFile::new(file, parts)));
    }
    if check::has_token(user) || filled(&user.username) {
        return Ok(Source::Fixed);
    }
    match &user.exec {
        Some(exec) => Plugin::prepare(exec, parts, with).map(|plugin| Source::Plugin(Box::new(plugin))),
        None => Ok(Source::Fixed),
    }
}
