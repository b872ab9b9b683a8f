//! Why an event could not be handled, in the words that end up in the Link's status.

use std::fmt;

/// The text of a failure; every failure is tried again until the requeue limit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Trouble(String);

impl Trouble {
    pub(super) fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Returns the trouble with several causes, one a line, as status messages list them.
    pub(super) fn inner(causes: &[String]) -> Self {
        Self(format!("Inner errors:\n\t{}", causes.join("\n\t")))
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl From<kube::Error> for Trouble {
    fn from(error: kube::Error) -> Self {
        Self(words(&error))
    }
}

/// Returns the API server's own message, without the client's decoration of it.
pub(super) fn words(error: &kube::Error) -> String {
    let kube::Error::Api(status) = error else { return error.to_string() };
    status.message.clone()
}

pub(super) fn is_missing(error: &kube::Error) -> bool {
    matches!(error, kube::Error::Api(status) if status.code == 404)
}

pub(super) fn exists_already(error: &kube::Error) -> bool {
    matches!(error, kube::Error::Api(status) if status.reason == "AlreadyExists")
}
