//! What exported Services are called in a consumer, and what else there has to do with mirrors: the rest of a large cluster
//! is let go as it is read.

use super::super::link::Link;
use super::super::names;
use super::super::snapshot::Key;
use crate::terms::Labels;
use std::collections::BTreeSet;

/// Names that matter.
pub(super) struct Called(BTreeSet<Key>);

impl Called {
    /// The names of these Services' mirrors by these Links.
    pub(super) fn of(links: &[&Link], keys: &BTreeSet<Key>) -> Self {
        Self(keys.iter().flat_map(|key| names_of(links, key)).collect())
    }

    /// Whether it has one of the names, or a service mirror has made it, whatever for.
    pub(super) fn matters(&self, key: &Key, labels: &Labels) -> bool {
        let is_made = |label: &&str| labels.contains_key(label);
        [names::MIRRORED_SERVICE, names::OF_HEADLESS].iter().any(is_made) || self.0.contains(key)
    }
}

/// The names of the mirrors of a Service by these Links, and of a federated one.
pub(super) fn names_of(links: &[&Link], key: &Key) -> Vec<Key> {
    let mirrors = links.iter().map(|link| names::mirror(&key.name, &link.target_cluster_name));
    let all = mirrors.chain([names::federated(&key.name)]);
    all.map(|name| Key::new(key.namespace.clone(), name)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_called_like_a_mirror_or_labelled_as_one_matters() {
        let link = Link::read("linkerd-multicluster", "infra", &json!({ "targetClusterName": "infra" }));
        let called = Called::of(&[&link], &BTreeSet::from([Key::new("shop", "web")]));
        let made = Labels::from([(names::MIRRORED_SERVICE.to_owned(), "true".to_owned())]);
        for (namespace, name, labels, expected) in [
            ("shop", "web-infra", Labels::new(), true),
            ("shop", "web-federated", Labels::new(), true),
            ("other", "web-infra", Labels::new(), false),
            ("shop", "web", Labels::new(), false),
            ("other", "old-infra", made, true),
        ] {
            assert_eq!(called.matters(&Key::new(namespace, name), &labels), expected, "{namespace}/{name}");
        }
    }
}
