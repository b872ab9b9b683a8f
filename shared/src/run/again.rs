//! A run that goes on for hours, while clusters go and come.

use super::connect::namespace;
use super::{Place, Run};
use crate::cluster::fleet::FleetFile;
use crate::cluster::kubeconfig::Loaded;
use crate::cluster::moment::now;
use crate::cluster::{ClusterSet, Connecting, fleet};
use crate::surface::args::ConnectionArgs;
use crate::terms::NamespaceChoice;
use crate::verdict::Failure;
use std::sync::Arc;

/// What it takes to connect again. A kubeconfig is read once: it may come through a pipe.
#[derive(Clone)]
pub(super) struct Way(Arc<Loaded>);

impl Run {
    /// As [`Run::connect_all`], and how to connect again later.
    ///
    /// # Errors
    /// A wrong flag, file or name (exit 2).
    pub(super) async fn connect_to_stay(
        &self,
        args: &ConnectionArgs,
        file: Option<&FleetFile>,
    ) -> Result<(Place, Way), Failure> {
        let loaded = self.load(args).await?;
        let place = self.connect_all_of(args, file, &loaded).await?;
        Ok((place, Way(Arc::new(loaded))))
    }

    pub(super) async fn connect_all_of(
        &self,
        args: &ConnectionArgs,
        file: Option<&FleetFile>,
        loaded: &Loaded,
    ) -> Result<Place, Failure> {
        let resolved = fleet::resolve_all(&args.fleet(), file, loaded)?;
        let namespace = match args.namespace(false) {
            named @ NamespaceChoice::Named(_) => namespace(&named, loaded, &resolved)?,
            NamespaceChoice::All | NamespaceChoice::OfContext => None,
        };
        let set = self.connect_to(args, loaded, resolved).await?;
        Ok(Place { set, namespace })
    }

    /// The same clusters as they can be reached now.
    ///
    /// # Errors
    /// Two names that turn out to be one cluster (exit 2).
    pub(super) async fn connect_again(
        &self,
        args: &ConnectionArgs,
        way: &Way,
        set: &ClusterSet,
    ) -> Result<ClusterSet, Failure> {
        let choice = args.connection();
        let connecting = Connecting {
            loaded: &way.0,
            choice: &choice,
            environment: &self.environment,
            user_agent: &self.user_agent,
            terminal: Arc::new(self.console.clone()),
        };
        set.again(&connecting, &self.warnings).await
    }

    /// When something happens: now, in UTC, to the second.
    pub fn moment(&self) -> String {
        now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
    }
}
