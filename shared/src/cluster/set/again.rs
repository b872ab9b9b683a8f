//! The same clusters some time later: who has gone, and who has come back; and as they were a moment ago.

use super::{ClusterSet, Connecting, Identity, Reach, dial};
use crate::cluster::call::{Call, Resource};
use crate::cluster::client::Cluster;
use crate::cluster::look::read;
use crate::cluster::warnings::Warnings;
#[cfg(test)]
use crate::terms::{ClusterName, Fleet, Member};
use crate::terms::{Observed, Obstacle, PerCluster};
use crate::verdict::Failure;
use std::sync::Arc;

impl ClusterSet {
    /// The clusters as they can be reached now. Those that answer stay as they are, with what they remember; one that does
    /// not is out, and one that was out is connected to again.
    ///
    /// # Errors
    /// Two names that turn out to be one cluster (exit 2).
    pub async fn again(&self, with: &Connecting<'_>, heard: &Warnings) -> Result<Self, Failure> {
        let ground = (&self.fleet, &self.primary);
        let reaches = self.reaches.each(async |name, reach| {
            let before = match reach {
                Reach::Connected { cluster, identity } => match still(cluster, identity).await {
                    Ok(true) => {
                        return Reach::Connected { cluster: cluster.clone(), identity: identity.clone() };
                    }
                    Ok(false) => Obstacle::Unreachable { cause: "another cluster answers there".to_owned() },
                    Err(obstacle) => return Reach::Out(obstacle),
                },
                Reach::Out(obstacle) => obstacle.clone(),
            };
            // A file that is being written is no reason to end what goes on for hours.
            Box::pin(dial(name, ground, with, heard)).await.unwrap_or(Reach::Out(before))
        });
        let reaches = Arc::new(reaches.await);
        let set = Self { fleet: self.fleet.clone(), primary: self.primary.clone(), reaches };
        set.refuse_doubles("name each cluster once: `--contexts A,B` with contexts of different clusters")?;
        Ok(set)
    }

    /// Whether these are the very clusters of another set: none has gone since, none has come back.
    pub fn is_as(&self, other: &Self) -> bool {
        self.reaches.iter().all(|(name, reach)| match (reach, other.reach(name)) {
            (Reach::Connected { cluster, .. }, Some(Reach::Connected { cluster: other, .. })) => {
                Arc::ptr_eq(cluster, other)
            }
            (Reach::Out(_), Some(Reach::Out(_))) => true,
            (Reach::Connected { .. } | Reach::Out(_), _) => false,
        })
    }

    /// The same clusters, of which reads may be as old as what an API server has at hand, and cost it less: for a first look
    /// at what is likely to be in order. What speaks against somebody is looked at again in the clusters themselves.
    #[must_use]
    pub fn taking_any_version(&self) -> Self {
        let reaches = PerCluster::clone(&self.reaches).map(|_, reach| match reach {
            Reach::Connected { cluster, identity } => {
                Reach::Connected { cluster: Arc::new(cluster.taking_any_version()), identity }
            }
            Reach::Out(obstacle) => Reach::Out(obstacle),
        });
        Self { reaches: Arc::new(reaches), ..self.clone() }
    }

    /// A set of one cluster.
    #[cfg(test)]
    pub(in crate::cluster) fn of_one(cluster: Cluster) -> Self {
        let name = cluster.name().clone();
        let context = crate::terms::ContextName(name.to_string());
        let fleet = Fleet::new(vec![Member { name: name.clone(), context }]).unwrap();
        let cluster = Arc::new(cluster);
        let reach =
            |_: &ClusterName| Reach::Connected { cluster: cluster.clone(), identity: Observed::Absent };
        let reaches = Arc::new(PerCluster::of(&fleet, reach));
        Self { primary: name, fleet, reaches }
    }

    /// From now on what was read outlives a look, until somebody says that it has grown old.
    pub(in crate::cluster) fn keep_in_mind(&self) {
        for (_, reach) in self.reaches.iter() {
            if let Reach::Connected { cluster, .. } = reach {
                cluster.keep_in_mind();
            }
        }
    }
}

/// Whether the one that answers is the one that answered before. Asked past what is remembered.
///
/// # Errors
/// What keeps us from it now.
async fn still(cluster: &Cluster, identity: &Observed<String>) -> Result<bool, Obstacle> {
    let call = Call::get(Resource::NAMESPACES, None, "kube-system");
    match cluster.submit(&call).await.map_err(|undone| undone.obstacle) {
        Ok(body) => {
            let now = read::<Identity>(&call, &body).map(|now| now.metadata.uid);
            let is_other = |now: &String| matches!(identity, Observed::Present(before) if before != now);
            Ok(!now.is_ok_and(|now| is_other(&now)))
        }
        Err(obstacle) if obstacle.is_passing() || obstacle == Obstacle::Unauthorized => {
            Err(obstacle.at(&cluster.way().await))
        }
        Err(_) => Ok(true),
    }
}
