//! Makes the Job of a probe, follows it, reads what it said and removes it: always, however the run ends.

mod following;
mod leftovers;
mod rehearsal;

use super::super::export::{MANAGER, Target};
use super::super::snapshot::MeshSeen;
use super::findings::left_behind;
use super::manifest::Probe;
use super::outcome::{Probed, Trouble};
use crate::cluster::{Call, Cluster, ClusterSet, Resource, Undone, read};
use crate::plan::Progress;
use crate::terms::{ClusterName, GoDuration, Mode, Obstacle};
use crate::verdict::Finding;
use futures::StreamExt;
use serde::Deserialize;
use std::cell::RefCell;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::time::{Duration, Instant};

/// How many probes run at a time.
const AT_A_TIME: usize = 4;
/// What the removal of a Job may take.
const REMOVAL: Duration = Duration::from_secs(2);
/// When nobody knows whether a Job was made, it is removed once more after so long.
const ONCE_MORE: Duration = Duration::from_millis(500);

/// What probes are made with. Whatever becomes of the run, its results and what it has made are known here.
pub struct Probing<'a> {
    set: &'a ClusterSet,
    seen: &'a MeshSeen,
    how: How,
    progress: &'a dyn Progress,
    started: Instant,
    made: RefCell<Vec<Made>>,
    results: RefCell<Vec<(Target, Probed)>>,
}

/// What the user chose.
#[derive(Debug, Clone)]
pub struct How {
    /// The image.
    pub image: String,
    /// How long one probe may take.
    pub patience: GoDuration,
    /// Whether anything is to be made.
    pub mode: Mode,
}

/// A Job that was sent.
#[derive(Debug, Clone)]
struct Made {
    target: Target,
    probe: Probe,
    /// Whether a server may still make it after it was removed: no answer has come.
    in_doubt: bool,
}

#[derive(Deserialize)]
struct Created {
    metadata: CreatedMetadata,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CreatedMetadata {
    creation_timestamp: String,
}

impl<'a> Probing<'a> {
    /// Nothing is sent yet.
    pub fn new(set: &'a ClusterSet, seen: &'a MeshSeen, how: How, progress: &'a dyn Progress) -> Self {
        let (made, results) = (RefCell::default(), RefCell::default());
        Self { set, seen, how, progress, started: Instant::now(), made, results }
    }

    /// Probes these mirrors, some at a time. Can be dropped anywhere; [`Self::remove_all`] must follow.
    pub async fn all(&self, targets: &[&Target]) {
        let probes = targets.iter().map(async |target| {
            let probed = self.one(target).await.unwrap_or_else(Probed::Blind);
            self.results.borrow_mut().push(((*target).clone(), probed));
        });
        futures::stream::iter(probes).buffer_unordered(AT_A_TIME).collect::<()>().await;
    }

    /// What has become of the mirrors that were probed so far.
    pub fn results(&self) -> Vec<(Target, Probed)> {
        self.results.borrow().clone()
    }

    /// Removes every Job that is still there; what cannot be removed is said.
    pub async fn remove_all(&self) -> Vec<Finding> {
        let made = self.made.take();
        let removals = made.iter().map(async |made| {
            let why = self.remove(made).await.err()?;
            Some(left_behind(self.seen, &made.target, &made.probe.key.name, &why.to_string()))
        });
        futures::future::join_all(removals).await.into_iter().flatten().collect()
    }

    async fn one(&self, target: &Target) -> Result<Probed, Obstacle> {
        let probe = Probe::new(target, &letters());
        if probe.ports.is_empty() {
            return Ok(Probed::NoPort);
        }
        if self.how.mode == Mode::Show {
            return Ok(Probed::Pending);
        }
        let cluster = self.set.cluster(&target.consumer)?;
        self.progress
            .doing(&target.consumer, &format!("probing svc/{}/{}", probe.key.namespace, target.mirror));
        if let Some(trouble) = rehearsal::trouble(cluster, &probe, &self.how.image).await? {
            return Ok(Probed::Stopped(trouble));
        }
        let job = probe.job(&self.how.image, self.how.patience);
        let call = Call::create(Resource::JOBS, Some(&probe.key.namespace), &job).managed_by(MANAGER);
        if self.how.mode == Mode::ServerDryRun {
            return match cluster.submit(&call.dry()).await {
                Ok(_) => Ok(Probed::Pending),
                Err(undone) => refused(undone.obstacle),
            };
        }
        let probed = self.live(cluster, (target, &probe), &call).await;
        self.removed(&probe.key.name).await;
        probed
    }

    async fn live(
        &self,
        cluster: &Cluster,
        (target, probe): (&Target, &Probe),
        call: &Call,
    ) -> Result<Probed, Obstacle> {
        let made = Made { target: target.clone(), probe: probe.clone(), in_doubt: true };
        self.made.borrow_mut().push(made);
        let created: Created = match cluster.submit(call).await {
            Ok(body) => {
                self.is_answered(&probe.key.name);
                read(call, &body)?
            }
            Err(Undone { obstacle, in_doubt }) => {
                if !in_doubt {
                    self.forget(&probe.key.name);
                }
                return refused(obstacle);
            }
        };
        leftovers::sweep(cluster, probe, &created.metadata.creation_timestamp).await;
        let probed = following::follow(cluster, probe, self.how.patience.as_duration()).await?;
        self.tell(&target.consumer, probe, &probed);
        Ok(probed)
    }

    fn tell(&self, consumer: &ClusterName, probe: &Probe, probed: &Probed) {
        let Probed::Ran(ports) = probed else { return };
        for port in ports {
            let (key, mirror) = (&probe.key, &probe.mirror);
            let text = format!("svc/{}/{mirror} port {} {}", key.namespace, port.port, port.outcome.word());
            self.progress.happened(consumer, &text, self.started.elapsed());
        }
    }

    fn is_answered(&self, name: &str) {
        for made in self.made.borrow_mut().iter_mut().filter(|made| made.probe.key.name == name) {
            made.in_doubt = false;
        }
    }

    fn forget(&self, name: &str) {
        self.made.borrow_mut().retain(|made| made.probe.key.name != name);
    }

    /// Removes one Job as soon as it is not needed any more; if that fails, it is tried again in the end.
    async fn removed(&self, name: &str) {
        let made = self.made.borrow().iter().find(|made| made.probe.key.name == name).cloned();
        let Some(made) = made else { return };
        if self.remove(&made).await.is_ok() {
            self.forget(name);
        }
    }

    async fn remove(&self, made: &Made) -> Result<(), Obstacle> {
        let cluster = self.set.cluster(&made.target.consumer)?;
        let call = Call::remove(Resource::JOBS, &made.probe.key.namespace, &made.probe.key.name);
        let removed = bounded(cluster, &call).await;
        if !made.in_doubt {
            return removed;
        }
        // It may come about only now.
        tokio::time::sleep(ONCE_MORE).await;
        bounded(cluster, &call).await
    }
}

async fn bounded(cluster: &Cluster, call: &Call) -> Result<(), Obstacle> {
    let removed = tokio::time::timeout(REMOVAL, cluster.send(call)).await;
    match removed.unwrap_or(Err(Obstacle::TimedOut { after: REMOVAL })) {
        Ok(_) | Err(Obstacle::Refused { code: 404, .. }) => Ok(()),
        Err(obstacle) => Err(obstacle),
    }
}

/// A server that says no has been asked; one that cannot be asked leaves us blind.
fn refused(obstacle: Obstacle) -> Result<Probed, Obstacle> {
    let Obstacle::Refused { message, .. } = obstacle else { return Err(obstacle) };
    Ok(Probed::Stopped(Trouble::PodRefused { message, security: None }))
}

/// Eight letters and digits that no other run has.
fn letters() -> String {
    format!("{:08x}", RandomState::new().build_hasher().finish() & 0xffff_ffff)
}
