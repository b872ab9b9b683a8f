//! Credentials that stand in files.

use super::check::fits_a_header;
use crate::bounded;
use crate::cluster::dial::Parts;
use crate::cluster::explain::io_words;
use crate::verdict::Failure;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kube::config::AuthInfo;
use secrecy::{ExposeSecret, SecretString};
use std::io::{Error, ErrorKind};
use std::path::Path;

/// A file with a token, and the context that it is for.
pub(super) struct TokenFile {
    file: String,
    context: String,
}

impl TokenFile {
    /// Remembers where it is.
    pub(super) fn new(file: &str, parts: &Parts) -> Self {
        Self { file: file.to_owned(), context: parts.context.0.clone() }
    }

    /// Reads it now. Editors and `echo` end it in a newline, which is no part of the token. The token that stands
    /// beside the file holds until there is one in it, as in client-go.
    pub(super) fn read(&self, beside: Option<SecretString>) -> Result<SecretString, Failure> {
        let wrong = |problem: &str| {
            Failure::usage(
                format!("context {}: token file {}: {problem}", self.context, self.file),
                format!("write a token to it: `kubectl create token NAME > {}`", self.file),
            )
        };
        let beside = beside.filter(|token| !token.expose_secret().is_empty());
        let text = match (text_of(&self.file), beside) {
            (Ok(text), Some(token)) if text.trim().is_empty() => return Ok(token),
            (Ok(text), _) => text,
            (Err(_), Some(token)) => return Ok(token),
            (Err(error), None) => return Err(wrong(&io_words(&error))),
        };
        match text.trim() {
            "" => Err(wrong("it is empty")),
            token if !fits_a_header(token) => {
                Err(wrong("it is not a token: it has more than one line, or odd characters"))
            }
            token => Ok(SecretString::from(token.to_owned())),
        }
    }
}

fn text_of(file: &str) -> Result<String, Error> {
    let bytes = bounded::file(Path::new(file))?;
    String::from_utf8(bytes).map_err(|_| Error::new(ErrorKind::InvalidData, "it is not UTF-8 text"))
}

/// Replaces the files of a client certificate by what they hold, so that a missing one is named before dialing.
pub(super) fn read_identity(user: &mut AuthInfo, parts: &Parts) -> Result<(), Failure> {
    let read = |field: &str, file: Option<String>| {
        let Some(file) = file.filter(|file| !file.is_empty()) else { return Ok(None) };
        match bounded::file(Path::new(&file)) {
            Ok(bytes) => Ok(Some(STANDARD.encode(bytes))),
            Err(error) => {
                let problem = format!("unable to read {field} {file}: {}", io_words(&error));
                Err(parts.wrong(&problem, "name a readable file"))
            }
        }
    };
    let (certificate, key) = (user.client_certificate.take(), user.client_key.take());
    user.client_certificate_data = user.client_certificate_data.take().filter(|data| !data.is_empty());
    if user.client_certificate_data.is_none() {
        user.client_certificate_data = read("client-certificate", certificate)?;
    }
    if user.client_key_data.is_none() {
        user.client_key_data = read("client-key", key)?.map(SecretString::from);
    }
    match (&user.client_certificate_data, &user.client_key_data) {
        (Some(_), None) => Err(parts.wrong(
            &format!(
                "client-key-data or client-key must be specified for {} to use the clientCert authentication method",
                parts.user_name
            ),
            "add the key",
        )),
        (None, Some(_)) => {
            // A key alone says nothing; client-go passes over it.
            user.client_key_data = None;
            Ok(())
        }
        (None, None) | (Some(_), Some(_)) => Ok(()),
    }
}
