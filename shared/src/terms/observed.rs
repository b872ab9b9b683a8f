//! Not seen, not there, and there are three different values.

use serde::Serialize;
use std::time::Duration;

/// What a look at a cluster gave. Only `cluster::look` makes these from answers of a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Observed<T> {
    /// It is there.
    Present(T),
    /// The server said that it is not there.
    Absent,
    /// We could not look.
    Unknown(Obstacle),
}

impl<T> Observed<T> {
    /// Turns what is there into something else; what hinders stays.
    pub fn map<U>(self, make: impl FnOnce(T) -> U) -> Observed<U> {
        match self {
            Self::Present(value) => Observed::Present(make(value)),
            Self::Absent => Observed::Absent,
            Self::Unknown(obstacle) => Observed::Unknown(obstacle),
        }
    }

    /// Borrows the value.
    pub fn as_ref(&self) -> Observed<&T> {
        match self {
            Self::Present(value) => Observed::Present(value),
            Self::Absent => Observed::Absent,
            Self::Unknown(obstacle) => Observed::Unknown(obstacle.clone()),
        }
    }

    /// What kept us from looking, if anything did.
    pub fn obstacle(&self) -> Option<&Obstacle> {
        match self {
            Self::Unknown(obstacle) => Some(obstacle),
            Self::Present(_) | Self::Absent => None,
        }
    }

    /// The value when there is one, `None` when the server said that there is none.
    ///
    /// # Errors
    /// What kept us from looking; it cannot be dropped by accident.
    pub fn known(self) -> Result<Option<T>, Obstacle> {
        match self {
            Self::Present(value) => Ok(Some(value)),
            Self::Absent => Ok(None),
            Self::Unknown(obstacle) => Err(obstacle),
        }
    }
}

/// Why something could not be seen or done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(tag = "reason", rename_all = "camelCase")]
pub enum Obstacle {
    /// The API is not installed or not served: no object of this kind can exist. Distinct from an absent object.
    #[error("the API {api} is not served")]
    NotServed {
        /// Group, version and resource.
        api: String,
    },
    /// RBAC refused.
    #[error("cannot {verb} {resource}: forbidden")]
    Forbidden {
        /// The verb that is missing.
        verb: String,
        /// Resource with group, as a Role names them.
        resource: String,
        /// The namespace of the request; `None` for all or for cluster-scoped kinds.
        namespace: Option<String>,
        /// The server's own words.
        message: String,
    },
    /// The server does not know us.
    #[error("the server does not accept the credentials (401)")]
    Unauthorized,
    /// No answer in time.
    #[error("no answer within {after:?}")]
    TimedOut {
        /// How long was waited.
        after: Duration,
    },
    /// No connection, or it broke.
    #[error("{cause}")]
    Unreachable {
        /// One line, in our words.
        cause: String,
    },
    /// A program that makes credentials did not make any.
    #[error("credential plugin {command:?} {problem}")]
    Plugin {
        /// The command, as the kubeconfig has it.
        command: String,
        /// What it did; never what it printed, which may be a secret.
        problem: String,
    },
    /// The server failed at it: trouble of its own, such as a store or an admission webhook that does not answer.
    #[error("the server failed ({code}): {message}")]
    ServerError {
        /// 500 or another 5xx that is not said of being busy.
        code: u16,
        /// The server's own words.
        message: String,
    },
    /// The server asks to come back later and kept asking.
    #[error("the server is too busy ({code}): {message}")]
    Busy {
        /// 429, 503 or 504.
        code: u16,
        /// The server's own words.
        message: String,
    },
    /// A write met another one: the object changed, or another manager owns the field.
    #[error("{message}")]
    Conflict {
        /// The server's own words.
        message: String,
    },
    /// The history that was asked for is gone (410): list again.
    #[error("the requested version is too old")]
    Expired,
    /// The server says no: an invalid object, an admission webhook that denies, a bad selector.
    #[error("{message}")]
    Refused {
        /// HTTP status code.
        code: u16,
        /// The server's own words.
        message: String,
    },
    /// The answer is not what the API promises.
    #[error("cannot read {what}: {cause}")]
    Malformed {
        /// Which answer or field.
        what: String,
        /// What is wrong with it; never the value itself, which may be a secret.
        cause: String,
    },
    /// There are only files of this cluster, and it is not in them.
    #[error("not in the files: {what}")]
    NotInFiles {
        /// What was looked for.
        what: String,
    },
    /// There are only files of this cluster: they can be read, and neither watched nor changed through us.
    #[error("cannot {verb} {resource}: there are only files of this cluster")]
    OnlyFiles {
        /// The verb, as RBAC names it.
        verb: String,
        /// Resource with group, as a Role names them.
        resource: String,
    },
}

impl Obstacle {
    /// The same with the address of the server that did not answer, where that says more.
    #[must_use]
    pub fn at(self, server: &str) -> Self {
        match self {
            Self::TimedOut { after } => {
                Self::Unreachable { cause: format!("no answer within {after:?} (server {server})") }
            }
            Self::Unreachable { cause } => Self::Unreachable { cause: format!("{cause} (server {server})") },
            other @ (Self::NotServed { .. }
            | Self::Forbidden { .. }
            | Self::Unauthorized
            | Self::Plugin { .. }
            | Self::ServerError { .. }
            | Self::Busy { .. }
            | Self::Conflict { .. }
            | Self::Expired
            | Self::Refused { .. }
            | Self::Malformed { .. }
            | Self::NotInFiles { .. }
            | Self::OnlyFiles { .. }) => other,
        }
    }

    /// Whether running again, perhaps after logging in, may help without a change to any cluster.
    pub fn is_worth_another_try(&self) -> bool {
        self.is_passing() || *self == Self::Unauthorized
    }

    /// Whether trying again later may help without anybody changing anything.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::TimedOut { .. }
            | Self::Unreachable { .. }
            | Self::Plugin { .. }
            | Self::ServerError { .. }
            | Self::Busy { .. }
            | Self::Expired => true,
            Self::NotServed { .. }
            | Self::Forbidden { .. }
            | Self::Unauthorized
            | Self::Conflict { .. }
            | Self::Refused { .. }
            | Self::Malformed { .. }
            | Self::NotInFiles { .. }
            | Self::OnlyFiles { .. } => false,
        }
    }
}
