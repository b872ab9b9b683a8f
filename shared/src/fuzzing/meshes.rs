//! Objects of Linkerd and of what it runs on.

use super::{is_one_line, texts};
use crate::mesh::certificate::{Certificate, is_believed};
use crate::mesh::foreign;
use crate::mesh::link::{Link, Way, excludes};
use crate::mesh::network::Cidr;
use crate::mesh::probe::protocol::Protocol;
use crate::mesh::probe::reading::{last_words, outcomes};
use crate::terms::Labels;
use serde_json::Value;

/// What a Link says of Services: saying nothing selects nothing, and what cannot be used is told in one line each.
pub(super) fn link(bytes: &[u8]) {
    let [spec, labels] = texts(bytes);
    let Ok(spec) = serde_json::from_str::<Value>(&spec) else { return };
    let labels: Labels = serde_json::from_str(&labels).unwrap_or_default();
    let link = Link::read("linkerd-multicluster", "infra", &spec);
    assert_eq!(link, Link::read("linkerd-multicluster", "infra", &spec));
    for problem in &link.problems {
        is_one_line(problem);
    }
    let ways = link.ways(&labels);
    for way in Way::ALL {
        assert_eq!(ways.contains(&way), link.goes(&labels, way));
        assert!(!ways.contains(&way) || link.selector_of(way).holds(&labels));
        assert!(!ways.contains(&way) || !link.selector_of(way).is_empty());
    }
    assert!(!(ways.contains(&Way::Gateway) && ways.contains(&Way::Flat)));
    let is_problem = |field: &str| link.problems.iter().any(|problem| problem.starts_with(field));
    let has_port = link.gateway.port_number().is_some();
    assert_eq!(is_problem("spec.gatewayPort"), !link.gateway_address.is_empty() && !has_port);
    assert!(link.gateway.namespace().is_none_or(|namespace| link.gateway.identity.contains(namespace)));
    for key in labels.keys().chain(&link.excluded.labels).filter(|key| !key.ends_with("/*")) {
        assert!(!link.excluded.labels.contains(key) || excludes(&link.excluded.labels, key));
    }
}

/// Whatever JSON an API server sends for an object of any kind, and for Linkerd's configuration.
pub(super) fn object(bytes: &[u8]) {
    let [text] = texts(bytes);
    foreign::is_configuration(&text);
    if let Ok(value) = serde_json::from_str::<Value>(&text) {
        let known = foreign::readings(&value);
        assert!(known > 0, "everything is at least some value");
    }
}

/// A bundle of PEM and a certificate of DER: a root is believed by who has it, whatever else stands beside it.
pub(super) fn certificate(bytes: &[u8]) {
    let [text] = texts(bytes);
    let mut all = foreign::anchors(&text, 0);
    all.push(Certificate::read(bytes.to_vec(), 0));
    let ders: Vec<&[u8]> = all.iter().map(|one| one.der.as_slice()).collect();
    for one in &all {
        assert_eq!(one.left.is_none(), one.may_sign.is_none());
        assert_eq!(&Certificate::read(one.der.clone(), 0), one);
        assert_eq!(is_believed(std::slice::from_ref(one), &[], &ders), Some(true));
    }
    assert_ne!(is_believed(&all, &ders, &[]), Some(true), "nobody believes without anchors");
}

/// Ranges of addresses, two of them: printed and read again they are the same, and what covers overlaps.
pub(super) fn cidr(bytes: &[u8]) {
    let [one, other] = texts(bytes);
    for text in [&one, &other] {
        let of_one = Cidr::of_address(text);
        assert!(of_one.is_none_or(|range| Cidr::read(&range.to_string()) == Some(range)));
    }
    let (Some(one), Some(other)) = (Cidr::read(&one), Cidr::read(&other)) else { return };
    assert_eq!(Cidr::read(&one.to_string()), Some(one));
    assert!(one.covers(one) && one.overlaps(one));
    assert_eq!(one.overlaps(other), other.overlaps(one));
    assert_eq!(one.overlaps(other), one.covers(other) || other.covers(one));
}

/// The log of a probe: something becomes of each port, and is told in one line.
pub(super) fn probe_log(bytes: &[u8]) {
    let [log] = texts(bytes);
    is_one_line(&last_words(&log));
    let ports = [(5432, Protocol::Postgres), (80, Protocol::Http), (7, Protocol::Tcp)];
    let Some(found) = outcomes(&log, &ports) else { return };
    assert_eq!(found.iter().map(|one| (one.port, one.protocol)).collect::<Vec<_>>(), ports);
    for one in &found {
        is_one_line(&one.detail);
        assert!(one.detail.chars().count() < 400, "{}", one.detail);
    }
}
