//! Anchors and issuers that were changed, and what was not restarted after it.

use super::*;
use crate::mesh::certificate::samples::Authority;
use crate::mesh::machinery::{Issuer, Pod, Roots, Stuck};

fn roots(anchors: &[&Authority]) -> Observed<Roots> {
    let anchors = anchors.iter().map(|one| one.anchor.clone()).collect();
    Observed::Present(Roots { anchors, digest: "now".into(), ..Roots::default() })
}

/// Both sides with these anchors, and an issuer that one of them has signed.
fn bed(anchors: &[&Authority], by: &Authority) -> Bed {
    let mut bed = Bed::healthy();
    for side in [&mut bed.there, &mut bed.here] {
        side.roots = roots(anchors);
        side.issuer = Observed::Present(vec![by.issuer.clone()].into());
    }
    bed
}

fn of(bed: Bed, check: &str) -> Finding {
    bed.findings().into_iter().find(|one| one.check == check).unwrap()
}

#[test]
fn an_identity_controller_that_holds_old_anchors_is_restarted_where_the_present_ones_have_signed_its_issuer()
{
    let [old, new, other] = ["old", "new", "other"].map(Authority::new);
    let command = |by: &Authority, why: &str| {
        let mut bed = bed(&[&old, &new], by);
        let stuck = Some(Stuck::Refused(why.into()));
        let chain = vec![by.issuer.clone()];
        bed.there.issuer = Observed::Present(Issuer { chain, stuck, ..Issuer::default() });
        of(bed, "trust-renewal").remedy.unwrap().command.unwrap()
    };
    let unknown = "x509: certificate signed by unknown authority";
    let restart = command(&new, unknown);
    assert!(restart.ends_with("rollout restart deployment linkerd-identity"), "{restart}");
    for (by, why) in [(&other, unknown), (&new, "x509: certificate is valid for a, not b")] {
        let look = command(by, why);
        assert!(look.ends_with("describe secret linkerd-identity-issuer"), "{look}");
    }
}

#[test]
fn anchors_of_one_name_are_told_apart() {
    let [one, namesake] = ["root", "root"].map(Authority::new);
    let mut bed = bed(&[&one], &one);
    bed.there.roots = roots(&[&namesake]);
    bed.there.issuer = Observed::Present(vec![namesake.issuer.clone()].into());
    let finding = of(bed, "trust-roots");
    let prints = [&one, &namesake].map(|root| root.anchor.print());
    let [held, signed, ..] = finding.evidence.as_slice() else { panic!("{finding:?}") };
    for print in &prints {
        assert_eq!(held.value.contains(print), !signed.value.contains(print), "{finding:?}");
    }
    assert!(signed.value.contains(", signed by CN=root (SHA-256 "), "{finding:?}");
}

#[test]
fn all_that_was_not_restarted_is_named_at_once() {
    let [old, new] = ["old", "new"].map(Authority::new);
    let with = |is_behind_too: bool| {
        let mut bed = bed(&[&old, &new], &new);
        let held = || vec![old.anchor.der.as_slice().into()];
        in_list(&mut bed.there.pods)[0].anchors = held();
        let backend = &mut in_list(&mut bed.there.backends)[0];
        backend.labels.insert("pod-template-hash".into(), "5".into());
        backend.made_as = Some("postgres".into());
        if is_behind_too {
            backend.anchors = held();
        }
        of(bed, "trust-restart")
    };
    let all = with(true);
    assert_eq!(all.object.as_ref().unwrap().name, "linkerd-identity-trust-roots");
    assert_eq!(
        all.summary,
        "pods of infra were started with trust anchors, none of which signed the issuer of apps: they refuse apps"
    );
    let command = all.remedy.unwrap().command.unwrap();
    for workload in ["deployment/linkerd-gateway", "deployment/postgres"] {
        assert!(command.contains(workload), "{command}");
    }
    assert_eq!(all.evidence.len(), 2);
    let one = with(false);
    assert!(one.summary.starts_with("a pod of the gateway of infra was started"), "{one:?}");
}

#[test]
fn a_control_plane_that_was_not_restarted_is_named_with_all_of_it() {
    let root = Authority::new("root");
    let with = |parts: &[&str], stuck: Option<Stuck>| {
        let mut bed = bed(&[&root], &root);
        let part = |name: &&str| Pod {
            namespace: "linkerd".into(),
            name: format!("{name}-0"),
            made_as: Some((*name).into()),
            labels: labels(&[("pod-template-hash", "5")]),
            started: "2026-01-01T00:00:00Z".into(),
            is_meshed: true,
            ..Pod::default()
        };
        let Observed::Present(roots) = &mut bed.there.roots else { panic!("seen") };
        (roots.changed, roots.unread) = ("2026-02-01T00:00:00Z".into(), parts.iter().map(part).collect());
        let issuer = Issuer { chain: vec![root.issuer.clone()], stuck, ..Issuer::default() };
        bed.there.issuer = Observed::Present(issuer);
        bed.findings()
    };
    let [all] = &with(&["linkerd-destination", "linkerd-identity"], None)[..] else { panic!("one finding") };
    assert_eq!((all.check, all.severity), ("trust-restart", Severity::Warning));
    assert!(
        all.summary.starts_with("pods of infra were started with other trust anchors than infra has now"),
        "{all:?}"
    );
    let command = all.remedy.as_ref().unwrap().command.as_deref().unwrap();
    assert!(
        command.ends_with(
            "--namespace linkerd rollout restart deployment/linkerd-destination deployment/linkerd-identity"
        ),
        "{command}"
    );
    let said = "2026-01-01T00:00:00Z, before the anchors were changed at 2026-02-01T00:00:00Z";
    assert!(all.evidence.iter().all(|one| one.value == said), "{all:?}");
    let refused = with(&["linkerd-identity"], Some(Stuck::Refused("unknown authority".into())));
    let checks: Vec<&str> = refused.iter().map(|one| one.check).collect();
    assert_eq!(checks, ["trust-renewal"], "which restarts it, too");
}

#[test]
fn an_anchor_that_was_renewed_with_its_key_signs_for_the_same() {
    let old = Authority::new("old");
    let mut bed = bed(&[&old], &old);
    let Observed::Present(there) = &mut bed.there.roots else { panic!("seen") };
    there.anchors = vec![old.renewed("old")];
    bed.there.issuer = Observed::Unknown(Obstacle::Unauthorized);
    let told = bed.findings().into_iter().filter(|one| one.severity > Severity::Info);
    assert_eq!(told.map(|one| one.check).collect::<Vec<_>>(), Vec::<&str>::new());
}
