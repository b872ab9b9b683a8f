//! Which clusters a run is about, and the connections to them.

use super::Run;
use crate::cluster::fleet::FleetFile;
use crate::cluster::kubeconfig::{self, Loaded};
use crate::cluster::{ClusterSet, Connecting, fleet};
use crate::plan::Progress;
use crate::surface::LiveProgress;
use crate::surface::args::ConnectionArgs;
use crate::terms::{NamespaceChoice, is_dns_label};
use crate::verdict::Failure;
use std::sync::Arc;

/// Where a run acts: the clusters, and the namespace on the first one.
#[derive(Clone)]
pub struct Place {
    /// The clusters, reached or not.
    pub set: ClusterSet,
    /// `None` for all namespaces.
    pub namespace: Option<String>,
}

impl Run {
    /// Finds the fleet and connects to it.
    ///
    /// # Errors
    /// A wrong flag, file or name (exit 2).
    pub async fn connect(&self, args: &ConnectionArgs, all_namespaces: bool) -> Result<Place, Failure> {
        let loaded = self.load(args).await?;
        let resolved = fleet::resolve(&args.fleet(), &loaded, &self.environment)?;
        let namespace = namespace(&args.namespace(all_namespaces), &loaded, &resolved)?;
        let set = self.connect_to(args, &loaded, resolved).await?;
        Ok(Place { set, namespace })
    }

    /// The same for a command that acts nowhere first. Its namespace is what `-n` says, and no other.
    ///
    /// # Errors
    /// As above.
    pub async fn connect_all(
        &self,
        args: &ConnectionArgs,
        file: Option<&FleetFile>,
    ) -> Result<Place, Failure> {
        let loaded = self.load(args).await?;
        self.connect_all_of(args, file, &loaded).await
    }

    pub(super) async fn load(&self, args: &ConnectionArgs) -> Result<Loaded, Failure> {
        args.check()?;
        let (named, environment) = (args.connection().kubeconfig, self.environment.clone());
        aside(move || kubeconfig::load(named.as_deref(), &environment)).await?
    }

    pub(super) async fn connect_to(
        &self,
        args: &ConnectionArgs,
        loaded: &Loaded,
        mut resolved: fleet::Resolved,
    ) -> Result<ClusterSet, Failure> {
        resolved.fleet = resolved.fleet.reached_by(args.route(&resolved.primary.name));
        let choice = args.connection();
        let connecting = Connecting {
            loaded,
            choice: &choice,
            environment: &self.environment,
            user_agent: &self.user_agent,
            terminal: Arc::new(self.console.clone()),
        };
        let progress = LiveProgress::new(&self.console, resolved.fleet.names());
        progress.doing(&resolved.primary.name, "connecting");
        let set = ClusterSet::connect_hearing(resolved, &connecting, &self.warnings).await?;
        drop(progress);
        self.warn(&set).await;
        Ok(set)
    }

    async fn warn(&self, set: &ClusterSet) {
        for (name, _) in set.iter() {
            let Ok(cluster) = set.cluster(name) else { continue };
            for warning in cluster.warnings().await {
                self.console.warn(&format!("{name}: {warning}"));
            }
        }
    }
}

/// Lets a thread wait for what others write, such as a pipe; it is left behind when somebody wants us to stop meanwhile.
async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Failure> {
    let (tell, told) = tokio::sync::oneshot::channel();
    let thread = std::thread::Builder::new().spawn(move || tell.send(work()).ok());
    thread.map_err(|error| Failure::internal(format!("no thread starts: {error}")))?;
    told.await.map_err(|_| Failure::internal("a thread ended without an answer".to_owned()))
}

pub(super) fn namespace(
    choice: &NamespaceChoice,
    loaded: &Loaded,
    resolved: &fleet::Resolved,
) -> Result<Option<String>, Failure> {
    let name = match choice {
        NamespaceChoice::All => return Ok(None),
        NamespaceChoice::Named(name) => name.as_str(),
        NamespaceChoice::OfContext => loaded.namespace_of(&resolved.primary.context),
    };
    // What no namespace can be called must not become part of a path.
    if is_dns_label(name) {
        return Ok(Some(name.to_owned()));
    }
    Err(Failure::usage(
        format!("{name:?} cannot be the name of a namespace"),
        "use lower case letters, digits and dashes inside, 63 characters at the most, such as `-n databases`",
    ))
}
