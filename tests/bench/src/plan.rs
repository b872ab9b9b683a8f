//! The requests that a command sends, for somebody who sends them without understanding them.

use serde::{Deserialize, Serialize};

/// Requests to several clusters.
#[derive(Debug, Serialize, Deserialize)]
pub struct Plan {
    /// How many connections to each cluster at once.
    pub connections: usize,
    /// The clusters; all of them are asked at once.
    pub clusters: Vec<Cluster>,
}

/// One cluster, with the credentials of an administrator.
#[derive(Debug, Serialize, Deserialize)]
pub struct Cluster {
    /// Address and port.
    pub address: String,
    /// The certificate of its authority, as PEM.
    pub authority: String,
    /// The client's certificate, as PEM.
    pub certificate: String,
    /// The client's key, as PEM.
    pub key: String,
    /// What to ask.
    pub requests: Vec<Request>,
}

/// One request.
#[derive(Debug, Serialize, Deserialize)]
pub struct Request {
    /// Such as `GET`.
    pub method: String,
    /// Path and query.
    pub uri: String,
    /// The header `Accept`.
    pub accept: String,
    /// The header `Content-Type`; empty for none.
    pub content_type: String,
    /// The body; empty for none.
    pub body: String,
    /// What the API server answered when it was sent first.
    pub status: u16,
}
