//! Lists, written piece by piece while they are sent: the client reads the beginning of a long one while its end is not
//! written yet. Tables are written whole.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::{Encoder, Partial, Shape, bytes};
use crate::object::Kept;
use crate::read::Listed;

/// How long a piece is, about.
const LENGTH: usize = 64 << 10;

/// The text of a list.
#[derive(Debug)]
pub(crate) struct Pieces {
    encoder: Encoder,
    /// What is written before the next object.
    before: Vec<u8>,
    items: std::vec::IntoIter<Arc<Kept>>,
    /// What is written behind the last one; `None` once that is done.
    after: Option<&'static [u8]>,
}

impl Pieces {
    pub(super) fn of(encoder: &Encoder, listed: Listed) -> Self {
        let metadata = encoder.list_metadata(&listed);
        let (before, items, after) = match encoder.shape {
            Shape::Table(include) => {
                let items: Vec<&Value> = listed.items.iter().map(|item| item.value()).collect();
                (bytes(&encoder.table(&items, (&metadata, include))), Vec::new(), &b""[..])
            }
            Shape::Metadata if listed.items.is_empty() => (
                head("PartialObjectMetadataList", "meta.k8s.io/v1", &metadata, "null}"),
                Vec::new(),
                &b""[..],
            ),
            Shape::Metadata => (
                head("PartialObjectMetadataList", "meta.k8s.io/v1", &metadata, "["),
                listed.items,
                &b"]}"[..],
            ),
            Shape::Full => {
                let (kind, api_version) = (encoder.list_kind(), encoder.api_version());
                (head(&kind, &api_version, &metadata, "["), listed.items, &b"]}"[..])
            }
        };
        Self { encoder: encoder.clone(), before, items: items.into_iter(), after: Some(after) }
    }

    /// Whether everything is written.
    pub(crate) fn is_over(&self) -> bool {
        self.after.is_none()
    }

    /// All of it.
    pub(crate) fn whole(self) -> Vec<u8> {
        self.collect::<Vec<_>>().concat()
    }
}

impl Iterator for Pieces {
    type Item = Vec<u8>;

    fn next(&mut self) -> Option<Vec<u8>> {
        let after = self.after?;
        let headers = self.encoder.headers();
        let mut piece = std::mem::replace(&mut self.before, b",".to_vec());
        for item in self.items.by_ref() {
            self.encoder.item(&mut piece, &headers, &item);
            if piece.len() >= LENGTH {
                break;
            }
            piece.push(b',');
        }
        if self.items.len() == 0 {
            self.after = None;
            piece.pop_if(|last| *last == b',');
            piece.extend_from_slice(after);
        }
        Some(piece)
    }
}

impl Encoder {
    /// Writes an object of a list. Only those of custom kinds say there what they are.
    fn item(&self, out: &mut Vec<u8>, headers: &str, object: &Kept) {
        match self.shape {
            Shape::Metadata => out.extend(bytes(&Partial(object))),
            Shape::Full | Shape::Table(_) if self.kind.is_custom() => {
                out.extend_from_slice(headers.as_bytes());
                out.extend_from_slice(object.text().strip_prefix(b"{").unwrap_or_default());
            }
            Shape::Full | Shape::Table(_) => out.extend_from_slice(object.text()),
        }
    }

    /// What stands in front of the fields of an object that says what it is.
    fn headers(&self) -> String {
        let headers = json!({"kind": self.kind.kind, "apiVersion": self.api_version()}).to_string();
        format!("{},", headers.strip_suffix('}').unwrap_or(&headers))
    }
}

/// A list up to its items.
fn head(kind: &str, api_version: &str, metadata: &Map<String, Value>, items: &str) -> Vec<u8> {
    let head = json!({"kind": kind, "apiVersion": api_version, "metadata": metadata}).to_string();
    format!("{},\"items\":{items}", head.strip_suffix('}').unwrap_or(&head)).into_bytes()
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::kinds::Kinds;

    fn text(objects: usize, shape: Shape) -> String {
        let kind = Kinds::default().of_table("services").unwrap();
        let encoder = Encoder::new(&kind, "v1", shape, Timestamp::UNIX_EPOCH).unwrap();
        let object = |number| {
            Arc::new(Kept::new(json!({"metadata": {"name": format!("s{number:06}")}, "spec": {"n": number}})))
        };
        let items = (0..objects).map(object).collect();
        let pieces = encoder.list(Listed { version: 7, items, token: None, remaining: Some(3) });
        String::from_utf8(pieces.whole()).unwrap()
    }

    #[test]
    fn a_list_is_the_same_text_in_one_piece_and_in_many() {
        let head = r#"{"kind":"ServiceList","apiVersion":"v1","metadata":{"remainingItemCount":3,"resourceVersion":"7"},"items":["#;
        assert_eq!(text(0, Shape::Full), format!("{head}]}}"));
        let two = r#"{"metadata":{"name":"s000000"},"spec":{"n":0}},{"metadata":{"name":"s000001"},"spec":{"n":1}}"#;
        assert_eq!(text(2, Shape::Full), format!("{head}{two}]}}"));
        let many: Value = serde_json::from_str(&text(10_000, Shape::Full)).unwrap();
        let items = many["items"].as_array().unwrap();
        assert!(items.iter().enumerate().all(|(number, item)| item["spec"]["n"] == number));
        assert_eq!(items.len(), 10_000);
    }

    #[test]
    fn an_empty_list_of_metadata_has_no_items_at_all() {
        assert!(text(0, Shape::Metadata).ends_with(r#""items":null}"#));
        let one: Value = serde_json::from_str(&text(1, Shape::Metadata)).unwrap();
        assert_eq!(one["items"][0]["kind"], "PartialObjectMetadata");
    }
}
