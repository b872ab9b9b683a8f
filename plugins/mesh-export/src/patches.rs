//! What the keepers of Services have to be told: as YAML to be merged, or as a diff of the manifests in a folder.

mod search;

use crate::repo::Folder;
use crate::report::{PatchRow, Report};
use crate::survey::Survey;
use platform::manifest::unified;
use platform::mesh::keeper::Kept;
use platform::terms::{Kind, ObjectRef};
use platform::verdict::{Exit, Failure, Finding, Remedy, Severity};
use search::{Searching, search};

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

fn committed(
    survey: &Survey,
    report: &mut Report,
    (kept, folder): (&[Kept], &Folder),
) -> Result<Exit, Failure> {
    let sources: Vec<_> = kept.iter().map(Kept::source).collect();
    let names = kept.iter().map(|kept| kept.key.name.as_str());
    let names = names.chain(sources.iter().flatten().map(|source| source.searched().name));
    let names = names.chain(kept.iter().filter_map(|kept| Some(kept.listed()?.searched().name)));
    let names = names.chain(kept.iter().filter_map(|kept| Some(kept.patching()?.name)));
    let mut files = folder.files(&names.collect::<Vec<_>>())?;
    report.findings.retain(|finding| finding.check != KEPT);
    let mut is_whole = true;
    for kept in kept {
        let searching = search(&mut files, kept);
        is_whole &= matches!(searching, Searching::Found { .. });
        let (file, patch) = match &searching {
            Searching::Found { path, .. } => (Some(path.clone()), Vec::new()),
            Searching::Shared { roots, .. } => {
                (None, roots.first().map_or_else(|| kept.snippet(), |root| kept.overlay(root)))
            }
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

fn said(survey: &Survey, kept: &Kept, searching: Searching) -> Finding {
    let (exporter, keeper) = (&survey.seen.exporter, &kept.keeper);
    let is_undo = kept.edit.set.is_empty();
    let then = keeper.afterwards(&kept.key.name, is_undo);
    let hasten = keeper
        .hasten(&survey.seen.fleet, exporter)
        .map_or_else(String::new, |command| format!("; `{command}` speeds that up"));
    let finding = match searching {
        Searching::ByHand(check, text, next) => Finding::error(check, &[exporter], text, Remedy::new(next)),
        Searching::Shared { path, roots } => {
            let text = format!(
                "{path} is used by the overlays {}: what it says reaches all of them",
                roots.join(", ")
            );
            let next =
                "patch it in the overlay that is applied here, as shown below, and commit that".to_owned();
            Finding::error("manifest-shared", &[exporter], text, Remedy::new(next))
        }
        Searching::Found { path, is_changed } => {
            let (text, next) = match (is_changed, is_undo) {
                (true, _) => (
                    format!("kept by {keeper}; the diff of {path} is the change to commit"),
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
