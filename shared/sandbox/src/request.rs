//! From an HTTP request to what is asked: a verb, and a resource or a path.

pub(crate) mod options;

use http::{HeaderMap, Method, header};
use percent_encoding::percent_decode_str;

use crate::refusal::{Named, Refusal};

/// What is done, as RBAC names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verb {
    Get,
    List,
    Watch,
    Create,
    Update,
    Patch,
    Delete,
    DeleteCollection,
}

impl Verb {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Get => "get",
            Self::List => "list",
            Self::Watch => "watch",
            Self::Create => "create",
            Self::Update => "update",
            Self::Patch => "patch",
            Self::Delete => "delete",
            Self::DeleteCollection => "deletecollection",
        }
    }
}

/// Where a resource is; empty fields are not in the path.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) group: String,
    pub(crate) version: String,
    pub(crate) resource: String,
    pub(crate) namespace: String,
    pub(crate) name: String,
    pub(crate) subresource: String,
}

impl Place {
    pub(crate) fn named(&self) -> Named<'_> {
        Named { group: &self.group, resource: &self.resource, name: &self.name }
    }
}

/// What a path leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Target {
    Resource(Place),
    /// Discovery, version, health; in parts.
    Path(Vec<String>),
}

/// One request.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) method: Method,
    pub(crate) target: Target,
    pub(crate) path: String,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) headers: HeaderMap,
    /// `None` for one that is longer than [`LONGEST`].
    pub(crate) body: Option<Vec<u8>>,
}

/// The server reads so many bytes of a body.
pub(crate) const LONGEST: usize = 3 << 20;

impl Request {
    /// Reads path and query.
    pub(crate) fn new(parts: &http::request::Parts, body: Option<Vec<u8>>) -> Self {
        let path = percent_decode_str(parts.uri.path()).decode_utf8_lossy().into_owned();
        let query = form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes());
        Self {
            method: parts.method.clone(),
            target: target(&path),
            query: query.into_owned().collect(),
            path,
            headers: parts.headers.clone(),
            body,
        }
    }

    /// A value of the query; an empty one is none.
    pub(crate) fn asked(&self, key: &str) -> Option<&str> {
        let found = self.query.iter().find(|(name, _)| name == key);
        found.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }

    /// Whether a key is in the query and does not say no.
    pub(crate) fn is_asked(&self, key: &str) -> bool {
        let found = self.query.iter().find(|(name, _)| name == key);
        found.is_some_and(|(_, value)| value != "0" && !value.eq_ignore_ascii_case("false"))
    }

    /// The body.
    ///
    /// # Errors
    /// Refuses one that is too long.
    pub(crate) fn body(&self) -> Result<&[u8], Refusal> {
        self.body.as_deref().ok_or_else(|| Refusal::too_long(LONGEST))
    }

    pub(crate) fn header(&self, name: header::HeaderName) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The media type of the body, without its parameters.
    pub(crate) fn media(&self) -> &str {
        self.header(header::CONTENT_TYPE).split(';').next().unwrap_or_default().trim()
    }

    /// What is done to this place.
    ///
    /// # Errors
    /// Refuses a method that no resource knows.
    pub(crate) fn verb(&self, place: &Place) -> Result<Verb, Refusal> {
        let one = !place.name.is_empty();
        match self.method {
            Method::GET | Method::HEAD if one => Ok(Verb::Get),
            Method::GET | Method::HEAD if self.is_asked("watch") => Ok(Verb::Watch),
            Method::GET | Method::HEAD => Ok(Verb::List),
            Method::POST => Ok(Verb::Create),
            Method::PUT => Ok(Verb::Update),
            Method::PATCH => Ok(Verb::Patch),
            Method::DELETE if one => Ok(Verb::Delete),
            Method::DELETE => Ok(Verb::DeleteCollection),
            _ => Err(Refusal::method_not_allowed()),
        }
    }
}

/// The path is unescaped before it is cut, as the server does: an escaped slash is a slash.
fn target(path: &str) -> Target {
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let place = match parts.as_slice() {
        ["api", version, rest @ ..] if !rest.is_empty() => place("", version, rest),
        ["apis", group, version, rest @ ..] if !rest.is_empty() => place(group, version, rest),
        _ => return Target::Path(parts.into_iter().map(str::to_owned).collect()),
    };
    Target::Resource(place)
}

fn place(group: &str, version: &str, rest: &[&str]) -> Place {
    let mut place = Place { group: group.into(), version: version.into(), ..Place::default() };
    let rest = match rest {
        // A namespace is an object of the cluster, whose place is also called after itself.
        ["namespaces", name, status @ ("status" | "finalize")] => {
            (place.namespace, place.name, place.subresource) =
                ((*name).into(), (*name).into(), (*status).into());
            &["namespaces"]
        }
        ["namespaces", name] => {
            (place.namespace, place.name) = ((*name).into(), (*name).into());
            &["namespaces"]
        }
        ["namespaces", namespace, rest @ ..] if !rest.is_empty() => {
            place.namespace = (*namespace).into();
            rest
        }
        rest => rest,
    };
    let mut rest = rest.iter().map(|part| (*part).to_owned());
    place.resource = rest.next().unwrap_or_default();
    if place.name.is_empty() {
        place.name = rest.next().unwrap_or_default();
        place.subresource = rest.collect::<Vec<_>>().join("/");
    }
    place
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resource(path: &str) -> [String; 6] {
        let Target::Resource(place) = target(path) else { panic!("{path} is no resource") };
        [place.group, place.version, place.resource, place.namespace, place.name, place.subresource]
    }

    #[test]
    fn paths_of_resources_are_cut_into_their_parts() {
        for (path, expected) in [
            ("/api/v1/services", ["", "v1", "services", "", "", ""]),
            ("/api/v1/namespaces/shop/services/web", ["", "v1", "services", "shop", "web", ""]),
            ("/api/v1/namespaces/shop", ["", "v1", "namespaces", "shop", "shop", ""]),
            ("/api/v1/namespaces/shop/status", ["", "v1", "namespaces", "shop", "shop", "status"]),
            ("/api/v1/namespaces", ["", "v1", "namespaces", "", "", ""]),
            (
                "/apis/m.example/v2/namespaces/a/links/b/status",
                ["m.example", "v2", "links", "a", "b", "status"],
            ),
            ("/api/v1/namespaces/shop/services/a/b", ["", "v1", "services", "shop", "a", "b"]),
        ] {
            assert_eq!(resource(path), expected.map(str::to_owned), "{path}");
        }
    }

    #[test]
    fn other_paths_are_kept_in_parts() {
        for (path, expected) in
            [("/", vec![]), ("/version", vec!["version"]), ("/apis/apps/v1", vec!["apis", "apps", "v1"])]
        {
            assert_eq!(target(path), Target::Path(expected.into_iter().map(str::to_owned).collect()));
        }
    }
}
