//! Hearing when what was read has grown old: a watch for each answer that a look has had. An answer of which no watch tells
//! is asked for again with the next look.

mod follow;
mod interest;
mod plan;
mod told;

use super::client::Cluster;
use super::set::{ClusterSet, Reach};
use crate::terms::{ClusterName, Obstacle};
use plan::Plan;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use tokio::task::JoinHandle;
use told::Told;

/// The watches of a set of clusters. Dropping it ends them.
#[derive(Default)]
pub struct Hearing {
    told: Arc<Told>,
    ears: BTreeMap<ClusterName, Ear>,
}

/// The watches of one cluster.
struct Ear {
    cluster: Arc<Cluster>,
    /// Which watch tells of which answer, by the keys of both.
    covered: BTreeMap<String, String>,
    watches: BTreeMap<String, Following>,
}

/// A watch under way.
struct Following(JoinHandle<()>);

impl Drop for Following {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Hearing {
    /// A look begins: lets go of every answer that has grown old, or of which nobody hears. The rest is not asked for again.
    pub fn begin(&self, set: &ClusterSet) {
        set.keep_in_mind();
        let mut changes = self.told.take_changes();
        for (name, ear) in &self.ears {
            let changed = changes.remove(name).unwrap_or_default();
            ear.cluster.forget_where(|call| !ear.hears(&call.key(), &changed));
        }
    }

    /// A look is over: opens the watches for what it has read, and closes those that nobody needs any more.
    pub fn attend(&mut self, set: &ClusterSet) {
        let mut before = std::mem::take(&mut self.ears);
        for (name, reach) in set.iter() {
            let Reach::Connected { cluster, .. } = reach else { continue };
            // Of a cluster that was connected to again, nothing that was heard before holds.
            let same = before.remove(name).filter(|ear| Arc::ptr_eq(&ear.cluster, cluster));
            if same.is_none() {
                self.told.forgive(name);
            }
            let watches = same.map(|mut ear| std::mem::take(&mut ear.watches)).unwrap_or_default();
            let ear = self.told.clone().ear(name, cluster, watches);
            self.ears.insert(name.clone(), ear);
        }
    }

    /// Waits until something has changed, or a cluster may have gone.
    pub async fn heard(&self) {
        self.told.rung().await;
    }

    /// Whether something has changed since the last look began.
    pub fn is_news(&self) -> bool {
        self.told.is_news()
    }

    /// Whether a watch has broken, so that somebody should ask who is still there. Said once.
    pub fn take_doubt(&self) -> bool {
        self.told.take_doubt()
    }

    /// What may not be watched, each said once.
    pub fn take_refusals(&self) -> Vec<(ClusterName, Obstacle)> {
        self.told.take_refusals()
    }

    /// How many watches there are.
    pub fn count(&self) -> usize {
        self.ears.values().map(|ear| ear.watches.len()).sum()
    }
}

impl Told {
    fn ear(
        self: Arc<Self>,
        name: &ClusterName,
        cluster: &Arc<Cluster>,
        mut before: BTreeMap<String, Following>,
    ) -> Ear {
        let Plan { wanted, covered } = Plan::of(cluster.remembered());
        let mut watches = BTreeMap::new();
        for (key, wanted) in wanted {
            if self.is_refused(name, &key) {
                continue;
            }
            let following = before.remove(&key).filter(|one| !one.0.is_finished());
            let opened = following.unwrap_or_else(|| {
                let job = follow::follow(cluster.clone(), key.clone(), wanted.start(), self.clone());
                Following(tokio::spawn(job))
            });
            watches.insert(key, opened);
        }
        Ear { cluster: cluster.clone(), covered, watches }
    }
}

impl Ear {
    /// Whether a watch that lives tells of this answer, and has told of no change.
    fn hears(&self, call: &str, changed: &BTreeSet<String>) -> bool {
        let watch = self.covered.get(call);
        let lives = |watch: &&String| self.watches.get(*watch).is_some_and(|one| !one.0.is_finished());
        watch.filter(lives).is_some_and(|watch| !changed.contains(watch))
    }
}

#[cfg(test)]
mod tests;
