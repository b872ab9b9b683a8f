//! What has changed, as people read it.

use super::*;
use platform::terms::{ClusterName, Kind};
use platform::verdict::Remedy;

fn of(check: &'static str, name: &str) -> Finding {
    let infra = ClusterName::new("infra");
    let object = ObjectRef::namespaced(&infra, Kind::Service, "shop", name);
    Finding::error(check, &[&infra], "it is down", Remedy::new("bring it up")).about(object)
}

fn all() -> Vec<Finding> {
    let follows = |name| of("mirror-endpoints", name).because("gateway-up");
    vec![of("gateway-up", "gateway"), follows("web"), follows("db"), of("export-shape", "mail")]
}

fn lines(before: &[Finding], now: &[Finding]) -> Vec<String> {
    let before: Vec<Gone> = before.iter().map(Gone::from).collect();
    Difference::of(&before, now).rendered(None).unwrap().text
}

#[test]
fn a_new_cause_is_told_with_what_follows_from_it_and_a_gone_one_with_what_went_with_it() {
    let [_, _, _, other] = &all()[..] else { panic!("four") };
    let before = [other.clone()];
    assert_eq!(
        lines(&before, &all()),
        [
            "new: error: infra: svc/shop/gateway: it is down (gateway-up)",
            "  next: bring it up",
            "  explains 2 of mirror-endpoints: infra: svc/shop/web, infra: svc/shop/db",
            "3 new, 0 gone, 1 as before",
        ]
    );
    assert_eq!(
        lines(&all(), &before),
        [
            "gone: error: infra: svc/shop/gateway: it is down (gateway-up)",
            "  and 2 of mirror-endpoints, which it explained",
            "0 new, 3 gone, 1 as before",
        ]
    );
}

#[test]
fn what_newly_follows_from_an_old_cause_is_told_by_itself_and_names_it() {
    let mut before = all();
    before.remove(2);
    assert_eq!(
        lines(&before, &all()),
        [
            "new: error: infra: svc/shop/db: it is down (mirror-endpoints, because of",
            "  gateway-up)",
            "  next: bring it up",
            "1 new, 0 gone, 3 as before",
        ]
    );
}

#[test]
fn what_matters_more_than_before_counts_as_what_is_new_with_what_to_do() {
    let follows = |severity| Finding { severity, ..of("trust-expiry", "issuer") };
    let between = |was, now| {
        let now = [follows(now)];
        let before: Vec<Gone> = [follows(was)].iter().map(Gone::from).collect();
        Difference::of(&before, &now)
    };
    let errors = |severity| severity == Severity::Error;
    let risen = between(Severity::Info, Severity::Error);
    assert!(risen.is_worse(errors) && between(Severity::Warning, Severity::Error).is_worse(errors));
    assert!(!between(Severity::Info, Severity::Warning).is_worse(errors), "it does not reach what counts");
    let fallen = between(Severity::Error, Severity::Warning);
    assert!(!fallen.is_worse(|_| true) && !between(Severity::Error, Severity::Error).is_worse(|_| true));
    let rendered = risen.rendered(None).unwrap();
    assert_eq!(
        rendered.text,
        [
            "changed: error, was info: infra: svc/shop/issuer: it is down (trust-expiry)",
            "  next: bring it up",
            "0 new, 0 gone, 1 changed, 0 as before",
        ]
    );
    assert_eq!(rendered.names, ["check/trust-expiry"]);
    assert_eq!(rendered.document["changed"][0]["remedy"]["action"], "bring it up");
    let rendered = fallen.rendered(None).unwrap();
    assert_eq!((rendered.text.len(), rendered.names.len()), (2, 0), "what is better needs nothing done");
}
