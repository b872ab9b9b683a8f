//! `kubectl mesh-export` through the real kubectl, between two real API servers.

mod access;
mod bed;
mod completion;
mod coverage;
mod dead;
mod explain;
mod faults;
mod fleet;
mod formats;
mod glance;
mod hostile;
mod identity;
mod list;
mod marks;
mod modes;
mod picture;
mod plugin;
mod probe;
mod queue;
mod schemas;
mod scripts;
mod shown;
mod story;
mod usage;
