//! Takes out of objects whatever opens a door. What a Link's credentials say of themselves stays (the server, the authority,
//! whose token it is and until when), and certificates, which everybody may see.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};

/// What stands in the place of what was taken out.
const HIDDEN: &str = "hidden";
/// The container whose environment has no secrets, and says what its proxy trusts.
const PROXY: &str = "linkerd-proxy";
/// The half of a pair that everybody may see.
const CERTIFICATE: &str = "client-certificate-data";
/// Where kubectl keeps a copy of the whole object.
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// Takes it out of one object.
pub(super) fn hide(object: &mut Value) {
    if object.get("kind").is_some_and(|kind| kind == "Secret") {
        secret(object);
    }
    environments(object);
    keys(object);
}

fn secret(object: &mut Value) {
    if let Some(annotations) = object.pointer_mut("/metadata/annotations").and_then(Value::as_object_mut) {
        annotations.remove(LAST_APPLIED);
    }
    if let Some(fields) = object.as_object_mut() {
        fields.remove("stringData");
    }
    let Some(data) = object.get_mut("data").and_then(Value::as_object_mut) else { return };
    for (key, value) in data {
        let encoded = value.as_str().unwrap_or_default();
        let decoded = STANDARD.decode(encoded.trim()).ok().and_then(|bytes| String::from_utf8(bytes).ok());
        let public =
            decoded.map(|text| if key == "kubeconfig" { kubeconfig(&text) } else { certificates(&text) });
        *value = STANDARD.encode(public.unwrap_or_default()).into();
    }
}

/// The certificates of a PEM text, and nothing else.
fn certificates(text: &str) -> String {
    const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
    const END: &str = "-----END CERTIFICATE-----";
    let blocks = text.split(BEGIN).skip(1).filter_map(|rest| rest.split_once(END)).map(|(block, _)| block);
    blocks.flat_map(|block| [BEGIN, block, END, "\n"]).collect()
}

/// Who may come with it, and where to, but not by what.
fn kubeconfig(text: &str) -> String {
    let options = serde_saphyr::options! { with_snippet: false };
    let Ok(mut config) = serde_saphyr::from_str_with_options::<Value>(text, options) else {
        return String::new();
    };
    let users = config.get_mut("users").and_then(Value::as_array_mut);
    for named in users.into_iter().flatten().filter_map(Value::as_object_mut) {
        let said = named.get("user");
        let token = said.and_then(|user| user.get("token")?.as_str()).map(unsigned);
        let certificate = said.and_then(|user| user.get(CERTIFICATE).cloned());
        let left = [("token", token.map(Value::from)), (CERTIFICATE, certificate)];
        let left: Map<String, Value> =
            left.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))).collect();
        named.insert("user".to_owned(), left.into());
    }
    config.to_string()
}

/// A token without its signature says whose it was, and opens nothing.
fn unsigned(token: &str) -> String {
    match token.trim().split('.').collect::<Vec<_>>().as_slice() {
        [head, claims, _] => format!("{head}.{claims}.{HIDDEN}"),
        _ => HIDDEN.to_owned(),
    }
}

/// The values of environments, of which nothing is judged but the proxy's.
fn environments(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            let is_proxy = fields.get("name").is_some_and(|name| name == PROXY);
            if let Some(entries) = fields.get_mut("env").and_then(Value::as_array_mut).filter(|_| !is_proxy) {
                let values = entries.iter_mut().filter_map(|entry| entry.get_mut("value"));
                values.for_each(|value| *value = HIDDEN.into());
            }
            fields.values_mut().for_each(environments);
        }
        Value::Array(items) => items.iter_mut().for_each(environments),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Private keys, wherever somebody has put one.
fn keys(value: &mut Value) {
    match value {
        Value::Object(fields) => fields.values_mut().for_each(keys),
        Value::Array(items) => items.iter_mut().for_each(keys),
        Value::String(text) if text.contains("PRIVATE KEY-----") => HIDDEN.clone_into(text),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const PEM: &str = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";

    fn hidden(mut object: Value) -> Value {
        hide(&mut object);
        object
    }

    fn data(secret: &Value, key: &str) -> String {
        let bytes = STANDARD.decode(secret["data"][key].as_str().unwrap()).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn of_a_secret_only_certificates_and_where_a_kubeconfig_leads_are_left() {
        let config = json!({
            "clusters": [{ "name": "c", "cluster": { "server": "https://x" } }],
            "users": [{ "name": "u", "user": { "token": "e30.claims.canary1", "client-key-data": "canary2",
                "password": "canary3", "exec": { "command": "canary4" }, "client-certificate-data": "cert" } },
                { "name": "v", "user": { "token": "canary5" } }],
        });
        let pair = format!("{PEM}-----BEGIN EC PRIVATE KEY-----\ncanary6\n-----END EC PRIVATE KEY-----\n");
        let secret = hidden(json!({
            "kind": "Secret", "metadata": { "name": "s", "annotations": { LAST_APPLIED: "canary7", "a": "b" } },
            "stringData": { "x": "canary8" },
            "data": { "kubeconfig": STANDARD.encode(config.to_string()), "tls.crt": STANDARD.encode(&pair),
                "password": STANDARD.encode("canary9"), "odd": "canary10!" },
        }));
        let all = format!("{secret} {} {}", data(&secret, "kubeconfig"), data(&secret, "tls.crt"));
        assert!(!all.contains("canary"), "{all}");
        assert_eq!(data(&secret, "tls.crt"), PEM);
        assert_eq!((data(&secret, "password"), data(&secret, "odd")), (String::new(), String::new()));
        let left: Value = serde_json::from_str(&data(&secret, "kubeconfig")).unwrap();
        assert_eq!(left["clusters"][0]["cluster"]["server"], "https://x");
        let users = json!([{ "name": "u", "user": { "token": "e30.claims.hidden", "client-certificate-data": "cert" } },
            { "name": "v", "user": { "token": "hidden" } }]);
        assert_eq!(left["users"], users);
        assert_eq!(secret["metadata"]["annotations"], json!({ "a": "b" }));
    }

    #[test]
    fn environments_are_hidden_but_for_the_proxys_and_keys_wherever_they_are() {
        let container = |name: &str| json!({ "name": name, "env": [{ "name": "A", "value": "canary" }, { "name": "B", "valueFrom": {} }] });
        let pod = json!({ "kind": "Pod", "spec": { "containers": [container("app"), container("linkerd-proxy")] } });
        let pod = hidden(pod);
        assert_eq!(pod["spec"]["containers"][0]["env"][0]["value"], "hidden");
        assert_eq!(pod["spec"]["containers"][1]["env"][0]["value"], "canary");
        let map = hidden(
            json!({ "kind": "ConfigMap", "data": { "a": "-----BEGIN RSA PRIVATE KEY-----\nx" , "b": "c" } }),
        );
        assert_eq!(map["data"], json!({ "a": "hidden", "b": "c" }));
    }
}
