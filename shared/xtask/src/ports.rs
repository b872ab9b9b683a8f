//! Free TCP ports on 127.0.0.1.

use std::net::{Ipv4Addr, TcpListener};
use std::sync::atomic::{AtomicU16, Ordering};

use crate::Outcome;

/// Below what Linux (32768) and macOS (49152) give to outgoing connections, so that no connection of a test
/// takes a port between our choice and the start of its server.
const FIRST: u16 = 20_000;
const COUNT: u16 = 12_000;

/// Returns different ports that were free a moment ago. Another program may still be faster: a start that
/// fails is tried again with other ports.
pub(crate) fn free<const N: usize>() -> Outcome<[u16; N]> {
    static TRIED: AtomicU16 = AtomicU16::new(0);
    // Runs side by side begin at different places.
    let home = u16::try_from(std::process::id().wrapping_mul(37) % u32::from(COUNT)).unwrap_or(0);
    let mut found = [0; N];
    for slot in &mut found {
        *slot = (0..COUNT)
            .map(|_| FIRST + (home + TRIED.fetch_add(1, Ordering::Relaxed) % COUNT) % COUNT)
            .find(|port| TcpListener::bind((Ipv4Addr::LOCALHOST, *port)).is_ok())
            .ok_or("no free port between 20000 and 32000")?;
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_differ_and_a_taken_one_is_passed_over() {
        let [first] = free::<1>().unwrap();
        let _held = TcpListener::bind((Ipv4Addr::LOCALHOST, first)).unwrap();
        let mut all = free::<20>().unwrap().to_vec();
        all.push(first);
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), 21);
    }
}
