//! Bearer tokens of service accounts and of the administrator.
//!
//! They look like the real ones, since clients read their claims, but they are not signed: the cluster knows those
//! that it has issued, and no other is accepted.

use std::collections::BTreeMap;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::user::User;
use crate::chance;
use crate::object::uid;
use crate::state::State;

/// Whom a bound token is for, and who issues it.
pub(crate) const AUDIENCE: &str = "https://kubernetes.default.svc";

/// Whom a token stands for.
#[derive(Debug, Clone)]
pub(crate) struct Issued {
    pub(crate) namespace: String,
    pub(crate) account: String,
    pub(crate) uid: String,
    /// The Secret that holds it: with it, the token goes.
    pub(crate) secret: Option<String>,
    /// When it ends; `None` for one that is held by a Secret.
    pub(crate) ends: Option<Timestamp>,
}

/// All tokens of a cluster.
#[derive(Debug)]
pub(crate) struct Tokens {
    administrator: String,
    issued: BTreeMap<String, Issued>,
}

impl Default for Tokens {
    fn default() -> Self {
        Self { administrator: chance::hexadecimal(32), issued: BTreeMap::new() }
    }
}

impl Tokens {
    /// The token of who may do everything.
    pub(crate) fn administrator(&self) -> &str {
        &self.administrator
    }

    /// Issues a token with these claims.
    pub(crate) fn issue(&mut self, claims: &Value, issued: Issued) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let header = json!({"alg": "none", "kid": "sandbox"});
        let token = format!("{}.{}.{}", part(&header), part(claims), chance::hexadecimal(32));
        self.issued.insert(token.clone(), issued);
        token
    }

    /// Whose token this is, now; `None` when it is nobody's any more.
    pub(crate) fn user(&self, token: &str, state: &State, now: Timestamp) -> Option<User> {
        if token == self.administrator {
            return Some(User::administrator());
        }
        let issued = self.issued.get(token)?;
        let is_there =
            |table: &str, name: &str| state.store.get(table, &format!("{}/{name}", issued.namespace));
        let account = is_there("serviceaccounts", &issued.account)?;
        let held = issued.secret.as_ref().is_none_or(|secret| is_there("secrets", secret).is_some());
        let valid = uid(&account) == issued.uid && held && issued.ends.is_none_or(|ends| now < ends);
        valid.then(|| User::account(&issued.namespace, &issued.account, &issued.uid))
    }
}

/// The claims of a token that a Secret holds (flat, without an end) or that is bound (nested, with one).
pub(crate) fn claims_of(issued: &Issued, now: Timestamp) -> Value {
    let subject = format!("system:serviceaccount:{}:{}", issued.namespace, issued.account);
    match (&issued.secret, issued.ends) {
        (Some(secret), _) => json!({
            "iss": "kubernetes/serviceaccount",
            "kubernetes.io/serviceaccount/namespace": issued.namespace,
            "kubernetes.io/serviceaccount/secret.name": secret,
            "kubernetes.io/serviceaccount/service-account.name": issued.account,
            "kubernetes.io/serviceaccount/service-account.uid": issued.uid,
            "sub": subject,
        }),
        (None, ends) => json!({
            "aud": [AUDIENCE],
            "exp": ends.unwrap_or(now).as_second(),
            "iat": now.as_second(),
            "iss": AUDIENCE,
            "kubernetes.io": {
                "namespace": issued.namespace,
                "serviceaccount": {"name": issued.account, "uid": issued.uid},
            },
            "nbf": now.as_second(),
            "sub": subject,
        }),
    }
}
