//! Pods behind Services, found by the labels that select them.

use super::Pod;
use crate::terms::Labels;
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::ops::{Deref, DerefMut};
use std::sync::OnceLock;

/// Pods in their order, with an index of their labels, which is made when somebody first asks by these: a fleet has thousands of
/// Services, each of which would look at every pod.
#[derive(Debug, Clone, Default)]
pub struct Pods {
    all: Vec<Pod>,
    by_label: OnceLock<Index>,
}

/// The places of pods, by what is made of a namespace and a label in it.
type Index = HashMap<u64, Vec<usize>>;

impl Pods {
    /// Those of a namespace that a selector selects; none for an empty one.
    pub fn selected(&self, namespace: &str, selector: &Labels) -> Vec<&Pod> {
        let index = self.by_label.get_or_init(|| index(&self.all));
        let places =
            selector.iter().map(|label| index.get(&mark(namespace, label)).map_or(&[][..], Vec::as_slice));
        // Another label may have the same mark.
        let is_selected = |pod: &&Pod| pod.namespace == namespace && selects(selector, &pod.labels);
        let fewest = places.min_by_key(|places| places.len()).unwrap_or_default();
        fewest.iter().filter_map(|place| self.all.get(*place)).filter(is_selected).collect()
    }
}

fn index(pods: &[Pod]) -> Index {
    let mut index = Index::new();
    for (place, pod) in pods.iter().enumerate() {
        for label in &pod.labels {
            index.entry(mark(&pod.namespace, label)).or_default().push(place);
        }
    }
    index
}

fn mark(namespace: &str, label: (&String, &String)) -> u64 {
    let mut hasher = DefaultHasher::new();
    (namespace, label).hash(&mut hasher);
    hasher.finish()
}

fn selects(selector: &Labels, labels: &Labels) -> bool {
    selector.iter().all(|(key, value)| labels.get(key) == Some(value))
}

impl From<Vec<Pod>> for Pods {
    fn from(all: Vec<Pod>) -> Self {
        Self { all, by_label: OnceLock::new() }
    }
}

impl PartialEq for Pods {
    fn eq(&self, other: &Self) -> bool {
        self.all == other.all
    }
}

impl Eq for Pods {}

impl Deref for Pods {
    type Target = Vec<Pod>;

    fn deref(&self) -> &Vec<Pod> {
        &self.all
    }
}

impl DerefMut for Pods {
    fn deref_mut(&mut self) -> &mut Vec<Pod> {
        self.by_label.take();
        &mut self.all
    }
}

/// What Services select, to tell of each pod whether one does.
#[derive(Debug, Default)]
pub struct Selectors<'a>(HashMap<u64, Vec<(&'a str, &'a Labels)>>);

impl<'a> FromIterator<(&'a str, &'a Labels)> for Selectors<'a> {
    fn from_iter<I: IntoIterator<Item = (&'a str, &'a Labels)>>(all: I) -> Self {
        let mut selectors = Self::default();
        for (namespace, selector) in all {
            // One of its labels is enough to find it by.
            if let Some(label) = selector.iter().next() {
                selectors.0.entry(mark(namespace, label)).or_default().push((namespace, selector));
            }
        }
        selectors
    }
}

impl Selectors<'_> {
    /// Whether one of them selects the pod.
    pub fn select(&self, pod: &Pod) -> bool {
        let near = pod.labels.iter().filter_map(|label| self.0.get(&mark(&pod.namespace, label))).flatten();
        near.into_iter()
            .any(|(namespace, selector)| pod.namespace == *namespace && selects(selector, &pod.labels))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(pairs: &[(&str, &str)]) -> Labels {
        pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    }

    fn pod(namespace: &str, name: &str, pairs: &[(&str, &str)]) -> Pod {
        Pod { namespace: namespace.into(), name: name.into(), labels: labels(pairs), ..Pod::default() }
    }

    fn pods() -> Vec<Pod> {
        vec![
            pod("shop", "web-0", &[("app", "web"), ("tier", "front")]),
            pod("shop", "web-1", &[("app", "web"), ("tier", "back")]),
            pod("shop", "db-0", &[("app", "db"), ("tier", "back")]),
            pod("other", "web-0", &[("app", "web"), ("tier", "front")]),
            pod("shop", "bare", &[]),
        ]
    }

    #[test]
    fn what_the_index_finds_is_what_every_pod_compared_would_give() {
        let pods = Pods::from(pods());
        for selector in [
            labels(&[("app", "web")]),
            labels(&[("app", "web"), ("tier", "back")]),
            labels(&[("app", "web"), ("tier", "none")]),
            labels(&[("app", "nothing")]),
        ] {
            let each = pods.iter().filter(|pod| pod.namespace == "shop" && selects(&selector, &pod.labels));
            assert_eq!(pods.selected("shop", &selector), each.collect::<Vec<_>>(), "{selector:?}");
        }
        assert_eq!(pods.selected("shop", &labels(&[])), Vec::<&Pod>::new());
    }

    #[test]
    fn a_pod_that_changes_is_found_by_its_new_labels() {
        let mut pods = Pods::from(pods());
        assert_eq!(pods.selected("shop", &labels(&[("app", "db")])).len(), 1);
        pods[4].labels = labels(&[("app", "db")]);
        assert_eq!(pods.selected("shop", &labels(&[("app", "db")])).len(), 2);
    }

    #[test]
    fn selectors_select_pods_of_their_own_namespace_alone() {
        let [web, nothing] = [labels(&[("app", "web"), ("tier", "back")]), labels(&[])];
        let selectors: Selectors<'_> = [("shop", &web), ("other", &nothing)].into_iter().collect();
        let selected: Vec<String> =
            pods().iter().filter(|pod| selectors.select(pod)).map(|pod| pod.name.clone()).collect();
        assert_eq!(selected, ["web-1"]);
    }
}
