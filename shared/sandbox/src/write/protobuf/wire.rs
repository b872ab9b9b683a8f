//! The wire format: numbered fields, each a number or bytes.

/// A field's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Read<'a> {
    Number(i64),
    Bytes(&'a [u8]),
}

/// All fields of a message in their order; `None` when it is none.
pub(super) fn parts(mut rest: &[u8]) -> Option<Vec<(u64, Read<'_>)>> {
    let mut parts = Vec::new();
    while !rest.is_empty() {
        let tag = varint(&mut rest)?;
        let read = match tag & 7 {
            0 => Read::Number(varint(&mut rest)?.cast_signed()),
            2 => {
                let length = usize::try_from(varint(&mut rest)?).ok()?;
                let (bytes, after) = rest.split_at_checked(length)?;
                rest = after;
                Read::Bytes(bytes)
            }
            // Numbers of fixed width are in none of the kinds that are read.
            _ => return None,
        };
        parts.push((tag >> 3, read));
    }
    Some(parts)
}

/// Seven bits a byte, the lowest first.
fn varint(rest: &mut &[u8]) -> Option<u64> {
    let mut value = 0_u64;
    for shift in (0..64).step_by(7) {
        let (byte, after) = rest.split_first()?;
        *rest = after;
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}
