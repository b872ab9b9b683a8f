//! Users, and those that a request pretends to be.

use std::collections::BTreeMap;

use http::HeaderMap;
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};

use super::Asked;
use crate::refusal::Refusal;

/// Who comes without credentials.
pub(crate) const ANONYMOUS: &str = "system:anonymous";
/// Who may do everything.
pub(super) const MASTERS: &str = "system:masters";

const AUTHENTICATED: &str = "system:authenticated";
const UNAUTHENTICATED: &str = "system:unauthenticated";
const AUTHENTICATION: &str = "authentication.k8s.io";

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
        Self { name: ANONYMOUS.into(), groups: vec![UNAUTHENTICATED.into()], ..Self::default() }
    }

    /// Who may do everything.
    pub(crate) fn administrator() -> Self {
        let groups = vec![MASTERS.into(), AUTHENTICATED.into()];
        Self { name: "kubernetes-admin".into(), groups, ..Self::default() }
    }

    /// A service account.
    pub(crate) fn account(namespace: &str, name: &str, uid: &str) -> Self {
        let mut groups = account_groups(namespace);
        groups.push(AUTHENTICATED.into());
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

/// Something that one may pretend to be.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Right {
    group: &'static str,
    resource: &'static str,
    subresource: String,
    namespace: String,
    name: String,
}

impl Right {
    fn of(group: &'static str, resource: &'static str, name: &str) -> Self {
        Self { group, resource, name: name.to_owned(), ..Self::default() }
    }

    pub(super) fn asked(&self) -> Asked<'_> {
        let (subresource, namespace, name) = (&self.subresource, &self.namespace, &self.name);
        let (group, resource) = (self.group, self.resource);
        Asked { group, resource, subresource, namespace, name, ..Asked::default() }
    }
}

/// Whom these headers pretend to be, and the rights that it takes; `None` when they pretend nothing.
///
/// # Errors
/// Refuses groups, a uid or extras without a name.
pub(super) fn impersonated(headers: &HeaderMap) -> Result<Option<(User, Vec<Right>)>, Refusal> {
    let all = |name: &str| headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
    let name = all("impersonate-user").next().unwrap_or_default();
    let said: Vec<String> = all("impersonate-group").map(str::to_owned).collect();
    let uid = all("impersonate-uid").next().unwrap_or_default();
    let mut extra = BTreeMap::<String, Vec<String>>::new();
    for (header, value) in headers {
        if let (Some(key), Ok(value)) = (header.as_str().strip_prefix("impersonate-extra-"), value.to_str()) {
            let key = percent_decode_str(key).decode_utf8_lossy().into_owned();
            extra.entry(key).or_default().push(value.to_owned());
        }
    }
    if name.is_empty() {
        let nothing = said.is_empty() && uid.is_empty() && extra.is_empty();
        let words = format!("requested {said:?} without impersonating a user name");
        return if nothing { Ok(None) } else { Err(Refusal::bad_request(words)) };
    }
    let mut rights = vec![right_to(name)];
    rights.extend(said.iter().map(|group| Right::of("", "groups", group)));
    for (key, values) in &extra {
        let right =
            |value| Right { subresource: key.clone(), ..Right::of(AUTHENTICATION, "userextras", value) };
        rights.extend(values.iter().map(|value| right(value)));
    }
    rights.extend((!uid.is_empty()).then(|| Right::of(AUTHENTICATION, "uids", uid)));
    let groups = groups(name, said);
    Ok(Some((User { name: name.into(), uid: uid.into(), groups, extra }, rights)))
}

/// Namespace and name of a service account.
fn account(name: &str) -> Option<(&str, &str)> {
    let (namespace, name) = name.strip_prefix("system:serviceaccount:")?.split_once(':')?;
    (!namespace.is_empty() && !name.is_empty() && !name.contains(':')).then_some((namespace, name))
}

fn right_to(name: &str) -> Right {
    match account(name) {
        Some((namespace, name)) => {
            Right { namespace: namespace.into(), ..Right::of("", "serviceaccounts", name) }
        }
        None => Right::of("", "users", name),
    }
}

/// A service account has the groups of its kind unless others are said, and everybody is authenticated or is not.
fn groups(name: &str, said: Vec<String>) -> Vec<String> {
    let mut groups = match account(name) {
        Some((namespace, _)) if said.is_empty() => account_groups(namespace),
        _ => said,
    };
    let (usual, other) = match name {
        ANONYMOUS => (UNAUTHENTICATED, UNAUTHENTICATED),
        _ => (AUTHENTICATED, UNAUTHENTICATED),
    };
    if !groups.iter().any(|group| group == usual || group == other) {
        groups.push(usual.into());
    }
    groups
}

fn account_groups(namespace: &str) -> Vec<String> {
    vec!["system:serviceaccounts".into(), format!("system:serviceaccounts:{namespace}")]
}
