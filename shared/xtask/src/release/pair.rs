//! The platforms that archives are made for.

use std::env::consts;

use crate::Outcome;

/// An operating system and an architecture, as Go and Krew spell them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Pair {
    /// `linux`, `darwin` or `windows`.
    pub os: &'static str,
    /// `amd64` or `arm64`.
    pub arch: &'static str,
}

/// What can be built, in Rust's spelling. On Linux, musl is what is released: it runs with every C library, and with none.
const TRIPLES: [(&str, &str, &str); 8] = [
    ("x86_64-unknown-linux-musl", "linux", "amd64"),
    ("aarch64-unknown-linux-musl", "linux", "arm64"),
    ("x86_64-apple-darwin", "darwin", "amd64"),
    ("aarch64-apple-darwin", "darwin", "arm64"),
    ("x86_64-pc-windows-msvc", "windows", "amd64"),
    ("aarch64-pc-windows-msvc", "windows", "arm64"),
    ("x86_64-unknown-linux-gnu", "linux", "amd64"),
    ("aarch64-unknown-linux-gnu", "linux", "arm64"),
];

impl Pair {
    /// The platforms of a release.
    pub const ALL: [Self; 6] = [
        Self { os: "linux", arch: "amd64" },
        Self { os: "linux", arch: "arm64" },
        Self { os: "darwin", arch: "amd64" },
        Self { os: "darwin", arch: "arm64" },
        Self { os: "windows", arch: "amd64" },
        Self { os: "windows", arch: "arm64" },
    ];

    /// The platform of a target of cargo.
    pub fn of_triple(triple: &str) -> Outcome<Self> {
        let found = TRIPLES.iter().find(|(name, ..)| *name == triple);
        found.map(|(_, os, arch)| Self { os, arch }).ok_or_else(|| {
            let known: Vec<_> = TRIPLES.iter().map(|(name, ..)| *name).collect();
            format!("{triple:?} is no target of a release; name one of {}", known.join(", "))
        })
    }

    /// The target of cargo that is released for it.
    pub fn triple(self) -> &'static str {
        let found = TRIPLES.iter().find(|(_, os, arch)| (*os, *arch) == (self.os, self.arch));
        found.map_or("", |(triple, ..)| triple)
    }

    /// The platform that this program runs on.
    pub fn of_this_machine() -> Outcome<Self> {
        let os = if consts::OS == "macos" { "darwin" } else { consts::OS };
        let arch = match consts::ARCH {
            "x86_64" => "amd64",
            "aarch64" => "arm64",
            other => other,
        };
        let found = Self::ALL.into_iter().find(|pair| (pair.os, pair.arch) == (os, arch));
        found.ok_or_else(|| format!("{os}/{arch} is no platform of a release; name one with --target"))
    }
}
