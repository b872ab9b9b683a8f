//! `kubectl xcluster-check` through the real kubectl.

mod changes;
mod files;
mod ground;
mod hostile;
mod manifests;
mod packed;
mod usage;
mod worlds;
