//! No answer at all: the chain of causes, down to the operating system or the TLS library.

use super::tls;
use super::words::{innermost, io_words, one_line};
use crate::terms::Obstacle;
use std::error::Error;
use std::io::ErrorKind;

/// Chains are a handful long; one that is longer goes in circles.
const DEEPEST: usize = 16;

/// What an error says that is no answer of a server.
pub(super) fn obstacle(error: &kube::Error) -> Obstacle {
    let chain = chain(error);
    let known = chain.iter().rev().find_map(|&cause| known(cause));
    known.unwrap_or_else(|| {
        let last = chain.last().map(|cause| one_line(&cause.to_string())).unwrap_or_default();
        Obstacle::Unreachable { cause: format!("no answer: {last}") }
    })
}

/// The error and what caused it, outermost first. An `io::Error` around another error hides that one from
/// `source()`, so it is unwrapped by hand.
fn chain<'a>(error: &'a (dyn Error + 'static)) -> Vec<&'a (dyn Error + 'static)> {
    let mut chain = vec![error];
    let mut current = error;
    while chain.len() < DEEPEST {
        let wrapped = current.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        let Some(next) =
            wrapped.map(|inner| -> &(dyn Error + 'static) { inner }).or_else(|| current.source())
        else {
            break;
        };
        chain.push(next);
        current = next;
    }
    chain
}

fn known(cause: &(dyn Error + 'static)) -> Option<Obstacle> {
    if let Some(error) = cause.downcast_ref::<rustls::Error>() {
        return Some(Obstacle::Unreachable { cause: tls::words(error) });
    }
    if let Some(error) = cause.downcast_ref::<std::io::Error>() {
        return io(error);
    }
    if cause.is::<kube::client::AuthError>() {
        let cause = format!("the auth provider returned no credentials: {}", innermost(cause));
        return Some(Obstacle::Unreachable { cause });
    }
    let fixed = match cause.to_string().as_str() {
        "dns error" => "the server's host name cannot be resolved",
        "end of file before message length reached" | "error reading a body from connection" => {
            "the server closed the connection in the middle of its answer"
        }
        "connection closed before message completed" => "the server closed the connection without an answer",
        "proxy authorization required" | "tunnel error: proxy authorization required" => {
            "the proxy asks for a user name and a password (407)"
        }
        "tunnel error: unsuccessful" => "the proxy refused to connect to the server",
        _ => return None,
    };
    Some(Obstacle::Unreachable { cause: fixed.to_owned() })
}

fn io(error: &std::io::Error) -> Option<Obstacle> {
    if error.kind() == ErrorKind::TimedOut && error.raw_os_error().is_none() {
        return Some(Obstacle::TimedOut { after: crate::cluster::dial::CONNECT_TIMEOUT });
    }
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the kinds are open; the others keep the system's words"
    )]
    let cause = match error.kind() {
        ErrorKind::ConnectionRefused => "the connection was refused".to_owned(),
        ErrorKind::ConnectionReset | ErrorKind::BrokenPipe | ErrorKind::ConnectionAborted => {
            "the connection was reset".to_owned()
        }
        ErrorKind::UnexpectedEof => "the server closed the connection without an answer".to_owned(),
        ErrorKind::TimedOut => "the connection timed out".to_owned(),
        ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable => {
            "there is no route to the server".to_owned()
        }
        _ if error.raw_os_error().is_some() => io_words(error),
        _ => return None,
    };
    Some(Obstacle::Unreachable { cause })
}
