//! Answers of the server: its `Status`, or the text of something in between.

use super::RequestNames;
use super::words::{masked, one_line};
use crate::terms::Obstacle;
use kube::core::Status;

/// A text of servers that were spoken to in the wrong protocol.
const PLAIN_TO_TLS: &str = "Client sent an HTTP request to an HTTPS server";

/// What a refusal means.
pub(super) fn obstacle(answer: &Status, request: &RequestNames) -> Obstacle {
    let message = message(answer);
    match answer.code {
        401 => Obstacle::Unauthorized,
        403 if is_admission(&message, request) => Obstacle::Refused { code: 403, message },
        403 => Obstacle::Forbidden {
            verb: request.verb.clone(),
            resource: request.resource.clone(),
            namespace: request.namespace.clone(),
            message,
        },
        404 if !names_object(answer) => Obstacle::NotServed { api: request.resource.clone() },
        409 => Obstacle::Conflict { message },
        410 => Obstacle::Expired,
        400 if message.contains(PLAIN_TO_TLS) => {
            Obstacle::Unreachable { cause: "the server speaks https, but its URL says http".to_owned() }
        }
        code @ (429 | 503 | 504) => Obstacle::Busy { code, message },
        502 => Obstacle::Unreachable { cause: format!("bad gateway (502): {message}") },
        code if is_trouble(code, &message) => Obstacle::ServerError { code, message },
        code => Obstacle::Refused { code, message },
    }
}

/// Whether a server failed, as opposed to one that says no: 501 and 505 say that it never will, and a webhook denies
/// with any code that it likes. One that cannot be asked is the server's trouble, a 500.
fn is_trouble(code: u16, message: &str) -> bool {
    let never = [501, 505].contains(&code);
    (500..600).contains(&code) && !never && !is_denial(message)
}

/// The words of an API server around those of an admission webhook that said no.
fn is_denial(message: &str) -> bool {
    message.starts_with("admission webhook ") && message.contains(" denied the request")
}

/// Whether a write was allowed by RBAC and refused by what comes after: webhooks, policies, quotas, a namespace that
/// is being deleted. They answer 403 too, but only a missing right is worded with a user who cannot do something.
fn is_admission(message: &str, request: &RequestNames) -> bool {
    let reads = ["get", "list", "watch"].contains(&request.verb.as_str());
    let lacks_a_right = message.contains("User \"") && message.contains("\" cannot ");
    !reads && !lacks_a_right
}

/// A missing object is named in the details; an API that is not served gives `404 page not found`, or a `Status`
/// without a name (`the server could not find the requested resource`).
pub(super) fn names_object(answer: &Status) -> bool {
    let details = answer.details.as_ref();
    answer.code == 404
        && details.is_some_and(|details| {
            !details.name.is_empty() || (answer.reason == "NotFound" && !details.kind.is_empty())
        })
}

fn message(answer: &Status) -> String {
    // The client writes this reason itself when the body is no `Status`.
    let reason = one_line(&answer.reason).replace("Failed to parse error data", "");
    let lines = [one_line(&text_of(&answer.message)), reason].map(|line| masked(&line).into_owned());
    lines.into_iter().find(|line| !line.is_empty()).unwrap_or_else(|| "the answer has no text".to_owned())
}

/// Proxies answer with web pages: of those only the words count.
fn text_of(message: &str) -> String {
    let start = message.trim_start().get(..9).unwrap_or_default().to_ascii_lowercase();
    if !start.starts_with("<!doctype") && !start.starts_with("<html") {
        return message.to_owned();
    }
    let mut words = String::new();
    let mut inside = false;
    for letter in message.chars() {
        match letter {
            '<' => inside = true,
            '>' => {
                inside = false;
                words.push(' ');
            }
            _ if inside => {}
            other => words.push(other),
        }
    }
    words
}

/// Where JSON went wrong; never what stood there, which may be a secret.
pub(super) fn json_problem(error: &serde_json::Error) -> String {
    let problem = match error.classify() {
        serde_json::error::Category::Io => "it could not be read to its end",
        serde_json::error::Category::Syntax => "it is not JSON",
        serde_json::error::Category::Data => "a field has an unexpected type",
        serde_json::error::Category::Eof => "it ends too early",
    };
    if error.line() == 0 {
        return problem.to_owned();
    }
    format!("{problem} (line {}, column {})", error.line(), error.column())
}
