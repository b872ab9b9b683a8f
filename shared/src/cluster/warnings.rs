//! What API servers say of their own accord: the headers `Warning` of their answers (RFC 7234, as Kubernetes uses it).

pub(super) mod parse;
#[cfg(test)]
mod tests;

use super::explain::masked;
use crate::terms::ClusterName;
use http::{HeaderMap, Uri, header};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What is meant for the user. Other codes are for programs; kubectl does not show them either.
const FOR_PEOPLE: u16 = 299;

type Tell = dyn Fn(&str) + Send + Sync;

/// The warnings of a run. Clones share what was heard.
#[derive(Clone, Default)]
pub struct Warnings {
    heard: Arc<Mutex<Heard>>,
    tell: Option<Arc<Tell>>,
}

#[derive(Default)]
struct Heard {
    /// The clusters of the run, in fleet order.
    clusters: Vec<ClusterName>,
    texts: BTreeSet<(ClusterName, String)>,
}

impl Warnings {
    /// Tells each distinct text of a cluster once, when it is first heard; with the name of the cluster where there
    /// are several.
    pub fn told(tell: impl Fn(&str) + Send + Sync + 'static) -> Self {
        Self { heard: Arc::default(), tell: Some(Arc::new(tell)) }
    }

    /// What was told so far and which cluster says it: in fleet order, then by text, whatever came first.
    pub fn heard(&self) -> Vec<(ClusterName, String)> {
        let heard = self.lock();
        let mut all: Vec<_> = heard.texts.iter().cloned().collect();
        all.sort_by_key(|(cluster, _)| heard.clusters.iter().position(|other| other == cluster));
        all
    }

    /// Says which clusters there are.
    pub(super) fn among<'a>(&self, clusters: impl IntoIterator<Item = &'a ClusterName>) {
        self.lock().clusters = clusters.into_iter().cloned().collect();
    }

    /// Hears the warnings of an answer to a request for this address.
    pub(super) fn hear(&self, cluster: &str, asked: &Uri, answer: &HeaderMap) {
        let values = answer.get_all(header::WARNING).iter().filter_map(|value| value.to_str().ok());
        for (code, text) in values.flat_map(parse::warnings) {
            if code == FOR_PEOPLE && !text.is_empty() && !is_about_our_choice(asked, &text) {
                self.take(cluster, masked(&text).into_owned());
            }
        }
    }

    fn take(&self, cluster: &str, text: String) {
        let mut heard = self.lock();
        if !heard.texts.insert((ClusterName::new(cluster), text.clone())) {
            return;
        }
        if let Some(tell) = &self.tell {
            tell(&if heard.clusters.len() > 1 { format!("{cluster}: {text}") } else { text });
        }
    }

    fn lock(&self) -> MutexGuard<'_, Heard> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether a warning says that the API is deprecated that this program chose to ask. Nobody who runs it can do
/// anything about that, and servers from 1.33 on say it in answer to every request for Endpoints: Linkerd's service
/// mirror writes those, so those are what has to be read (decision 0010).
fn is_about_our_choice(asked: &Uri, text: &str) -> bool {
    let about = |version: &str| {
        let rest = text.strip_prefix(version).and_then(|rest| rest.strip_prefix(' '));
        rest.and_then(|rest| rest.split_once(' ')).is_some_and(|(_, rest)| rest.starts_with("is deprecated"))
    };
    api_version(asked.path()).is_some_and(|version| about(&version))
}

/// `v1` of `/api/v1/…`, `apps/v1` of `/apis/apps/v1/…`, whatever a proxy puts before.
fn api_version(path: &str) -> Option<String> {
    if let Some((_, rest)) = path.split_once("/apis/") {
        let mut parts = rest.split('/');
        return Some(format!("{}/{}", parts.next()?, parts.next()?));
    }
    path.split_once("/api/")?.1.split('/').next().map(str::to_owned)
}
