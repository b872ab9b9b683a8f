//! One event of the log, and the request that it describes.

use serde::Deserialize;

/// A request as the API server saw it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// `get`, `list`, `watch`, `create`, `update`, `patch`, `delete`, `deletecollection`; in lower case the
    /// HTTP method where there is no resource.
    pub verb: String,
    /// `group/resource/subresource` without the empty parts, for example `services`, `pods/exec`,
    /// `multicluster.linkerd.io/links/status`; empty where the path is no resource, for example `/version`.
    pub resource: String,
    /// The namespace, where the request names one.
    pub namespace: Option<String>,
    /// The object, where the request names one.
    pub name: Option<String>,
    /// What the client calls itself.
    pub user_agent: String,
    /// The field manager, where the request names one.
    pub field_manager: Option<String>,
    /// Whether the server was asked to try only.
    pub dry_run: bool,
    /// The HTTP status of the answer; of a watch, the status it began with.
    pub code: u16,
    /// Path and query.
    pub uri: String,
    /// The user who acted; under impersonation, the impersonated one.
    pub user: String,
    /// The groups of that user.
    pub groups: Vec<String>,
    /// The uid of that user; empty for those that have none.
    pub uid: String,
}

impl Request {
    /// Whether it could have changed something: a writing verb, and not a dry run. A review of access or a
    /// token is created but changes nothing, and still counts: plugins name what they expect.
    pub fn is_write(&self) -> bool {
        const WRITING: [&str; 5] = ["create", "update", "patch", "delete", "deletecollection"];
        WRITING.contains(&self.verb.as_str()) && !self.dry_run
    }
}

/// The requests that could have changed something.
pub fn writes(requests: &[Request]) -> Vec<&Request> {
    requests.iter().filter(|request| request.is_write()).collect()
}

/// One line of the log. Fields that a kind of request does not have are empty.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Event {
    #[serde(rename = "auditID")]
    pub(super) id: String,
    #[serde(rename = "requestURI")]
    uri: String,
    verb: String,
    user: User,
    impersonated_user: Option<User>,
    #[serde(default)]
    pub(super) user_agent: String,
    object_ref: Option<ObjectRef>,
    response_status: Option<Status>,
    pub(super) request_received_timestamp: k8s_openapi::jiff::Timestamp,
}

#[derive(Debug, Deserialize)]
struct User {
    #[serde(default)]
    username: String,
    #[serde(default)]
    groups: Vec<String>,
    #[serde(default)]
    uid: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct ObjectRef {
    api_group: String,
    resource: String,
    subresource: String,
    namespace: String,
    name: String,
}

#[derive(Debug, Deserialize)]
struct Status {
    #[serde(default)]
    code: u16,
}

impl Event {
    /// The user who acted; under impersonation, the impersonated one.
    pub(super) fn user(&self) -> &str {
        &self.impersonated_user.as_ref().unwrap_or(&self.user).username
    }

    /// The namespace that it is about; empty for none.
    pub(super) fn namespace(&self) -> &str {
        self.object_ref.as_ref().map_or("", |object| object.namespace.as_str())
    }

    pub(super) fn request(self) -> Request {
        let user = self.impersonated_user.unwrap_or(self.user);
        let object = self.object_ref.unwrap_or_default();
        let parts = [object.api_group, object.resource, object.subresource];
        Request {
            field_manager: query(&self.uri, "fieldManager"),
            dry_run: query(&self.uri, "dryRun").is_some(),
            resource: parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("/"),
            namespace: some(object.namespace),
            name: some(object.name),
            verb: self.verb,
            user_agent: self.user_agent,
            code: self.response_status.map_or(0, |status| status.code),
            uri: self.uri,
            user: user.username,
            groups: user.groups,
            uid: user.uid,
        }
    }
}

fn some(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}

/// One value of the query. Field managers and dry runs have no characters that need decoding.
fn query(uri: &str, key: &str) -> Option<String> {
    let (_, query) = uri.split_once('?')?;
    query
        .split('&')
        .find_map(|pair| pair.split_once('=').filter(|(name, _)| *name == key))
        .map(|(_, value)| value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(line: &str) -> Request {
        serde_json::from_str::<Event>(line).unwrap().request()
    }

    #[test]
    fn a_dry_run_is_not_a_write() {
        let line = |query: &str| {
            format!(
                r#"{{"auditID":"1","requestURI":"/api/v1/namespaces/n/services/s?{query}fieldManager=me",
                "verb":"patch","user":{{"username":"admin"}},"impersonatedUser":{{"username":"jane"}},
                "userAgent":"a/1","objectRef":{{"resource":"services","namespace":"n","name":"s"}},
                "responseStatus":{{"code":200}},"requestReceivedTimestamp":"2026-11-22T23:10:27.386700Z"}}"#
            )
        };
        let real = request(&line(""));
        assert_eq!((real.resource.as_str(), real.name.as_deref()), ("services", Some("s")));
        assert_eq!((real.field_manager.as_deref(), real.user.as_str(), real.code), (Some("me"), "jane", 200));
        let tried = request(&line("dryRun=All&"));
        assert_eq!(writes(&[real.clone(), tried]), [&real]);
    }

    #[test]
    fn a_path_without_a_resource_is_no_resource() {
        let version = request(
            r#"{"auditID":"1","requestURI":"/version","verb":"get","user":{},
            "requestReceivedTimestamp":"2026-11-22T23:10:27Z"}"#,
        );
        assert_eq!((version.resource.as_str(), version.namespace, version.code), ("", None, 0));
    }
}
