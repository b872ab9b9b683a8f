//! What files of manifests promise, whatever stands in them.

use super::{Named, is_list, services};
use platform::verdict::{Exit, Failure};

/// The law of manifests: what is read names a Service, objects of other kinds beside it change nothing, and what is refused
/// is refused with what to do next.
///
/// # Panics
/// Where it does not hold.
pub(crate) fn obey(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    match read(&text) {
        Ok(named) => {
            assert!(!named.names.is_empty() && named.list.is_none());
            assert!(named.namespace.is_some() || named.is_left_open);
            assert!(named.namespace.as_ref().is_none_or(|namespace| !namespace.is_empty()));
            let more =
                format!("{text}\n---\nkind: Secret\nmetadata: {{name: other, namespace: elsewhere}}\n");
            assert_eq!(read(&more).ok(), Some(named), "{more:?}");
        }
        Err(failure) => {
            assert_eq!(failure.exit, Exit::Usage);
            assert!(!failure.next.is_empty());
        }
    }
    let _: bool = is_list(&text);
}

fn read(text: &str) -> Result<Named, Failure> {
    let mut named = Named::default();
    services("x.yaml", text).and_then(|found| named.add("x.yaml", &found)).map(|()| named)
}

#[cfg(test)]
mod tests {
    use super::obey;

    #[test]
    fn what_the_fuzzer_has_met_before_obeys() {
        let corpus = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus/service_files");
        for file in std::fs::read_dir(corpus).unwrap() {
            obey(&std::fs::read(file.unwrap().path()).unwrap());
        }
    }

    #[test]
    fn what_is_nested_deeply_or_endless_is_refused() {
        for piece in ["[", "{a: ", "- ", "items:\n- ", "&a [*a, ", "---\n"] {
            obey(piece.repeat(100_000).as_bytes());
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_names_services_or_is_refused(
            text in "(apiVersion: v1\nkind: Service\nmetadata: \\{name: (a|b), namespace: (|x|y)\\}\n(---\n|[ \\-:{}a-z\n\"'|#]{0,20})){0,3}"
        ) {
            obey(text.as_bytes());
        }
    }
}
