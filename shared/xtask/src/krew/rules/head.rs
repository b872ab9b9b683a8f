//! Rules of the manifest's head: what it is, what it is called, what it says of itself.

use super::super::{API_VERSION, KIND};
use super::{Candidate, one};

/// Names that Windows keeps for devices, in any case.
const DEVICES: [&str; 22] = [
    "CON", "PRN", "AUX", "NUL", "COM1", "COM2", "COM3", "COM4", "COM5", "COM6", "COM7", "COM8", "COM9",
    "LPT1", "LPT2", "LPT3", "LPT4", "LPT5", "LPT6", "LPT7", "LPT8", "LPT9",
];

/// What `kubectl krew search` shows without breaking the line.
const LONGEST_LINE: usize = 50;

pub(super) fn api_version(candidate: &Candidate) -> Vec<String> {
    let found = &candidate.manifest.api_version;
    one(found != API_VERSION, || format!("apiVersion is {found:?}: write {API_VERSION}"))
}

pub(super) fn kind(candidate: &Candidate) -> Vec<String> {
    let found = &candidate.manifest.kind;
    one(found != KIND, || format!("kind is {found:?}: write {KIND}"))
}

pub(super) fn name_safe(candidate: &Candidate) -> Vec<String> {
    let name = &candidate.manifest.metadata.name;
    let safe = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-');
    one(name.is_empty() || !name.chars().all(safe), || {
        format!(
            "metadata.name is {name:?}: use letters, digits, dashes and underscores, and at least one of them"
        )
    })
}

pub(super) fn name_no_device(candidate: &Candidate) -> Vec<String> {
    let name = &candidate.manifest.metadata.name;
    one(DEVICES.iter().any(|device| device.eq_ignore_ascii_case(name)), || {
        format!("metadata.name is {name:?}, which Windows keeps for a device: choose another name")
    })
}

pub(super) fn name_of_file(candidate: &Candidate) -> Vec<String> {
    let (file, name) = (candidate.file, &candidate.manifest.metadata.name);
    one(file.strip_suffix(".yaml") != Some(name), || {
        format!("the file is called {file} and the plugin {name:?}: call the file {name}.yaml")
    })
}

pub(super) fn version(candidate: &Candidate) -> Vec<String> {
    let version = &candidate.manifest.spec.version;
    let good = version.strip_prefix('v').is_some_and(|rest| semver::Version::parse(rest).is_ok());
    one(!good, || format!("spec.version is {version:?}: write a v and a semantic version, as in v1.2.3"))
}

pub(super) fn homepage(candidate: &Candidate) -> Vec<String> {
    let homepage = &candidate.manifest.spec.homepage;
    one(!homepage.starts_with("https://"), || {
        format!(
            "spec.homepage is {homepage:?}: write the address of the documentation, which begins with https://"
        )
    })
}

pub(super) fn short_description_there(candidate: &Candidate) -> Vec<String> {
    one(candidate.manifest.spec.short_description.trim().is_empty(), || {
        "spec.shortDescription is missing: say in one line what the plugin is for".to_owned()
    })
}

pub(super) fn short_description_line(candidate: &Candidate) -> Vec<String> {
    one(candidate.manifest.spec.short_description.contains(['\r', '\n']), || {
        "spec.shortDescription has a line break: write one line, and the rest in spec.description".to_owned()
    })
}

pub(super) fn short_description_length(candidate: &Candidate) -> Vec<String> {
    let length = candidate.manifest.spec.short_description.chars().count();
    one(length > LONGEST_LINE, || {
        format!("spec.shortDescription has {length} characters: use {LONGEST_LINE} at most")
    })
}

pub(super) fn description(candidate: &Candidate) -> Vec<String> {
    let description = &candidate.manifest.spec.description;
    let flag = description.split_whitespace().find(|word| word.starts_with("--"));
    let empty = description.trim().is_empty();
    match (empty, flag) {
        (true, _) => vec!["spec.description is missing: say what the plugin does".to_owned()],
        (false, Some(flag)) => {
            vec![format!(
                "spec.description names the flag {flag}: say what the plugin does, its help says how"
            )]
        }
        (false, None) => Vec::new(),
    }
}

pub(super) fn platforms_there(candidate: &Candidate) -> Vec<String> {
    one(candidate.manifest.spec.platforms.is_empty(), || {
        "spec.platforms is empty: name at least one platform and its archive".to_owned()
    })
}
