//! Hosts that are called like Services of some kind, and are none of those that are known.

use super::{Mirrors, begins_here, is_inside, is_labelling};
use serde_json::Value;
use std::collections::BTreeSet;

impl Mirrors {
    /// The hosts in the spec of an object of this namespace whose names end as these may, and that are none of them, as namespace
    /// and name. A word that may be anything else is no host.
    pub fn lost_in(&self, namespace: &str, spec: &Value) -> BTreeSet<(String, String)> {
        match spec {
            Value::String(text) if is_labelling(text) => BTreeSet::new(),
            Value::String(text) => {
                self.endings.iter().flat_map(|end| self.ending(namespace, text, end)).collect()
            }
            Value::Array(values) => values.iter().flat_map(|value| self.lost_in(namespace, value)).collect(),
            Value::Object(fields) => {
                fields.values().flat_map(|value| self.lost_in(namespace, value)).collect()
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => BTreeSet::new(),
        }
    }

    fn ending(&self, own: &str, text: &str, ending: &str) -> Vec<(String, String)> {
        let host = |(at, _): (usize, &str)| {
            let (head, after) = text.split_at_checked(at + ending.len())?;
            let start = head.rfind(|c| !is_inside(c)).map_or(0, |last| last + 1);
            let (before, name) = head.split_at_checked(start)?;
            let its = self.namespace(own, before, after).filter(|_| name.len() > ending.len())?;
            let is_known = self.by_namespace.get(its).is_some_and(|names| names.contains(name));
            (!is_known).then(|| (its.to_owned(), name.to_owned()))
        };
        text.match_indices(ending).filter_map(host).collect()
    }

    /// The namespace of a host that stands between these. By its name alone it is one where others of that namespace are known, and
    /// it stands as only hosts do.
    fn namespace<'a>(&self, own: &'a str, before: &str, after: &'a str) -> Option<&'a str> {
        if !begins_here(before, after) || after.starts_with(is_inside) {
            return None;
        }
        let is_address = |after: &str| {
            let is_port = |rest: &str| rest.starts_with(|c: char| c.is_ascii_digit());
            before.ends_with("//") || before.ends_with('@') || after.strip_prefix(':').is_some_and(is_port)
        };
        let Some(rest) = after.strip_prefix('.') else {
            return (is_address(after) && self.by_namespace.contains_key(own)).then_some(own);
        };
        let (its, beyond) = rest.split_at_checked(rest.find(|c| !is_inside(c)).unwrap_or(rest.len()))?;
        let is_known = its == own || self.by_namespace.contains_key(its);
        let is_whole = before.is_empty() && beyond.is_empty();
        let is_it = match beyond.strip_prefix(".svc") {
            // The domain of what the Multi-Cluster Services API exports.
            Some(domain) => !domain.starts_with(is_inside) && !domain.starts_with(".clusterset"),
            None => is_known && !beyond.starts_with('.') && (is_whole || is_address(beyond)),
        };
        (is_it && !its.is_empty()).then_some(its)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_host_that_is_called_like_a_mirror_and_is_none_is_lost() {
        let known = [("shop", "web-infra")].map(|(one, other)| (one.to_owned(), other.to_owned()));
        let mirrors = Mirrors::from_iter(known).with_endings(vec!["-infra".to_owned()]);
        let lost = |own: &str, text: &str| {
            assert!(mirrors.may_be_named_in(&json!([text]).to_string()), "{text}");
            let found = mirrors.lost_in(own, &json!([{ "value": text }]));
            found.into_iter().map(|(its, name)| format!("{name}.{its}")).collect::<Vec<_>>().join(",")
        };
        for (own, text, found) in [
            ("shop", "postgres://u@db-infra.data.svc.cluster.local:5432/x", "db-infra.data"),
            ("shop", "db-infra.data.svc", "db-infra.data"),
            ("data", "db-infra.data.svc.corp.internal,web-infra.shop", "db-infra.data"),
            ("tools", "http://cart-infra.shop/x", "cart-infra.shop"),
            ("tools", "cart-infra.shop", "cart-infra.shop"),
            ("tools", "--to=cart-infra.shop:80", "cart-infra.shop"),
            ("shop", "http://cart-infra:80", "cart-infra.shop"),
            ("shop", "cart-infra:80", "cart-infra.shop"),
            // Known, of another namespace than any that is, of another domain, a word, a path, a flag, a store.
            ("shop", "http://web-infra", ""),
            ("tools", "http://cart-infra.example", ""),
            ("tools", "http://cart-infra.example.com", ""),
            ("tools", "http://cart-infra.shop.example.com", ""),
            ("shop", "http://cart-infra.shop.svc.clusterset.local", ""),
            ("tools", "http://cart-infra", ""),
            ("shop", "cart-infra", ""),
            ("shop", "/etc/cart-infra/x", ""),
            ("shop", "registry.example/cart-infra:1", ""),
            ("shop", "--app=cart-infra:80", ""),
            ("shop", "s3://cart-infra", ""),
            ("shop", "http://x.cart-infra.shop.svc", ""),
            ("shop", "http://cart-infra-2.shop.svc web-infra", ""),
        ] {
            assert_eq!(lost(own, text), found, "{own}: {text}");
        }
    }
}
