//! What is new since an earlier report, and what is gone: by fingerprint, which is the same for the same thing in every run.

mod changed;
mod earlier;
mod led;

use crate::view::{Group, INDENT, alike, followers, remedied};
use earlier::{Named, read};
use platform::bounded;
use platform::cluster::explain::io_words;
use platform::surface::{API_VERSION, Rendered, Table};
use platform::terms::{ObjectRef, PROSE, broken};
use platform::verdict::{Failure, Finding, Severity};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

pub(crate) use changed::Changed;
pub(crate) use earlier::Gone;
pub(crate) use led::led;

impl From<&Finding> for Gone {
    fn from(finding: &Finding) -> Self {
        Self {
            check: finding.check.to_owned(),
            severity: finding.severity.word().to_owned(),
            summary: finding.summary.clone(),
            object: finding.object.as_ref().map(Named::from),
            because: finding.because.map(str::to_owned),
            because_of: finding.because_of.clone(),
            fingerprint: finding.fingerprint.clone(),
        }
    }
}

impl From<&ObjectRef> for Named {
    fn from(object: &ObjectRef) -> Self {
        Self {
            cluster: object.cluster.to_string(),
            kind: object.kind.name().to_owned(),
            namespace: object.namespace.clone(),
            name: object.name.clone(),
        }
    }
}

impl Gone {
    /// Where and what, as people read it on a line; where it names no object, its fingerprint tells of which clusters it was.
    fn sentence(&self) -> String {
        let place = self.object.as_ref().map(ToString::to_string);
        let clusters = || self.fingerprint.split_once('/').map(|(_, place)| place.replace('>', " -> "));
        let place = place.or_else(clusters).filter(|place| !place.is_empty());
        place.map_or_else(|| self.summary.clone(), |place| format!("{place}: {}", self.summary))
    }

    /// Whether it has this fingerprint.
    pub(crate) fn is_of(&self, fingerprint: &str) -> bool {
        self.fingerprint == fingerprint
    }
}

/// What has changed between two reports.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct Difference {
    api_version: &'static str,
    kind: &'static str,
    /// When it was seen, in UTC; only of `--watch`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) at: Option<String>,
    /// What was not there before, the worst first.
    pub(crate) new: Vec<Finding>,
    /// What is not there any more.
    pub(crate) gone: Vec<Gone>,
    /// What is still there and matters more or less.
    pub(crate) changed: Vec<Changed>,
    /// How much is as it was.
    same: usize,
    /// What was not there before, for people: causes with what is new of what follows from each.
    #[serde(skip)]
    led: Vec<(Finding, Vec<Finding>)>,
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
    pub(crate) fn of(before: &[Gone], now: &[Finding]) -> Self {
        let old: BTreeMap<&str, &Gone> =
            before.iter().map(|finding| (finding.fingerprint.as_str(), finding)).collect();
        let found: BTreeSet<&str> = now.iter().map(|finding| finding.fingerprint.as_str()).collect();
        let is_new = |finding: &Finding| !old.contains_key(finding.fingerprint.as_str());
        let follows = |finding: &Finding| finding.because.is_some();
        let of_cause = |(finding, effects): (&Finding, Vec<&Finding>)| {
            (finding.clone(), effects.into_iter().cloned().collect())
        };
        let led = led(now, &follows, &is_new).into_iter().map(of_cause).collect();
        let new = now.iter().filter(|finding| is_new(finding)).cloned().collect();
        let is_gone = |finding: &Gone| !found.contains(finding.fingerprint.as_str());
        let gone = before.iter().filter(|finding| is_gone(finding)).cloned().collect();
        let changed: Vec<Changed> =
            now.iter().filter_map(|one| Changed::of(old.get(one.fingerprint.as_str())?, one)).collect();
        let both = found.iter().filter(|print| old.contains_key(*print)).count();
        let same = both.saturating_sub(changed.len());
        Self { api_version: API_VERSION, kind: "Difference", at: None, new, gone, changed, same, led }
    }

    /// Whether nothing is new, gone, or matters more or less.
    pub(crate) fn is_none(&self) -> bool {
        self.new.is_empty() && self.gone.is_empty() && self.changed.is_empty()
    }

    /// Whether something counts that did not before: it is new, or matters more now.
    pub(crate) fn is_worse(&self, counts: impl Fn(Severity) -> bool) -> bool {
        let risen = self.changed.iter().filter_map(|one| one.rises_to);
        self.new.iter().map(|finding| finding.severity).chain(risen).any(counts)
    }

    /// Prepares it for a format.
    ///
    /// # Errors
    /// None in practice; a value that cannot be written as JSON would be a bug (exit 70).
    pub(crate) fn rendered(&self, width: Option<usize>) -> Result<Rendered, Failure> {
        let width = width.map_or(PROSE, |width| width.min(PROSE));
        let line = |text: String| broken(&text, width, INDENT.len());
        let counted = match self.changed.len() {
            0 => format!("{} new, {} gone, {} as before", self.new.len(), self.gone.len(), self.same),
            changed => {
                let (new, gone) = (self.new.len(), self.gone.len());
                format!("{new} new, {gone} gone, {changed} changed, {} as before", self.same)
            }
        };
        let (risen, other): (Vec<_>, Vec<_>) =
            self.changed.iter().partition(|changed| changed.rises_to.is_some());
        let lines = |all: Vec<&Changed>| all.into_iter().flat_map(|one| one.lines(width)).collect::<Vec<_>>();
        let text = [self.added(width), lines(risen.clone()), self.lost(width), lines(other), line(counted)];
        let text = text.concat();
        let new = self.new.iter().map(|finding| finding.check);
        let names = new.chain(risen.iter().map(|one| one.now.check.as_str()));
        let names = names.map(|check| format!("check/{check}"));
        let names = names.collect::<BTreeSet<_>>().into_iter().collect();
        Ok(Rendered { wide: self.wide(), names, text, ..Rendered::of(self)? })
    }

    /// What is new, as in a report: what leads with what to do, and what follows from it.
    fn added(&self, width: usize) -> Vec<String> {
        let all = self.led.iter().map(|(finding, effects)| (finding, effects.as_slice())).collect();
        let of_group = |group: Group<'_>| {
            let (finding, remedy) = (group.first, &group.first.remedy);
            let because = finding.because.map(|check| format!(", because of {check}")).unwrap_or_default();
            let (severity, check) = (finding.severity.word(), finding.check);
            let head = format!("new: {severity}: {} ({check}{because})", finding.sentence());
            let mut lines = broken(&head, width, INDENT.len());
            lines.extend(remedy.iter().flat_map(|remedy| remedied(remedy, width)));
            let below = group.more().into_iter().chain(followers(group.effects.iter().copied()));
            lines.extend(below.flat_map(|line| indented(&line, width)));
            lines
        };
        alike(all).into_iter().flat_map(of_group).collect()
    }

    /// What is gone, with how much of what it explained.
    fn lost(&self, width: usize) -> Vec<String> {
        let follows = |one: &Gone| one.because.is_some();
        let of_cause = |(one, effects): (&Gone, Vec<&Gone>)| {
            let head = format!("gone: {}: {} ({})", one.severity, one.sentence(), one.check);
            let mut counts = BTreeMap::<&str, usize>::new();
            for effect in &effects {
                *counts.entry(effect.check.as_str()).or_default() += 1;
            }
            let with = counts
                .into_iter()
                .map(|(check, count)| format!("and {count} of {check}, which it explained"));
            let below = with.flat_map(|line| indented(&line, width));
            broken(&head, width, INDENT.len()).into_iter().chain(below).collect::<Vec<_>>()
        };
        led(&self.gone, &follows, &|_| true).into_iter().flat_map(of_cause).collect()
    }

    fn wide(&self) -> Table {
        let mut table = Table::new(["change", "severity", "check", "fingerprint", "finding"]);
        for one in &self.new {
            let (severity, print) = (one.severity.word(), one.fingerprint.as_str());
            table.row(["new", severity, one.check, print, one.summary.as_str()].map(str::to_owned));
        }
        let changed = self.changed.iter().map(|one| ("changed", &one.now));
        for (word, one) in self.gone.iter().map(|one| ("gone", one)).chain(changed) {
            let cells =
                [one.severity.as_str(), one.check.as_str(), one.fingerprint.as_str(), one.summary.as_str()];
            let [severity, check, print, summary] = cells;
            table.row([word, severity, check, print, summary].map(str::to_owned));
        }
        table
    }
}

/// What belongs to the line above it.
fn indented(line: &str, width: usize) -> Vec<String> {
    broken(&format!("{INDENT}{line}"), width, 2 * INDENT.len())
}

#[cfg(test)]
mod tests;
