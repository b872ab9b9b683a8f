//! What opens a door in any text of any object: keys, users and queries in addresses, and fields that say what they are.

use super::HIDDEN;
use serde_json::{Map, Value};

/// How a private key ends its first line.
pub(super) const KEY: &str = "PRIVATE KEY-----";
/// Fields that say that they are secret, whatever object they are in; without dashes, in small letters.
const LOUD: [&str; 8] =
    ["password", "passwd", "passphrase", "apikey", "accesskey", "secretkey", "clientsecret", "privatekey"];

/// Takes these out.
pub(super) fn doors(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                if value.is_string() && is_loud(key) { *value = HIDDEN.into() } else { doors(value) }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(doors),
        Value::String(text) if text.contains(KEY) => HIDDEN.clone_into(text),
        Value::String(text) if text.contains(SCHEME) => *text = addresses(text),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn is_loud(key: &str) -> bool {
    let bare: String = key.chars().filter(char::is_ascii_alphanumeric).collect();
    let bare = bare.to_lowercase();
    LOUD.iter().any(|word| bare.ends_with(word))
}

/// Values of headers and of parts of queries: in routes, and in policies about requests.
pub(super) fn headers(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            one_header(fields);
            fields.values_mut().for_each(headers);
        }
        Value::Array(items) => items.iter_mut().for_each(headers),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn one_header(fields: &mut Map<String, Value>) {
    if fields.contains_key("name")
        && let Some(value) = fields.get_mut("value").filter(|value| value.is_string())
    {
        *value = HIDDEN.into();
    }
    let lines = fields.get_mut("headers").and_then(Value::as_array_mut);
    lines.into_iter().flatten().filter(|line| line.is_string()).for_each(|line| *line = HIDDEN.into());
}

/// What stands before who comes, and where to.
const SCHEME: &str = "://";

/// A text whose addresses do not say who comes, nor what they ask for.
fn addresses(text: &str) -> String {
    let mut parts = text.split(SCHEME);
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| format!("{text}{SCHEME}{}", address(part)))
}

fn address(part: &str) -> String {
    let is_after = |c: char| c.is_whitespace() || "\"'`<>\\".contains(c);
    let (address, after) = part.split_at(part.find(is_after).unwrap_or(part.len()));
    let authority = address.split(['/', '?', '#']).next().unwrap_or_default();
    // A password may have a slash in it, which ends an authority: then no port is behind the colon.
    let is_cut =
        authority.rsplit_once(':').is_some_and(|(_, port)| !port.chars().all(|c| c.is_ascii_digit()))
            && !authority.contains(['@', '[']);
    let begin = if is_cut { address } else { authority };
    let host = begin.rfind('@').and_then(|at| address.get(at + 1..)).unwrap_or(address);
    let bare = host.split(['?', '#']).next().unwrap_or_default();
    format!("{bare}{after}")
}
