//! The laws on a stable toolchain: any bytes, what each target has met before, and inputs of a size that nobody writes.

use super::{LAWS, obey};
use proptest::prelude::*;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Any input is answered within this, in a build that is not optimized, on a machine that is busy.
const SOON: Duration = Duration::from_secs(60);
/// Nobody nests so deep, or writes so long a line, but to do harm.
const DEEP: usize = 100_000;
const LINES: usize = 20_000;
const LONG: usize = 1 << 20;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz").canonicalize().unwrap()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

fn names(folder: &str) -> BTreeSet<String> {
    let files = files(&root().join(folder));
    files.iter().map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned()).collect()
}

/// The targets of a plugin, whose laws are there.
const OF_PLUGINS: [&str; 4] = ["export_list", "references", "report", "service_files"];

#[test]
fn every_law_has_a_target_and_a_corpus_and_is_built() {
    let known: BTreeSet<String> =
        LAWS.iter().map(|(name, _)| *name).chain(OF_PLUGINS).map(str::to_owned).collect();
    assert_eq!(names("fuzz_targets"), known);
    assert_eq!(names("corpus"), known);
    let read = |file: &str| std::fs::read_to_string(root().join(file)).unwrap();
    let (manifest, every) = (read("Cargo.toml"), read("every.rs"));
    for name in &known {
        assert!(manifest.contains(&format!("path = \"fuzz_targets/{name}.rs\"")), "{name}");
        let source = read(&format!("fuzz_targets/{name}.rs"));
        let is_of_plugin = OF_PLUGINS.contains(&name.as_str());
        assert!(is_of_plugin || source.contains(&format!("obey(\"{name}\", bytes)")), "{name}");
        assert!(!is_of_plugin || every.contains(&format!("\"{name}\" => ")), "{name}");
    }
}

#[test]
fn what_targets_have_met_before_obeys() {
    for (name, law) in LAWS {
        for file in files(&root().join("corpus").join(name)) {
            let bytes = std::fs::read(&file).unwrap();
            let start = Instant::now();
            law(&bytes);
            assert!(start.elapsed() < SOON, "{}", file.display());
        }
    }
}

#[test]
fn the_corpus_is_small_enough_to_keep() {
    let corpus = files(&root().join("corpus"));
    let sizes = corpus.iter().flat_map(|folder| files(folder)).map(|file| file.metadata().unwrap().len());
    let all: u64 = sizes.sum();
    assert!(all < 300 * 1024, "{all} bytes");
}

/// What opens, closes or goes on, over and over: to any parser, and to those of a language.
const ANY: [&str; 4] = ["[", "{\"a\":", "a", "\u{202e}\n"];
const YAML: [&str; 8] = ["- ", "a:\n", "{a: ", "? ", "&a [*a, ", "---\n", "'", "|\n "];
const OTHER: [(&str, &[&str]); 9] = [
    ("jsonpath", &["{", "[?(@.a", "{[?(@", "..", "{[*]}", "{range .a}", "{.a[0,", "'\\"]),
    ("completion", &["--to\n", "-o\n", "\n"]),
    ("duration", &["1h", "0", "1."]),
    (
        "certificate",
        &["-----BEGIN CERTIFICATE-----\n", "-----BEGIN CERTIFICATE-----\nMA==\n-----END CERTIFICATE-----\n"],
    ),
    ("probe_log", &["mesh-export-probe 80 bytes 00\n"]),
    ("warning", &["299 - \"a\", "]),
    ("watch", &["{\"type\":\"ADDED\",\"object\":{}}\n", "{\"type\":\"ERROR\",\"object\":"]),
    ("cidr", &["1.", ":"]),
    ("names", &["a/", "."]),
];
const OF_YAML: [&str; 10] = [
    "dump",
    "dump_meta",
    "repository",
    "exec_credential",
    "fleet_file",
    "kubeconfig",
    "lead",
    "manifest",
    "overlay",
    "patch",
];

fn pieces(law: &str) -> impl Iterator<Item = &'static str> {
    let yaml = OF_YAML.contains(&law).then_some(YAML).into_iter().flatten();
    let other = OTHER.iter().filter(move |(name, _)| *name == law).flat_map(|(_, pieces)| *pieces).copied();
    ANY.into_iter().chain(yaml).chain(other)
}

/// Each runs with the stack that any thread has: what nests without an end uses that up.
#[test]
fn what_is_nested_deeply_or_endless_is_answered_or_refused_in_bounded_time() {
    for (name, law) in LAWS {
        for piece in pieces(name) {
            // Lines do not nest.
            let times = if piece.ends_with('\n') { LINES } else { DEEP };
            let (input, start) = (piece.repeat((LONG / piece.len()).min(times)), Instant::now());
            law(input.as_bytes());
            let spent = start.elapsed();
            assert!(spent < SOON, "{name}: {piece:?} took {spent:?}");
        }
        law(&vec![b'a'; LONG]);
    }
}

fn almost() -> impl Strategy<Value = Vec<u8>> {
    let word = prop_oneof![
        4 => "[ \\-:{}\\[\\]\"'a-z0-9.,$@()\n]{0,12}",
        2 => prop::sample::select(LAWS.iter().flat_map(|(law, _)| pieces(law)).collect::<Vec<_>>()).prop_map(str::to_owned),
        1 => any::<String>(),
        1 => Just("\0".to_owned()),
    ];
    prop::collection::vec(word, 0..12).prop_map(|words| words.concat().into_bytes())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_obey(bytes in prop_oneof![almost(), any::<Vec<u8>>()]) {
        for (name, _) in LAWS {
            obey(name, &bytes);
        }
    }
}
