//! The report as the result of an analysis.

use super::EXPLAIN;
use crate::report::Report;
use platform::surface::{SarifTool, sarif};
use platform::verdict::{Failure, said};

/// The report in SARIF.
///
/// # Errors
/// None in practice; a value that cannot be written as JSON would be a bug (exit 70).
pub(super) fn page(report: &Report) -> Result<String, Failure> {
    let tool = SarifTool {
        name: env!("CARGO_PKG_NAME"),
        version: env!("CARGO_PKG_VERSION"),
        home: env!("CARGO_PKG_REPOSITORY"),
        title: &|check| said(check).map(|said| said.asks),
        spot: &|finding| report.places.spot(finding),
        explain: EXPLAIN,
        is_complete: report.summary.unknown == 0 && report.clusters.iter().all(|cluster| cluster.reached),
    };
    sarif(&tool, &report.findings)
}
