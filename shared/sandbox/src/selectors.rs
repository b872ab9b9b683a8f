//! Which objects of a collection an answer holds, as a client asks for them in the query of a request.
//!
//! Label selectors, field selectors and continue tokens share nothing but their place in the query: each
//! is text that the server reads once, before it looks at any object. What cannot be read is a bad
//! request, and the words of the refusal are those of kube-apiserver, since the code under test shows
//! them to its users.

mod field;
mod go;
mod grammar;
mod label;
mod lexer;
pub(crate) mod page;
mod validity;

pub(crate) use field::FieldSelector;
pub(crate) use label::LabelSelector;
