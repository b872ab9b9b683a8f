//! What can be typed. Turned into values here; nothing is looked up yet.

use crate::choice::{Choice, checks};
use crate::files::SourceArgs;
use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::engine::ArgValueCandidates;
use platform::surface::args::{CompletionArgs, ConnectionArgs, OutputOfFindings};
use platform::verdict::{Failure, Severity};

/// Say what is wrong between the clusters of a fleet, why, and what to do
///
/// Looks at all clusters of the run at once and changes nothing. Every Link is judged in its direction, with the clusters at
/// both of its ends and every mirror that it makes or should make. What explains something else leads; what follows from it is
/// counted under it.
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
    /// After the report, stay: watch what it was judged by, and print what is new, gone, or matters more or less
    #[arg(short, long)]
    pub(crate) watch: bool,
    /// Print the roles that this needs in each cluster, as manifests, and do nothing else
    #[arg(long)]
    pub(crate) show_rbac: bool,
    #[command(flatten)]
    pub(crate) connection: ConnectionArgs,
    #[command(flatten)]
    pub(crate) output: OutputOfFindings,
}

const EXAMPLES: &str = "\
Examples:
  # Everything between the clusters of the fleet, causes first
  kubectl xcluster-check

  # Of the exports of one namespace, in two clusters by the names of their contexts
  kubectl xcluster-check -n databases --contexts infra,apps

  # During an upgrade: what becomes wrong, and what becomes right again
  kubectl xcluster-check --watch

  # In CI: warnings count too, and so does what could not be looked at
  kubectl xcluster-check --fail-on warning --strict -o json

  # For a colleague, without secrets, as one file
  kubectl xcluster-check collect dump.tar

  # A colleague's clusters, from that, or from folders of what kubectl wrote
  kubectl xcluster-check --from dump.tar
  kubectl xcluster-check --from infra=dump/infra --from apps=dump/apps

  # Of the manifests of a repository what they tell, before anybody applies them
  kubectl xcluster-check --manifests infra=clusters/infra --manifests apps=clusters/apps

  # What is new since yesterday, and what is gone
  kubectl xcluster-check diff yesterday.json

  # The checks that speak, for a script
  kubectl xcluster-check -o jsonpath='{.findings[?(@.severity==\"error\")].check}'

  # What a check asks, and what it explains
  kubectl xcluster-check explain gateway-up

Exit codes: 0 nothing counts, 2 usage, 3 something is wrong, 4 something could not be seen, 6 the same because a cluster did
not answer, 70 bug, 130 SIGINT, 143 SIGTERM. Never 1, which is kubectl's own.";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Say what a check asks, what explains it, and what it explains; without a name, list all of them
    Explain(ExplainArgs),
    /// Look again, and say what is new since an earlier report and what is gone
    Diff(DiffArgs),
    /// Write what a look reads into files, without secrets, so that somebody else can judge it with --from
    Collect(CollectArgs),
    /// Complete what is typed, in kubectl and in shells
    Completion(CompletionArgs),
}

/// How names end of what is compressed.
const COMPRESSED: [&str; 7] = [".gz", ".tgz", ".bz2", ".xz", ".txz", ".zst", ".zip"];

/// `collect`
#[derive(Debug, Args)]
pub(crate) struct CollectArgs {
    /// A folder, in which one is made for each cluster; or FILE.tar, all in one file; or -, the same to stdout
    #[arg(value_name = "DIR|FILE.tar|-", required_unless_present = "output")]
    target: Option<String>,
    // It takes the place of the format, which files have none of.
    /// The same as without the flag
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
                format!("-o {word} names a place here, and no format: objects are written as YAML"),
                format!("name a folder or FILE.tar; a folder of that name is `-o ./{word}`"),
            )),
            output => {
                let word = self.target.as_deref().or(output).unwrap_or_default();
                if COMPRESSED.iter().any(|ending| word.ends_with(ending)) {
                    return Err(Failure::usage(
                        format!("{word} would be compressed, and nothing is here"),
                        "name FILE.tar, or compress it on its way: `kubectl xcluster-check collect - | gzip >FILE.tar.gz`",
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
    /// The earlier report, as `-o json` printed it
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
    /// The check
    #[arg(value_name = "CHECK", add = ArgValueCandidates::new(checks))]
    pub(crate) check: Option<String>,
}

/// Which checks count, and how much.
#[derive(Debug, Args)]
pub(crate) struct ChoiceArgs {
    /// Only these checks; separated by commas, or repeated
    #[arg(long, value_name = "CHECKS", value_delimiter = ',', add = ArgValueCandidates::new(checks))]
    only: Vec<String>,
    /// All but these checks; separated by commas, or repeated
    #[arg(long, value_name = "CHECKS", value_delimiter = ',', add = ArgValueCandidates::new(checks))]
    skip: Vec<String>,
    /// The least severity that makes the answer a no
    #[arg(long, value_name = "SEVERITY", value_enum, default_value_t)]
    pub(crate) fail_on: FailOn,
    /// Leave with 4 whatever could not be looked at, even if it is not needed, and give no time to what is on its way
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
    /// What does not work
    #[default]
    Error,
    /// What works, but not as it should, too
    Warning,
    /// Whatever is worth knowing
    Info,
    /// Nothing
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
