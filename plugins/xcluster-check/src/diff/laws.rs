//! What earlier reports promise, whatever stands in them.

use super::read;

/// The law of earlier reports, for `fuzz/` and the tests: what is read is written and read again as it was, and what is none
/// is refused in one line.
///
/// # Panics
/// Where it does not hold.
pub(crate) fn obey(bytes: &[u8]) {
    match read(bytes) {
        Ok(findings) => {
            let again = serde_json::json!({ "kind": "Check", "findings": findings }).to_string();
            assert_eq!(read(again.as_bytes()), Ok(findings));
        }
        Err(problem) => assert!(!problem.is_empty() && !problem.contains(char::is_control), "{problem:?}"),
    }
}

#[cfg(test)]
mod tests {
    use super::obey;

    #[test]
    fn what_the_fuzzer_has_met_before_obeys() {
        let corpus = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus/report");
        for file in std::fs::read_dir(corpus).unwrap() {
            obey(&std::fs::read(file.unwrap().path()).unwrap());
        }
    }

    #[test]
    fn what_is_nested_deeply_or_endless_is_refused() {
        for piece in ["[", "{\"a\":", "{\"kind\":\"Check\",\"findings\":[", "\"", "\u{202e}\n"] {
            obey(piece.repeat(100_000).as_bytes());
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_a_report_or_refused(
            text in "(\\{\"kind\": \"Check\", \"findings\": \\[)?[ :{}\\[\\]a-z\n\"',0-9\\\\]{0,60}"
        ) {
            obey(text.as_bytes());
        }
    }
}
