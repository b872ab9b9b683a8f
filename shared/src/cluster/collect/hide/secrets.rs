//! Of Secrets only what is public anyway: certificates, where a kubeconfig leads, and whose a token is.

use super::HIDDEN;
use crate::cluster::{lead, yaml};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

/// Takes the rest out of a Secret.
pub(super) fn secret(object: &mut Value) {
    if let Some(fields) = object.as_object_mut() {
        fields.remove("stringData");
    }
    let is_of_account = object.get("type").and_then(Value::as_str) == Some(lead::OF_ACCOUNT);
    let Some(data) = object.get_mut("data").and_then(Value::as_object_mut) else { return };
    for (key, value) in data {
        let encoded = value.as_str().unwrap_or_default();
        let decoded = STANDARD.decode(encoded.trim()).ok().and_then(|bytes| String::from_utf8(bytes).ok());
        let public = decoded.map(|text| match key.as_str() {
            "kubeconfig" => kubeconfig(&text),
            "token" if is_of_account => lead::unsigned(&text).unwrap_or_default(),
            _ => certificates(&text),
        });
        *value = STANDARD.encode(public.unwrap_or_default()).into();
    }
}

/// The certificates of a PEM text, and nothing else.
fn certificates(text: &str) -> String {
    const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
    const END: &str = "-----END CERTIFICATE-----";
    let blocks = text.split(BEGIN).skip(1).filter_map(|rest| rest.split_once(END)).map(|(block, _)| block);
    let is_base64 = |letter: char| letter.is_ascii_alphanumeric() || "+/=\r\n".contains(letter);
    let blocks = blocks.filter(|block| block.chars().all(is_base64));
    blocks.flat_map(|block| [BEGIN, block, END, "\n"]).collect()
}

/// Who may come with it, and where to, but not by what: of each part only what is judged, since anything else may be a
/// password, as in the address of a proxy.
fn kubeconfig(text: &str) -> String {
    let Ok(config) = yaml::value(text) else { return String::new() };
    let current = config.get("current-context").and_then(Value::as_str).unwrap_or_default();
    let shown = json!({
        "apiVersion": "v1", "kind": "Config", "current-context": current,
        "clusters": parts(&config, ("clusters", "cluster"), &[
            ("server", &address), ("certificate-authority-data", &public), ("insecure-skip-tls-verify", &as_it_is),
        ]),
        "contexts": parts(&config, ("contexts", "context"), &[("cluster", &as_it_is), ("user", &as_it_is)]),
        "users": parts(&config, ("users", "user"), &[("token", &unsigned), ("client-certificate-data", &public)]),
    });
    shown.to_string()
}

/// What is left of a field.
type Shown<'a> = &'a dyn Fn(&Value) -> Option<Value>;

/// The named parts of a kubeconfig, and of each these fields.
fn parts(config: &Value, (list, one): (&str, &str), fields: &[(&str, Shown<'_>)]) -> Vec<Value> {
    let of_part = |named: &Value| {
        let part = named.get(one)?;
        let left = fields.iter().filter_map(|(key, shown)| Some(((*key).to_owned(), shown(part.get(key)?)?)));
        Some(json!({ "name": named.get("name")?, one: left.collect::<Map<String, Value>>() }))
    };
    config.get(list).and_then(Value::as_array).into_iter().flatten().filter_map(of_part).collect()
}

#[expect(clippy::unnecessary_wraps, reason = "one of several that may leave nothing")]
fn as_it_is(value: &Value) -> Option<Value> {
    Some(value.clone())
}

/// A certificate, beside which somebody may have put its key.
#[expect(clippy::unnecessary_wraps, reason = "one of several that may leave nothing")]
fn public(value: &Value) -> Option<Value> {
    let decoded = value.as_str().and_then(|text| STANDARD.decode(text.trim()).ok());
    let text = decoded.and_then(|bytes| String::from_utf8(bytes).ok());
    let paired = text.filter(|text| text.contains(super::texts::KEY));
    Some(paired.map_or_else(|| value.clone(), |text| STANDARD.encode(certificates(&text)).into()))
}

/// The address of a server without who comes.
fn address(value: &Value) -> Option<Value> {
    let (scheme, rest) = value.as_str()?.split_once("://")?;
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    // A query may be a key as well.
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let path = if path.is_empty() { String::new() } else { format!("/{path}") };
    Some(format!("{scheme}://{host}{path}").into())
}

fn unsigned(token: &Value) -> Option<Value> {
    Some(lead::unsigned(token.as_str()?).unwrap_or_else(|| HIDDEN.to_owned()).into())
}

#[cfg(test)]
mod tests {
    use super::super::hidden;
    use super::*;

    const PEM: &str = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";

    fn data(secret: &Value, key: &str) -> String {
        let bytes = STANDARD.decode(secret["data"][key].as_str().unwrap()).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn of_a_secret_only_certificates_and_where_a_kubeconfig_leads_are_left() {
        let config = json!({
            "extensions": [{ "name": "canary11" }],
            "clusters": [{ "name": "c", "cluster": { "server": "https://canary12:canary13@x:6443/k?key=canary14",
                "proxy-url": "http://canary15:canary16@proxy", "certificate-authority-data": "ca" } }],
            "contexts": [{ "name": "k", "context": { "cluster": "c", "user": "u", "extensions": ["canary17"] } }],
            "current-context": "k",
            "users": [{ "name": "u", "user": { "token": "e30.claims.canary1", "client-key-data": "canary2",
                "password": "canary3", "exec": { "command": "canary4" }, "client-certificate-data": "cert" } },
                { "name": "v", "user": { "token": "canary5" } }],
        });
        let pair = format!("{PEM}-----BEGIN EC PRIVATE KEY-----\ncanary6\n-----END EC PRIVATE KEY-----\n");
        let secret = hidden(json!({
            "kind": "Secret", "metadata": { "name": "s", "annotations": { "kubectl.kubernetes.io/last-applied-configuration": "canary7", "a": "b" } },
            "stringData": { "x": "canary8" },
            "data": { "kubeconfig": STANDARD.encode(config.to_string()), "tls.crt": STANDARD.encode(&pair),
                "password": STANDARD.encode("canary9"), "odd": "canary10!" },
        }));
        let all = format!("{secret} {} {}", data(&secret, "kubeconfig"), data(&secret, "tls.crt"));
        assert!(!all.contains("canary"), "{all}");
        assert_eq!(data(&secret, "tls.crt"), PEM);
        assert_eq!((data(&secret, "password"), data(&secret, "odd")), (String::new(), String::new()));
        let left: Value = serde_json::from_str(&data(&secret, "kubeconfig")).unwrap();
        let server = json!({ "server": "https://x:6443/k", "certificate-authority-data": "ca" });
        assert_eq!(left["clusters"], json!([{ "name": "c", "cluster": server }]));
        assert_eq!(left["current-context"], "k");
        let users = json!([{ "name": "u", "user": { "token": "e30.claims.hidden", "client-certificate-data": "cert" } },
            { "name": "v", "user": { "token": "hidden" } }]);
        assert_eq!(left["users"], users);
        assert_eq!(secret["metadata"]["annotations"], json!({ "a": "b" }));
    }
}
