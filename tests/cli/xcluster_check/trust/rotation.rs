//! Anchors that differ, and the steps in which they are changed: whom each side believes.

use super::*;
use made::Made;

/// What a cluster has at a step: its anchors, and who signed its issuer.
struct Step<'a>(&'a [&'a Made], &'a Made);

impl Step<'_> {
    fn trust(&self) -> Trust {
        Trust::new(self.0, &self.1.signs(issuer()))
    }
}

#[test]
fn a_change_of_anchors_in_the_right_order_is_told_nothing_that_matters() {
    if program().is_none() {
        return;
    }
    let (old, new) = (root("old"), root("new"));
    let both = [&old, &new];
    let steps = [
        ("before", Step(&[&old], &old), Step(&[&old], &old)),
        ("both anchors in both, one after the other", Step(&both, &old), Step(&[&old], &old)),
        ("both anchors in both", Step(&both, &old), Step(&both, &old)),
        ("the new issuer in one", Step(&both, &new), Step(&both, &old)),
        ("the new issuer in both", Step(&both, &new), Step(&both, &new)),
        ("the old anchor leaves one", Step(&[&new], &new), Step(&both, &new)),
        ("after", Step(&[&new], &new), Step(&[&new], &new)),
    ];
    for (world, one, other) in steps {
        let told = told(&one.trust(), &other.trust());
        let is_equal = one.0.len() == other.0.len();
        assert_eq!(told.is_empty(), is_equal, "{world}: {told:?}");
        assert!(told.iter().all(|text| text.starts_with("info trust-roots/")), "{world}: {told:?}");
    }
}

#[test]
fn a_step_that_comes_too_early_and_anchors_that_were_never_shared_lead() {
    if program().is_none() {
        return;
    }
    let (old, new, namesake) = (root("old"), root("new"), root("old"));
    let both = [&old, &new];
    let worlds = [
        ("the new issuer before the other side has its anchor", Step(&both, &new), Step(&[&old], &old)),
        (
            "the old anchor leaves before the other side has the new issuer",
            Step(&[&new], &new),
            Step(&both, &old),
        ),
        ("each with its own", Step(&[&new], &new), Step(&[&old], &old)),
    ];
    let texts =
        worlds.map(|(world, one, other)| led(world, "trust-roots", &told(&one.trust(), &other.trust())));
    insta::assert_snapshot!(texts.concat());
    // Which side leads is told by the certificates themselves, and these are others in every run.
    let (one, other) = (Step(&[&namesake], &namesake), Step(&[&old], &old));
    let text = led("each with its own, of one name", "trust-roots", &told(&one.trust(), &other.trust()));
    assert_eq!(text.matches("error trust-roots/").count(), 1, "{text}");
    assert_eq!(text.matches("refuse those of").count(), 2, "each side refuses the other: {text}");
}

#[test]
fn proxies_that_were_not_restarted_between_two_steps_lead() {
    if program().is_none() {
        return;
    }
    let (old, new) = (root("old"), root("new"));
    let [one, other] = [(); 2].map(|()| Step(&[&old, &new], &new).trust());
    let held = |anchors: &str| told(&Trust { held: Some(anchors.to_owned()), ..one.clone() }, &other);
    insta::assert_snapshot!(led("started with the old anchor", "trust-restart", &held(&old.pem)));
    silent("started with both", &held(&one.bundle));
}

/// One cluster as it is, beside another one in which all is well.
fn beside(well: &Trust, change: impl FnOnce(&mut Trust)) -> Vec<String> {
    let mut one = well.clone();
    change(&mut one);
    told(&one, well)
}

#[test]
fn an_issuer_without_what_lies_between_and_a_bundle_without_certificates_lead() {
    if program().is_none() {
        return;
    }
    let (root, stranger) = (root("root"), root("stranger"));
    let well = Step(&[&root], &root).trust();
    let between = root.signs(Wish::usual("between"));
    let below = between.signs(issuer());
    let whole = format!("{}{}", below.pem, between.pem);
    silent("with what lies between", &beside(&well, |one| one.issuer = whole));
    let texts = [
        ("without what lies between", "trust-issuer", beside(&well, |one| one.issuer = below.pem)),
        (
            "signed by a stranger",
            "trust-issuer",
            beside(&well, |one| one.issuer = stranger.signs(issuer()).pem),
        ),
        ("no certificates", "trust-roots", beside(&well, |one| one.bundle = "none".to_owned())),
    ];
    insta::assert_snapshot!(texts.map(|(world, check, told)| led(world, check, &told)).concat());
}

#[test]
fn copies_of_anchors_that_say_something_else_lead_and_other_writings_of_the_same_do_not() {
    if program().is_none() {
        return;
    }
    let (root, stranger) = (root("root"), root("stranger"));
    let well = Step(&[&root], &root).trust();
    let texts = [
        ("installed with another one", beside(&well, |one| one.installed.clone_from(&stranger.pem))),
        ("said to be signed by another one", beside(&well, |one| one.signer = Some(stranger.pem.clone()))),
    ];
    insta::assert_snapshot!(texts.map(|(world, told)| led(world, "trust-copies", &told)).concat());
    silent("brought by others", &beside(&well, |one| one.installed.clear()));
    silent("as cert-manager writes it", &beside(&well, |one| one.signer = Some(root.pem.clone())));
    let written = format!("# the anchor\r\n{}\n\n{}", root.pem.replace('\n', "\r\n"), root.pem);
    silent("twice, and with comments", &beside(&well, |one| one.bundle = written));
    let renewed = root.again(Wish::usual("root").good(-DAY, 3650 * DAY));
    let told = told(&Step(&[&renewed], &renewed).trust(), &well);
    let is_known = |text: &String| text.starts_with("info trust-roots/");
    assert!(told.iter().all(is_known), "the same key in another certificate: {told:?}");
}
