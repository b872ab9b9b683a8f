//! Whether a spec names a Service, as a host name or as a reference.

use serde_json::Value;

/// A Service, seen from an object.
pub(in crate::mesh) struct Mirror<'a> {
    pub(in crate::mesh) name: &'a str,
    pub(in crate::mesh) namespace: &'a str,
    /// Whether the object is in the Service's own namespace, where the bare name leads to it.
    pub(in crate::mesh) is_beside: bool,
}

impl Mirror<'_> {
    /// Whether some text in the spec leads to it.
    pub(in crate::mesh) fn is_in(&self, spec: &Value) -> bool {
        match spec {
            Value::String(text) => self.is_named(text),
            Value::Array(values) => values.iter().any(|value| self.is_in(value)),
            Value::Object(fields) => {
                let text = |field: &str| fields.get(field).and_then(Value::as_str);
                // References of routes name another namespace beside the name.
                match (text("name"), text("namespace")) {
                    (Some(name), Some(namespace)) if name == self.name => namespace == self.namespace,
                    _ => fields.values().any(|value| self.is_in(value)),
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => false,
        }
    }

    /// Whether the text is the name, or a DNS name or address that begins with it: `NAME`, `NAME:5432`,
    /// `NAME.NAMESPACE`, `postgres://u@NAME.NAMESPACE.svc:5432/db`.
    fn is_named(&self, text: &str) -> bool {
        text.match_indices(self.name).any(|(start, found)| {
            let before = text.get(..start).and_then(|head| head.chars().next_back());
            let after = text.get(start + found.len()..).unwrap_or_default();
            !before.is_some_and(|c| is_inside(c) || c == '.') && self.ends_here(after)
        })
    }

    fn ends_here(&self, after: &str) -> bool {
        let Some(rest) = after.strip_prefix('.') else {
            return self.is_beside && !after.chars().next().is_some_and(is_inside);
        };
        let label = rest.split(|c| !is_inside(c)).next().unwrap_or_default();
        // A full stop that ends a sentence, or an absolute name.
        if label.is_empty() { self.is_beside } else { label == self.namespace }
    }
}

/// What a DNS label consists of.
fn is_inside(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '-'
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const BESIDE: Mirror<'static> = Mirror { name: "web-infra", namespace: "shop", is_beside: true };
    const AWAY: Mirror<'static> = Mirror { is_beside: false, ..BESIDE };

    #[test]
    fn a_name_is_found_as_a_whole_and_not_inside_another() {
        for text in ["web-infra", "http://web-infra.shop.svc:80/x", "PGHOST=web-infra", "user@web-infra:5432"]
        {
            assert!(BESIDE.is_named(text), "{text}");
        }
        for text in
            ["my-web-infra", "web-infra-2", "web-infrastructure", "x.web-infra", "web-infra.other.svc"]
        {
            assert!(!BESIDE.is_named(text), "{text}");
        }
    }

    #[test]
    fn from_another_namespace_only_the_name_with_its_namespace_leads_there() {
        for text in ["web-infra.shop", "http://web-infra.shop.svc.cluster.local:80", "a=web-infra.shop:80"] {
            assert!(AWAY.is_named(text), "{text}");
        }
        for text in ["web-infra", "web-infra:80", "web-infra.shopping", "web-infra.other.svc", "web-infra."] {
            assert!(!AWAY.is_named(text), "{text}");
        }
    }

    #[test]
    fn a_reference_counts_by_its_own_namespace() {
        let reference = |namespace: &str| json!({"rules": [{"backendRefs": [{"name": "web-infra", "namespace": namespace}]}]});
        assert!(AWAY.is_in(&reference("shop")) && BESIDE.is_in(&reference("shop")));
        assert!(!AWAY.is_in(&reference("other")) && !BESIDE.is_in(&reference("other")));
        let bare = json!({"backend": {"service": {"name": "web-infra", "port": {"number": 80}}}});
        assert!(BESIDE.is_in(&bare) && !AWAY.is_in(&bare));
    }
}
