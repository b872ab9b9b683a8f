//! What is new since an earlier report, and what is gone: by fingerprint, which is the same for the same thing in every run.

mod earlier;

use crate::report::Report;
use earlier::{Gone, read};
use platform::bounded;
use platform::cluster::explain::io_words;
use platform::surface::{API_VERSION, Rendered, Table};
use platform::terms::{PROSE, broken};
use platform::verdict::{Failure, Finding};
use serde::Serialize;
use std::collections::BTreeSet;
use std::path::Path;

/// What has changed between two reports.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct Difference {
    api_version: &'static str,
    kind: &'static str,
    /// What was not there before, the worst first.
    pub(crate) new: Vec<Finding>,
    /// What is not there any more.
    gone: Vec<Gone>,
    /// How much is as it was.
    same: usize,
}

/// Reads the findings of an earlier report.
///
/// # Errors
/// A file that cannot be read, or that is no report of this command (exit 2).
pub(crate) fn earlier(file: &str) -> Result<Vec<Gone>, Failure> {
    let refused = |problem: String| {
        Failure::usage(
            format!("{file}: {problem}"),
            "name a report that `kubectl xcluster-check -o json` has written",
        )
    };
    let bytes = bounded::file(Path::new(file)).map_err(|error| refused(io_words(&error)))?;
    read(&bytes).map_err(refused)
}

impl Difference {
    /// Compares what was found before with what is found now.
    pub(crate) fn of(before: &[Gone], now: &Report) -> Self {
        let old: BTreeSet<&str> = before.iter().map(|finding| finding.fingerprint.as_str()).collect();
        let found: BTreeSet<&str> = now.findings.iter().map(|finding| finding.fingerprint.as_str()).collect();
        let new = now.findings.iter().filter(|finding| !old.contains(finding.fingerprint.as_str()));
        let (new, same) = (new.cloned().collect(), found.intersection(&old).count());
        let is_gone = |finding: &Gone| !found.contains(finding.fingerprint.as_str());
        let gone = before.iter().filter(|finding| is_gone(finding)).cloned().collect();
        Self { api_version: API_VERSION, kind: "Difference", new, gone, same }
    }

    /// Prepares it for a format.
    ///
    /// # Errors
    /// None in practice; a value that cannot be written as JSON would be a bug (exit 70).
    pub(crate) fn rendered(&self, width: Option<usize>) -> Result<Rendered, Failure> {
        let document = serde_json::to_value(self).map_err(|error| {
            Failure::internal(format!("the difference cannot be written as JSON: {error}"))
        })?;
        let width = width.map_or(PROSE, |width| width.min(PROSE));
        let line = |text: String| broken(&text, width, 2);
        let new = self
            .new
            .iter()
            .map(|one| format!("new: {}: {} ({})", one.severity.word(), one.summary, one.check));
        let gone =
            self.gone.iter().map(|one| format!("gone: {}: {} ({})", one.severity, one.summary, one.check));
        let counted = format!("{} new, {} gone, {} as before", self.new.len(), self.gone.len(), self.same);
        let text = new.chain(gone).chain([counted]).flat_map(line).collect();
        let names = self.new.iter().map(|finding| format!("check/{}", finding.check));
        let names = names.collect::<BTreeSet<_>>().into_iter().collect();
        Ok(Rendered { document, wide: self.wide(), names, text, ..Rendered::default() })
    }

    fn wide(&self) -> Table {
        let mut table = Table::new(["change", "severity", "check", "fingerprint", "finding"]);
        for one in &self.new {
            let (severity, print) = (one.severity.word(), one.fingerprint.as_str());
            table.row(["new", severity, one.check, print, one.summary.as_str()].map(str::to_owned));
        }
        for one in &self.gone {
            let cells =
                [one.severity.as_str(), one.check.as_str(), one.fingerprint.as_str(), one.summary.as_str()];
            let [severity, check, print, summary] = cells;
            table.row(["gone", severity, check, print, summary].map(str::to_owned));
        }
        table
    }
}
