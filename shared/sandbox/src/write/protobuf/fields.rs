//! Which fields the kinds have.

use base64::{Engine as _, engine::general_purpose::STANDARD};

/// A message: number, name and what is in it.
pub(super) type Form = [(u64, &'static str, Field)];

/// What is in a field.
#[derive(Debug)]
pub(super) enum Field {
    Text,
    Number,
    Flag,
    /// Bytes, which JSON has in base64.
    Data,
    Texts,
    Message(&'static Form),
    /// Entries with a key and a value.
    Map(&'static Form),
    /// Written by servers only, or read otherwise.
    Ignored,
}

use Field::{Data, Flag, Ignored, Map, Message, Number, Text, Texts};

/// The number of the object in its envelope.
pub(super) const RAW: u64 = 2;

pub(super) const ENVELOPE: [(u64, &str, Field); 4] = [
    (1, "typeMeta", Message(&[(1, "apiVersion", Text), (2, "kind", Text)])),
    (RAW, "raw", Ignored),
    (3, "contentEncoding", Text),
    (4, "contentType", Text),
];

const WORDS: &Form = &[(1, "key", Text), (2, "value", Text)];
const FILES: &Form = &[(1, "key", Text), (2, "value", Data)];

const METADATA: &Form = &[
    (1, "name", Text),
    (2, "generateName", Text),
    (3, "namespace", Text),
    (4, "selfLink", Text),
    (5, "uid", Text),
    (6, "resourceVersion", Text),
    (7, "generation", Ignored),
    (8, "creationTimestamp", Ignored),
    (11, "labels", Map(WORDS)),
    (12, "annotations", Map(WORDS)),
    (14, "finalizers", Texts),
];

const NAMESPACE: &Form = &[
    (1, "metadata", Message(METADATA)),
    (2, "spec", Message(&[(1, "finalizers", Texts)])),
    (3, "status", Message(&[(1, "phase", Text)])),
];
const CONFIG_MAP: &Form = &[
    (1, "metadata", Message(METADATA)),
    (2, "data", Map(WORDS)),
    (3, "binaryData", Map(FILES)),
    (4, "immutable", Flag),
];
const SECRET: &Form = &[
    (1, "metadata", Message(METADATA)),
    (2, "data", Map(FILES)),
    (3, "type", Text),
    (4, "stringData", Map(WORDS)),
    (5, "immutable", Flag),
];
const SERVICE_ACCOUNT: &Form =
    &[(1, "metadata", Message(METADATA)), (4, "automountServiceAccountToken", Flag)];
const TOKEN_REQUEST: &Form = &[
    (1, "metadata", Message(METADATA)),
    (2, "spec", Message(&[(1, "audiences", Texts), (4, "expirationSeconds", Number)])),
    (3, "status", Message(&[(1, "token", Text), (2, "expirationTimestamp", Ignored)])),
];
const ACCESS: &Form = &[
    (1, "namespace", Text),
    (2, "verb", Text),
    (3, "group", Text),
    (4, "version", Text),
    (5, "resource", Text),
    (6, "subresource", Text),
    (7, "name", Text),
];
const PATH: &Form = &[(1, "path", Text), (2, "verb", Text)];
const ACCESS_REVIEW: &Form = &[
    (1, "metadata", Message(METADATA)),
    (
        2,
        "spec",
        Message(&[(1, "resourceAttributes", Message(ACCESS)), (2, "nonResourceAttributes", Message(PATH))]),
    ),
    (3, "status", Ignored),
];

/// The fields of a kind, when it is read.
pub(super) fn of_kind(api_version: &str, kind: &str) -> Option<&'static Form> {
    match (api_version, kind) {
        ("v1", "ConfigMap") => Some(CONFIG_MAP),
        ("v1", "Namespace") => Some(NAMESPACE),
        ("v1", "Secret") => Some(SECRET),
        ("v1", "ServiceAccount") => Some(SERVICE_ACCOUNT),
        ("authentication.k8s.io/v1", "TokenRequest") => Some(TOKEN_REQUEST),
        ("authorization.k8s.io/v1", "SelfSubjectAccessReview") => Some(ACCESS_REVIEW),
        _ => None,
    }
}

pub(super) fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}
