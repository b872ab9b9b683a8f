//! A body that is kept. Pages of lists repeat themselves, and take a twentieth of their room when that is written short.

use super::Body;
use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use std::io::{Read as _, Write as _};
use std::sync::Arc;

/// From how many bytes on it is worth while.
const LARGE: usize = 16 * 1024;

/// A body, packed when it is large.
#[derive(Debug)]
pub(super) enum Packed {
    /// As it came.
    Plain(Body),
    /// Packed, and its length.
    Short(Box<[u8]>, usize),
}

impl Packed {
    pub(super) fn of(body: &Body) -> Self {
        let short = if body.len() < LARGE { None } else { packed(body) };
        short.map_or_else(|| Self::Plain(body.clone()), |short| Self::Short(short, body.len()))
    }

    /// The body, as it came.
    pub(super) fn body(&self) -> Body {
        match self {
            Self::Plain(body) => body.clone(),
            Self::Short(short, length) => {
                let mut body = Vec::with_capacity(*length);
                // Memory always gives what was put there.
                drop(DeflateDecoder::new(&**short).read_to_end(&mut body));
                Arc::new(body)
            }
        }
    }
}

/// The fastest way is short enough; `None` where there is none, which cannot be in memory.
fn packed(body: &[u8]) -> Option<Box<[u8]>> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(body).ok()?;
    Some(encoder.finish().ok()?.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_comes_back_as_it_was_and_a_large_one_takes_less_room() {
        let item = r#"{"metadata":{"name":"web","namespace":"shop"}},"#;
        for body in ["", item, &item.repeat(2_000)] {
            let body = Arc::new(body.as_bytes().to_vec());
            let kept = Packed::of(&body);
            assert_eq!(kept.body(), body);
            match kept {
                Packed::Plain(_) => assert!(body.len() < LARGE, "{}", body.len()),
                Packed::Short(short, _) => assert!(short.len() * 20 < body.len(), "{}", short.len()),
            }
        }
    }
}
