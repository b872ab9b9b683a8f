//! The beliefs, by what they are about.

pub(crate) mod absence;
pub(crate) mod account;
pub(crate) mod apply;
pub(crate) mod auth;
pub(crate) mod body;
pub(crate) mod definition;
pub(crate) mod delete;
pub(crate) mod discovery;
pub(crate) mod endpoints;
pub(crate) mod fixed;
pub(crate) mod link;
pub(crate) mod list;
pub(crate) mod merge;
pub(crate) mod name;
pub(crate) mod namespace;
pub(crate) mod obstacle;
pub(crate) mod option;
pub(crate) mod owner;
pub(crate) mod page;
pub(crate) mod place;
pub(crate) mod pretend;
pub(crate) mod shape;
pub(crate) mod table;
pub(crate) mod watch;
pub(crate) mod whole;
pub(crate) mod write;
