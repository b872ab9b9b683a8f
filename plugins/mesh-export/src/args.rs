//! What can be typed. Turned into values here; nothing is looked up yet.

mod explain;
mod export;
mod mode;
mod probe;

use clap::{Args, Parser, Subcommand};
pub(crate) use explain::ExplainArgs;
pub(crate) use export::ExportArgs;
pub(crate) use mode::{ModeArg, RoutableArg};
use platform::mesh::change::Keeping;
use platform::surface::Console;
use platform::surface::args::{CompletionArgs, ConnectionArgs, DryRunArg, OutputArgs, timeout};
use platform::terms::{GoDuration, Mode, Waiting};
use platform::verdict::Failure;
pub(crate) use probe::ProbeArgs;

/// Export a Service to the other clusters of a Linkerd mesh, and verify that it is usable there
///
/// Sets the labels that the other clusters' Links select, waits until the mirrors are ready, and prints the names under
/// which clients reach the Service there. Safe to run again: anything already in place is left unchanged.
#[derive(Debug, Parser)]
#[command(
    name = "kubectl-mesh_export",
    bin_name = "kubectl mesh-export",
    version,
    disable_help_subcommand = true,
    args_override_self = false,
    after_help = EXAMPLES
)]
pub(crate) struct MeshExport {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    #[command(flatten)]
    pub(crate) export: ChangeArgs,
    #[command(flatten)]
    pub(crate) only: ExportArgs,
    /// Print the roles required in each cluster, as manifests, and exit
    #[arg(long)]
    pub(crate) show_rbac: bool,
    #[command(flatten)]
    pub(crate) connection: ConnectionArgs,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

const EXAMPLES: &str = "\
Examples:
  # Export a Service of the current context to every cluster that has a Link to it
  kubectl mesh-export svc/postgres-rw -n databases

  # Show what would change; exit with 5 if anything would
  kubectl mesh-export svc/postgres-rw -n databases --dry-run=server

  # Export to one cluster only, from a script
  kubectl mesh-export svc/postgres-rw -n databases --to apps --yes -o name

  # If Flux or Argo CD manages the Service: print the change as a diff of its manifests, to commit
  kubectl mesh-export svc/postgres-rw -n databases --repo . | git apply

  # Switch to a flat network, and back; the mirrors stay, but route differently
  kubectl mesh-export svc/postgres-rw -n databases --mode flat
  kubectl mesh-export svc/postgres-rw -n databases --mode gateway

  # List all exports and the state of their mirrors
  kubectl mesh-export list -A

  # Verify with real traffic from the other clusters
  kubectl mesh-export verify svc/postgres-rw -n databases --probe

  # Explain why the Service cannot be used in the other clusters
  kubectl mesh-export explain svc/postgres-rw -n databases

  # Verify an export in CI, and undo it
  kubectl mesh-export verify svc/postgres-rw -n databases
  kubectl mesh-export undo svc/postgres-rw -n databases

Exit codes: 0 success, 2 usage error, 3 not ready or refused, 4 something could not be checked, 5 changes pending,
6 unreachable, 7 partly done, 8 declined, 70 internal error, 130 SIGINT, 143 SIGTERM. Never 1: that is kubectl's own.";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// List all exports and the state of their mirrors
    List(ListArgs),
    /// Verify exports without changing anything; exit with 3 unless every mirror is ready
    Verify(VerifyArgs),
    /// Explain why Services cannot be used in the other clusters: show the first step that fails, without changing anything
    #[command(after_help = explain::EXAMPLES)]
    Explain(ExplainArgs),
    /// Undo exports, wait until their mirrors are gone, and remove the mirrors of deleted Links
    Undo(ChangeArgs),
    /// Set up completion in kubectl and in shells
    Completion(CompletionArgs),
}

/// Which Services.
#[derive(Debug, Args)]
pub(crate) struct ServiceArgs {
    /// Services: NAME, svc/NAME, or `svc` followed by names
    #[arg(value_name = "SERVICE")]
    pub(crate) services: Vec<String>,
    /// Services in these manifests; comma-separated or repeated; `-` reads stdin
    #[arg(short = 'f', long = "filename", value_name = "FILES", value_delimiter = ',')]
    pub(crate) files: Vec<String>,
    /// Services that match this label selector, in kubectl's syntax
    #[arg(short = 'l', long)]
    pub(crate) selector: Option<String>,
    /// All Services in the namespace
    #[arg(long)]
    pub(crate) all: bool,
    /// All namespaces; needs -l or --all
    #[arg(short = 'A', long)]
    pub(crate) all_namespaces: bool,
    /// Only these clusters of the fleet, by name or context; comma-separated or repeated [default: all that have a Link]
    #[arg(long = "to", value_name = "CONTEXTS", value_delimiter = ',')]
    pub(crate) to: Vec<String>,
}

impl ServiceArgs {
    /// The words that select the same once more; the namespace, where one is meant, is that of the run.
    pub(crate) fn again(&self, namespace: Option<&str>) -> Vec<String> {
        let files = self.files.iter().flat_map(|file| ["-f".to_owned(), file.clone()]);
        let selector = self.selector.iter().flat_map(|selector| ["-l".to_owned(), selector.clone()]);
        let all = self.all.then(|| "--all".to_owned());
        let place = match namespace {
            Some(name) => vec!["--namespace".to_owned(), name.to_owned()],
            None => vec!["--all-namespaces".to_owned()],
        };
        self.services.iter().cloned().chain(files).chain(selector).chain(all).chain(place).collect()
    }
}

/// How long an export or undo waits unless it is told otherwise.
const PATIENCE: &str = "2m";

/// A command that changes something.
#[derive(Debug, Args)]
pub(crate) struct ChangeArgs {
    #[command(flatten)]
    pub(crate) services: ServiceArgs,
    #[command(flatten)]
    pub(crate) modes: ModeArg,
    #[command(flatten)]
    pub(crate) routable: RoutableArg,
    #[command(flatten)]
    dry_run: DryRunArg,
    /// Return once the labels are set, without waiting for mirrors
    #[arg(long)]
    no_wait: bool,
    /// Wait for mirrors (the default)
    #[arg(long, hide = true, conflicts_with = "no_wait")]
    wait: bool,
    /// How long to wait for mirrors, longer if they are queued; 0 checks once
    #[arg(long, value_name = "DURATION", default_value = PATIENCE, value_parser = timeout, allow_hyphen_values = true)]
    timeout: GoDuration,
    #[command(flatten)]
    pub(crate) owners: OwnerArgs,
    /// Answer yes to all prompts
    #[arg(short = 'y', long)]
    pub(crate) yes: bool,
}

/// What becomes of what belongs to others.
#[derive(Debug, Args)]
pub(crate) struct OwnerArgs {
    /// Take ownership of labels that must change, even if other field managers own them
    #[arg(long)]
    pub(crate) take_over: bool,
    /// Change the Service in the cluster even if a GitOps tool or an operator manages it
    #[arg(long, conflicts_with = "repo")]
    imperative: bool,
    /// Directory of manifests in Git; print the changes for managed Services as a diff of these, for `git apply`
    #[arg(long, value_name = "DIR")]
    pub(crate) repo: Option<String>,
}

impl OwnerArgs {
    /// What becomes of a Service that somebody keeps.
    pub(crate) fn keeping(&self) -> Keeping {
        match (self.imperative, &self.repo) {
            (true, _) => Keeping::Overrule,
            (false, Some(_)) => Keeping::Commit,
            (false, None) => Keeping::Respect,
        }
    }

    fn again(&self) -> impl Iterator<Item = String> {
        let flags = [(self.take_over, "--take-over"), (self.imperative, "--imperative")];
        let flags = flags.into_iter().filter(|(is_given, _)| *is_given).map(|(_, flag)| flag.to_owned());
        flags.chain(self.repo.iter().flat_map(|folder| ["--repo".to_owned(), folder.clone()]))
    }
}

/// `list`
#[derive(Debug, Args)]
pub(crate) struct ListArgs {
    /// All namespaces
    #[arg(short = 'A', long)]
    pub(crate) all_namespaces: bool,
    /// Only these clusters of the fleet, by name or context; comma-separated or repeated
    #[arg(long = "to", value_name = "CONTEXTS", value_delimiter = ',')]
    pub(crate) to: Vec<String>,
}

/// `verify`
#[derive(Debug, Args)]
pub(crate) struct VerifyArgs {
    #[command(flatten)]
    pub(crate) services: ServiceArgs,
    #[command(flatten)]
    pub(crate) modes: ModeArg,
    /// How long to wait for mirrors that are in progress; 0 checks once
    #[arg(long, value_name = "DURATION", default_value = "10s", value_parser = timeout, allow_hyphen_values = true)]
    pub(crate) timeout: GoDuration,
    #[command(flatten)]
    pub(crate) probe: ProbeArgs,
}

impl ChangeArgs {
    /// What to do with the plan.
    ///
    /// # Errors
    /// A value that kubectl does not know either (exit 2).
    pub(crate) fn mode(&self, console: &Console) -> Result<Mode, Failure> {
        self.dry_run.mode(console)
    }

    /// The flags that a command to paste must repeat; a dry run must not become a live one.
    pub(crate) fn again(&self) -> Vec<String> {
        let mut words: Vec<String> = self.dry_run.again().into_iter().collect();
        words.extend(self.modes.again());
        words.extend(self.routable.again());
        words.extend(self.no_wait.then(|| "--no-wait".to_owned()));
        words.extend(self.owners.again());
        if timeout(PATIENCE).is_ok_and(|patience| patience != self.timeout) {
            // To the letter: what is rounded for people could become 0, which looks once.
            words.push(format!("--timeout={}ms", self.timeout.as_duration().as_micros().div_ceil(1000)));
        }
        words
    }

    /// Whether and how long to wait.
    pub(crate) fn waiting(&self) -> Waiting {
        if self.no_wait { Waiting::No } else { Waiting::UpTo(self.timeout) }
    }
}
