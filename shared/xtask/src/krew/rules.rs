//! The rules of Krew, as a table: each has a name, and says of a manifest and its archives what is wrong and what to do.
//!
//! A rule is silent where another one has the reason: what is missing is not also misspelled.

mod archive;
mod files;
mod head;
mod selector;

use super::{Archive, Manifest, Platform, Selector};

/// What is to be published.
#[derive(Debug, Clone, Copy)]
pub struct Candidate<'a> {
    /// The name of the manifest's file, without folders.
    pub file: &'a str,
    /// What is in that file.
    pub manifest: &'a Manifest,
    /// The archives of the platforms, in the same order. Platforms without one are judged by the manifest alone.
    pub archives: &'a [Archive],
}

/// One rule.
#[derive(Debug)]
pub struct Rule {
    /// Its name, which stands before what it says.
    pub id: &'static str,
    /// What it says of a candidate: nothing when it is kept.
    judge: fn(&Candidate) -> Vec<String>,
}

/// A rule that is broken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Breach {
    /// The rule.
    pub rule: &'static str,
    /// What is wrong, and what to do.
    pub text: String,
}

/// All rules: of the manifest's head, of its platforms, of its archives.
pub const RULES: [Rule; 32] = [
    Rule { id: "api-version", judge: head::api_version },
    Rule { id: "kind", judge: head::kind },
    Rule { id: "name-safe", judge: head::name_safe },
    Rule { id: "name-no-device", judge: head::name_no_device },
    Rule { id: "name-of-file", judge: head::name_of_file },
    Rule { id: "version", judge: head::version },
    Rule { id: "homepage", judge: head::homepage },
    Rule { id: "short-description-there", judge: head::short_description_there },
    Rule { id: "short-description-line", judge: head::short_description_line },
    Rule { id: "short-description-length", judge: head::short_description_length },
    Rule { id: "description", judge: head::description },
    Rule { id: "platforms-there", judge: head::platforms_there },
    Rule { id: "selector-there", judge: selector::there },
    Rule { id: "selector-keys", judge: selector::keys },
    Rule { id: "selector-operators", judge: selector::operators },
    Rule { id: "selector-spelling", judge: selector::spelling },
    Rule { id: "selector-matches", judge: selector::matches },
    Rule { id: "selector-once", judge: selector::once },
    Rule { id: "uri", judge: files::uri },
    Rule { id: "sha256-form", judge: files::sha256_form },
    Rule { id: "bin-there", judge: files::bin_there },
    Rule { id: "files-there", judge: files::there },
    Rule { id: "files-complete", judge: files::complete },
    Rule { id: "files-inside", judge: files::inside },
    Rule { id: "files-plain", judge: files::plain },
    Rule { id: "archive-readable", judge: archive::readable },
    Rule { id: "archive-sum", judge: archive::sum },
    Rule { id: "archive-kinds", judge: archive::kinds },
    Rule { id: "archive-names", judge: archive::names },
    Rule { id: "archive-files", judge: archive::files },
    Rule { id: "archive-bin", judge: archive::bin },
    Rule { id: "archive-license", judge: archive::license },
];

/// The rules that are broken, in the order of the table.
pub fn breaches(candidate: &Candidate) -> Vec<Breach> {
    let of = |rule: &'static Rule| {
        let texts = (rule.judge)(candidate).into_iter();
        texts.map(|text| Breach { rule: rule.id, text })
    };
    RULES.iter().flat_map(of).collect()
}

/// What a rule says of the whole.
fn one(wrong: bool, text: impl Fn() -> String) -> Vec<String> {
    if wrong { vec![text()] } else { Vec::new() }
}

/// What a rule says of each platform, with the platform's place.
fn each(candidate: &Candidate, judge: impl Fn(&Platform) -> Option<String>) -> Vec<String> {
    let platforms = candidate.manifest.spec.platforms.iter().enumerate();
    platforms.filter_map(|(at, platform)| Some(format!("spec.platforms[{at}]{}", judge(platform)?))).collect()
}

/// What a rule says of each platform that has a selector, with the platform's place.
fn each_selector(candidate: &Candidate, judge: impl Fn(&Selector) -> Option<String>) -> Vec<String> {
    each(candidate, |platform| platform.selector.as_ref().and_then(&judge))
}
