//! Flags of an export alone: it may prove itself, and make what mirrors need.

use super::ProbeArgs;
use clap::Args;
use platform::mesh::converge::Pruning;
use platform::mesh::export::Creation;

/// What only an export can be told.
#[derive(Debug, Args)]
pub(crate) struct ExportArgs {
    /// Make the namespace of a Service where a consumer lacks it, as it is here with regard to the mesh and pod security
    #[arg(long)]
    create_namespace: bool,
    /// Take back what is exported by this tool and not in the list of -f, in the namespaces of the list, or with -A in all
    #[arg(long)]
    prune: bool,
    #[command(flatten)]
    pub(crate) probe: ProbeArgs,
}

impl ExportArgs {
    /// What becomes of namespaces that are missing.
    pub(crate) fn creation(&self) -> Creation {
        if self.create_namespace { Creation::Asked } else { Creation::Refused }
    }

    /// What becomes of exports that are not in a list.
    pub(crate) fn pruning(&self) -> Pruning {
        if self.prune { Pruning::Asked } else { Pruning::Shown }
    }

    /// The flags that a command to paste must repeat.
    pub(crate) fn again(&self) -> Vec<String> {
        let create = self.create_namespace.then(|| "--create-namespace".to_owned());
        let prune = self.prune.then(|| "--prune".to_owned());
        create.into_iter().chain(prune).chain(self.probe.again()).collect()
    }
}
