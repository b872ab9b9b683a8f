//! What has changed since the last look, as it is told.

use crate::diff::{Changed, Difference, Gone, led};
use crate::view::{followers, remedied};
use platform::surface::{Rendered, render};
use platform::terms::{ClusterName, Format, broken};
use platform::verdict::{Failure, Finding};
use std::collections::BTreeSet;

/// What stands before what belongs to the line above.
const INDENT: usize = 2;

/// What was found before and is found now.
pub(super) struct Told<'a> {
    before: Vec<&'a Finding>,
    now: &'a [Finding],
    /// What was found of clusters that cannot be seen any more: nobody knows whether it is gone.
    hidden: Vec<&'a Finding>,
    difference: Difference,
}

impl<'a> Told<'a> {
    /// Compares two looks; these clusters cannot be seen now.
    pub(super) fn of(before: &'a [Finding], now: &'a [Finding], out: &BTreeSet<ClusterName>) -> Self {
        let is_found = |finding: &Finding| now.iter().any(|one| one.fingerprint == finding.fingerprint);
        let is_hidden =
            |finding: &&Finding| finding.clusters.iter().any(|name| out.contains(name)) && !is_found(finding);
        let (hidden, before): (Vec<_>, Vec<_>) = before.iter().partition(is_hidden);
        let known: Vec<Gone> = before.iter().map(|finding| Gone::from(*finding)).collect();
        let difference = Difference::of(&known, now);
        Self { before, now, hidden, difference }
    }

    /// Whether there is nothing to tell.
    pub(super) fn is_nothing(&self) -> bool {
        self.difference.is_none()
    }

    /// What is known from now on.
    pub(super) fn known(&self) -> Vec<Finding> {
        self.now.iter().chain(self.hidden.iter().copied()).cloned().collect()
    }

    /// What is new, gone, or matters more or less, seen at this moment: lines for people, else one document more.
    ///
    /// # Errors
    /// None in practice; a value that cannot be written as JSON would be a bug (exit 70).
    pub(super) fn rendered(
        &self,
        moment: String,
        format: &Format,
        width: Option<usize>,
    ) -> Result<String, Failure> {
        if matches!(format, Format::Table | Format::Wide) {
            let text = self.lines(&moment, width.unwrap_or(usize::MAX));
            return render(&Format::Table, &Rendered { text, ..Rendered::default() }, width);
        }
        let mut difference = self.difference.clone();
        difference.at = Some(moment);
        let text = render(format, &difference.rendered(width)?, width)?;
        Ok(if *format == Format::Yaml { format!("---\n{text}") } else { text })
    }

    /// What is gone first: what follows may be there instead.
    fn lines(&self, moment: &str, width: usize) -> Vec<String> {
        let is_gone =
            |finding: &Finding| self.difference.gone.iter().any(|one| one.is_of(&finding.fingerprint));
        let is_new =
            |finding: &Finding| self.difference.new.iter().any(|one| one.fingerprint == finding.fingerprint);
        let follows = |finding: &Finding| finding.because.is_some();
        let mut lines = Vec::new();
        for (finding, effects) in led(self.before.iter().copied(), &follows, &is_gone) {
            let head = format!("{moment} - gone: {}", words(finding, finding.severity.word()));
            lines.extend(broken(&head, width, INDENT));
            lines.extend(followed(&effects, width));
        }
        for (finding, was) in self.difference.changed.iter().filter_map(|one| self.changed(one)) {
            let severity = format!("{}, was {was}", finding.severity.word());
            let head = format!("{moment} ~ changed: {}", words(finding, &severity));
            lines.extend(broken(&head, width, INDENT));
            lines.extend(finding.remedy.iter().flat_map(|remedy| remedied(remedy, width)));
        }
        for (finding, effects) in led(self.now, &follows, &is_new) {
            let head = format!("{moment} + new: {}", words(finding, finding.severity.word()));
            lines.extend(broken(&head, width, INDENT));
            lines.extend(finding.remedy.iter().flat_map(|remedy| remedied(remedy, width)));
            lines.extend(followed(&effects, width));
        }
        lines
    }

    fn changed<'b>(&'b self, changed: &'b Changed) -> Option<(&'b Finding, &'b str)> {
        let finding = self.now.iter().find(|finding| changed.is_of(&finding.fingerprint))?;
        Some((finding, changed.was()))
    }
}

/// `error: apps: svc/shop/web: it has no endpoints (mirror-endpoints, because of gateway-up)`
fn words(finding: &Finding, severity: &str) -> String {
    let because = finding.because.map(|cause| format!(", because of {cause}")).unwrap_or_default();
    format!("{severity}: {} ({}{because})", finding.sentence(), finding.check)
}

fn followed(effects: &[&Finding], width: usize) -> Vec<String> {
    let indented = |line: String| broken(&format!("{}{line}", " ".repeat(INDENT)), width, 2 * INDENT);
    followers(effects.iter().copied()).into_iter().flat_map(indented).collect()
}

#[cfg(test)]
mod tests;
