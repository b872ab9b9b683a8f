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

/// Make a Service usable in the other clusters of a Linkerd mesh, and prove it
///
/// Sets the labels that the Links of the other clusters select, waits until the mirrors have come, and says under
/// which names clients reach the Service there. Run it again at any time: what is done is left alone.
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
    /// Print the roles that this needs in each cluster, as manifests, and do nothing else
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

  # Show what would be done, and leave with 5 if that is anything
  kubectl mesh-export svc/postgres-rw -n databases --dry-run=server

  # To one cluster only, from a script
  kubectl mesh-export svc/postgres-rw -n databases --to apps --yes -o name

  # Where Flux or Argo CD keeps it: the change as a diff of the manifests, to be committed
  kubectl mesh-export svc/postgres-rw -n databases --repo . | git apply

  # For a flat network, and back; the mirrors stay, and lead another way
  kubectl mesh-export svc/postgres-rw -n databases --mode flat
  kubectl mesh-export svc/postgres-rw -n databases --mode gateway

  # All exports and how far their mirrors have come
  kubectl mesh-export list -A

  # Prove that bytes arrive in the other clusters
  kubectl mesh-export verify svc/postgres-rw -n databases --probe

  # Why it cannot be used in the other clusters
  kubectl mesh-export explain svc/postgres-rw -n databases

  # Prove one in CI, and take it back
  kubectl mesh-export verify svc/postgres-rw -n databases
  kubectl mesh-export undo svc/postgres-rw -n databases

Exit codes: 0 done, 2 usage, 3 no, 4 unsure, 5 changes pending, 6 unreachable, 7 incomplete, 8 declined, 70 bug,
130 SIGINT, 143 SIGTERM. Never 1, which is kubectl's own.";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// List every export and how far each mirror has come
    List(ListArgs),
    /// Prove exports without changing anything; leave with 3 unless all mirrors have come
    Verify(VerifyArgs),
    /// Say why Services cannot be used in the other clusters: the first broken link of the chain, without changing anything
    #[command(after_help = explain::EXAMPLES)]
    Explain(ExplainArgs),
    /// Take exports back, wait until their mirrors are gone, and remove the mirrors of deleted Links
    Undo(ChangeArgs),
    /// Complete what is typed, in kubectl and in shells
    Completion(CompletionArgs),
}

/// Which Services.
#[derive(Debug, Args)]
pub(crate) struct ServiceArgs {
    /// Services: NAME, svc/NAME, or `svc` and names
    #[arg(value_name = "SERVICE")]
    pub(crate) services: Vec<String>,
    /// The Services of manifests; separated by commas, or repeated; `-` reads the standard input
    #[arg(short = 'f', long = "filename", value_name = "FILES", value_delimiter = ',')]
    pub(crate) files: Vec<String>,
    /// Services with these labels, in kubectl's syntax
    #[arg(short = 'l', long)]
    pub(crate) selector: Option<String>,
    /// All Services of the namespace
    #[arg(long)]
    pub(crate) all: bool,
    /// In all namespaces; needs -l or --all
    #[arg(short = 'A', long)]
    pub(crate) all_namespaces: bool,
    /// Only these clusters of the fleet, by name or context; separated by commas, or repeated [default: all that have a Link]
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
    /// Return when the labels are set, without waiting for mirrors
    #[arg(long)]
    no_wait: bool,
    /// Wait for mirrors, as is done in any case
    #[arg(long, hide = true, conflicts_with = "no_wait")]
    wait: bool,
    /// How long to wait for mirrors; more when they stand in a queue; 0 looks once
    #[arg(long, value_name = "DURATION", default_value = PATIENCE, value_parser = timeout, allow_hyphen_values = true)]
    timeout: GoDuration,
    #[command(flatten)]
    pub(crate) owners: OwnerArgs,
    /// Answer questions with yes
    #[arg(short = 'y', long)]
    pub(crate) yes: bool,
}

/// What becomes of what belongs to others.
#[derive(Debug, Args)]
pub(crate) struct OwnerArgs {
    /// Overrule other owners of a label that has to change
    #[arg(long)]
    pub(crate) take_over: bool,
    /// Change a Service that a GitOps tool or an operator keeps, past its keeper
    #[arg(long, conflicts_with = "repo")]
    imperative: bool,
    /// A folder of manifests in Git: what a keeper has to be told is printed as a diff of them, for `git apply`
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
    /// In all namespaces
    #[arg(short = 'A', long)]
    pub(crate) all_namespaces: bool,
    /// Only these clusters of the fleet, by name or context; separated by commas, or repeated
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
    /// How long to wait for mirrors that are under way; 0 looks once
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
