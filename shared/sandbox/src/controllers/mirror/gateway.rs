//! The gateway's addresses as a Link names them, and how they stand in Endpoints.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::IpAddr,
};

use k8s_openapi::api::core::v1::{EndpointAddress, EndpointPort, EndpointSubset};

use super::trouble::Trouble;

/// Whether the gateway answered, as far as the watcher knows; it starts with the assumption that it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Liveness {
    Alive,
    Dead,
}

/// Returns the addresses behind a comma-separated list of IP addresses and host names.
///
/// Names are looked up in `names` only. One good part is enough; if all fail, all failures are told.
pub(super) fn resolve(text: &str, names: &BTreeMap<String, Vec<IpAddr>>) -> Result<Vec<IpAddr>, Trouble> {
    let mut found = BTreeSet::new();
    let mut failures = Vec::new();
    for part in text.split(',') {
        match (part.parse::<IpAddr>(), names.get(part)) {
            (Ok(address), _) => _ = found.insert(address),
            (Err(_), Some(addresses)) => found.extend(addresses),
            (Err(_), None) => failures
                .push(format!("Error resolving '{part}': lookup {part} on the table of names: no such host")),
        }
    }
    if found.is_empty() { Err(Trouble::inner(&failures)) } else { Ok(found.into_iter().collect()) }
}

/// Returns the one subset that leads to the gateway; a dead gateway is listed as not ready.
pub(super) fn subset(addresses: &[IpAddr], ports: Vec<EndpointPort>, liveness: Liveness) -> EndpointSubset {
    let list = |ip: &IpAddr| EndpointAddress { ip: ip.to_string(), ..EndpointAddress::default() };
    let addresses = Some(addresses.iter().map(list).collect());
    let (ready, not_ready) = match liveness {
        Liveness::Alive => (addresses, None),
        Liveness::Dead => (None, addresses),
    };
    EndpointSubset { addresses: ready, not_ready_addresses: not_ready, ports: Some(ports) }
}

/// Moves the ready addresses to those that are not ready.
pub(super) fn withdraw(subset: &mut EndpointSubset) {
    if let Some(ready) = subset.addresses.take() {
        subset.not_ready_addresses.get_or_insert_default().extend(ready);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> BTreeMap<String, Vec<IpAddr>> {
        BTreeMap::from([("gw.example".into(), vec!["203.0.113.9".parse().unwrap()])])
    }

    #[test]
    fn literals_pass_and_names_come_from_the_table_only() {
        let resolved = resolve("203.0.113.10,gw.example,nobody.invalid", &names()).unwrap();
        assert_eq!(
            resolved.iter().map(ToString::to_string).collect::<Vec<_>>(),
            ["203.0.113.9", "203.0.113.10"]
        );
    }

    #[test]
    fn a_list_without_any_address_tells_every_failure() {
        let trouble = resolve("a.invalid,b.invalid", &names()).unwrap_err().to_string();
        assert!(trouble.starts_with("Inner errors:\n\tError resolving 'a.invalid'"), "{trouble}");
        assert!(trouble.contains("\n\tError resolving 'b.invalid'"), "{trouble}");
    }

    #[test]
    fn a_dead_gateway_is_not_ready() {
        let addresses = ["203.0.113.10".parse().unwrap()];
        assert!(subset(&addresses, Vec::new(), Liveness::Alive).not_ready_addresses.is_none());
        assert!(subset(&addresses, Vec::new(), Liveness::Dead).addresses.is_none());
    }

    #[test]
    fn what_is_withdrawn_joins_what_was_not_ready() {
        let address = |ip: &str| EndpointAddress { ip: ip.into(), ..EndpointAddress::default() };
        let mut subset = EndpointSubset {
            addresses: Some(vec![address("203.0.113.9")]),
            not_ready_addresses: Some(vec![address("203.0.113.10")]),
            ports: None,
        };
        withdraw(&mut subset);
        let not_ready: Vec<_> =
            subset.not_ready_addresses.iter().flatten().map(|one| one.ip.as_str()).collect();
        assert_eq!((subset.addresses, not_ready), (None, vec!["203.0.113.10", "203.0.113.9"]));
    }
}
