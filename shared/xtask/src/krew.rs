//! Krew, as far as a release must know it: the form of its manifests, what it extracts of an archive, and what it refuses.
//!
//! Nothing here reads or writes a file. The rules are those of Krew's own validation, of the checks that its index makes,
//! and of its installer; `tests/krew` holds them against the real programs, as far as these download nothing.

mod archive;
mod extract;
mod manifest;
mod rules;

pub use archive::{Archive, Entry, Kind, sha256};
pub use extract::{Installed, extract};
pub use manifest::{
    API_VERSION, Expression, FileOperation, KIND, Manifest, Metadata, Platform, Selector, Spec,
};
pub use rules::{Breach, Candidate, RULES, Rule, breaches};

/// The pairs of operating system and architecture that Krew runs on, as Go spells them.
pub const PAIRS: [(&str, &str); 10] = [
    ("linux", "386"),
    ("linux", "amd64"),
    ("linux", "arm"),
    ("linux", "arm64"),
    ("linux", "ppc64le"),
    ("darwin", "amd64"),
    ("darwin", "arm64"),
    ("windows", "386"),
    ("windows", "amd64"),
    ("windows", "arm64"),
];

/// The file that kubectl looks for when somebody types `kubectl NAME`, as Krew links it: dashes are underscores.
pub fn program_of(plugin: &str) -> String {
    format!("kubectl-{}", plugin.replace('-', "_"))
}

#[cfg(test)]
mod tests;
