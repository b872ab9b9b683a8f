//! Clusters in a process, and stand-ins for the controllers of a multi-cluster platform.
//!
//! A [`Sandbox`] serves the Kubernetes API over TLS on loopback ports, as far as the commands, the stand-ins and the
//! contract suite need it; the same suite runs against real API servers, and what the sandbox does not do it refuses
//! with 501. A controller is an ordinary Kubernetes client that does to a cluster what the real one visibly does; it
//! works on either, and reaches nothing but API servers and loopback addresses that its caller names.
//!
//! Data flows one way: `serve` reads a request, `handle` asks `access` and `kinds`, `read` and `write` look at the
//! `store` and change it through `admission` and `ownership`, `encode` writes the answer; `house` follows the changes.

mod access;
mod addresses;
mod admission;
mod chance;
mod clock;
mod cluster;
pub mod controllers;
mod encode;
mod failure;
mod faults;
mod handle;
mod house;
mod kinds;
mod manifest;
mod object;
mod ownership;
mod read;
mod refusal;
mod request;
mod sandbox;
mod selectors;
mod serve;
mod state;
mod store;
mod table;
pub mod world;
mod write;

pub use failure::Failure;
pub use faults::{Fault, Rule};
pub use sandbox::{Running, Sandbox};
