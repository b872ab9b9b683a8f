//! `kubectl xcluster-check` through the real kubectl.

mod bounded;
mod changes;
mod commands;
mod definition;
mod files;
mod fleets;
mod gone;
mod ground;
mod hostile;
mod manifests;
mod packed;
mod rights;
mod stand;
mod trust;
mod usage;
mod watch;
mod worlds;
