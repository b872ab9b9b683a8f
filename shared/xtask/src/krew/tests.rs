//! Each rule, broken by a manifest or an archive that breaks no other one.

mod cases;

use super::{Archive, Breach, Candidate, Manifest, RULES, breaches};
use cases::CASES;
use flate2::{Compression, write::GzEncoder};

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
    sha256: SUM
    files: [{from: kubectl-*, to: .}, {from: LICENSE, to: .}]
    bin: kubectl-mesh_export
  - selector: {matchExpressions: [{key: os, operator: In, values: [darwin]}, {key: arch, operator: Exists}]}
    uri: https://example.org/two.tar.gz
    sha256: SUM
    bin: kubectl-mesh_export
";

/// An entry as it is written: a name that nobody has looked at, a kind, a mode.
struct Packed {
    name: &'static str,
    kind: tar::EntryType,
    mode: u32,
}

/// A manifest, its file, and what is in the archive of its first platform. That of the second one is good.
struct Sample {
    file: &'static str,
    manifest: Manifest,
    packed: Vec<Packed>,
    /// In place of what was packed.
    bytes: Option<&'static [u8]>,
}

impl Sample {
    fn good() -> Self {
        let file = |name, mode| Packed { name, kind: tar::EntryType::Regular, mode };
        let folder = Packed { name: "docs/", kind: tar::EntryType::Directory, mode: 0o755 };
        let packed = vec![file("LICENSE", 0o644), folder, file("kubectl-mesh_export", 0o755)];
        Self { file: "mesh-export.yaml", manifest: read(GOOD).unwrap(), packed, bytes: None }
    }

    /// What is said of it, with the sum of the first archive as `SUM`.
    fn breaches(mut self) -> Vec<Breach> {
        let good = Archive::read(&packed(&Self::good().packed));
        let archive = Archive::read(&self.bytes.map_or_else(|| packed(&self.packed), <[u8]>::to_vec));
        let archives = [archive, good];
        for (platform, archive) in self.manifest.spec.platforms.iter_mut().zip(&archives) {
            if platform.sha256 == "SUM" {
                platform.sha256.clone_from(&archive.sha256);
            }
        }
        let mut found =
            breaches(&Candidate { file: self.file, manifest: &self.manifest, archives: &archives });
        for breach in &mut found {
            breach.text = breach.text.replace(&archives[0].sha256, "SUM");
        }
        found
    }
}

fn read(text: &str) -> Result<Manifest, String> {
    serde_saphyr::from_str(text).map_err(|error| error.to_string())
}

/// Writes the names as they are: the builder's own way refuses some of those that Krew refuses.
fn packed(entries: &[Packed]) -> Vec<u8> {
    let mut archive = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
    for entry in entries {
        let mut header = tar::Header::new_ustar();
        header.as_old_mut().name[..entry.name.len()].copy_from_slice(entry.name.as_bytes());
        header.set_entry_type(entry.kind);
        header.set_mode(entry.mode);
        header.set_size(0);
        header.set_cksum();
        archive.append(&header, std::io::empty()).unwrap();
    }
    archive.into_inner().unwrap().finish().unwrap()
}

#[test]
fn what_is_good_breaks_no_rule() {
    assert_eq!(Sample::good().breaches(), []);
}

#[test]
fn each_rule_is_broken_alone_and_says_what_to_do() {
    for (rule, spoil, text) in CASES {
        let mut sample = Sample::good();
        spoil(&mut sample);
        assert_eq!(sample.breaches(), [Breach { rule, text: text.to_owned() }], "{rule}");
    }
}

#[test]
fn every_rule_has_a_case_and_a_name_of_its_own() {
    let mut cases: Vec<_> = CASES.iter().map(|(rule, ..)| *rule).collect();
    cases.dedup();
    assert_eq!(cases, RULES.iter().map(|rule| rule.id).collect::<Vec<_>>());
}

#[test]
fn a_platform_without_its_archive_is_judged_by_the_manifest() {
    let mut sample = Sample::good();
    for platform in &mut sample.manifest.spec.platforms {
        platform.sha256 = "0".repeat(64);
    }
    sample.manifest.spec.platforms[0].bin = "missing".to_owned();
    let candidate = Candidate { file: sample.file, manifest: &sample.manifest, archives: &[] };
    assert_eq!(breaches(&candidate), []);
}

#[test]
fn any_usual_name_of_a_licence_will_do_and_no_other() {
    let licensed = |name: &'static str| {
        let mut sample = Sample::good();
        sample.manifest.spec.platforms[0].files = None;
        sample.packed[0].name = name;
        sample.breaches().is_empty()
    };
    let good = ["LICENSE", "license.txt", "License.MD", "LICENSES", "licenses.txt", "LICENSES.md", "COPYING"];
    assert_eq!(good.into_iter().chain(["copying.txt", "docs/LICENSE"]).find(|name| !licensed(name)), None);
    let bad = ["LICENSE-APACHE", "LICENCE", "COPYING.md", "LICENSE/README", "NOTICE"];
    assert_eq!(bad.into_iter().find(|name| licensed(name)), None);
}

#[test]
fn a_misspelled_field_is_no_manifest() {
    let message = read(&GOOD.replace("homepage:", "home:")).unwrap_err();
    assert!(message.contains("home"), "{message}");
}

#[test]
fn a_plugin_is_linked_with_underscores() {
    assert_eq!(super::program_of("platform-boot-strap"), "kubectl-platform_boot_strap");
}
