//! What a user can choose on the command line, as values. Parsed in `surface::args`, acted on in `cluster`.

use super::{GoDuration, Hidden};
use std::path::PathBuf;

/// The name of a context in a kubeconfig.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContextName(pub String);

impl std::fmt::Display for ContextName {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(&self.0)
    }
}

/// Which clusters a run is about, before anything is looked up.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FleetChoice {
    /// `--contexts a,b`: exactly these, in this order. Empty when not given.
    pub contexts: Vec<ContextName>,
    /// `--config FILE`: a fleet file that must exist.
    pub config: Option<PathBuf>,
    /// `--context NAME`: where the command acts first.
    pub primary: Option<ContextName>,
}

/// Which namespaces a command looks at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NamespaceChoice {
    /// The namespace of the context, else `default`, as kubectl does it.
    OfContext,
    /// `-n NAME`.
    Named(String),
    /// `-A`; beats `-n` as in kubectl.
    All,
}

/// Connection flags that replace parts of the primary context, as kubectl's flags of the same names do.
/// They never touch the other clusters of a fleet: a token for one is no token for another.
#[derive(Debug, Clone, Default)]
pub struct ClusterOverrides {
    /// `--cluster`
    pub cluster: Option<String>,
    /// `--user`
    pub user: Option<String>,
    /// `--server`
    pub server: Option<String>,
    /// `--tls-server-name`
    pub tls_server_name: Option<String>,
    /// `--certificate-authority`
    pub certificate_authority: Option<PathBuf>,
    /// `--insecure-skip-tls-verify`
    pub insecure_skip_tls_verify: bool,
    /// `--client-certificate`
    pub client_certificate: Option<PathBuf>,
    /// `--client-key`
    pub client_key: Option<PathBuf>,
    /// `--token`
    pub token: Option<Hidden>,
    /// `--username`
    pub username: Option<String>,
    /// `--password`
    pub password: Option<Hidden>,
}

/// Impersonation, for all clusters of the run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Impersonation {
    /// `--as`
    pub user: Option<String>,
    /// `--as-group`, repeatable
    pub groups: Vec<String>,
    /// `--as-uid`
    pub uid: Option<String>,
    /// `--as-user-extra key=value`, repeatable
    pub extra: Vec<(String, String)>,
}

/// How to reach the clusters of the run.
#[derive(Debug, Clone, Default)]
pub struct ConnectionChoice {
    /// `--kubeconfig FILE`: one file that must exist; beats `$KUBECONFIG`.
    pub kubeconfig: Option<PathBuf>,
    /// For the primary cluster only.
    pub overrides: ClusterOverrides,
    /// For all clusters.
    pub impersonation: Impersonation,
    /// `--request-timeout`: bounds one request; `None` is kubectl's `0`, no bound but the command's own.
    pub request_timeout: Option<GoDuration>,
    /// `--disable-compression`
    pub disable_compression: bool,
}

/// What a mutating command does with its plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// `--dry-run=client`: the plan is shown, no write is sent.
    Show,
    /// `--dry-run=server`: every write is sent with `dryRun=All`.
    ServerDryRun,
    /// The plan is carried out.
    Live,
}

/// Whether a command waits for what its writes cause, and how long at the most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Waiting {
    /// `--no-wait`: return when the writes are done.
    No,
    /// Wait this long; zero means look once, as `kubectl wait --timeout=0` does.
    UpTo(GoDuration),
}

/// How results are printed (`-o`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Format {
    /// For people; the default.
    Table,
    /// The table with more columns.
    Wide,
    /// One JSON document.
    Json,
    /// The same document as YAML.
    Yaml,
    /// `kind/name`, a line each.
    Name,
    /// kubectl's template dialect over the JSON document.
    JsonPath(String),
    /// A flowchart in Mermaid's language, of results that are a chain.
    Mermaid,
    /// What checks found, as test cases in XML, for what shows test runs.
    Junit,
    /// What checks found as SARIF 2.1.0, for what shows the results of analyses.
    Sarif,
    /// What checks found as one page for a browser.
    Html,
}

impl Format {
    /// What only commands that judge can print.
    pub const OF_FINDINGS: [Self; 3] = [Self::Html, Self::Junit, Self::Sarif];

    /// What stands behind `-o`; of a template, the word before it.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Wide => "wide",
            Self::Json => "json",
            Self::Yaml => "yaml",
            Self::Name => "name",
            Self::JsonPath(_) => "jsonpath",
            Self::Mermaid => "mermaid",
            Self::Junit => "junit",
            Self::Sarif => "sarif",
            Self::Html => "html",
        }
    }
}
