//! Rules of what a platform says of its archive, before anybody looks into that.

use super::super::{FileOperation, Platform};
use super::{Candidate, each};

pub(super) fn uri(candidate: &Candidate) -> Vec<String> {
    each(candidate, |platform| {
        let wrong = !platform.uri.starts_with("https://");
        wrong.then(|| {
            format!(".uri is {:?}: write where the archive lies, which begins with https://", platform.uri)
        })
    })
}

pub(super) fn sha256_form(candidate: &Candidate) -> Vec<String> {
    each(candidate, |platform| {
        (!is_sum(&platform.sha256)).then(|| {
            let found = &platform.sha256;
            format!(
                ".sha256 is {found:?}: write the sum of the archive in 64 hexadecimal digits, letters small"
            )
        })
    })
}

pub(super) fn is_sum(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

pub(super) fn bin_there(candidate: &Candidate) -> Vec<String> {
    each(candidate, |platform| {
        platform.bin.is_empty().then(|| ".bin is missing: name the program in the archive".to_owned())
    })
}

pub(super) fn there(candidate: &Candidate) -> Vec<String> {
    each(candidate, |platform| {
        let empty = platform.files.as_ref().is_some_and(Vec::is_empty);
        empty.then(|| ".files is an empty list: leave it out, which extracts everything".to_owned())
    })
}

pub(super) fn complete(candidate: &Candidate) -> Vec<String> {
    each_operation(candidate, |operation| {
        is_half(operation)
            .then(|| " lacks from or to: write both, `to: .` for the folder of the installation".to_owned())
    })
}

pub(super) fn inside(candidate: &Candidate) -> Vec<String> {
    each_operation(candidate, |operation| {
        leaves(operation).then(|| {
            format!(
                " goes from {:?} to {:?}: write relative paths without `..`, and `to` without `./` or a slash at its end",
                operation.from, operation.to
            )
        })
    })
}

/// Not a rule of Krew: Go's patterns have more, which the rules about archives would not understand.
pub(super) fn plain(candidate: &Candidate) -> Vec<String> {
    each_operation(candidate, |operation| {
        has_other_patterns(operation)
            .then(|| format!(" has the pattern {:?}: use no other patterns than * and ?", operation.from))
    })
}

fn is_half(operation: &FileOperation) -> bool {
    operation.from.is_empty() || operation.to.is_empty()
}

fn leaves(operation: &FileOperation) -> bool {
    let outside = |path: &str| path.starts_with(['/', '\\']) || path.split('/').any(|part| part == "..");
    let clean = |path: &str| path == "." || path.split('/').all(|part| !matches!(part, "" | "."));
    let leaves = outside(&operation.from) || outside(&operation.to) || !clean(&operation.to);
    leaves && !is_half(operation)
}

fn has_other_patterns(operation: &FileOperation) -> bool {
    operation.from.contains(['[', ']', '\\'])
}

/// Whether a platform's list of files breaks none of these rules, so that it can be carried out.
pub(super) fn is_usable(platform: &Platform) -> bool {
    let broken = |one: &FileOperation| is_half(one) || leaves(one) || has_other_patterns(one);
    platform.files.as_ref().is_none_or(|files| !files.is_empty() && !files.iter().any(broken))
}

/// What a rule says of the first operation of a platform that it does not like.
fn each_operation(candidate: &Candidate, judge: impl Fn(&FileOperation) -> Option<String>) -> Vec<String> {
    each(candidate, |platform| {
        let operations = platform.files.iter().flatten().enumerate();
        operations.map(|(at, one)| judge(one).map(|text| format!(".files[{at}]{text}"))).find_map(|text| text)
    })
}
