//! The shapes of answers, as an `Accept` header names them.

use crate::refusal::{Problem, Refusal};

/// In which shape an answer is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    Full,
    Metadata,
    Table(Include),
}

/// What the rows of a table have of their objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Include {
    Metadata,
    Object,
    Nothing,
}

/// What the real server writes, too.
const OTHERS: [&str; 3] = ["application/yaml", "application/vnd.kubernetes.protobuf", "application/cbor"];

impl Shape {
    /// The first shape of an `Accept` header that the server has. `include` is what a table shall have of its objects.
    ///
    /// # Errors
    /// Refuses when there is none.
    pub(crate) fn accepted(accept: &str, include: Option<&str>) -> Result<Self, Refusal> {
        if accept.trim().is_empty() {
            return Ok(Self::Full);
        }
        let mut medias = accept.split(',').map(|media| media.split(';').map(str::trim));
        if let Some(shape) = medias.clone().find_map(Self::of) {
            return if let Self::Table(_) = shape {
                Include::of(include).map(Self::Table)
            } else {
                Ok(shape)
            };
        }
        let other =
            medias.find_map(|mut parts| OTHERS.into_iter().find(|other| Some(*other) == parts.next()));
        Err(other.map_or_else(Refusal::not_acceptable, Refusal::not_done))
    }

    fn of<'a>(mut parts: impl Iterator<Item = &'a str>) -> Option<Self> {
        if !matches!(parts.next(), Some("application/json" | "application/*" | "*/*")) {
            return None;
        }
        match parts.find_map(|part| part.strip_prefix("as=")) {
            None => Some(Self::Full),
            Some("Table") => Some(Self::Table(Include::Metadata)),
            Some("PartialObjectMetadata" | "PartialObjectMetadataList") => Some(Self::Metadata),
            Some(_) => None,
        }
    }
}

impl Include {
    fn of(text: Option<&str>) -> Result<Self, Refusal> {
        match text {
            None | Some("Metadata") => Ok(Self::Metadata),
            Some("Object") => Ok(Self::Object),
            Some("None") => Ok(Self::Nothing),
            Some(other) => {
                let why = "must be 'Metadata', 'Object', 'None', or empty";
                let problem = Problem::invalid("includeObject", other, why);
                Err(Refusal::bad_request(format!("Unable to convert to Table as requested: {problem}")))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_shape_that_is_known_is_taken() {
        let table = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";
        for (accept, expected) in [
            ("", Some(Shape::Full)),
            ("*/*", Some(Shape::Full)),
            (table, Some(Shape::Table(Include::Object))),
            ("application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1", Some(Shape::Metadata)),
            ("application/vnd.kubernetes.protobuf, application/json", Some(Shape::Full)),
            ("application/json;as=APIGroupDiscoveryList;v=v2;g=apidiscovery.k8s.io", None),
            ("text/html", None),
            ("application/yaml", None),
        ] {
            assert_eq!(Shape::accepted(accept, Some("Object")).ok(), expected, "{accept}");
        }
    }
}
