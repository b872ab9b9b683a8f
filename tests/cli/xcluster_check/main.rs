//! `kubectl xcluster-check` through the real kubectl.

mod ground;
mod usage;
mod worlds;
