//! How a run reaches its clusters, so that a command to paste reaches the same ones in the same name.

use super::ClusterName;

/// The flags of a run that decide which clusters are reached, and as whom. Secrets stand here as placeholders.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Route {
    /// `--kubeconfig`
    pub kubeconfig: Option<String>,
    /// `--contexts`, which only commands of this suite know.
    pub contexts: Vec<String>,
    /// `--config`, likewise.
    pub config: Option<String>,
    /// Impersonation, for every cluster: flags and values.
    pub identity: Vec<String>,
    /// The cluster for which the next ones are meant.
    pub primary: Option<ClusterName>,
    /// Flags that replace parts of the primary cluster's context: flags and values.
    pub overrides: Vec<String>,
    /// Whether files answer, which are named one by one.
    pub is_by_files: bool,
}

impl Route {
    /// The flags of kubectl that lead to a cluster through this context.
    pub(super) fn flags(&self, cluster: &ClusterName, context: &str) -> Vec<String> {
        let file = self.kubeconfig.iter().flat_map(|file| ["--kubeconfig", file]);
        let place = file.chain(["--context", context]).map(str::to_owned);
        let overrides: &[String] = if self.primary.as_ref() == Some(cluster) { &self.overrides } else { &[] };
        place.chain(self.identity.iter().cloned()).chain(overrides.iter().cloned()).collect()
    }

    /// The flags by which a command of this suite finds the same fleet.
    pub fn fleet_flags(&self) -> Vec<String> {
        let contexts = (!self.contexts.is_empty()).then(|| self.contexts.join(","));
        let contexts = contexts.into_iter().flat_map(|contexts| ["--contexts".to_owned(), contexts]);
        let config = self.config.iter().flat_map(|file| ["--config".to_owned(), file.clone()]);
        contexts.chain(config).collect()
    }
}
