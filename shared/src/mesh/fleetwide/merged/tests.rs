//! Findings of one fingerprint, and what one policy shuts.

use super::*;
use crate::terms::{ClusterName, Kind, ObjectRef};

fn sentence(texts: &[&str]) -> String {
    Alike::of(texts.iter().copied().collect()).sentence()
}

#[test]
fn sentences_that_begin_and_end_alike_become_one() {
    let to = |whom: &str| format!("it blocks pods from port 4143 of {whom}, whoever asks");
    let [cart, search, gateway] = ["pods of cart", "pods of search", "the gateway"].map(to);
    assert_eq!(sentence(&[&cart]), cart);
    assert_eq!(sentence(&[&cart, &cart]), cart);
    let three = "it blocks pods from port 4143 of pods of cart, pods of search and the gateway, whoever asks";
    assert_eq!(sentence(&[&search, &gateway, &cart]), three);
    let [one, other] = [to("mail"), to("web")];
    let all = sentence(&[&search, &gateway, &cart, &one, &other]);
    assert!(all.contains(" of mail, pods of cart, pods of search and 2 more, whoever"), "{all}");
    assert_eq!(
        sentence(&["a member of infra, gone", "a member of apps, gone"]),
        "a member of apps and infra, gone"
    );
    assert_eq!(sentence(&["down", "gone"]), "down; gone");
    assert_eq!(sentence(&["it is down", "it is down for good"]), "it is down and down for good");
    assert_eq!(sentence(&["über ä", "über ö"]), "über ä and ö");
}

fn shut(whom: &str) -> Finding {
    let infra = ClusterName::new("infra");
    let policy = ObjectRef::namespaced(&infra, Kind::NetworkPolicy, "shop", "deny-all");
    let remedy = Remedy::run(format!("let them to {whom}; for that, run"), format!("allow {whom}"));
    let finding = Finding::warning("client-network-policy", &[&infra], format!("shut from {whom}"), remedy);
    finding.about(policy).seen("spec.egress", "nobody").seen("to", whom)
}

fn merged_of(causes: Vec<(Finding, Vec<Finding>)>) -> Vec<(Finding, Vec<Finding>)> {
    let causes = causes.into_iter().map(|(finding, effects)| Cause { finding, effects }).collect();
    let mut judged = Judged { causes, ..Judged::default() };
    judged.merge();
    judged.causes.into_iter().map(|cause| (cause.finding, cause.effects)).collect()
}

#[test]
fn findings_of_one_fingerprint_are_told_as_one_in_any_order() {
    let mut under = shut("web");
    under.follow(Some(&shut("mail")));
    let effect = Finding::info("other", &[], "x");
    let all = [
        vec![(shut("mail"), vec![under.clone()]), (shut("db"), vec![effect.clone()])],
        vec![(shut("db"), vec![effect.clone(), under]), (shut("mail"), Vec::new())],
    ];
    for all in all {
        let told = merged_of(all);
        let [(one, effects)] = &told[..] else { panic!("{told:#?}") };
        assert_eq!((one.summary.as_str(), effects.len()), ("shut from db, mail and web", 1));
        let remedy = one.remedy.as_ref().unwrap();
        assert_eq!(remedy.action, "let them to db, mail and web; for that, run");
        assert_eq!(remedy.command.as_deref(), Some("allow db && allow mail && allow web"));
        let fields: Vec<&str> = one.evidence.iter().map(|seen| seen.value.as_str()).collect();
        assert_eq!(fields, ["nobody", "db", "mail", "web"]);
        assert_eq!((one.because, &one.fingerprint), (None, &shut("db").fingerprint));
    }
}

#[test]
fn what_one_policy_shuts_is_opened_at_once() {
    let infra = ClusterName::new("infra");
    let of = |check, what: &str, how: &str, command: &str| {
        let policy = ObjectRef::namespaced(&infra, Kind::NetworkPolicy, "shop", "deny-all");
        let remedy = Remedy::run(format!("{what}; to {how}, run"), command);
        Finding::error(check, &[&infra], what, remedy).about(policy)
    };
    let made = |name: &str| format!(r#"echo '{{"metadata":{{"name":"{name}-1"}},"spec":{{}}}}' | apply"#);
    let gateway = of("gateway-network-policy", "let them in", "do so", &made("in"));
    let effects = vec![
        of("backend-network-policy", "let it to b, and c", "see it", "get b"),
        of("client-network-policy", "let them out", "do so", &made("out")),
    ];
    let mut judged = Judged { causes: vec![Cause { finding: gateway, effects }], ..Judged::default() };
    judged.open_fences();
    let remedy = judged.causes[0].finding.remedy.clone().unwrap();
    let action = "let them in; let it to b, and c; let them out; to see it and to do so, run";
    assert_eq!(remedy.action, action);
    assert_eq!(remedy.command, Some(format!("{} && get b", made("in"))), "one rule, by two names");
}

#[test]
fn what_two_questions_could_not_look_at_is_told_once() {
    let infra = ClusterName::new("infra");
    let hidden = |check, what: &str| (Finding::not_asked(check, &[&infra], what, "denied"), Vec::new());
    let (one, other) = (hidden("not-looked-at", "Services"), hidden("not-looked-at-here", "Services"));
    let pods = hidden("not-looked-at-here", "pods");
    assert_eq!(merged_of(vec![one.clone(), pods]).len(), 2);
    assert_eq!(merged_of(vec![one.clone(), other]), [one]);
}
