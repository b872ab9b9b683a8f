//! Where in a folder of manifests a keeper has to be told.

use super::KEPT;
use crate::repo::{Files, Place};
use platform::manifest::{
    Address, Fit, Overlay, Searched, Unfit, appended, detached, joined, labelled, part, text_at,
};
use platform::mesh::keeper::{Entry, Kept, Source};

/// How the search for one Service ended.
pub(super) enum Searching {
    /// This file, which becomes another or says so already.
    Found { path: String, is_changed: bool },
    /// This file, which several overlays use.
    Shared { path: String, roots: Vec<String> },
    /// It is to be done by hand: check, what was seen, what to do.
    ByHand(&'static str, String, String),
}

/// Looks for the place, and edits it.
pub(super) fn search(files: &mut Files, kept: &Kept) -> Searching {
    if let Some(searching) = removed_patch(files, kept) {
        return searching;
    }
    if let Some(entry) = kept.listed() {
        return in_entry(files, kept, &entry);
    }
    let source = kept.source();
    let own = kept.searched().map(|searched| files.places(&searched, &kept.ports)).unwrap_or_default();
    if !own.is_empty() {
        return edit(files, &own, |text, address| labelled(text, address, &kept.edit));
    }
    let Some(source) = source else {
        return match kept.searched() {
            Some(searched) => nowhere(files, &searched),
            None => without_manifest(kept),
        };
    };
    let places = files.places(&source.searched(), &[]);
    if places.is_empty() {
        return nowhere(files, &kept.searched().unwrap_or_else(|| source.searched()));
    }
    let source = target(files, kept, (source, &places));
    edit(files, &places, |text, address| appended(text, address, &source.path, &source.item))
}

/// The patch that set what is to be removed, which is taken out where it was added: in the object of Flux that the keeper
/// works for, or in an overlay.
fn removed_patch(files: &mut Files, kept: &Kept) -> Option<Searching> {
    if !kept.edit.set.is_empty() {
        return None;
    }
    let patched = kept.patched();
    let mut places = kept.patching().map(|searched| files.places(&searched, &[])).unwrap_or_default();
    let overlays = files.naming.iter().enumerate().filter_map(|(file, one)| {
        let fit = files.fit_of_overlay(&one.path, &kept.key.namespace)?;
        Some(Place { file, address: Address::first(), fit })
    });
    places.extend(overlays.filter(|place| place.fit != Fit::No));
    let holds = |place: &Place| {
        let file = files.naming.get(place.file)?;
        detached(&file.edited, &place.address, &patched).transpose().map(|_| ())
    };
    let holding: Vec<Place> = places.into_iter().filter(|place| holds(place).is_some()).collect();
    if holding.is_empty() {
        return None;
    }
    Some(edit(files, &holding, |text, address| {
        detached(text, address, &patched).map(|edited| edited.unwrap_or_else(|| text.to_owned()))
    }))
}

/// The entry of a Service in the manifest of a Cluster.
fn in_entry(files: &mut Files, kept: &Kept, entry: &Entry<'_>) -> Searching {
    let searched = entry.searched();
    let clusters = files.places(&searched, &[]);
    let listing = |place: &Place| {
        let text = &files.naming.get(place.file)?.text;
        let address = part(text, &place.address, (&entry.path, entry.part), &kept.key.name).ok()??;
        Some(Place { address, ..place.clone() })
    };
    let places: Vec<Place> = clusters.iter().filter_map(listing).collect();
    if places.is_empty() {
        return nowhere(files, &searched);
    }
    edit(files, &places, |text, address| labelled(text, address, &kept.edit))
}

/// The item for the manifest of a Flux Kustomization. Patches come before a namespace that it or the overlay that it
/// applies sets for all objects.
fn target(files: &Files, kept: &Kept, (source, places): (Source, &[Place])) -> Source {
    let [place] = places else { return source };
    let Some(file) = files.naming.get(place.file) else { return source };
    let says = |path: &[&str]| text_at(&file.text, &place.address, path);
    let folder = says(&["spec", "path"]).and_then(|path| joined("", path.trim_start_matches('/')));
    let sets =
        |overlay: &Overlay| Some(overlay.folder()) == folder.as_deref() && overlay.namespace().is_some();
    let is_set_later = says(&["spec", "targetNamespace"]).is_some() || files.overlays.iter().any(sets);
    kept.source_where(is_set_later).unwrap_or(source)
}

fn without_manifest(kept: &Kept) -> Searching {
    let text = format!("kept by {}, but none of its manifests can be patched with certainty", kept.keeper);
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
    places: &[Place],
    edited: impl FnOnce(&str, &Address) -> Result<String, Unfit>,
) -> Searching {
    let paths = places.iter().filter_map(|place| files.naming.get(place.file)).map(|file| file.path.clone());
    let mut paths: Vec<String> = paths.collect();
    paths.dedup();
    let ([Place { file: at, address, fit }], [path]) = (places, paths.as_slice()) else {
        let text = format!("several manifests describe it: {}", paths.join(", "));
        let next = "name the folder of the one that is applied here with --repo, or edit it as shown below";
        return Searching::ByHand("manifest-ambiguous", text, next.to_owned());
    };
    match fit {
        Fit::Shared(roots) => return Searching::Shared { path: path.clone(), roots: roots.clone() },
        Fit::Unclear(overlay) => {
            let text = format!("{overlay} cannot be read as YAML, and may use {path}");
            let next = "fix it or remove it from the repository, or edit the right manifest as shown below";
            return Searching::ByHand("manifest-unclear", text, next.to_owned());
        }
        Fit::Sure | Fit::Likely | Fit::No => {}
    }
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
