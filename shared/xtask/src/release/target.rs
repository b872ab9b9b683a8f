//! The platforms of a release.

use crate::Outcome;
use crate::krew::program_of;

/// A platform, and how Rust calls it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Target {
    /// The system in Go's spelling.
    pub os: &'static str,
    /// The architecture in Go's spelling.
    pub arch: &'static str,
    /// What a release is built for; on Linux static, so that the machine's C library does not matter.
    pub triple: &'static str,
    /// What else runs there: the programs of a developer's own machine.
    pub local: Option<&'static str>,
}

/// All platforms of a release.
pub const TARGETS: [Target; 6] = [
    Target {
        os: "linux",
        arch: "amd64",
        triple: "x86_64-unknown-linux-musl",
        local: Some("x86_64-unknown-linux-gnu"),
    },
    Target {
        os: "linux",
        arch: "arm64",
        triple: "aarch64-unknown-linux-musl",
        local: Some("aarch64-unknown-linux-gnu"),
    },
    Target { os: "darwin", arch: "amd64", triple: "x86_64-apple-darwin", local: None },
    Target { os: "darwin", arch: "arm64", triple: "aarch64-apple-darwin", local: None },
    Target { os: "windows", arch: "amd64", triple: "x86_64-pc-windows-msvc", local: None },
    Target { os: "windows", arch: "arm64", triple: "aarch64-pc-windows-msvc", local: None },
];

impl Target {
    /// The file of a plugin's program.
    pub fn program(&self, plugin: &str) -> String {
        let ending = if self.os == "windows" { ".exe" } else { "" };
        format!("{}{ending}", program_of(plugin))
    }

    /// Whether what is built for this triple is what a release carries.
    pub fn is_released_as(&self, triple: &str) -> bool {
        self.triple == triple
    }
}

/// The platform of a triple.
pub fn named(triple: &str) -> Outcome<Target> {
    let found = TARGETS.into_iter().find(|target| target.triple == triple || target.local == Some(triple));
    found.ok_or_else(|| {
        let known: Vec<_> = TARGETS.iter().map(|target| target.triple).collect();
        format!("there are no archives for {triple}: name one of {}", known.join(", "))
    })
}

/// The triple that programs of this machine are built for.
pub fn this_machine() -> Outcome<&'static str> {
    let (os, arch) = (std::env::consts::OS, std::env::consts::ARCH);
    let go_os = if os == "macos" { "darwin" } else { os };
    let go_arch = match arch {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        other => other,
    };
    let found = TARGETS.iter().find(|target| target.os == go_os && target.arch == go_arch);
    let target = found.ok_or_else(|| format!("there are no archives for {os} on {arch}: use --target"))?;
    let local = target.local.filter(|_| !cfg!(target_env = "musl"));
    Ok(local.unwrap_or(target.triple))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_is_one_of_the_platforms_and_strange_triples_are_refused_with_those_that_are() {
        assert!(named(this_machine().unwrap()).is_ok());
        let message = named("riscv64gc-unknown-linux-gnu").unwrap_err();
        assert!(message.contains("name one of x86_64-unknown-linux-musl, "), "{message}");
    }

    #[test]
    fn a_program_has_the_name_that_kubectl_looks_for() {
        let names: Vec<_> = TARGETS.iter().map(|target| target.program("mesh-export")).collect();
        let (unix, windows) = ("kubectl-mesh_export", "kubectl-mesh_export.exe");
        assert_eq!(names, [unix, unix, unix, unix, windows, windows]);
    }
}
