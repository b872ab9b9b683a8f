//! Kubeconfigs with everything inside: no file they point to, so they can be copied anywhere.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::certificates::{Authority, Identity};

/// One cluster, its user and its context, all of one name.
pub(crate) struct Entry {
    name: String,
    port: u16,
    authority: String,
    certificate: String,
    key: String,
}

impl Entry {
    /// Describes how this client reaches the API server on this port.
    pub(crate) fn new(name: &str, port: u16, authority: &Authority, client: &Identity) -> Self {
        Self {
            name: name.to_owned(),
            port,
            authority: STANDARD.encode(authority.pem()),
            certificate: STANDARD.encode(client.certificate.pem()),
            key: STANDARD.encode(client.key.serialize_pem()),
        }
    }

    fn cluster(&self) -> String {
        let Self { name, port, authority, .. } = self;
        format!(
            "- name: {name}\n  cluster:\n    server: https://127.0.0.1:{port}\n    \
             certificate-authority-data: {authority}\n"
        )
    }

    fn user(&self) -> String {
        let Self { name, certificate, key, .. } = self;
        format!(
            "- name: {name}\n  user:\n    client-certificate-data: {certificate}\n    \
             client-key-data: {key}\n"
        )
    }

    fn context(&self) -> String {
        let name = &self.name;
        format!("- name: {name}\n  context:\n    cluster: {name}\n    user: {name}\n")
    }
}

/// Writes a kubeconfig with these entries. There is no current context: a test that forgets to name a
/// cluster must fail.
pub(crate) fn with_contexts(entries: &[Entry]) -> String {
    let all = |one: fn(&Entry) -> String| entries.iter().map(one).collect::<String>();
    let (clusters, users, contexts) = (all(Entry::cluster), all(Entry::user), all(Entry::context));
    format!("apiVersion: v1\nkind: Config\nclusters:\n{clusters}users:\n{users}contexts:\n{contexts}")
}

/// Writes a kubeconfig for a program that knows only the current context.
pub(crate) fn of_one(entry: Entry) -> String {
    let current = format!("current-context: {}\n", entry.name);
    with_contexts(&[entry]) + &current
}
