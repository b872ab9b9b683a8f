//! The ranges of addresses of pools, as they are written.

use super::PoolSeen;
use core::net::IpAddr;

/// The first and the last address, as numbers, and whether they are of the newer family.
type Range = (bool, u128, u128);

/// The first two ranges of two pools that have an address in common; what is no range has none.
pub(super) fn common(one: &PoolSeen, other: &PoolSeen) -> Option<(String, String)> {
    let pairs = one.ranges.iter().flat_map(|own| other.ranges.iter().map(move |its| (own, its)));
    let mut common = pairs.filter(|(own, its)| match (read(own), read(its)) {
        (Some((family, first, last)), Some((its, low, high))) => {
            family == its && first <= high && low <= last
        }
        (None, _) | (_, None) => false,
    });
    common.next().map(|(own, its)| (own.clone(), its.clone()))
}

/// `10.0.0.0/24`, `10.0.0.1-10.0.0.9`, or one address.
fn read(text: &str) -> Option<Range> {
    if let Some((address, length)) = text.split_once('/') {
        let ((is_new, bits), length) = (number(address)?, length.trim().parse::<u32>().ok()?);
        let beside = if is_new { 128_u32 } else { 32 }.checked_sub(length)?;
        let hosts = 1_u128.checked_shl(beside).map_or(u128::MAX, |size| size - 1);
        return Some((is_new, bits & !hosts, bits | hosts));
    }
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let ((is_new, low), (is_also, high)) = (number(first)?, number(last)?);
    (is_new == is_also && low <= high).then_some((is_new, low, high))
}

fn number(text: &str) -> Option<(bool, u128)> {
    match text.trim().parse::<IpAddr>().ok()? {
        IpAddr::V4(address) => Some((false, u128::from(address.to_bits()))),
        IpAddr::V6(address) => Some((true, address.to_bits())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn are_apart(one: &str, other: &str) -> bool {
        let pool = |range: &str| PoolSeen { ranges: vec![range.to_owned()], ..PoolSeen::default() };
        let [both, again] = [(one, other), (other, one)].map(|(a, b)| common(&pool(a), &pool(b)));
        assert_eq!(both.is_some(), again.is_some(), "{one} {other}");
        both.is_none()
    }

    #[test]
    fn ranges_are_ends_or_networks_and_have_an_address_in_common_or_none() {
        for (one, other) in [
            ("192.168.10.0/24", "192.168.10.192/27"),
            ("10.0.0.1-10.0.0.9", "10.0.0.9-10.0.0.20"),
            ("10.0.0.7", "10.0.0.0/29"),
            ("10.0.0.9/24", "10.0.0.1"),
            ("fd00::/64", "fd00::5-fd00::6"),
            ("::/0", "fd00::1"),
        ] {
            assert!(!are_apart(one, other), "{one} {other}");
        }
        for (one, other) in [
            ("192.168.10.0/25", "192.168.10.128/25"),
            ("10.0.0.1-10.0.0.9", "10.0.0.10-10.0.0.20"),
            ("0.0.0.0/0", "::/0"),
            ("10.0.0.9-10.0.0.1", "10.0.0.0/24"),
            ("10.0.0.0/33", "10.0.0.0/24"),
            ("", "10.0.0.0/24"),
            ("10.0.0.1-fd00::1", "10.0.0.0/24"),
        ] {
            assert!(are_apart(one, other), "{one} {other}");
        }
    }
}
