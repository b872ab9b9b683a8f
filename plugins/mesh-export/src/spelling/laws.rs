//! What words promise that name Services, however they are written.

use super::names;
use platform::terms::is_dns_label;
use platform::verdict::{Exit, Failure};

/// The law of names, a word on each line: what is read can be a name, written out it is read again as the same, and what
/// is refused is refused in one line, with what to do next.
///
/// # Panics
/// Where it does not hold.
pub(crate) fn obey(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let mut words: Vec<String> = text.lines().map(str::to_owned).collect();
    match names(&words) {
        Ok(found) => {
            assert!(found.iter().all(|name| is_dns_label(name)));
            let written: Vec<String> = found.iter().map(|name| format!("svc/{name}")).collect();
            assert_eq!(names(&written).ok().as_ref(), Some(&found));
            if words.iter().any(|word| word.contains('/')) {
                words.reverse();
                assert_eq!(names(&words).ok(), Some(found));
            }
        }
        Err(Failure { exit, what, next }) => {
            assert_eq!(exit, Exit::Usage);
            assert!(!what.contains(char::is_control) && !next.is_empty(), "{what:?}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::obey;

    #[test]
    fn what_the_fuzzer_has_met_before_obeys() {
        let corpus = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus/references");
        for file in std::fs::read_dir(corpus).unwrap() {
            obey(&std::fs::read(file.unwrap().path()).unwrap());
        }
    }

    proptest::proptest! {
        #[test]
        fn any_words_are_names_or_refused(
            words in "((svc|Service|services\\.v1\\.|deploy|undo|a|web-0|\\PC{0,4})?[/,\n]?){0,6}"
        ) {
            obey(words.as_bytes());
        }
    }
}
