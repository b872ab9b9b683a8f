//! Stand-ins for the controllers of a multi-cluster platform.
//!
//! Each one is an ordinary Kubernetes client that does to a cluster what the real controller visibly
//! does, so that tests and demonstrations need no images and no network beyond the API servers. None
//! of them reaches anything but the API servers and loopback addresses that its caller names.

pub mod controllers;
