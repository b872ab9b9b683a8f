//! Which kind of request one is: what stays when names, namespaces and values are left out.

use super::Recorded;

/// A kind of request, as the tables of the contract write it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RequestKind {
    /// The verb as RBAC names it.
    pub verb: String,
    /// `resource.group/subresource` without the empty parts; empty where the path is no resource, as `/version` is.
    pub resource: String,
    /// The keys of the query, sorted; without `continue`, since a second page is the same request with another
    /// beginning, without `watch`, which is in the verb, and without a `resourceVersion` of 0, which asks for the same and is
    /// content with what is at hand.
    pub query: String,
    /// The media type of the body; empty without one.
    pub body: String,
    /// The media type that is asked for.
    pub accept: String,
}

impl Recorded {
    /// Returns which kind of request this is.
    pub fn kind(&self) -> RequestKind {
        let (resource, is_named) = place(&self.path);
        let pairs = self.query.split('&').filter(|pair| *pair != "resourceVersion=0");
        let keys = pairs.filter_map(|pair| pair.split('=').next());
        let mut keys: Vec<&str> = keys.filter(|key| !["", "continue", "watch"].contains(key)).collect();
        keys.sort_unstable();
        RequestKind {
            verb: self.verb(&resource, is_named).to_owned(),
            resource,
            query: keys.join(","),
            body: self.content_type.clone(),
            accept: self.accept.clone(),
        }
    }

    fn verb(&self, resource: &str, is_named: bool) -> &str {
        match self.method.as_str() {
            "GET" if is_named || resource.is_empty() => "get",
            "GET" if self.is_watch() => "watch",
            "GET" => "list",
            "POST" => "create",
            "PUT" => "update",
            "PATCH" => "patch",
            "DELETE" if is_named => "delete",
            "DELETE" => "deletecollection",
            other => other,
        }
    }
}

/// The resource of a path, and whether it names an object.
fn place(path: &str) -> (String, bool) {
    let words: Vec<&str> = path.split('/').filter(|word| !word.is_empty()).collect();
    let (group, words) = match words.as_slice() {
        ["api", _, words @ ..] => ("", words),
        ["apis", group, _, words @ ..] => (*group, words),
        _ => return (String::new(), false),
    };
    // A namespace is a resource itself where nothing in it is named.
    let words = match words {
        ["namespaces", _, words @ ..] if !words.is_empty() => words,
        words => words,
    };
    let Some(plural) = words.first() else { return (String::new(), false) };
    let dot = if group.is_empty() { "" } else { "." };
    let (slash, below) = words.get(2).map_or(("", ""), |below| ("/", *below));
    (format!("{plural}{dot}{group}{slash}{below}"), words.len() > 1)
}

#[cfg(test)]
mod tests {
    use super::place;

    #[test]
    fn resources_are_named_without_names_and_namespaces() {
        for (path, resource, is_named) in [
            ("/api/v1/namespaces/n/services/s", "services", true),
            ("/api/v1/services", "services", false),
            ("/api/v1/namespaces/n", "namespaces", true),
            ("/api/v1/namespaces", "namespaces", false),
            ("/api/v1/namespaces/n/pods/p/log", "pods/log", true),
            ("/apis/batch/v1/namespaces/n/jobs", "jobs.batch", false),
            ("/apis/a.b/v1/namespaces/n/links/l/status", "links.a.b/status", true),
            ("/version", "", false),
            ("/apis/a.b/v1", "", false),
        ] {
            assert_eq!(place(path), (resource.to_owned(), is_named), "{path}");
        }
    }
}
