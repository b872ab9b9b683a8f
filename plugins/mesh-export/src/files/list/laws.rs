//! What lists of exports promise, whatever stands in them.

use super::read;
use platform::mesh::link::Way;
use platform::terms::is_dns_label;
use platform::verdict::Exit;

/// The law of lists, for `fuzz/` and the tests: what is read names things that can be there, and what is refused is refused
/// with what to do next.
///
/// # Panics
/// Where it does not hold.
pub(crate) fn obey(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    match read("x.yaml", &text) {
        Ok(exports) => {
            let names = exports.iter().flat_map(|one| [Some(&one.name), one.namespace.as_ref()]).flatten();
            assert!(names.clone().all(|name| is_dns_label(name)));
            let ways: Vec<Vec<Way>> = exports.iter().filter_map(|one| one.ways().ok()).collect();
            assert_eq!(ways.len(), exports.len());
        }
        Err(failure) => {
            assert_eq!(failure.exit, Exit::Usage);
            assert!(!failure.next.is_empty());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::obey;

    #[test]
    fn what_the_fuzzer_has_met_before_obeys() {
        let corpus = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus/export_list");
        for file in std::fs::read_dir(corpus).unwrap() {
            obey(&std::fs::read(file.unwrap().path()).unwrap());
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_a_list_or_refused(
            text in "(apiVersion: platform.tools/v1\nkind: ExportList\nexports:\n)?[ \\-:{}\\[\\]a-z&*\n\"',|]{0,60}"
        ) {
            obey(text.as_bytes());
        }
    }
}
