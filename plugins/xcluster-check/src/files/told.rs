//! What was read of files, and what was not, in words beside the report.

use platform::cluster::{Apart, Archive, ClusterSet};
use platform::surface::Console;
use platform::terms::{ClusterName, first_of};
use platform::verdict::Finding;
use std::path::{Path, PathBuf};

/// How many files are named where more are meant.
const NAMED: usize = 3;

/// How much of what is no object is told, a line each.
const ODD: usize = 10;

/// What stands in a dump and is no object of a cluster, each on a line.
pub(super) fn tell_odd(console: &Console, name: &ClusterName, apart: &Apart) {
    for one in apart.odd.iter().take(ODD) {
        console.warn(&format!("{name}: skipped: {one}"));
    }
    let more = apart.foreign.saturating_sub(ODD);
    if more > 0 && !apart.odd.is_empty() {
        console.warn(&format!("{name}: skipped: {more} more documents that are not objects"));
    }
}

/// What was read of a repository, and what was not.
pub(super) fn tell(console: &Console, name: &ClusterName, archive: &Archive) {
    let apart = archive.apart();
    let all: Vec<String> = [archive.folder()]
        .into_iter()
        .chain(archive.others().iter().map(PathBuf::as_path))
        .map(words)
        .collect();
    console.say(&format!(
        "{name}: objects in {}: {}{}",
        first_of(&all, NAMED),
        archive.count(),
        passed_over(apart)
    ));
    for one in apart.unread.iter().take(ODD) {
        console.warn(&format!(
            "{name}: not read: {one}: name it, too, or a folder with what `kubectl kustomize` prints"
        ));
    }
    let more = apart.unread.len().saturating_sub(ODD);
    if more > 0 {
        console.warn(&format!("{name}: not read: {more} more of these"));
    }
    for one in apart.refused.iter().take(ODD) {
        console.warn(&format!("{name}: {one} without quotes, which is not a string: API servers reject it"));
    }
    let more = apart.refused.len().saturating_sub(ODD);
    if more > 0 {
        console.warn(&format!("{name}: {more} more values of ConfigMaps are not strings"));
    }
    if let Some(first) = apart.changing.first().and_then(|file| file.parent()) {
        let others = match apart.changing.len() - 1 {
            0 => String::new(),
            more => format!(", as do {more} more"),
        };
        console.warn(&format!(
            "{name}: the kustomization of {} changes what its files say{others}; files are judged as they are: to have them judged \
             as they will be applied, name a folder with what `kubectl kustomize` prints",
            first.display()
        ));
    }
}

/// What was passed over, in words that follow others.
pub(super) fn passed_over(apart: &Apart) -> String {
    let counts = [
        (apart.foreign, "documents that are not objects"),
        (apart.encrypted, "objects that SOPS has encrypted"),
        (apart.patches, "patches of kustomize"),
    ];
    let counted =
        counts.into_iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{what}: {count}"));
    let templates: Vec<String> = apart.templates.iter().map(|path| path.display().to_string()).collect();
    let unfilled = listed("objects with a place to be filled in", &apart.unfilled);
    let words: Vec<String> =
        counted.chain(unfilled).chain(listed("charts and templates", &templates)).collect();
    if words.is_empty() { String::new() } else { format!("; skipped: {}", words.join("; ")) }
}

fn listed(what: &str, all: &[String]) -> Option<String> {
    (!all.is_empty()).then(|| format!("{what}: {}", first_of(all, NAMED)))
}

fn words(path: &Path) -> String {
    path.display().to_string()
}

/// That objects were passed over, which may be what is looked for; and how many.
pub(crate) fn unfilled(set: &ClusterSet) -> (Vec<Finding>, usize) {
    let (mut found, mut all) = (Vec::new(), 0);
    for name in set.fleet.names() {
        let archive = set.cluster(name).ok().and_then(|cluster| cluster.archive());
        let unfilled = archive.map(|archive| archive.apart().unfilled.as_slice()).unwrap_or_default();
        let count = unfilled.len();
        if count > 0 {
            let what = if count == 1 { "1 object".to_owned() } else { format!("{count} objects") };
            let why = format!("skipped, with a place that is filled in later: {}", first_of(unfilled, NAMED));
            found.push(Finding::not_asked("not-looked-at", &[name], what, why).of_alone(name));
        }
        all += count;
    }
    (found, all)
}
