//! Users, and those that a request pretends to be.

use std::collections::BTreeMap;

use http::HeaderMap;
use serde_json::{Value, json};

use crate::refusal::Refusal;

/// Who comes without credentials.
pub(crate) const ANONYMOUS: &str = "system:anonymous";
/// Who may do everything.
pub(super) const MASTERS: &str = "system:masters";

const AUTHENTICATED: &str = "system:authenticated";

/// Somebody who asks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct User {
    pub(crate) name: String,
    pub(crate) uid: String,
    pub(crate) groups: Vec<String>,
    pub(crate) extra: BTreeMap<String, Vec<String>>,
}

impl User {
    /// Who comes without credentials.
    pub(crate) fn anonymous() -> Self {
        Self { name: ANONYMOUS.into(), groups: vec!["system:unauthenticated".into()], ..Self::default() }
    }

    /// Who may do everything.
    pub(crate) fn administrator() -> Self {
        let groups = vec![MASTERS.into(), AUTHENTICATED.into()];
        Self { name: "kubernetes-admin".into(), groups, ..Self::default() }
    }

    /// A service account.
    pub(crate) fn account(namespace: &str, name: &str, uid: &str) -> Self {
        let groups = vec![
            "system:serviceaccounts".into(),
            format!("system:serviceaccounts:{namespace}"),
            AUTHENTICATED.into(),
        ];
        let name = format!("system:serviceaccount:{namespace}:{name}");
        Self { name, uid: uid.into(), groups, extra: BTreeMap::new() }
    }

    pub(crate) fn is_in(&self, group: &str) -> bool {
        self.groups.iter().any(|one| one == group)
    }

    pub(crate) fn is_authenticated(&self) -> bool {
        self.is_in(AUTHENTICATED)
    }

    /// As a review shows a user: nothing that is empty.
    pub(crate) fn info(&self) -> Value {
        let mut info = json!({"username": self.name});
        if let Value::Object(fields) = &mut info {
            if !self.uid.is_empty() {
                fields.insert("uid".into(), self.uid.as_str().into());
            }
            fields.insert("groups".into(), json!(self.groups));
            if !self.extra.is_empty() {
                fields.insert("extra".into(), json!(self.extra));
            }
        }
        info
    }
}

/// Whom these headers pretend to be; `None` when they pretend nothing.
///
/// # Errors
/// Refuses groups, a uid or extras without a name.
pub(super) fn impersonated(headers: &HeaderMap) -> Result<Option<User>, Refusal> {
    let all = |name: &str| headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
    let name = all("impersonate-user").next().unwrap_or_default();
    let mut groups: Vec<String> = all("impersonate-group").map(str::to_owned).collect();
    let uid = all("impersonate-uid").next().unwrap_or_default();
    let mut extra = BTreeMap::<String, Vec<String>>::new();
    for (header, value) in headers {
        if let (Some(key), Ok(value)) = (header.as_str().strip_prefix("impersonate-extra-"), value.to_str()) {
            extra.entry(key.to_owned()).or_default().push(value.to_owned());
        }
    }
    if name.is_empty() {
        let nothing = groups.is_empty() && uid.is_empty() && extra.is_empty();
        let words = format!("requested {groups:?} without impersonating a user name");
        return if nothing { Ok(None) } else { Err(Refusal::bad_request(words)) };
    }
    if name != ANONYMOUS && !groups.iter().any(|group| group == AUTHENTICATED) {
        groups.push(AUTHENTICATED.into());
    }
    Ok(Some(User { name: name.into(), uid: uid.into(), groups, extra }))
}
