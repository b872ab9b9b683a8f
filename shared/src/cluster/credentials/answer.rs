//! What a credential plugin printed. Never shown, never logged.

use super::check::fits_a_header;
use crate::cluster::explain::first_document;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kube::config::AuthInfo;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

/// All versions of the protocol that there ever were.
const VERSIONS: [&str; 3] = [
    "client.authentication.k8s.io/v1",
    "client.authentication.k8s.io/v1beta1",
    "client.authentication.k8s.io/v1alpha1",
];

/// The credentials of a plugin.
pub(in crate::cluster) struct Answer {
    token: Option<SecretString>,
    identity: Option<(String, SecretString)>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ExecCredential {
    #[serde(default)]
    api_version: String,
    #[serde(default)]
    kind: String,
    status: Option<Status>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Status {
    #[serde(default)]
    token: Option<String>,
    #[serde(default)]
    client_certificate_data: Option<String>,
    #[serde(default)]
    client_key_data: Option<String>,
}

impl Answer {
    /// Reads the output of a plugin that was asked in this version of the protocol.
    pub(in crate::cluster) fn parse(output: &[u8], version: &str) -> Result<Self, String> {
        let credential = credential(output)?;
        if credential.kind != "ExecCredential" {
            return Err("its answer is not of kind ExecCredential".to_owned());
        }
        if credential.api_version != version {
            return Err(format!(
                "exec plugin is configured to use API version {version}, plugin returned {}",
                returned(&credential.api_version),
            ));
        }
        let status = credential.status.ok_or("exec plugin didn't return a status field")?;
        let filled =
            |text: Option<String>| text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        let token = filled(status.token).map(SecretString::from);
        let identity = match (filled(status.client_certificate_data), filled(status.client_key_data)) {
            (Some(certificate), Some(key)) => Some((certificate, SecretString::from(key))),
            (None, None) => None,
            _ => return Err("exec plugin returned only certificate or key, not both".to_owned()),
        };
        if token.as_ref().is_some_and(|token: &SecretString| !fits_a_header(token.expose_secret())) {
            return Err("its token has characters that are not allowed in a request".to_owned());
        }
        if token.is_none() && identity.is_none() {
            return Err("exec plugin didn't return a token or cert/key pair".to_owned());
        }
        Ok(Self { token, identity })
    }

    /// Puts the credentials where the client finds them.
    pub(in crate::cluster) fn apply(self, user: &mut AuthInfo) {
        user.token = self.token.or(user.token.take());
        if let Some((certificate, key)) = self.identity {
            user.client_certificate_data = Some(STANDARD.encode(certificate));
            user.client_key_data = Some(STANDARD.encode(key.expose_secret()).into());
        }
    }
}

/// A version of the protocol, in client-go's words; what else stands there may be anything.
fn returned(version: &str) -> String {
    if VERSIONS.contains(&version) { format!("version {version}") } else { "another version".to_owned() }
}

/// An answer in JSON, or in YAML, which client-go reads as well. Only the line of a mistake is told.
fn credential(output: &[u8]) -> Result<ExecCredential, String> {
    let wrong = |line: &str| format!("its answer is not an ExecCredential in JSON or YAML ({line})");
    match serde_json::from_slice(output) {
        Ok(credential) => Ok(credential),
        Err(error) if output.trim_ascii_start().starts_with(b"{") => {
            first_document(output).map_err(|_| wrong(&format!("line {}", error.line())))
        }
        Err(_) => {
            first_document(output).map_err(|problem| wrong(problem.split(':').next().unwrap_or_default()))
        }
    }
}
