//! Clusters in files: dumps, what `collect` packs, and manifests of a repository.

use super::clusters::is_usage;
use crate::cluster::archived as foreign;
use serde_json::Value;

/// What is answered of files is what an API server would answer, whatever stands there.
fn is_answered(answers: &[Value]) {
    for answer in answers {
        assert!(answer.get("items").is_some_and(Value::is_array), "{answer}");
    }
}

/// Objects stand somewhere in the text, and a text that is none is refused with its place.
pub(super) fn dump(bytes: &[u8]) {
    of_file(bytes, true);
}

/// The same of a repository, where more is passed over; and a kustomization changes files below one folder or beside it.
pub(super) fn repository(bytes: &[u8]) {
    of_file(bytes, false);
    for path in foreign::patches(bytes) {
        assert!(!path.contains("/./") && !path.contains('\n'), "{path:?}");
    }
}

fn of_file(bytes: &[u8], is_dump: bool) {
    match foreign::file(bytes, is_dump) {
        Ok((places, answers)) => {
            let ends = bytes.iter().filter(|byte| [b'\n', b'\r'].contains(*byte)).count();
            let longest = bytes.len() + 1;
            for (line, column) in places {
                assert!((1..=ends + 1).contains(&line) && (1..=longest).contains(&column), "{line}:{column}");
            }
            is_answered(&answers);
        }
        Err(failure) => {
            is_usage(&failure);
            assert!(failure.what.starts_with("dump/a.yaml:"), "{failure:?}");
        }
    }
}

/// What was denied is named as RBAC names resources.
pub(super) fn dump_meta(bytes: &[u8]) {
    match foreign::about(bytes) {
        Ok(denied) => {
            let is_plain = |letter: char| {
                letter.is_ascii_lowercase() || letter.is_ascii_digit() || "-./".contains(letter)
            };
            assert!(denied.iter().all(|word| !word.is_empty() && word.chars().all(is_plain)), "{denied:?}");
        }
        Err(failure) => is_usage(&failure),
    }
}

/// A tar holds clusters, each once, or is refused.
pub(super) fn dump_tar(bytes: &[u8]) {
    match foreign::tar(bytes) {
        Ok(clusters) => {
            let mut names: Vec<&str> = clusters.iter().map(|(name, _)| name.as_str()).collect();
            names.sort_unstable();
            assert!(names.is_sorted_by(|one, next| one < next), "{names:?}");
            for (_, answers) in &clusters {
                is_answered(answers);
            }
        }
        Err(failure) => is_usage(&failure),
    }
}
