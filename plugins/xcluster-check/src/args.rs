//! What can be typed. Turned into values here; nothing is looked up yet.

use crate::choice::{Choice, checks};
use crate::files::SourceArgs;
use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::engine::ArgValueCandidates;
use platform::surface::args::{CompletionArgs, ConnectionArgs, OutputOfFindings};
use platform::verdict::{Failure, Severity};

/// Find what is wrong between the clusters of a fleet, why, and how to fix it
///
/// Reads all clusters of the run at once and changes nothing. Every Link is checked in its direction, together with the
/// clusters at both ends and every mirror that it creates or should create. Root causes come first; their consequences are
/// counted under them.
#[derive(Debug, Parser)]
#[command(
    name = "kubectl-xcluster_check",
    bin_name = "kubectl xcluster-check",
    version,
    disable_help_subcommand = true,
    args_override_self = false,
    after_help = EXAMPLES
)]
pub(crate) struct XclusterCheck {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    #[command(flatten)]
    pub(crate) choice: ChoiceArgs,
    #[command(flatten)]
    pub(crate) source: SourceArgs,
    /// Keep watching after the report; print findings that appear, disappear or change severity
    #[arg(short, long)]
    pub(crate) watch: bool,
    /// Print the roles required in each cluster, as manifests, and exit
    #[arg(long)]
    pub(crate) show_rbac: bool,
    #[command(flatten)]
    pub(crate) connection: ConnectionArgs,
    #[command(flatten)]
    pub(crate) output: OutputOfFindings,
}

const EXAMPLES: &str = "\
Examples:
  # Check everything between the clusters of the fleet, root causes first
  kubectl xcluster-check

  # Check the exports of one namespace, in two clusters given by context
  kubectl xcluster-check -n databases --contexts infra,apps

  # During an upgrade: show what breaks and what recovers
  kubectl xcluster-check --watch

  # In CI: fail on warnings, and on anything that could not be checked
  kubectl xcluster-check --fail-on warning --strict -o json

  # Save the clusters' state for a colleague, without secrets, as one file
  kubectl xcluster-check collect dump.tar

  # Check a colleague's clusters from that file, or from directories of kubectl output
  kubectl xcluster-check --from dump.tar
  kubectl xcluster-check --from infra=dump/infra --from apps=dump/apps

  # Check the manifests of a repository before they are applied
  kubectl xcluster-check --manifests infra=clusters/infra --manifests apps=clusters/apps

  # Show what is new or gone since yesterday
  kubectl xcluster-check diff yesterday.json

  # Print the checks that found errors, for a script
  kubectl xcluster-check -o jsonpath='{.findings[?(@.severity==\"error\")].check}'

  # Describe a check: what it verifies, and what it explains
  kubectl xcluster-check explain gateway-up

Exit codes: 0 passed, 2 usage error, 3 failed (see --fail-on), 4 something could not be checked, 6 the same because a cluster
did not respond, 70 internal error, 130 SIGINT, 143 SIGTERM. Never 1: that is kubectl's own.";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Describe a check: what it verifies, what explains it, and what it explains; without a name, list all checks
    Explain(ExplainArgs),
    /// Check again, and show what is new or gone since an earlier report
    Diff(DiffArgs),
    /// Save everything a check reads, without secrets, for someone else to check with --from
    Collect(CollectArgs),
    /// Set up completion in kubectl and in shells
    Completion(CompletionArgs),
}

/// How names end of what is compressed.
const COMPRESSED: [&str; 7] = [".gz", ".tgz", ".bz2", ".xz", ".txz", ".zst", ".zip"];

/// `collect`
#[derive(Debug, Args)]
pub(crate) struct CollectArgs {
    /// Directory (one subdirectory per cluster), FILE.tar, or - for a tar on stdout
    #[arg(value_name = "DIR|FILE.tar|-", required_unless_present = "output")]
    target: Option<String>,
    // It takes the place of the format, which files have none of.
    /// Same as the argument without a flag
    #[arg(id = "output", short, long, value_name = "DIR|FILE.tar|-", conflicts_with = "target")]
    output: Option<String>,
}

impl CollectArgs {
    /// Where it is written; the parser has seen to it that it is named once.
    ///
    /// # Errors
    /// A format, which is what `-o` takes elsewhere; the name of something compressed, which nobody means for a folder (exit 2).
    pub(crate) fn target(&self) -> Result<&str, Failure> {
        let is_format = |word: &&str| ["json", "yaml", "table", "wide", "name", "html"].contains(word);
        match self.output.as_deref() {
            Some(word) if is_format(&word) => Err(Failure::usage(
                format!("-o takes a path here, not a format such as {word}: objects are written as YAML"),
                format!("name a directory or FILE.tar; for a directory of that name, use `-o ./{word}`"),
            )),
            output => {
                let word = self.target.as_deref().or(output).unwrap_or_default();
                if COMPRESSED.iter().any(|ending| word.ends_with(ending)) {
                    return Err(Failure::usage(
                        format!("{word} is the name of a compressed file, and collect does not compress"),
                        "use FILE.tar, or compress the output: `kubectl xcluster-check collect - | gzip >FILE.tar.gz`",
                    ));
                }
                Ok(word)
            }
        }
    }
}

/// `diff`
#[derive(Debug, Args)]
pub(crate) struct DiffArgs {
    /// Earlier report, as printed by `-o json`
    #[arg(value_name = "OLD.json")]
    pub(crate) file: String,
    #[command(flatten)]
    pub(crate) choice: ChoiceArgs,
    #[command(flatten)]
    pub(crate) source: SourceArgs,
}

/// `explain`
#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    /// Check to describe
    #[arg(value_name = "CHECK", add = ArgValueCandidates::new(checks))]
    pub(crate) check: Option<String>,
}

/// Which checks count, and how much.
#[derive(Debug, Args)]
pub(crate) struct ChoiceArgs {
    /// Run only these checks; comma-separated or repeated
    #[arg(long, value_name = "CHECKS", value_delimiter = ',', add = ArgValueCandidates::new(checks))]
    only: Vec<String>,
    /// Skip these checks; comma-separated or repeated
    #[arg(long, value_name = "CHECKS", value_delimiter = ',', add = ArgValueCandidates::new(checks))]
    skip: Vec<String>,
    /// Lowest severity that fails the check (exit 3)
    #[arg(long, value_name = "SEVERITY", value_enum, default_value_t)]
    pub(crate) fail_on: FailOn,
    /// Exit with 4 if anything, even optional, could not be checked, and allow no grace periods
    #[arg(long)]
    pub(crate) strict: bool,
}

impl ChoiceArgs {
    /// The checks that are asked.
    ///
    /// # Errors
    /// A name that no check has (exit 2).
    pub(crate) fn choice(&self) -> Result<Choice, Failure> {
        Choice::of(&self.only, &self.skip)
    }

    /// What makes the answer a no, or an unsure one.
    pub(crate) fn counts(&self) -> Counts {
        Counts { fail_on: self.fail_on, is_strict: self.strict }
    }
}

/// What counts, for formats that know only good and bad.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) fail_on: FailOn,
    /// Whether what could not be looked at counts as what could not be seen.
    pub(crate) is_strict: bool,
}

/// `--fail-on`
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    /// Something does not work
    #[default]
    Error,
    /// Also: something works, but not as it should
    Warning,
    /// Also: anything worth knowing
    Info,
    /// Findings never fail the check
    Never,
}

impl FailOn {
    /// Whether a finding of this severity counts. What could not be seen is no finding in this sense.
    pub(crate) fn counts(self, severity: Severity) -> bool {
        match (self, severity) {
            (Self::Never, _) | (_, Severity::Unknown) => false,
            (Self::Error, severity) => severity == Severity::Error,
            (Self::Warning, severity) => severity >= Severity::Warning,
            (Self::Info, _) => true,
        }
    }
}
