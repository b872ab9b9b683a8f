//! Paths as references, for formats whose readers follow them.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};
use std::path::{Component, Path};

/// What stands for itself in every part of a URI. A colon would make a scheme of what is before it.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A relative reference for a relative path, and a URI of `file` for another one.
pub(super) fn uri(path: &Path) -> String {
    let parts = path.components().filter_map(|part| match part {
        Component::Normal(name) => Some(percent_encode(name.as_encoded_bytes(), PLAIN).to_string()),
        Component::ParentDir => Some("..".to_owned()),
        Component::Prefix(drive) => Some(drive.as_os_str().to_string_lossy().replace('\\', "/")),
        Component::CurDir | Component::RootDir => None,
    });
    let joined = parts.collect::<Vec<_>>().join("/");
    match (path.is_absolute(), joined.is_empty()) {
        (true, _) => format!("file:///{joined}"),
        (false, true) => "./".to_owned(),
        (false, false) => joined,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_a_reference_in_which_nothing_means_more_than_itself() {
        for (path, reference) in [
            ("clusters/infra/web.yaml", "clusters/infra/web.yaml"),
            ("./clusters//infra/", "clusters/infra"),
            ("../other/web.yaml", "../other/web.yaml"),
            ("my cluster/100%/a#b?c.yaml", "my%20cluster/100%25/a%23b%3Fc.yaml"),
            ("arn:aws:eks/größe.yaml", "arn%3Aaws%3Aeks/gr%C3%B6%C3%9Fe.yaml"),
            (".", "./"),
            ("", "./"),
        ] {
            assert_eq!(uri(Path::new(path)), reference, "{path}");
        }
        #[cfg(unix)]
        assert_eq!(uri(Path::new("/tmp/a b/web.yaml")), "file:///tmp/a%20b/web.yaml");
    }
}
