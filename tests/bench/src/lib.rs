//! What the commands cost, as ratios within one run. `cargo xtask bench` builds and starts it.
//!
//! The library is what its three programs share: `bench` measures, `timed` runs a program once and says what that took,
//! and `floor` sends the requests of a command and does nothing else.

pub mod plan;
