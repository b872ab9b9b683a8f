//! Bodies of requests and answers, for the log: cut or whole, and those of Secrets never.

use crate::cluster::call::Resource;
use crate::cluster::explain::masked;
use crate::terms::ClusterName;

/// What of a body is shown when not all of it is, as kubectl does.
const CUT: usize = 1024;

/// Where a body goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// To the server.
    There,
    /// From it.
    Back,
}

/// Says in the log what a body is. Nothing is prepared when nobody listens.
pub(super) fn log(cluster: &ClusterName, way: Way, resource: Resource, body: &[u8]) {
    let arrow = if way == Way::There { ">" } else { "<" };
    if body.is_empty() {
        return;
    }
    if tracing::enabled!(target: "platform::http::body::whole", tracing::Level::DEBUG) {
        tracing::debug!(target: "platform::http::body::whole", %cluster, "{arrow} {}", shown(resource, body, usize::MAX));
    } else {
        tracing::debug!(target: "platform::http::body", %cluster, "{arrow} {}", shown(resource, body, CUT));
    }
}

fn shown(resource: Resource, body: &[u8], most: usize) -> String {
    if resource == Resource::SECRETS {
        return format!("({} bytes about Secrets, never shown)", body.len());
    }
    let text = String::from_utf8_lossy(body);
    let text = masked(text.trim_end());
    match text.char_indices().nth(most) {
        Some((end, _)) => {
            format!("{} [{} bytes more]", text.get(..end).unwrap_or_default(), text.len() - end)
        }
        None => text.into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_cut_between_characters_and_the_rest_is_counted() {
        assert_eq!(shown(Resource::SERVICES, "añb\n".as_bytes(), 3), "añb");
        assert_eq!(shown(Resource::SERVICES, "añbcd".as_bytes(), 2), "añ [3 bytes more]");
        assert_eq!(shown(Resource::SERVICES, b"a\xffb", usize::MAX), "a\u{fffd}b");
    }

    #[test]
    fn nothing_of_a_secret_is_shown_at_any_length() {
        assert_eq!(shown(Resource::SECRETS, b"hunter2", usize::MAX), "(7 bytes about Secrets, never shown)");
    }
}
