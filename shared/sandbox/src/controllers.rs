//! One module per controller; they do not know each other.

pub mod mirror;
