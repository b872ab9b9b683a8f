//! What a fleet file says is known and accepted.

use super::file::{FleetFile, invalid};
use crate::cluster::explain::{first_document, one_line};
use crate::cluster::moment::now;
use crate::terms::{ClusterName, Silence};
use crate::verdict::Failure;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Deserialize;
use std::path::Path;

#[derive(Default, Deserialize)]
struct Parsed {
    #[serde(default)]
    silence: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    check: String,
    #[serde(default)]
    clusters: Vec<String>,
    object: Option<String>,
    #[serde(default)]
    reason: String,
    until: Option<String>,
}

impl FleetFile {
    /// All that it silences.
    ///
    /// # Errors
    /// One without a reason, or with a day that is none (exit 2).
    pub fn silences(&self) -> Result<Vec<Silence>, Failure> {
        let today = now().to_zoned(TimeZone::UTC).date();
        parse(&self.bytes, &self.path, today)
    }
}

pub(in crate::cluster) fn parse(bytes: &[u8], path: &Path, today: Date) -> Result<Vec<Silence>, Failure> {
    let file: Parsed = first_document(bytes).map_err(|problem| invalid(path, &problem))?;
    let read = |entry| silence(entry, today).map_err(|problem| invalid(path, &problem));
    file.silence.into_iter().map(read).collect()
}

fn silence(entry: Entry, today: Date) -> Result<Silence, String> {
    let Entry { check, clusters, object, reason, until } = entry;
    let named = one_line(&check);
    if reason.trim().is_empty() {
        return Err(format!("`silence` of {named} has no `reason`, which the next reader needs"));
    }
    let last = until.as_deref().map(str::parse::<Date>).transpose();
    let last = last.map_err(|_| format!("`silence` of {named}: `until` is not a day such as 2027-01-31"))?;
    let clusters = clusters.into_iter().map(ClusterName::new).collect();
    let is_over = last.is_some_and(|last| last < today);
    Ok(Silence { check, clusters, object, reason, until, is_over })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<Silence>, String> {
        let today = Date::constant(2026, 3, 1);
        parse(text.as_bytes(), Path::new("p.yaml"), today).map_err(|failure| failure.what)
    }

    #[test]
    fn a_silence_holds_to_the_end_of_its_last_day() {
        let text = "kind: Platform\nsilence:\n- {check: a, reason: r, until: '2026-03-01'}\n- {check: b, reason: r, until: '2026-02-28'}\n- {check: c, reason: r, clusters: [infra], object: x}\n";
        let all = read(text).unwrap();
        let over: Vec<_> = all.iter().map(|one| (one.check.as_str(), one.is_over)).collect();
        assert_eq!(over, [("a", false), ("b", true), ("c", false)]);
        assert_eq!((all[2].clusters.len(), all[2].object.as_deref()), (1, Some("x")));
    }

    #[test]
    fn one_without_a_reason_or_with_a_day_that_is_none_is_refused() {
        let refused = |entry: &str| read(&format!("silence: [{entry}]")).unwrap_err();
        assert!(refused("{check: a}").contains("has no `reason`"));
        assert!(refused("{check: a, reason: ' '}").contains("has no `reason`"));
        assert!(refused("{check: a, reason: r, until: soon}").contains("is not a day such as 2027-01-31"));
        assert!(refused("{check: a, reason: r, untill: '2026-03-01'}").contains("untill"));
        assert_eq!(read("kind: Platform\nclusters: []\n"), Ok(vec![]));
    }
}
