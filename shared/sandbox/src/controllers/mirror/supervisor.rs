//! Follows the Link: starts a watcher, starts it anew when the Link changes, stops it when it is gone.

use std::sync::Arc;

use kube::{Api, Client, api::DynamicObject};
use tokio::{sync::mpsc, time::timeout};
use tracing::{error, info};

use super::{
    Parameters,
    credentials::connect,
    link::Link,
    metrics::Board,
    probe::Probe,
    reflector::{Change, Store},
    task::Task,
    trouble::Trouble,
    watcher::{Surroundings, Watcher},
};

pub(super) struct Supervisor {
    importer: Client,
    parameters: Arc<Parameters>,
    board: Board,
    link: Option<Link>,
    probe: Option<Task>,
    watcher: Option<Watcher>,
    retired: Vec<Task>,
}

impl Supervisor {
    pub(super) fn new(importer: Client, parameters: Parameters, board: Board) -> Self {
        Self {
            importer,
            parameters: Arc::new(parameters),
            board,
            link: None,
            probe: None,
            watcher: None,
            retired: Vec::new(),
        }
    }

    /// Runs until it is dropped.
    pub(super) async fn run(mut self) {
        let (sender, mut changes) = mpsc::unbounded_channel();
        let namespace = &self.parameters.namespace;
        let api = Api::namespaced_with(self.importer.clone(), namespace, &Link::resource());
        let only = format!("metadata.name={}", self.parameters.link);
        let heard = move |change| sender.send(change).unwrap_or_default();
        let _follower = Task::spawn(Store::<DynamicObject>::default().follow(api, only, heard));
        loop {
            let starting = self.link.is_some() && self.watcher.is_none();
            let heard = if starting {
                timeout(self.parameters.retry, changes.recv()).await.ok()
            } else {
                Some(changes.recv().await)
            };
            match heard {
                None => self.start().await,
                Some(Some(change)) => self.take(change).await,
                Some(None) => return,
            }
        }
    }

    async fn take(&mut self, change: Change<DynamicObject>) {
        let link = match change {
            Change::Added(object) | Change::Updated(object) => match Link::of(&object) {
                Ok(link) => Some(link),
                Err(trouble) => return error!(%trouble, "the Link is ignored"),
            },
            Change::Deleted(_) => None,
        };
        // The status is written all the time; only another spec is news.
        if link == self.link {
            return;
        }
        self.retire();
        self.link = link;
        if self.link.is_some() {
            self.start().await;
        }
    }

    fn retire(&mut self) {
        info!(link = self.parameters.link, "watcher ends");
        self.retired.retain(|task| !task.is_finished());
        self.retired.extend(self.watcher.take().map(Watcher::retire));
        self.probe = None;
        self.board.set_queue(None);
        self.board.write(|metrics| {
            metrics.gateway_alive = None;
            metrics.gateway_enabled = None;
        });
    }

    /// Tries to reach the exporter. The probe starts first and needs no credentials.
    async fn start(&mut self) {
        let Some(link) = self.link.clone() else { return };
        let (sender, changes) = mpsc::unbounded_channel();
        self.board.write(|metrics| {
            metrics.target_cluster_name = Some(link.target_cluster_name.clone());
            metrics.gateway_enabled = Some(!link.gateway_address.is_empty());
            metrics.gateway_alive.get_or_insert(false);
        });
        self.probe = Probe::of(&link, &self.parameters)
            .map(|probe| Task::spawn(probe.run(self.board.clone(), sender)));
        match self.surroundings(link).await {
            Ok(around) => self.watcher = Some(Watcher::start(around, changes)),
            Err(trouble) => error!(%trouble, link = self.parameters.link, "cannot reach the exporter"),
        }
    }

    async fn surroundings(&self, link: Link) -> Result<Surroundings, Trouble> {
        let secret = &link.cluster_credentials_secret;
        let exporter = connect(&self.importer, &self.parameters.namespace, secret).await?;
        Ok(Surroundings {
            importer: self.importer.clone(),
            exporter,
            link,
            parameters: self.parameters.clone(),
            board: self.board.clone(),
        })
    }
}
