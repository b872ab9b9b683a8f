//! Exit codes are an interface for scripts: one enum, one table.

use super::{Finding, Severity};

/// How a run ended. Never 1: that is kubectl's own, when it cannot find or start the plugin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Exit {
    /// Healthy, converged or done.
    Ok,
    /// The command line or a local name is wrong: flag, file, kubeconfig, context.
    Usage,
    /// The answer is no: unhealthy, not found, refused by a preflight, or not usable within the deadline.
    No,
    /// Nothing failed, but a required fact could not be seen.
    Unsure,
    /// A dry run: changes would be made; or they are printed to be committed.
    Pending,
    /// No report, and trying again may help: network, credentials, a server in trouble, a full disk.
    Unreachable,
    /// A write failed after others were done, or may be done itself.
    Incomplete,
    /// Not confirmed, or nobody could be asked.
    Declined,
    /// A bug of ours.
    Internal,
    /// SIGINT; the report so far was printed.
    Interrupted,
    /// SIGTERM; the report so far was printed.
    Terminated,
}

impl Exit {
    /// Every way to end, in the order of the codes.
    pub const ALL: [Self; 11] = [
        Self::Ok,
        Self::Usage,
        Self::No,
        Self::Unsure,
        Self::Pending,
        Self::Unreachable,
        Self::Incomplete,
        Self::Declined,
        Self::Internal,
        Self::Interrupted,
        Self::Terminated,
    ];

    /// How a run ends by what was found: what is wrong outweighs what is unsure. `is_blind` says that something else could not
    /// be seen, and that it is asked for.
    pub fn of_findings(findings: &[Finding], is_bad: impl Fn(Severity) -> bool, is_blind: bool) -> Self {
        let has = |is_so: &dyn Fn(Severity) -> bool| findings.iter().any(|finding| is_so(finding.severity));
        if has(&is_bad) {
            Self::No
        } else if is_blind || has(&|severity| severity == Severity::Unknown) {
            Self::Unsure
        } else {
            Self::Ok
        }
    }

    /// The process exit code.
    pub const fn code(self) -> u8 {
        match self {
            Self::Ok => 0,
            Self::Usage => 2,
            Self::No => 3,
            Self::Unsure => 4,
            Self::Pending => 5,
            Self::Unreachable => 6,
            Self::Incomplete => 7,
            Self::Declined => 8,
            Self::Internal => 70,
            Self::Interrupted => 130,
            Self::Terminated => 143,
        }
    }

    /// What the code means, for the documentation and for `--help`.
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Ok => "success: healthy, up to date, or done",
            Self::Usage => "usage error: a wrong flag, file, kubeconfig or context",
            Self::No => {
                "failed: unhealthy, not found, refused before any write, or done but not usable in time"
            }
            Self::Unsure => "nothing failed, but a required fact could not be checked",
            Self::Pending => {
                "dry run (client or server): there are changes to make; with `--repo`: there are changes to commit"
            }
            Self::Unreachable => {
                "unreachable, a retry may help: network, credentials, server errors, a full disk"
            }
            Self::Incomplete => {
                "partly done: some writes succeeded or may have, others did not; safe to run again"
            }
            Self::Declined => "not confirmed, or there was no terminal to ask on",
            Self::Internal => "internal error: a bug in the plugin",
            Self::Interrupted => "SIGINT; writes made so far are reported, an unfinished check is not",
            Self::Terminated => "SIGTERM; same as 130",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Exit;

    #[test]
    fn codes_are_distinct_and_none_is_kubectls_own() {
        let codes: std::collections::BTreeSet<_> = Exit::ALL.iter().map(|exit| exit.code()).collect();
        assert_eq!(codes.len(), Exit::ALL.len());
        assert!(!codes.contains(&1));
    }
}
