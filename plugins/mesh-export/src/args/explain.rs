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
  # Show the cause, the fix, and one line per stage from the Service to its mirror
  kubectl mesh-export explain svc/postgres-rw -n databases

  # In one cluster, for a script: the check that names the cause, or nothing if all is well
  kubectl mesh-export explain svc/postgres-rw -n databases --to apps -o jsonpath='{.services[*].mirrors[*].cause.check}'

  # Draw a Mermaid flowchart
  kubectl mesh-export explain svc/postgres-rw -n databases -o mermaid

Besides the usual formats, `-o mermaid` is available. Exit codes: 0 nothing is broken, 3 something is, 4 a possible cause
could not be checked, 6 the same because a cluster did not respond.";
