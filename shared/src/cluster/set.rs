//! All clusters of a run, reached or not.

mod again;

use super::archive::Archive;
use super::call::Resource;
use super::client::Cluster;
use super::dial::{Dial, DialError, Dialer, Terminal};
use super::fleet::Resolved;
use super::kubeconfig::Loaded;
use super::warnings::Warnings;
use crate::terms::{ClusterName, ConnectionChoice, Environment, Fleet, Observed, Obstacle, PerCluster};
use crate::verdict::{Failure, command};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A cluster, or what keeps us out of it. Looking through an unreached one gives `Unknown`.
#[derive(Clone)]
pub enum Reach {
    /// Connected; the identity is the uid of its `kube-system` namespace.
    Connected {
        /// The cluster, ready for calls.
        cluster: Arc<Cluster>,
        /// Who it is.
        identity: Observed<String>,
    },
    /// Not connected.
    Out(Obstacle),
}

/// The clusters of a run. A clone is of the same ones.
#[derive(Clone)]
pub struct ClusterSet {
    /// Their names and contexts.
    pub fleet: Fleet,
    /// The one that is acted on first.
    pub primary: ClusterName,
    reaches: Arc<PerCluster<Reach>>,
}

#[derive(Deserialize)]
struct Identity {
    metadata: IdentityMetadata,
}

#[derive(Deserialize)]
struct IdentityMetadata {
    uid: String,
}

/// How to connect: what the user chose, and who we say we are.
pub struct Connecting<'a> {
    /// The kubeconfig.
    pub loaded: &'a Loaded,
    /// The flags.
    pub choice: &'a ConnectionChoice,
    /// The environment.
    pub environment: &'a Environment,
    /// `kubectl-mesh-export/0.1.0 (linux/amd64)`
    pub user_agent: &'a str,
    /// Where credential plugins may ask and talk.
    pub terminal: Arc<dyn Terminal>,
}

impl ClusterSet {
    /// Connects to all clusters of a fleet at once. A dead one is an obstacle of its own and hides no other.
    ///
    /// # Errors
    /// A wrong local name or file (exit 2); two names that turn out to be one cluster (exit 2).
    pub async fn connect(resolved: Resolved, with: &Connecting<'_>) -> Result<Self, Failure> {
        Self::connect_hearing(resolved, with, &Warnings::default()).await
    }

    /// The same, with somebody who hears what the API servers warn of.
    ///
    /// # Errors
    /// As above.
    pub async fn connect_hearing(
        resolved: Resolved,
        with: &Connecting<'_>,
        heard: &Warnings,
    ) -> Result<Self, Failure> {
        let Resolved { fleet, primary } = resolved;
        heard.among(fleet.names());
        let primary = primary.name;
        let dialed = PerCluster::of(&fleet, |_| ())
            .each(async |name, ()| dial(name, (&fleet, &primary), with, heard).await)
            .await
            .all_or_first()?;
        let set = Self { fleet, primary, reaches: Arc::new(dialed) };
        set.refuse_doubles("name each cluster once: `--contexts A,B` with contexts of different clusters")?;
        Ok(set)
    }

    /// A set of clusters for which files answer. Nothing is asked of anybody.
    ///
    /// # Errors
    /// A member of the fleet without files; two whose files are of one cluster (exit 2).
    pub fn of_archives(
        fleet: Fleet,
        primary: ClusterName,
        mut archives: BTreeMap<ClusterName, Archive>,
    ) -> Result<Self, Failure> {
        let of = |name: &ClusterName| -> Result<Reach, Failure> {
            let archive = archives.remove(name).ok_or_else(|| {
                let flag = command(["--from", &format!("{}=DIR", fleet.context(name))]);
                Failure::usage(
                    format!("{name}: no files are named"),
                    format!("name a folder of them: `{flag}`"),
                )
            })?;
            if let Some(obstacle) = archive.out_of_reach() {
                return Ok(Reach::Out(obstacle));
            }
            let identity = archive.identity();
            let cluster = Arc::new(Cluster::of_archive(name.clone(), archive));
            Ok(Reach::Connected { cluster, identity })
        };
        let reaches = PerCluster::of(&fleet, of).all_or_first()?;
        let set = Self { fleet, primary, reaches: Arc::new(reaches) };
        set.refuse_doubles(
            "name a folder of each cluster: `--from CONTEXT=DIR` with files of different clusters",
        )?;
        Ok(set)
    }

    /// The same clusters, once for each that can come first: one look from all sides. What one side has read no other
    /// reads again, so that all judge the same. Whoever asks for sides again looks again.
    pub fn sides(&self) -> Vec<Self> {
        for (_, reach) in self.reaches.iter() {
            if let Reach::Connected { cluster, .. } = reach {
                cluster.remember();
            }
        }
        let side = |primary: &ClusterName| Self {
            fleet: self.fleet.clone(),
            primary: primary.clone(),
            reaches: self.reaches.clone(),
        };
        self.fleet.names().map(side).collect()
    }

    /// Lets go of what sides have read.
    pub fn forget(&self) {
        for (_, reach) in self.reaches.iter() {
            if let Reach::Connected { cluster, .. } = reach {
                cluster.forget_all();
            }
        }
    }

    /// What is known of a cluster; `None` for a name of another fleet.
    pub fn reach(&self, name: &ClusterName) -> Option<&Reach> {
        self.reaches.get(name)
    }

    /// All clusters in fleet order.
    pub fn iter(&self) -> impl Iterator<Item = (&ClusterName, &Reach)> {
        self.reaches.iter()
    }

    /// Runs a look on every cluster at once; an unreached one gives `Unknown`.
    pub async fn each<T>(&self, look: impl AsyncFn(&Cluster) -> Observed<T>) -> PerCluster<Observed<T>> {
        self.reaches
            .each(async |_, reach| match reach {
                Reach::Connected { cluster, .. } => look(cluster).await,
                Reach::Out(obstacle) => Observed::Unknown(obstacle.clone()),
            })
            .await
    }

    /// A connected cluster.
    ///
    /// # Errors
    /// What keeps us out of it.
    pub fn cluster(&self, name: &ClusterName) -> Result<&Cluster, Obstacle> {
        match self.reaches.get(name) {
            Some(Reach::Connected { cluster, .. }) => Ok(cluster),
            Some(Reach::Out(obstacle)) => Err(obstacle.clone()),
            None => Err(Obstacle::Unreachable { cause: format!("{name} is not a cluster of this run") }),
        }
    }

    fn refuse_doubles(&self, next: &str) -> Result<(), Failure> {
        let mut seen: BTreeMap<&str, &ClusterName> = BTreeMap::new();
        for (name, reach) in self.reaches.iter() {
            let Reach::Connected { identity: Observed::Present(uid), .. } = reach else { continue };
            if let Some(first) = seen.insert(uid, name) {
                return Err(Failure::usage(
                    format!("{first} and {name} are the same cluster (uid of kube-system {uid})"),
                    next,
                ));
            }
        }
        Ok(())
    }
}

async fn dial(
    name: &ClusterName,
    (fleet, primary): (&Fleet, &ClusterName),
    with: &Connecting<'_>,
    heard: &Warnings,
) -> Result<Reach, Failure> {
    let member = fleet.members().iter().find(|member| &member.name == name);
    let member = member.ok_or_else(|| Failure::internal(format!("{name} is not in its own fleet")))?;
    let settings = Dial {
        overrides: if name == primary {
            super::dial::Overrides::Apply
        } else {
            super::dial::Overrides::Ignore
        },
        user_agent: with.user_agent.to_owned(),
        environment: with.environment,
        terminal: with.terminal.clone(),
        heard: heard.clone(),
    };
    let dialer = match Dialer::new(with.loaded, member, with.choice, settings) {
        Ok(dialer) => dialer,
        Err(DialError::Name(failure)) => return Err(failure),
        Err(DialError::Obstacle(obstacle)) => return Ok(Reach::Out(obstacle)),
    };
    match dialer.dial().await {
        Ok(dialed) => {
            let cluster = Cluster::new(name.clone(), dialer, dialed, with.choice.request_timeout);
            Ok(introduced(cluster).await)
        }
        Err(DialError::Name(failure)) => Err(failure),
        Err(DialError::Obstacle(obstacle)) => Ok(Reach::Out(obstacle)),
    }
}

/// Asks a cluster who it is. Without the right to read `kube-system` it is connected all the same.
async fn introduced(cluster: Cluster) -> Reach {
    let identity = cluster.get_lasting::<Identity>(Resource::NAMESPACES, None, "kube-system").await;
    match identity {
        Observed::Unknown(obstacle) if obstacle.is_passing() || obstacle == Obstacle::Unauthorized => {
            Reach::Out(obstacle.at(&cluster.way().await))
        }
        Observed::Present(_) | Observed::Absent | Observed::Unknown(_) => {
            let identity = identity.map(|namespace| namespace.metadata.uid);
            Reach::Connected { cluster: Arc::new(cluster), identity }
        }
    }
}
