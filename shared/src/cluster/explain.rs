//! Errors of the client in our words: each text once, one line, no debug dump. `obstacle` is the only way from a
//! `kube::Error` to something that a user reads.

mod status;
mod tls;
mod transport;
mod words;
mod yaml;

#[cfg(test)]
mod status_tests;
#[cfg(test)]
mod transport_tests;

pub use words::io_words;
pub(super) use words::{innermost, masked, one_line, path_words};
pub(super) use yaml::{document, first_document, place_of};

use crate::terms::Obstacle;

/// What was asked of a server, for the words of an obstacle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestNames {
    /// The verb as RBAC names it.
    pub verb: String,
    /// Resource with group, as a Role names them: `services`, `links.multicluster.linkerd.io`.
    pub resource: String,
    /// The namespace of the request; `None` for all or for cluster-scoped kinds.
    pub namespace: Option<String>,
}

/// Says why a request did not give what was asked for.
pub fn obstacle(error: &kube::Error, request: &RequestNames) -> Obstacle {
    #[expect(clippy::wildcard_enum_match_arm, reason = "everything else is no answer, whatever kube adds")]
    match error {
        kube::Error::Api(answer) => status::obstacle(answer, request),
        kube::Error::SerdeError(cause) => unreadable(cause, request),
        kube::Error::FromUtf8(_) => malformed(request, "the answer is not UTF-8 text"),
        other => transport::obstacle(other),
    }
}

/// Says why an answer is not the JSON that was asked for; never what stands there, which may be a secret.
pub(super) fn unreadable(cause: &serde_json::Error, request: &RequestNames) -> Obstacle {
    malformed(request, &status::json_problem(cause))
}

/// Whether the server said that the named object does not exist, as opposed to its whole API.
pub fn not_found_object(error: &kube::Error) -> bool {
    matches!(error, kube::Error::Api(answer) if status::names_object(answer))
}

fn malformed(request: &RequestNames, cause: &str) -> Obstacle {
    Obstacle::Malformed { what: format!("the answer about {}", request.resource), cause: cause.to_owned() }
}
