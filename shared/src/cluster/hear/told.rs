//! What watches have told since somebody listened. It holds names, never objects, so that it does not grow with time.

use crate::terms::{ClusterName, Obstacle};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

#[derive(Debug, Default)]
pub(super) struct Told {
    news: Mutex<News>,
    bell: Notify,
}

#[derive(Debug, Default)]
struct News {
    /// The watches that have something to tell.
    changed: BTreeMap<ClusterName, BTreeSet<String>>,
    /// Whether a watch has broken.
    is_doubted: bool,
    /// The watches that are not allowed.
    refused: BTreeSet<(ClusterName, String)>,
    /// What was said of them, in the words in which it is said.
    said: BTreeSet<(ClusterName, String)>,
    unsaid: Vec<(ClusterName, Obstacle)>,
}

impl Told {
    /// A watch has told of a change.
    pub(super) fn changed(&self, cluster: &ClusterName, watch: &str) {
        self.news().changed.entry(cluster.clone()).or_default().insert(watch.to_owned());
        self.bell.notify_one();
    }

    /// A watch has broken.
    pub(super) fn doubted(&self) {
        self.news().is_doubted = true;
        self.bell.notify_one();
    }

    /// A watch is not allowed.
    pub(super) fn refused(&self, cluster: &ClusterName, watch: &str, obstacle: Obstacle) {
        let mut news = self.news();
        news.refused.insert((cluster.clone(), watch.to_owned()));
        if news.said.insert((cluster.clone(), obstacle.to_string())) {
            news.unsaid.push((cluster.clone(), obstacle));
        }
        drop(news);
        self.bell.notify_one();
    }

    /// Who was connected to again may have other rights now.
    pub(super) fn forgive(&self, cluster: &ClusterName) {
        self.news().refused.retain(|(name, _)| name != cluster);
    }

    pub(super) fn is_refused(&self, cluster: &ClusterName, watch: &str) -> bool {
        self.news().refused.contains(&(cluster.clone(), watch.to_owned()))
    }

    pub(super) fn take_changes(&self) -> BTreeMap<ClusterName, BTreeSet<String>> {
        std::mem::take(&mut self.news().changed)
    }

    pub(super) fn is_news(&self) -> bool {
        !self.news().changed.is_empty()
    }

    pub(super) fn take_doubt(&self) -> bool {
        std::mem::take(&mut self.news().is_doubted)
    }

    pub(super) fn take_refusals(&self) -> Vec<(ClusterName, Obstacle)> {
        std::mem::take(&mut self.news().unsaid)
    }

    pub(super) async fn rung(&self) {
        self.bell.notified().await;
    }

    fn news(&self) -> MutexGuard<'_, News> {
        self.news.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
