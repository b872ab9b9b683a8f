//! Which certificates the credentials of a Link take for those of the exporter's API server.

use super::super::belonging::Party;
use super::super::certificate::{Certificate, is_same_anchor};
use super::super::snapshot::Trusting;
use crate::cluster::Lead;

/// Behind the same address there is the same certificate, as this run knows it.
pub(super) fn trusting(lead: &Lead, exporter: &Party, beside: (&[Vec<u8>], i64)) -> Trusting {
    let trusting = trusted(lead, beside.1);
    if trusting != Trusting::Own {
        return trusting;
    }
    match (lead.server == exporter.server, exporter.authority.is_empty()) {
        (true, false) if lead.authority.iter().any(|one| exporter.authority.contains(one)) => Trusting::Own,
        (true, false) => Trusting::Stranger,
        (true, true) | (false, _) => elsewhere(&lead.authority, beside),
    }
}

/// Behind another address there may be the certificate of something else. The exporter's own is one of whom its pods take for signers, or
/// of one that has signed one or was signed by one.
fn elsewhere(authority: &[Vec<u8>], (signers, now): (&[Vec<u8>], i64)) -> Trusting {
    let read =
        |all: &[Vec<u8>]| all.iter().map(|one| Certificate::read(one.clone(), now)).collect::<Vec<_>>();
    let (authority, signers) = (read(authority), read(signers));
    let any = |is_so: fn(&Certificate, &Certificate) -> bool| {
        authority.iter().any(|one| signers.iter().any(|other| is_so(one, other)))
    };
    if signers.is_empty() || any(is_one) {
        return Trusting::Own;
    }
    Trusting::Other(any(is_alike))
}

/// Whether who trusts the one trusts what the other has signed, as far as that is known.
fn is_one(one: &Certificate, other: &Certificate) -> bool {
    is_same_anchor(&one.der, &other.der)
        || one.is_signed_by(&[&other.der]) != Some(false)
        || other.is_signed_by(&[&one.der]) != Some(false)
}

/// Authorities are called alike whenever they are made anew, but for a number.
fn is_alike(one: &Certificate, other: &Certificate) -> bool {
    let is_number = |letter: char| letter == '@' || letter.is_ascii_digit();
    let stem = |one: &Certificate| {
        let stem = one.subject.split(is_number).next().unwrap_or_default().trim_end_matches(['-', '_', ' ']);
        stem.to_owned()
    };
    stem(one) == stem(other) && stem(one).ends_with(|letter: char| letter.is_ascii_alphabetic())
}

/// What it takes, whatever is known of the exporter.
pub(super) fn trusted(lead: &Lead, now: i64) -> Trusting {
    if let Some((field, why)) = lead.flaw {
        return Trusting::Refused(field, why);
    }
    if lead.is_cut {
        return Trusting::Cut;
    }
    match (lead.is_anonymous, lead.lacking, lead.is_insecure, lead.authority.is_empty()) {
        (true, ..) => Trusting::Anonymous,
        (_, Some(claim), ..) => Trusting::Incomplete(claim),
        (.., true, _) => Trusting::Anything,
        (.., true) => Trusting::Public,
        (false, None, false, false) if is_over(&lead.authority, now) => Trusting::Expired,
        (false, None, false, false) => Trusting::Own,
    }
}

/// Whether none of these is good any more.
fn is_over(authority: &[Vec<u8>], now: i64) -> bool {
    let left = |der: &Vec<u8>| Certificate::read(der.clone(), now).left;
    authority.iter().all(|one| left(one).is_some_and(|left| left <= 0))
}

#[cfg(test)]
mod tests {
    use super::super::super::certificate::samples::{Authority, DAY};
    use super::*;

    #[test]
    fn an_authority_is_over_when_the_last_of_its_certificates_is() {
        let one = Authority::new("one").anchor.der;
        let lead = Lead {
            is_cut: false,
            server: "https://infra:6443".into(),
            authority: vec![one],
            is_anonymous: false,
            flaw: None,
            is_insecure: false,
            account: None,
            lacking: None,
            certificate: None,
        };
        let begin = rcgen::date_time_ymd(2026, 1, 1).unix_timestamp();
        assert_eq!(
            [0, 364, 366].map(|day| trusted(&lead, begin + day * DAY)),
            [Trusting::Own, Trusting::Own, Trusting::Expired]
        );
        let unread = Lead { authority: vec![b"none".to_vec()], ..lead };
        assert_eq!(trusted(&unread, begin + 366 * DAY), Trusting::Own, "what cannot be read accuses nobody");
    }

    fn named(name: &str) -> Vec<u8> {
        Authority::new(name).anchor.der
    }

    #[test]
    fn an_authority_beside_those_of_the_exporter_may_be_a_former_one_or_of_something_in_front_of_it() {
        let own = [named("kubernetes"), named("k3s-server-ca@1700000000"), named("34cd")];
        let with = |one: &[u8], signers| elsewhere(&[one.to_vec()], (signers, 0));
        assert_eq!(with(&own[0], &own), Trusting::Own);
        assert_eq!(with(b"none", &own), Trusting::Own, "what cannot be read accuses nobody");
        for (name, is_namesake) in [
            ("kubernetes", true),
            ("k3s-server-ca@1800000000", true),
            ("lb.example", false),
            ("12ab", false),
            ("kubernetes-front-proxy", false),
        ] {
            assert_eq!(with(&named(name), &own), Trusting::Other(is_namesake), "{name}");
            assert_eq!(with(&named(name), &[]), Trusting::Own, "nobody has seen any");
        }
    }

    #[test]
    fn who_signed_an_authority_stands_for_it() {
        let own = Authority::new("root");
        let signers = [own.anchor.der.clone()];
        assert_eq!(elsewhere(&[own.between("between").anchor.der], (&signers, 0)), Trusting::Own);
    }
}
