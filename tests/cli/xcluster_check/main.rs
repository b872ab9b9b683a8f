//! `kubectl xcluster-check` through the real kubectl.

mod changes;
mod files;
mod ground;
mod usage;
mod watch;
mod worlds;
