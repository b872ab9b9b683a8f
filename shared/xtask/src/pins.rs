//! What the control planes and Krew are built from. The versions live in `tests/controlplane/*/go.mod` and
//! `tests/krew/go.mod`, and nowhere else.

use std::fs;
use std::path::PathBuf;

use crate::binaries::STAGES;
use crate::{Outcome, folders};

/// Programs that are built from one go.mod. etcd, kwok and Kubernetes do not agree on common modules, so each
/// has its own.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Family {
    Etcd,
    Kubernetes,
    Kwok,
    Krew,
}

impl Family {
    pub(crate) const ALL: [Self; 4] = [Self::Etcd, Self::Kubernetes, Self::Kwok, Self::Krew];

    /// The last part of its folder.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Etcd => "etcd",
            Self::Kubernetes => "kubernetes",
            Self::Kwok => "kwok",
            Self::Krew => "krew",
        }
    }

    /// The module whose version is the version of the programs.
    pub(crate) fn module(self) -> &'static str {
        match self {
            Self::Etcd => "go.etcd.io/etcd/server/v3",
            Self::Kubernetes => "k8s.io/kubernetes",
            Self::Kwok => "sigs.k8s.io/kwok",
            Self::Krew => "sigs.k8s.io/krew",
        }
    }

    /// The packages to build, each with the name of its program.
    pub(crate) fn programs(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Etcd => &[("etcd", "go.etcd.io/etcd/server/v3")],
            Self::Kubernetes => &[
                ("kube-apiserver", "k8s.io/kubernetes/cmd/kube-apiserver"),
                ("kube-controller-manager", "k8s.io/kubernetes/cmd/kube-controller-manager"),
            ],
            Self::Kwok => &[("kwok", "sigs.k8s.io/kwok/cmd/kwok")],
            Self::Krew => &[
                // As kubectl looks for it.
                ("kubectl-krew", "sigs.k8s.io/krew/cmd/krew"),
                ("validate-krew-manifest", "sigs.k8s.io/krew/cmd/validate-krew-manifest"),
            ],
        }
    }

    /// Where its go.mod is.
    pub(crate) fn folder(self) -> PathBuf {
        let tests = folders::workspace().join("tests");
        match self {
            Self::Etcd | Self::Kubernetes | Self::Kwok => tests.join("controlplane").join(self.name()),
            Self::Krew => tests.join(self.name()),
        }
    }

    /// Reads the pinned version, for example `v1.36.3`.
    pub(crate) fn version(self) -> Outcome<String> {
        let path = self.folder().join("go.mod");
        let text =
            fs::read_to_string(&path).map_err(|error| format!("cannot read {}: {error}", path.display()))?;
        required(&text, self.module())
            .map(str::to_owned)
            .ok_or_else(|| format!("{} does not require {}", path.display(), self.module()))
    }

    /// The linker's flags. Without the version, the server calls itself v0.0.0-master and clients that look at
    /// versions misbehave.
    pub(crate) fn linker_flags(self) -> Outcome<String> {
        if !matches!(self, Self::Kubernetes) {
            return Ok("-s -w".to_owned());
        }
        let version = self.version()?;
        let mut parts = version.trim_start_matches('v').split('.');
        let (major, minor) = (parts.next().unwrap_or("1"), parts.next().unwrap_or("0"));
        let variable = "-X k8s.io/component-base/version";
        Ok(format!(
            "-s -w {variable}.gitVersion={version} {variable}.gitMajor={major} {variable}.gitMinor={minor}"
        ))
    }

    /// The files of its module that are kept beside its programs.
    pub(crate) fn stages(self) -> &'static [&'static str] {
        match self {
            Self::Kwok => &STAGES,
            Self::Etcd | Self::Kubernetes | Self::Krew => &[],
        }
    }

    /// A name for exactly these pins, flags and files, so that a change of any builds anew.
    pub(crate) fn digest(self) -> Outcome<String> {
        self.digest_with(self.stages())
    }

    fn digest_with(self, stages: &[&str]) -> Outcome<String> {
        let mut text = format!("{}\n{:?}\n", self.linker_flags()?, self.programs());
        text.extend(stages.iter().map(|stage| format!("{stage}\n")));
        for file in ["go.mod", "go.sum"] {
            let path = self.folder().join(file);
            text += &fs::read_to_string(&path)
                .map_err(|error| format!("cannot read {}: {error}", path.display()))?;
        }
        let system = format!("{}-{}", std::env::consts::OS, std::env::consts::ARCH);
        Ok(format!("{}-{:016x}", self.name(), fnv(&[text.as_bytes(), system.as_bytes()].concat())))
    }
}

/// FNV-1a: tells accidental changes apart, and unlike the standard library's hash stays the same for ever.
fn fnv(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

fn required<'a>(go_mod: &'a str, module: &str) -> Option<&'a str> {
    go_mod.lines().find_map(|line| {
        let mut words = line.trim().trim_start_matches("require ").split_whitespace();
        (words.next() == Some(module)).then(|| words.next()).flatten()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_family_has_a_pinned_version_and_a_digest_of_its_own() {
        let mut digests: Vec<String> = Family::ALL.iter().map(|family| family.digest().unwrap()).collect();
        digests.sort();
        digests.dedup();
        assert_eq!(digests.len(), Family::ALL.len());
        for family in Family::ALL {
            assert!(family.version().unwrap().starts_with('v'), "{family:?}");
        }
    }

    #[test]
    fn another_choice_of_stages_builds_kwok_anew_and_nothing_else() {
        let without = |family: Family| family.digest_with(&[]).unwrap();
        assert_ne!(without(Family::Kwok), Family::Kwok.digest().unwrap());
        assert_ne!(Family::Kwok.digest_with(&STAGES[1..]).unwrap(), Family::Kwok.digest().unwrap());
        for family in [Family::Etcd, Family::Kubernetes, Family::Krew] {
            assert_eq!(without(family), family.digest().unwrap());
        }
    }

    #[test]
    fn the_hash_is_the_published_one() {
        assert_eq!(fnv(b""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(fnv(b"a"), 0xaf63_dc4c_8601_ec8c);
    }

    #[test]
    fn a_replacement_is_not_a_requirement() {
        let text = "require (\n\ta.b/c v1.2.3 // indirect\n)\nreplace x.y/z => a.b/d v9.9.9\n";
        assert_eq!(required(text, "a.b/c"), Some("v1.2.3"));
        assert_eq!(required(text, "a.b/d"), None);
    }
}
