//! Both control planes together.

#![expect(
    clippy::missing_panics_doc,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "test code: a broken ground must stop the test, and the environment says where it is"
)]

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use kube::config::Kubeconfig;

use super::{ControlPlane, marks};

const VARIABLE: &str = "PLATFORM_REAL";

/// The real control planes, in the order of the kubeconfig: `infra`, `apps`.
#[derive(Debug)]
pub struct Ground {
    folder: PathBuf,
    clusters: Vec<ControlPlane>,
}

/// Returns the real control planes; without them, says so, records that the test was skipped, and returns
/// `None`: the test then returns at once.
///
/// Panics when `PLATFORM_REAL` names a folder that has no kubeconfig: then somebody believes that it is there.
pub fn ground() -> Option<&'static Ground> {
    let ground = find();
    if ground.is_none() {
        marks::skipped("the real control planes (run cargo xtask test)");
    }
    ground
}

/// The second pair of control planes that the runner starts below the first: for tests that need a whole cluster to
/// themselves, which then keep nobody waiting but each other. Where there is none, the first pair is everybody's.
pub fn apart() -> Option<&'static Ground> {
    static APART: OnceLock<Option<Ground>> = OnceLock::new();
    let first = ground()?;
    let folder = first.folder.join("apart");
    let second = APART.get_or_init(|| folder.is_dir().then(|| Ground::read(&folder)));
    second.as_ref().or(Some(first))
}

/// All pairs of control planes; without any, the same goes as for `ground`.
pub fn pairs() -> Vec<&'static Ground> {
    let Some(first) = ground() else { return Vec::new() };
    let second = apart().filter(|second| second.folder != first.folder);
    std::iter::once(first).chain(second).collect()
}

/// Whether the real control planes are here. Skips nothing: for code that serves both rings.
pub fn is_here() -> bool {
    find().is_some()
}

fn find() -> Option<&'static Ground> {
    static GROUND: OnceLock<Option<Ground>> = OnceLock::new();
    GROUND.get_or_init(|| std::env::var_os(VARIABLE).map(|folder| Ground::read(Path::new(&folder)))).as_ref()
}

impl Ground {
    /// The folder described in the module's documentation.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Whether these are real control planes, whose controllers make pods of a Deployment.
    pub fn is_real(&self) -> bool {
        !self.folder.as_os_str().is_empty()
    }

    /// The kubeconfig with one context per cluster. Tests share it: copy it before changing it.
    pub fn kubeconfig(&self) -> PathBuf {
        self.folder.join("kubeconfig")
    }

    /// All control planes, in order.
    pub fn clusters(&self) -> &[ControlPlane] {
        &self.clusters
    }

    /// The control plane of this name; panics for a name that does not exist.
    pub fn cluster(&self, name: &str) -> &ControlPlane {
        self.clusters
            .iter()
            .find(|cluster| cluster.name() == name)
            .unwrap_or_else(|| panic!("there is no cluster {name:?} in {}", self.folder.display()))
    }

    fn read(folder: &Path) -> Self {
        let file = folder.join("kubeconfig");
        let hint = format!("{VARIABLE} names {}, which has no kubeconfig: is it still up?", folder.display());
        Self::of(&Kubeconfig::read_from(&file).expect(&hint), folder)
    }

    /// The clusters of this kubeconfig, one for each context. What is read from their folder must be in it.
    pub(crate) fn of(kubeconfig: &Kubeconfig, folder: &Path) -> Self {
        let names = kubeconfig.contexts.iter().map(|context| context.name.clone());
        let clusters = names.map(|name| ControlPlane::new(name, folder, kubeconfig)).collect();
        Self { folder: folder.to_path_buf(), clusters }
    }
}
