//! Trust with real certificates: what each side believes is verified, not guessed.

use super::*;
use crate::mesh::certificate::samples::Authority;
use crate::mesh::machinery::{Issuer, Lost, Roots, Stuck};
use std::sync::Arc;

fn roots(anchors: &[&Authority]) -> Observed<Roots> {
    let anchors = anchors.iter().map(|one| one.anchor.clone()).collect();
    Observed::Present(Roots { anchors, digest: "now".into(), ..Roots::default() })
}

/// The anchors and the issuer of the exporter, then those of the consumer.
fn trusting(there: (&[&Authority], Option<&Authority>), here: (&[&Authority], Option<&Authority>)) -> Bed {
    let mut bed = Bed::healthy();
    let issuer = |one: Option<&Authority>| {
        one.map_or(Observed::Unknown(Obstacle::Unauthorized), |one| {
            Observed::Present(vec![one.issuer.clone()].into())
        })
    };
    (bed.there.roots, bed.there.issuer) = (roots(there.0), issuer(there.1));
    (bed.here.roots, bed.here.issuer) = (roots(here.0), issuer(here.1));
    bed
}

fn said(bed: Bed) -> Vec<(&'static str, Severity, String)> {
    let findings = bed.findings().into_iter().filter(|finding| finding.severity > Severity::Info);
    findings.map(|finding| (finding.check, finding.severity, finding.summary)).collect()
}

#[test]
fn each_side_needs_an_anchor_that_signed_the_issuer_of_the_other_and_no_more() {
    let (old, new) = (Authority::new("old"), Authority::new("new"));
    let both = [&old, &new];
    // In the midst of a change: one side has both anchors already.
    assert_eq!(said(trusting((&both, Some(&old)), (&[&old], Some(&old)))), vec![]);
    // The issuer was changed before the other side had the new anchor: an anchor in common helps nobody.
    let early = said(trusting((&both, Some(&new)), (&[&old], Some(&old))));
    assert_eq!((early[0].0, early[0].1), ("trust-roots", Severity::Error), "{early:?}");
    assert!(
        early[0].2.contains("no trust anchor of apps has signed the issuer of infra (CN=issuer of new"),
        "{early:?}"
    );
    assert_eq!(said(trusting((&both, Some(&new)), (&both, Some(&old)))), vec![]);
    // Each with its own, which the other one holds.
    assert_eq!(said(trusting((&both, Some(&old)), (&both, Some(&new)))), vec![]);
}

#[test]
fn a_control_plane_of_which_proxies_alone_are_left_is_missed() {
    let left = |change: fn(&mut Bed)| {
        let mut bed = Bed::healthy();
        (bed.there.settings, bed.there.roots, bed.there.issuer) =
            (Observed::Absent, Observed::Absent, Observed::Absent);
        bed.there.lost = Lost::ControlPlane;
        let pods = in_list(&mut bed.there.pods);
        for pod in pods {
            pod.labels.insert("linkerd.io/control-plane-ns".into(), "linkerd".into());
        }
        change(&mut bed);
        let told = said(bed).into_iter().filter(|one| one.0 == "trust-roots");
        told.map(|(_, severity, text)| (severity, text)).collect::<Vec<_>>()
    };
    let told = left(|_| ());
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0].0, Severity::Error);
    assert!(
        told[0].1.starts_with("infra has no Linkerd control plane, but has linkerd-multicluster"),
        "{told:?}"
    );
    let elsewhere = left(|bed| {
        for pod in in_list(&mut bed.there.pods) {
            pod.labels.insert("linkerd.io/control-plane-ns".into(), "mesh".into());
        }
    });
    assert_eq!(elsewhere, [], "it has its control plane in another namespace");
    assert_eq!(left(|bed| in_list(&mut bed.there.pods).clear()), [], "nothing shows that it had one");
    let both = left(|bed| (bed.here.settings, bed.here.roots) = (Observed::Absent, Observed::Absent));
    assert_eq!(both, told, "whatever the other one has");
    assert_eq!(left(|bed| bed.there.lost = Lost::Nothing), [], "it may have been left out of files");
    let hidden = left(|bed| {
        (bed.there.roots, bed.there.lost) = (Observed::Unknown(Obstacle::Unauthorized), Lost::Nothing);
    });
    assert_eq!(hidden, [], "what cannot be seen accuses nobody");
}

#[test]
fn without_the_issuers_anchors_in_common_are_the_best_sign() {
    let (old, new) = (Authority::new("old"), Authority::new("new"));
    let apart = said(trusting((&[&old], None), (&[&new], None)));
    assert_eq!((apart[0].0, apart[0].1), ("trust-roots", Severity::Error), "{apart:?}");
    let partly = said(trusting((&[&old, &new], None), (&[&old], None)));
    assert_eq!((partly[0].0, partly[0].1), ("trust-roots", Severity::Warning), "{partly:?}");
    assert_eq!(said(trusting((&[&old], None), (&[&old], None))), vec![]);
}

#[test]
fn a_proxy_believes_by_the_anchors_that_it_was_started_with() {
    let (old, new) = (Authority::new("old"), Authority::new("new"));
    let held = |anchors: &[&Authority], issuer: Option<&Authority>| {
        let mut bed = trusting((&[&old, &new], Some(&old)), (&[&old, &new], issuer));
        in_list(&mut bed.there.pods)[0].anchors =
            anchors.iter().map(|one| one.anchor.der.as_slice().into()).collect();
        said(bed)
    };
    let refusing = held(&[&old], Some(&new));
    assert_eq!((refusing[0].0, refusing[0].1), ("trust-restart", Severity::Error), "{refusing:?}");
    assert!(refusing[0].2.contains("a pod of the gateway of infra"), "{refusing:?}");
    assert_eq!(held(&[&old], Some(&old)), vec![], "it believes the issuer that is in use");
    assert_eq!(held(&[&old], None), vec![], "an anchor in common");
    assert_eq!(held(&[], Some(&new)), vec![], "a pod that does not say is not accused");
}

#[test]
fn what_is_behind_a_gateway_has_to_believe_the_gateway() {
    let (old, new) = (Authority::new("old"), Authority::new("new"));
    let held = |anchor: &Authority, there: &Authority, here: &Authority| {
        let mut bed = trusting((&[&old, &new], Some(there)), (&[&old, &new], Some(here)));
        in_list(&mut bed.there.backends)[0].anchors = vec![anchor.anchor.der.as_slice().into()];
        said(bed)
    };
    let refusing = held(&old, &new, &new);
    assert_eq!((refusing[0].0, refusing[0].1), ("trust-restart", Severity::Error), "{refusing:?}");
    assert!(
        refusing[0].2.contains(
            "a pod of the Service was started with trust anchors, none of which signed the issuer of infra"
        ),
        "{refusing:?}"
    );
    assert_eq!(held(&new, &new, &new), vec![]);
    assert_eq!(held(&old, &old, &new), vec![], "whoever comes from elsewhere ends at the gateway");
}

#[test]
fn a_pod_with_the_digest_of_another_text_may_hold_other_anchors() {
    let one = Authority::new("one");
    let with = |digest: &str, anchors: Vec<Arc<[u8]>>| {
        let mut bed = trusting((&[&one], Some(&one)), (&[&one], Some(&one)));
        let pod = &mut in_list(&mut bed.here.pods)[0];
        (pod.annotations, pod.anchors) = (labels(&[("linkerd.io/trust-root-sha256", digest)]), anchors);
        said(bed)
    };
    assert_eq!(with("now", vec![]), vec![]);
    let other = with("then", vec![]);
    assert_eq!((other[0].0, other[0].1), ("trust-restart", Severity::Warning), "{other:?}");
    assert_eq!(with("then", vec![one.anchor.der.as_slice().into()]), vec![], "only the text has changed");
}

#[test]
fn of_the_anchors_those_count_that_signed_the_issuer() {
    let (used, spare) = (Authority::new("used"), Authority::new("spare"));
    let both = [&used, &spare];
    let mut bed = trusting((&both, Some(&used)), (&both, Some(&used)));
    let Observed::Present(roots) = &mut bed.there.roots else { panic!("seen") };
    roots.anchors[0].left = Some(-1);
    let expired = said(bed);
    assert_eq!((expired[0].0, expired[0].1), ("trust-expiry", Severity::Error), "{expired:?}");
    let mut bed = trusting((&both, Some(&used)), (&both, Some(&used)));
    let Observed::Present(roots) = &mut bed.there.roots else { panic!("seen") };
    roots.anchors[1].left = Some(-1);
    assert_eq!(said(bed), vec![], "nobody is signed by the spare one");
}

#[test]
fn what_lies_between_an_issuer_and_its_anchor_expires_too() {
    let root = Authority::new("root");
    let between = root.between("between");
    let with = |left: i64, above: &Authority| {
        let mut bed = trusting((&[&root], None), (&[&root], Some(&root)));
        let mut one = above.anchor.clone();
        one.left = Some(left);
        bed.there.issuer = Observed::Present(vec![between.issuer.clone(), one].into());
        said(bed)
    };
    let over = with(-1, &between);
    assert_eq!((over[0].0, over[0].1), ("trust-expiry", Severity::Error), "{over:?}");
    assert!(
        over[0].2.starts_with("an intermediate certificate between the issuer of infra and its trust anchor"),
        "{over:?}"
    );
    assert_eq!(with(1, &between), vec![]);
}

#[test]
fn issuers_that_are_not_renewed_are_told_of_both_clusters() {
    let mut bed = Bed::healthy();
    let missed = || Observed::Present(Issuer { stuck: Some(Stuck::Missed), ..Issuer::default() });
    (bed.there.issuer, bed.here.issuer) = (missed(), missed());
    let findings = bed.findings();
    let told = findings.iter().find(|one| one.check == "trust-renewal").unwrap();
    assert!(told.summary.starts_with("the issuer of infra has changed"), "{told:?}");
    let [events, other] = told.evidence.as_slice() else { panic!("{told:?}") };
    assert_eq!(events.field, "events of deployment/linkerd-identity");
    assert_eq!(other.field, "apps: secret/linkerd/linkerd-identity-issuer");
    assert!(other.value.starts_with("the issuer of apps has changed"), "{told:?}");
}

#[test]
fn anchors_that_have_signed_no_issuer_are_told_where_those_of_the_other_side_have_signed_both() {
    let (old, new) = (Authority::new("old"), Authority::new("new"));
    let wrong = trusting((&[&new], Some(&old)), (&[&old], Some(&old)));
    let of = |bed: Bed| bed.findings().into_iter().find(|one| one.check == "trust-roots").unwrap();
    let told = of(wrong);
    assert_eq!(told.ground, Some(crate::verdict::Ground::Identity));
    assert!(told.remedy.unwrap().action.starts_with("add the anchors of apps to infra"));
    for there in [Some(&new), None] {
        let other = of(trusting((&[&new], there), (&[&old], Some(&old))));
        assert_eq!(other.ground, None, "its own issuer may be as good as before");
    }
}

#[test]
fn what_hides_whether_an_issuer_is_renewed_is_told() {
    let mut bed = Bed::healthy();
    let hidden = Some(Obstacle::NotInFiles { what: "events".into() });
    bed.there.issuer = Observed::Present(Issuer { hidden, ..Issuer::default() });
    let findings = bed.findings();
    assert!(findings.iter().all(|one| one.check != "trust-renewal"), "{findings:#?}");
    let told = findings.iter().find(|one| one.check == "not-looked-at").unwrap();
    assert_eq!(
        told.summary,
        "not looked at: the outcome of its last issuer change (not in the files: events)"
    );
}

#[test]
fn a_client_beside_the_mirror_holds_anchors_too() {
    let (old, new) = (Authority::new("old"), Authority::new("new"));
    let bed = trusting((&[&old, &new], Some(&new)), (&[&old, &new], Some(&old)));
    let pod = crate::mesh::machinery::Pod {
        name: "app-0".into(),
        namespace: "databases".into(),
        is_meshed: true,
        anchors: vec![old.anchor.der.as_slice().into()],
        ..Default::default()
    };
    let mirrors = ["postgres-rw-infra-east".to_owned()].into();
    let all = bed.seen_with(|apps| {
        apps.clients = Observed::Present(vec![crate::mesh::machinery::Client { pod, mirrors }]);
    });
    let routed = Routed { consumer: cluster("apps"), link: &bed.link, ways: vec![bed.way] };
    let targets = of_service(&all, &[routed], &exported(), &bed.service);
    let findings = ask(&all, &exported(), &bed.service, &targets);
    let held = findings.iter().find(|one| one.check == "trust-restart").unwrap();
    assert!(
        held.summary.contains("a client of the mirror") && held.summary.contains("refuses infra"),
        "{held:?}"
    );
    assert!(held.remedy.as_ref().unwrap().to_string().contains("describe pod app-0"), "{held:?}");
}
