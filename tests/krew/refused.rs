//! What the rules refuse, the real Krew refuses too, and in its own words for the same reason.

use std::fs;

use flate2::{Compression, write::GzEncoder};
use xtask::krew::{Archive, Candidate, FileOperation, Manifest, Platform, Selector, breaches, sha256};

use crate::real::{checked, krew};

const GOOD: &str = "
apiVersion: krew.googlecontainertools.github.com/v1alpha2
kind: Plugin
metadata: {name: mesh-export}
spec:
  version: v1.2.3
  homepage: https://example.org/
  shortDescription: Export Services across a mesh
  description: Makes a Service usable elsewhere.
  platforms:
  - selector: {matchLabels: {os: linux, arch: amd64}}
    uri: https://example.org/one.tar.gz
    sha256: 0000000000000000000000000000000000000000000000000000000000000000
    bin: kubectl-mesh_export
  - selector: {matchLabels: {os: darwin, arch: arm64}}
    uri: https://example.org/two.tar.gz
    sha256: 0000000000000000000000000000000000000000000000000000000000000000
    bin: kubectl-mesh_export
";

fn good() -> Manifest {
    serde_saphyr::from_str(GOOD).unwrap()
}

fn first(manifest: &mut Manifest) -> &mut Platform {
    &mut manifest.spec.platforms[0]
}

fn select(manifest: &mut Manifest, labels: &[(&str, &str)]) {
    let labels = labels.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    first(manifest).selector = Some(Selector { match_labels: Some(labels), match_expressions: None });
}

fn extract(manifest: &mut Manifest, from: &str, to: &str) {
    first(manifest).files = Some(vec![FileOperation { from: from.to_owned(), to: to.to_owned() }]);
}

/// A rule, what breaks it, and what Krew says.
type Case = (&'static str, fn(&mut Manifest), &'static str);

const MANIFESTS: [Case; 19] = [
    ("api-version", |it| it.api_version = "v1".into(), "not supported in this version of krew"),
    ("kind", |it| it.kind = "Plugins".into(), "but only \"Plugin\" is supported"),
    ("name-safe", |it| it.metadata.name = "mesh.export".into(), "is not allowed, must match"),
    ("name-no-device", |it| it.metadata.name = "lpt1".into(), "is not allowed, must match"),
    ("name-of-file", |it| it.metadata.name = "mesh".into(), "plugin should be named"),
    ("version", |it| it.spec.version = "1.2.3".into(), "not starting with 'v'"),
    ("version", |it| it.spec.version = "v1.2".into(), "failed to parse plugin version"),
    ("short-description-there", |it| it.spec.short_description.clear(), "should have a short description"),
    ("short-description-line", |it| it.spec.short_description = "a\nb".into(), "should not have line breaks"),
    ("platforms-there", |it| it.spec.platforms.clear(), "should have a platform specified"),
    ("selector-there", |it| first(it).selector = None, "nil selector is not supported"),
    ("selector-there", |it| select(it, &[]), "`matchLabels` specified but empty"),
    ("selector-keys", |it| select(it, &[("os", "linux"), ("libc", "musl")]), "key \"libc\" not supported"),
    ("selector-spelling", |it| select(it, &[("os", "macos")]), "doesn't match any supported platforms"),
    ("selector-once", |it| select(it, &[("arch", "arm64")]), "overlapping selectors"),
    ("uri", |it| first(it).uri.clear(), "`uri` has to be set"),
    ("sha256-form", |it| first(it).sha256 = "A".repeat(64), "must match pattern"),
    ("bin-there", |it| first(it).bin.clear(), "`bin` has to be set"),
    ("files-there", |it| first(it).files = Some(vec![]), "`files` has to be unspecified or non-empty"),
];

#[test]
fn the_check_of_the_index_refuses_what_the_rules_refuse() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mesh-export.yaml");
    for (rule, spoil, words) in MANIFESTS {
        let mut manifest = good();
        spoil(&mut manifest);
        let broken = breaches(&Candidate { file: "mesh-export.yaml", manifest: &manifest, archives: &[] });
        assert!(broken.iter().any(|breach| breach.rule == rule), "{rule}: {broken:?}");
        fs::write(&path, serde_saphyr::to_string(&manifest).unwrap()).unwrap();
        let Some(outcome) = checked(&path) else { return };
        assert_ne!(outcome.code, Some(0), "{rule}: {outcome}");
        assert!(outcome.stderr.contains(words), "{rule}: {outcome}");
    }
}

/// What is packed: names as they stand there, and their kinds. Everything may be run.
fn packed(entries: &[(&str, tar::EntryType)]) -> Vec<u8> {
    let mut archive = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
    for (name, kind) in entries {
        let mut header = tar::Header::new_ustar();
        header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
        header.set_entry_type(*kind);
        header.set_mode(0o755);
        header.set_size(0);
        header.set_cksum();
        archive.append(&header, std::io::empty()).unwrap();
    }
    archive.into_inner().unwrap().finish().unwrap()
}

const FILE: tar::EntryType = tar::EntryType::Regular;

/// A rule, an entry that is packed beside the good ones, what else breaks the rule, and what Krew says.
type Unpacked = (&'static str, (&'static str, tar::EntryType), fn(&mut Manifest), &'static str);

const ARCHIVES: [Unpacked; 9] = [
    ("archive-kinds", ("link", tar::EntryType::Symlink), |_| {}, "unable to handle file type"),
    ("archive-kinds", ("hard", tar::EntryType::Link), |_| {}, "unable to handle file type"),
    ("archive-names", ("/motd", FILE), |_| {}, "refusing to unpack archive with absolute entry"),
    ("archive-names", ("\\motd", FILE), |_| {}, "refusing to unpack archive with absolute entry"),
    ("archive-names", ("a..b", FILE), |_| {}, "refusing to unpack archive with suspicious entry"),
    ("archive-sum", ("a", FILE), |it| first(it).sha256 = "0".repeat(64), "checksum does not match"),
    ("archive-files", ("a", FILE), |it| extract(it, "b", "."), "no files in the plugin archive matched"),
    ("files-inside", ("a", FILE), |it| extract(it, "a", "./a/"), "the provided path is not clean"),
    ("archive-bin", ("a", FILE), |it| first(it).bin = "b".into(), "cannot be found in extracted archive"),
];

#[test]
fn krew_installs_nothing_that_the_rules_refuse() {
    let Some(krew) = krew() else { return };
    let krew = krew.env("KREW_OS", "linux").env("KREW_ARCH", "amd64");
    let files = ["mesh-export.yaml", "archive.tar.gz"].map(|name| krew.home().join(name));
    for (rule, entry, spoil, words) in ARCHIVES {
        let bytes = packed(&[("LICENSE", FILE), ("kubectl-mesh_export", FILE), entry]);
        let mut manifest = good();
        first(&mut manifest).sha256 = sha256(&bytes);
        spoil(&mut manifest);
        let archives = [Archive::read(&bytes)];
        let broken =
            breaches(&Candidate { file: "mesh-export.yaml", manifest: &manifest, archives: &archives });
        assert_eq!(broken.iter().map(|breach| breach.rule).collect::<Vec<_>>(), [rule], "{broken:?}");
        fs::write(&files[0], serde_saphyr::to_string(&manifest).unwrap()).unwrap();
        fs::write(&files[1], bytes).unwrap();
        let [manifest, archive] = ["manifest", "archive"].map(|flag| format!("--{flag}="));
        let (manifest, archive) =
            (manifest + files[0].to_str().unwrap(), archive + files[1].to_str().unwrap());
        let outcome = krew.run(["krew", "install", &manifest, &archive]);
        assert_ne!(outcome.code, Some(0), "{rule}: {outcome}");
        assert!(outcome.stderr.contains(words), "{rule}: {outcome}");
    }
}
