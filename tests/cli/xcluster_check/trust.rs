//! Certificates of the mesh, real ones: what is told of each that is wrong, and that nothing is told of those that only look so.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "what these tests share may end a test at once, as a test may"
)]

mod made;
mod rotation;
pub(crate) mod stage;

use made::{DAY, HOUR, Key, MINUTE, Wish};
use stage::{Trust, clusters, issuer, led, root, silent, told, with_anchor, with_issuer};
use testkit::kubectl::{Kubectl, program};
use testkit::told::{findings, report};

#[test]
fn an_issuer_that_is_not_good_now_or_not_for_long_leads() {
    if program().is_none() {
        return;
    }
    let worlds = [
        ("expired", issuer().good(-365 * DAY, -HOUR)),
        ("not valid yet", issuer().good(2 * HOUR + MINUTE, 300 * DAY)),
        ("two weeks left of a year", issuer().good(-351 * DAY, 13 * DAY + HOUR)),
        ("less than a quarter left of two days", issuer().good(-37 * HOUR, 11 * HOUR + MINUTE)),
    ];
    let texts = worlds.map(|(world, wish)| led(world, "trust-expiry", &with_issuer(wish)));
    insta::assert_snapshot!(texts.concat());
}

#[test]
fn an_issuer_that_is_good_for_a_while_is_told_nothing() {
    if program().is_none() {
        return;
    }
    silent("made by the installer a month ago", &with_issuer(issuer()));
    silent("61 days left of a year", &with_issuer(issuer().good(-304 * DAY, 61 * DAY)));
    silent("15 days left of a year", &with_issuer(issuer().good(-350 * DAY, 15 * DAY)));
    silent("about to be renewed by cert-manager", &with_issuer(issuer().good(-23 * HOUR, 25 * HOUR)));
    silent("made by a clock that is ahead a little", &with_issuer(issuer().good(1, 365 * DAY)));
}

#[test]
fn an_anchor_that_is_not_good_now_or_not_for_long_leads_in_both_clusters_that_have_it() {
    if program().is_none() {
        return;
    }
    let worlds = [
        ("expired", Wish::usual("root").good(-400 * DAY, -DAY)),
        ("not valid yet", Wish::usual("root").good(DAY + HOUR + MINUTE, 400 * DAY)),
        ("61 days left of ten years", Wish::usual("root").good(-3589 * DAY, 61 * DAY + HOUR)),
    ];
    let texts = worlds.map(|(world, wish)| led(world, "trust-expiry", &with_anchor(wish)));
    // Each run has keys of its own.
    let texts = texts.concat();
    let mut parts = texts.split("SHA-256 ");
    let first = parts.next().unwrap().to_owned();
    insta::assert_snapshot!(parts.fold(first, |text, part| format!("{text}SHA-256 {}", &part[8..])));
    silent("91 days left of ten years", &with_anchor(Wish::usual("root").good(-3559 * DAY, 91 * DAY)));
    silent("61 days left of half a year", &with_anchor(Wish::usual("root").good(-119 * DAY, 61 * DAY)));
}

#[test]
fn a_key_that_linkerd_does_not_support_leads_and_rsa_is_one_for_anchors_alone() {
    if program().is_none() {
        return;
    }
    let issuers = [("issuer on P-384", Key::P384), ("issuer of RSA", Key::Rsa)];
    let issuers = issuers.map(|(world, key)| led(world, "trust-issuer", &with_issuer(issuer().key(key))));
    let leaf = with_issuer(Wish { may_sign: false, ..issuer() });
    let leaf = led("issuer that may sign nothing", "trust-issuer", &leaf);
    let anchor = led("anchor on P-384", "trust-issuer", &with_anchor(Wish::usual("root").key(Key::P384)));
    insta::assert_snapshot!([issuers.concat(), leaf, anchor].concat());
    silent("anchor of RSA", &with_anchor(Wish::usual("root").key(Key::Rsa)));
}

/// The clock of apps is so far ahead, and its issuer was made by it, just now.
fn ahead(seconds: i64) -> Vec<String> {
    let root = root("root");
    let [infra, apps] = [issuer(), issuer().good(seconds, 365 * DAY)];
    let [infra, apps] = [infra, apps].map(|wish| Trust::new(&[&root], &root.signs(wish)));
    findings(&report(&clusters(["infra", "apps"], [&infra, &apps], seconds), &[]))
}

#[test]
fn a_clock_that_is_wrong_leads_and_not_the_certificates_that_it_dates() {
    if program().is_none() {
        return;
    }
    silent("a second", &ahead(1));
    for seconds in [90, -90] {
        let told = ahead(seconds);
        led("a minute and a half", "cluster-clock", &told);
        let side = if seconds > 0 { "the clock of infra is " } else { "the clock of apps is " };
        assert!(told[0].contains(side) && told[0].contains("s behind that of "), "{told:?}");
    }
}

/// Two clusters with one issuer that has expired an hour ago, in files.
fn collected(kubectl: &Kubectl) -> Vec<String> {
    let folder = kubectl.home().join("collected");
    let written = kubectl.run(["xcluster-check", "collect", &folder.to_string_lossy()]);
    assert_eq!(written.code, Some(0), "{written}");
    written.stdout.trim().split(' ').skip(2).map(str::to_owned).collect()
}

#[test]
fn files_are_judged_by_the_clock_of_the_moment_at_which_they_were_written() {
    if program().is_none() {
        return;
    }
    let root = root("root");
    let late = Trust::new(&[&root], &root.signs(issuer().good(-365 * DAY, -HOUR)));
    let kubectl = clusters(["infra", "apps"], [&late, &Trust::new(&[&root], &root.signs(issuer()))], 0);
    let from = collected(&kubectl);
    let more: Vec<&str> = from.iter().map(String::as_str).collect();
    let live = findings(&report(&kubectl, &[]));
    led("of files", "trust-expiry", &live);
    // Files say where in them something stands, and their remedies have no place to go to.
    let plain = |texts: Vec<String>| -> Vec<String> {
        let own = |line: &&str| !line.starts_with("  seen: file: ") && !line.starts_with("  next: ");
        texts.iter().flat_map(|text| text.lines().filter(own).map(str::to_owned)).collect()
    };
    assert_eq!(plain(findings(&report(&kubectl, &more))), plain(live));
    for cluster in ["infra", "apps"] {
        let meta = kubectl.home().join("collected").join(cluster).join("meta.yaml");
        let text = std::fs::read_to_string(&meta).unwrap();
        let lines = text
            .lines()
            .map(|line| if line.starts_with("takenAt:") { "takenAt: 2026-01-01T00:00:00Z" } else { line });
        std::fs::write(&meta, lines.collect::<Vec<_>>().join("\n")).unwrap();
    }
    // What is good since a month was not, when these files say that they were written.
    let early = findings(&report(&kubectl, &more));
    led("of old files", "trust-expiry", &early);
    assert!(early[0].contains("is not valid yet, for "), "{early:?}");
}
