//! `kubectl xcluster-check` through the real kubectl.

mod changes;
mod files;
mod ground;
mod stand;
mod usage;
mod worlds;
