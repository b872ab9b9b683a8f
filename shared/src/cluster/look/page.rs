//! A page of a list, of which something is made as it is read: one object at a time, so that a page of large ones takes
//! little more room than what is kept of it.

use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, de};
use std::fmt::{self, Formatter};
use std::marker::PhantomData;

/// What a page says beside its objects.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct PageMetadata {
    pub(super) resource_version: String,
    #[serde(rename = "continue")]
    pub(super) after: Option<String>,
}

/// Reads a page, puts what is made of its objects to others, and returns what it says beside them.
///
/// # Errors
/// It is no list of such objects.
pub(super) fn read<W: DeserializeOwned, T>(
    body: &[u8],
    items: &mut Vec<T>,
    take: &impl Fn(W) -> Option<T>,
) -> Result<PageMetadata, serde_json::Error> {
    let mut text = serde_json::Deserializer::from_slice(body);
    let metadata = text.deserialize_map(Page(Sieve { items, take, of: PhantomData }))?;
    text.end()?;
    Ok(metadata)
}

struct Page<'a, W, T, F>(Sieve<'a, W, T, F>);

impl<'de, W: DeserializeOwned, T, F: Fn(W) -> Option<T>> Visitor<'de> for Page<'_, W, T, F> {
    type Value = PageMetadata;

    fn expecting(&self, out: &mut Formatter<'_>) -> fmt::Result {
        out.write_str("a list")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut fields: A) -> Result<PageMetadata, A::Error> {
        let mut metadata = PageMetadata::default();
        while let Some(field) = fields.next_key::<String>()? {
            match field.as_str() {
                "metadata" => metadata = fields.next_value()?,
                "items" => fields.next_value_seed(&mut self.0)?,
                _ => drop(fields.next_value::<IgnoredAny>()?),
            }
        }
        Ok(metadata)
    }
}

struct Sieve<'a, W, T, F> {
    items: &'a mut Vec<T>,
    take: &'a F,
    of: PhantomData<W>,
}

impl<'de, W: DeserializeOwned, T, F: Fn(W) -> Option<T>> DeserializeSeed<'de> for &mut Sieve<'_, W, T, F> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, items: D) -> Result<(), D::Error> {
        items.deserialize_any(self)
    }
}

impl<'de, W: DeserializeOwned, T, F: Fn(W) -> Option<T>> Visitor<'de> for &mut Sieve<'_, W, T, F> {
    type Value = ();

    fn expecting(&self, out: &mut Formatter<'_>) -> fmt::Result {
        out.write_str("a sequence")
    }

    // A server written in Go says `null` for a nil slice.
    fn visit_unit<E: de::Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while let Some(item) = items.next_element::<W>()? {
            self.items.extend((self.take)(item));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The even numbers of a page, doubled, and where the next one begins.
    fn even(body: &str) -> Result<(Vec<u64>, Option<String>), String> {
        let mut items = Vec::new();
        let take = |number: u64| number.is_multiple_of(2).then_some(number * 2);
        let metadata = read(body.as_bytes(), &mut items, &take).map_err(|error| error.to_string())?;
        Ok((items, metadata.after))
    }

    #[test]
    fn of_each_object_is_kept_what_is_made_of_it() {
        let page = r#"{"kind":"List","items":[1,2,3,4],"more":{"a":[1]},"metadata":{"continue":"x","resourceVersion":"7"}}"#;
        assert_eq!(even(page), Ok((vec![4, 8], Some("x".to_owned()))));
        assert_eq!(even(r#"{"items":null,"metadata":{}}"#), Ok((vec![], None)));
        assert_eq!(even("{}"), Ok((vec![], None)));
    }

    #[test]
    fn what_is_no_page_is_refused() {
        for (body, words) in [
            ("[]", "invalid type: sequence, expected a list"),
            (r#"{"items":{}}"#, "invalid type: map, expected a sequence"),
            (r#"{"items":["a"]}"#, "expected u64"),
            ("{} x", "trailing characters"),
            (r#"{"items":[1"#, "EOF while parsing"),
        ] {
            let error = even(body).unwrap_err();
            assert!(error.contains(words), "{body}: {error}");
        }
    }
}
