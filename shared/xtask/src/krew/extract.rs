//! What Krew moves from an unpacked archive to the folder of an installation.

use super::{Entry, FileOperation, Kind};
use crate::Outcome;

/// A file of an installation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Installed<'a> {
    /// Its path below the folder of the installation, with slashes.
    pub path: String,
    /// The bits of its permissions, as they are in the archive.
    pub mode: u32,
    /// What is in it.
    pub content: &'a [u8],
}

/// A file that is unpacked and not moved yet, with the parts of its path.
type Unpacked<'a> = (Vec<&'a str>, &'a Entry);

/// Carries out the operations of a platform; without any, everything is moved. Fails when one of them finds nothing.
/// Of the patterns of Go, only `*` and `?` are understood.
pub fn extract<'a>(entries: &'a [Entry], files: Option<&[FileOperation]>) -> Outcome<Vec<Installed<'a>>> {
    let everything = [FileOperation { from: "*".to_owned(), to: ".".to_owned() }];
    let unpacked = entries.iter().filter(|entry| entry.kind == Kind::File);
    let mut left: Vec<Unpacked> = unpacked.map(|entry| (parts(&entry.name), entry)).collect();
    let mut installed = Vec::new();
    for operation in files.unwrap_or(&everything) {
        let pattern = parts(&operation.from);
        let found: (Vec<_>, Vec<_>) = left.into_iter().partition(|(path, _)| begins(path, &pattern));
        let (moved, rest) = found;
        if moved.is_empty() {
            return Err(operation.from.clone());
        }
        // What has been moved is not there for the next operation.
        left = rest;
        installed.extend(moved.into_iter().map(|(path, entry)| Installed {
            path: target(&path, &pattern, operation),
            mode: entry.mode,
            content: &entry.content,
        }));
    }
    Ok(installed)
}

/// The parts of a path that lead somewhere.
fn parts(path: &str) -> Vec<&str> {
    path.split('/').filter(|part| !matches!(*part, "" | ".")).collect()
}

/// Whether a path is what the pattern names, or lies below that.
fn begins(path: &[&str], pattern: &[&str]) -> bool {
    path.len() >= pattern.len() && path.iter().zip(pattern).all(|(part, pattern)| fits(part, pattern))
}

/// Where a file goes. What is named without a pattern gets `to` as its new name; what a pattern finds keeps its own.
fn target(path: &[&str], pattern: &[&str], operation: &FileOperation) -> String {
    let kept = pattern.len().saturating_sub(1);
    let renamed = operation.to != "." && !operation.from.contains(['*', '?']);
    let rest = path.get(if renamed { pattern.len() } else { kept }..).unwrap_or_default();
    [parts(&operation.to), rest.to_vec()].concat().join("/")
}

/// Whether a name is of a pattern of `*`, `?` and letters that stand for themselves.
fn fits(name: &str, pattern: &str) -> bool {
    let Some(first) = pattern.chars().next() else { return name.is_empty() };
    let rest = pattern.get(first.len_utf8()..).unwrap_or_default();
    let mut letters = name.chars();
    match first {
        '*' => name
            .char_indices()
            .map(|(at, _)| at)
            .chain([name.len()])
            .any(|at| name.get(at..).is_some_and(|end| fits(end, rest))),
        '?' => letters.next().is_some() && fits(letters.as_str(), rest),
        letter => letters.next() == Some(letter) && fits(letters.as_str(), rest),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(name: &str) -> Entry {
        Entry { name: name.to_owned(), kind: Kind::File, mode: 0o644, content: name.into() }
    }

    fn extracted(files: Option<&[(&str, &str)]>) -> Outcome<Vec<String>> {
        let entries = ["./LICENSE", "bin/one", "bin/two", "bin/deep/three"].map(entry);
        let operation = |(from, to): &(&str, &str)| FileOperation { from: (*from).into(), to: (*to).into() };
        let files = files.map(|files| files.iter().map(operation).collect::<Vec<_>>());
        let installed = extract(&entries, files.as_deref())?;
        Ok(installed.into_iter().map(|file| file.path).collect())
    }

    #[test]
    fn without_operations_everything_stays_where_it_is() {
        assert_eq!(extracted(None).unwrap(), ["LICENSE", "bin/one", "bin/two", "bin/deep/three"]);
    }

    #[test]
    fn a_named_file_is_renamed_and_what_a_pattern_finds_keeps_its_name() {
        for (from, to, wanted) in [
            ("bin/one", ".", vec!["one"]),
            ("bin/one", "first", vec!["first"]),
            ("bin", "tools", vec!["tools/one", "tools/two", "tools/deep/three"]),
            ("bin/*", ".", vec!["one", "two", "deep/three"]),
            ("bin/t?o", "tools", vec!["tools/two"]),
            ("*/*o*", ".", vec!["one", "two"]),
        ] {
            assert_eq!(extracted(Some(&[(from, to)])).unwrap(), wanted, "{from} to {to}");
        }
    }

    #[test]
    fn what_is_not_there_and_what_has_been_moved_is_missed() {
        assert_eq!(extracted(Some(&[("bin/four", ".")])), Err("bin/four".to_owned()));
        assert_eq!(extracted(Some(&[("bin/one", "."), ("bin/one", "again")])), Err("bin/one".to_owned()));
    }
}
