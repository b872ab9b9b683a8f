//! What the keepers of Services have to be told: as YAML to be merged, or as a diff of the manifests in a folder.

use crate::repo::{Files, Folder};
use crate::report::{PatchRow, Report};
use crate::survey::Survey;
use platform::manifest::{Address, Searched, Unfit, appended, labelled, unified};
use platform::mesh::keeper::Kept;
use platform::terms::{Kind, ObjectRef};
use platform::verdict::{Exit, Failure, Finding, Remedy, Severity};

/// The check whose refusals are answered here.
const KEPT: &str = "service-kept";

/// Adds the patches to a report of what was refused, and says how the run ends.
///
/// # Errors
/// A folder that cannot be read (exit 2).
pub(crate) fn offer(
    survey: &Survey,
    report: &mut Report,
    (kept, folder): (Vec<Kept>, Option<&Folder>),
) -> Result<Exit, Failure> {
    let is_refusal = |finding: &Finding| finding.severity >= Severity::Unknown;
    let is_kept = |finding: &&Finding| finding.check == KEPT && is_refusal(finding);
    let concerns = |kept: &Kept| {
        let object = object(survey, kept);
        report.findings.iter().filter(is_kept).any(|finding| finding.object.as_ref() == Some(&object))
    };
    let kept: Vec<Kept> = kept.into_iter().filter(concerns).collect();
    let has_more = report.findings.iter().any(|finding| finding.check != KEPT && is_refusal(finding));
    match folder {
        // What nothing should be done about yet is not to be committed either.
        Some(_) if has_more => {}
        Some(folder) if !kept.is_empty() => return committed(survey, report, (&kept, folder)),
        _ => report.patches = kept.iter().map(|kept| row(kept, None, kept.snippet())).collect(),
    }
    Ok(survey.refusal(&report.findings))
}

fn object(survey: &Survey, kept: &Kept) -> ObjectRef {
    let key = &kept.key;
    ObjectRef::namespaced(&survey.seen.exporter, Kind::Service, &key.namespace, &key.name)
}

fn row(kept: &Kept, file: Option<String>, patch: Vec<String>) -> PatchRow {
    let (namespace, service) = (kept.key.namespace.clone(), kept.key.name.clone());
    PatchRow { namespace, service, keeper: kept.keeper.to_string(), file, patch }
}

/// How the search for one Service ended.
enum Searching {
    /// This file, which becomes another or says so already.
    Found { path: String, is_changed: bool },
    /// It is to be done by hand: check, what was seen, what to do.
    ByHand(&'static str, String, String),
}

fn committed(
    survey: &Survey,
    report: &mut Report,
    (kept, folder): (&[Kept], &Folder),
) -> Result<Exit, Failure> {
    let sources: Vec<_> = kept.iter().map(Kept::source).collect();
    let names = kept.iter().map(|kept| kept.key.name.as_str());
    let names = names.chain(sources.iter().flatten().map(|source| source.searched().name));
    let mut files = folder.files(&names.collect::<Vec<_>>())?;
    report.findings.retain(|finding| finding.check != KEPT);
    let mut is_whole = true;
    for kept in kept {
        let searching = search(&mut files, kept);
        is_whole &= matches!(searching, Searching::Found { .. });
        let (file, patch) = match &searching {
            Searching::Found { path, .. } => (Some(path.clone()), Vec::new()),
            Searching::ByHand(..) => (None, kept.snippet()),
        };
        report.patches.push(row(kept, file, patch));
        report.findings.push(said(survey, kept, searching));
    }
    if !is_whole {
        return Ok(Exit::No);
    }
    let diffs = files.naming.iter().map(|file| unified(&file.path, &file.text, &file.edited));
    report.diff = diffs.collect();
    Ok(Exit::Pending)
}

fn search(files: &mut Files, kept: &Kept) -> Searching {
    let source = kept.source();
    let own = kept.searched().map(|searched| files.places(&searched)).unwrap_or_default();
    if !own.is_empty() {
        return edit(files, &own, |text, address| labelled(text, address, &kept.edit));
    }
    let Some(source) = source else {
        return match kept.searched() {
            Some(searched) => nowhere(files, &searched),
            None => without_manifest(kept),
        };
    };
    let places = files.places(&source.searched());
    if places.is_empty() {
        return nowhere(files, &kept.searched().unwrap_or_else(|| source.searched()));
    }
    edit(files, &places, |text, address| appended(text, address, &source.path, &source.item))
}

fn without_manifest(kept: &Kept) -> Searching {
    let text = format!("kept by {}, of which no manifest can be patched with certainty", kept.keeper);
    let next = format!("{}; --imperative in place of --repo changes it here", kept.keeper.advice());
    Searching::ByHand(KEPT, text, next)
}

fn nowhere(files: &Files, searched: &Searched<'_>) -> Searching {
    let (read, unread) = (files.read, files.unreadable(searched));
    let text = format!(
        "no manifest of the {} {}/{} is in the folder; {read} files were read, {unread} of all could not be",
        searched.kind, searched.namespace, searched.name
    );
    let next = "name the folder that has it with --repo, or commit the patch below where it is kept";
    Searching::ByHand("manifest-not-found", text, next.to_owned())
}

fn edit(
    files: &mut Files,
    places: &[(usize, Address)],
    edited: impl FnOnce(&str, &Address) -> Result<String, Unfit>,
) -> Searching {
    let paths = places.iter().filter_map(|(at, _)| files.naming.get(*at)).map(|file| file.path.clone());
    let mut paths: Vec<String> = paths.collect();
    paths.dedup();
    let ([(at, address)], [path]) = (places, paths.as_slice()) else {
        let text = format!("several manifests describe it: {}", paths.join(", "));
        let next = "name the folder of the one that is applied here with --repo, or edit it as shown below";
        return Searching::ByHand("manifest-ambiguous", text, next.to_owned());
    };
    let Some(file) = files.naming.get_mut(*at) else {
        return Searching::ByHand("manifest-unfit", format!("{path} is gone"), "run again".to_owned());
    };
    match edited(&file.edited, address) {
        Ok(text) => {
            let is_changed = text != file.edited;
            file.edited = text;
            Searching::Found { path: path.clone(), is_changed }
        }
        Err(why) => {
            Searching::ByHand("manifest-unfit", format!("{path}: {why}"), "edit it as shown below".to_owned())
        }
    }
}

fn said(survey: &Survey, kept: &Kept, searching: Searching) -> Finding {
    let (exporter, keeper) = (&survey.seen.exporter, &kept.keeper);
    let then = keeper.afterwards(&kept.key.name);
    let hasten = keeper.hasten().map_or_else(String::new, |command| format!("; `{command}` hastens that"));
    let finding = match searching {
        Searching::ByHand(check, text, next) => Finding::error(check, &[exporter], text, Remedy::new(next)),
        Searching::Found { path, is_changed } => {
            let is_undo = kept.edit.set.is_empty();
            let (text, next) = match (is_changed, is_undo) {
                (true, _) => (
                    format!("kept by {keeper}; the diff of {path} is what it has to be told"),
                    format!("give the diff to `git apply`, commit and push it, {then}{hasten}"),
                ),
                (false, false) => (
                    format!("kept by {keeper}, and {path} says so already"),
                    format!("commit and push it if that is not done, {then}{hasten}"),
                ),
                (false, true) => (
                    format!("kept by {keeper}, and {path} does not name it"),
                    format!(
                        "commit and push that if it is not done, {then}{hasten}; if somebody else set it, \
                         --imperative --take-over removes it here"
                    ),
                ),
            };
            Finding { remedy: Some(Remedy::new(next)), ..Finding::info(KEPT, &[exporter], text) }
        }
    };
    finding.about(object(survey, kept))
}
