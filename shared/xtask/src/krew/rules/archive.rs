//! Rules of the archives: what Krew unpacks, and what must be there afterwards.

use super::super::{Archive, Entry, Installed, Kind, Platform, extract};
use super::{Candidate, files::is_sum, files::is_usable};

/// What counts as a licence, in any case of letters.
const LICENSES: [&str; 8] = [
    "license",
    "license.txt",
    "license.md",
    "licenses",
    "licenses.txt",
    "licenses.md",
    "copying",
    "copying.txt",
];

pub(super) fn readable(candidate: &Candidate) -> Vec<String> {
    each_archive(candidate, |_, archive| {
        let error = archive.entries.as_ref().err()?;
        Some(format!("cannot be unpacked ({error}): make a tar that is compressed with gzip"))
    })
}

pub(super) fn sum(candidate: &Candidate) -> Vec<String> {
    each_archive(candidate, |platform, archive| {
        let wrong = is_sum(&platform.sha256) && platform.sha256 != archive.sha256;
        wrong.then(|| format!("has the sum {}: write that in sha256", archive.sha256))
    })
}

pub(super) fn kinds(candidate: &Candidate) -> Vec<String> {
    each_entry(candidate, |entry| {
        let wrong = entry.kind == Kind::Other;
        wrong.then(|| "is neither a file nor a folder: pack what it leads to, and no links".to_owned())
    })
}

pub(super) fn names(candidate: &Candidate) -> Vec<String> {
    each_entry(candidate, |entry| {
        let absolute = entry.name.starts_with(['/', '\\']);
        if absolute {
            Some("is an absolute path: pack it below the root of the archive".to_owned())
        } else {
            entry.name.contains("..").then(|| "has two dots in a row: give it another name".to_owned())
        }
    })
}

pub(super) fn files(candidate: &Candidate) -> Vec<String> {
    each_archive(candidate, |platform, archive| {
        let entries = archive.entries.as_ref().ok().filter(|_| is_usable(platform))?;
        let from = extract(entries, platform.files.as_deref()).err()?;
        Some(format!("has nothing that {from:?} of files names: pack it, or take it out of files"))
    })
}

pub(super) fn bin(candidate: &Candidate) -> Vec<String> {
    each_installation(candidate, |platform, installed| {
        let bin = &platform.bin;
        let found = installed.iter().find(|file| file.path == *bin);
        match found {
            _ if bin.is_empty() => None,
            None => Some(format!("gives no {bin}, which bin names: pack it, and let files extract it")),
            Some(file) if file.mode & 0o111 != 0o111 => {
                Some(format!("has {bin} with the mode {:04o}: pack programs with 0755", file.mode))
            }
            Some(_) => None,
        }
    })
}

pub(super) fn license(candidate: &Candidate) -> Vec<String> {
    each_installation(candidate, |_, installed| {
        let is_license = |file: &Installed| {
            let name = file.path.rsplit('/').next().unwrap_or_default().to_lowercase();
            LICENSES.contains(&name.as_str())
        };
        let none = !installed.iter().any(is_license);
        none.then(|| {
            "gives no licence: pack a file that is called LICENSE, and let files extract it".to_owned()
        })
    })
}

/// What a rule says of each archive that is here, with its place.
fn each_archive(candidate: &Candidate, judge: impl Fn(&Platform, &Archive) -> Option<String>) -> Vec<String> {
    let both = candidate.manifest.spec.platforms.iter().zip(candidate.archives).enumerate();
    let judged = |(at, (platform, archive))| {
        Some(format!("the archive of spec.platforms[{at}] {}", judge(platform, archive)?))
    };
    both.filter_map(judged).collect()
}

/// What a rule says of the first entry of an archive that it does not like.
fn each_entry(candidate: &Candidate, judge: impl Fn(&Entry) -> Option<String>) -> Vec<String> {
    each_archive(candidate, |_, archive| {
        let entries = archive.entries.as_ref().ok()?;
        entries.iter().find_map(|entry| Some(format!("has {:?}, which {}", entry.name, judge(entry)?)))
    })
}

/// What a rule says of what is extracted, where anything is.
fn each_installation(
    candidate: &Candidate,
    judge: impl Fn(&Platform, &[Installed]) -> Option<String>,
) -> Vec<String> {
    each_archive(candidate, |platform, archive| {
        let entries = archive.entries.as_ref().ok().filter(|_| is_usable(platform))?;
        judge(platform, &extract(entries, platform.files.as_deref()).ok()?)
    })
}
