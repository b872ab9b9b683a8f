//! What is asked of `explain`.

use super::{ModeArg, ServiceArgs};
use clap::Args;

/// `explain`
#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    #[command(flatten)]
    pub(crate) services: ServiceArgs,
    #[command(flatten)]
    pub(crate) modes: ModeArg,
}

pub(super) const EXAMPLES: &str = "\
Examples:
  # The cause, what to do, and a line for each stage from the Service to its mirror
  kubectl mesh-export explain svc/postgres-rw -n databases

  # In one cluster, for a script: the check that leads, nothing when all is well
  kubectl mesh-export explain svc/postgres-rw -n databases --to apps -o jsonpath='{.services[*].mirrors[*].cause.check}'

  # A flowchart for a page that shows Mermaid
  kubectl mesh-export explain svc/postgres-rw -n databases -o mermaid

Besides the usual formats there is `-o mermaid`. Exit codes: 0 nothing is broken, 3 something is, 4 something that could be
the cause could not be seen, 6 the same because a cluster did not answer.";
