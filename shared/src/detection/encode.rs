//! Objects as an API server answers them, of objects that stand open in the worlds.

use super::certificates::Certificates;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Map, Value};

/// A map with one of these keys stands for a text, which is made of what it holds.
pub(super) const CODES: [&str; 5] = ["$yaml", "$base64", "$token", "$pem", "$digest"];

/// The text or object that an open value stands for.
pub(super) fn encoded(open: &Value, certificates: &Certificates) -> Value {
    match open {
        Value::Object(fields) => {
            let coded = CODES.into_iter().find_map(|code| Some((code, fields.get(code)?)));
            coded.map_or_else(
                || map(fields, certificates),
                |(code, inner)| Value::String(text(code, &encoded(inner, certificates), certificates)),
            )
        }
        Value::Array(items) => items.iter().map(|item| encoded(item, certificates)).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => open.clone(),
    }
}

fn map(fields: &Map<String, Value>, certificates: &Certificates) -> Value {
    fields.iter().map(|(key, value)| (key.clone(), encoded(value, certificates))).collect()
}

fn text(code: &str, inner: &Value, certificates: &Certificates) -> String {
    let said = inner.as_str().unwrap_or_default();
    match code {
        // JSON is YAML.
        "$yaml" => inner.to_string(),
        "$base64" => STANDARD.encode(said),
        "$token" => signed(&inner.to_string()),
        "$pem" if said.is_empty() => String::new(),
        "$pem" => certificates.pem(said).to_owned(),
        "$digest" => digest(said, certificates),
        other => panic!("{other} is no code"),
    }
}

/// Other claims have another signature.
fn signed(claims: &str) -> String {
    let signature = ring::digest::digest(&ring::digest::SHA256, claims.as_bytes());
    let [claims, signature] =
        [claims.as_bytes(), signature.as_ref()].map(|part| URL_SAFE_NO_PAD.encode(part));
    format!("e30.{claims}.{signature}")
}

/// As proxies are annotated with it; what names no certificate stands for itself.
fn digest(name: &str, certificates: &Certificates) -> String {
    if name != "root" {
        return name.to_owned();
    }
    let digest = ring::digest::digest(&ring::digest::SHA256, certificates.pem(name).as_bytes());
    digest.as_ref().iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
}
