//! `kubectl xcluster-check` through the real kubectl.

mod files;
mod ground;
mod usage;
mod worlds;
