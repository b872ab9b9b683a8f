//! Certificates that end together, or in several clusters at once.

use super::*;
use crate::mesh::certificate::samples::{Authority, DAY};
use crate::mesh::machinery::Roots;

/// For how long the anchors and the issuers of the exporter and of the consumer are good.
fn found(authorities: [&Authority; 2], anchors: [i64; 2], issuers: [i64; 2]) -> Finding {
    let mut bed = Bed::healthy();
    let sides =
        [&mut bed.there, &mut bed.here].into_iter().zip(authorities).zip(anchors.into_iter().zip(issuers));
    for ((side, authority), (anchor_left, issuer_left)) in sides {
        let (mut anchor, mut issuer) = (authority.anchor.clone(), authority.issuer.clone());
        // All are made for a year.
        (anchor.left, anchor.until) = (Some(anchor_left), anchor_left - 365 * DAY);
        (issuer.left, issuer.until) = (Some(issuer_left), issuer_left - 365 * DAY);
        side.roots =
            Observed::Present(Roots { anchors: vec![anchor], digest: "now".into(), ..Roots::default() });
        side.issuer = Observed::Present(vec![issuer].into());
    }
    let mut found = bed.findings();
    found.retain(|one| one.check == "trust-expiry");
    found.remove(0)
}

fn fields(finding: &Finding) -> Vec<&str> {
    finding.evidence.iter().map(|one| one.field.as_str()).collect()
}

const OF_BOTH: [&str; 2] = [
    "data[ca-bundle.crt] of configmap/linkerd-identity-trust-roots in infra",
    "data[ca-bundle.crt] of configmap/linkerd-identity-trust-roots in apps",
];

#[test]
fn an_anchor_of_several_clusters_is_told_once_with_all_of_them() {
    let root = Authority::new("root");
    let months = [200 * DAY; 2];
    for (left, severity, says) in [
        (-DAY, Severity::Error, "the trust anchor of infra and apps has expired: proxies there trust nobody"),
        (50 * DAY, Severity::Warning, "the trust anchor of infra and apps expires in 50 days"),
    ] {
        let finding = found([&root, &root], [left; 2], months);
        assert_eq!((finding.severity, finding.summary.as_str()), (severity, says));
        assert_eq!((&finding.object, &finding.clusters), (&None, &vec![cluster("infra"), cluster("apps")]));
        assert_eq!(fields(&finding), OF_BOTH);
        let command = finding.remedy.unwrap().command.unwrap();
        let each: Vec<&str> = command.split(" && ").collect();
        assert!(each[0].contains("--context infra") && each[1].contains("--context apps"), "{command}");
    }
}

#[test]
fn anchors_of_one_name_in_two_clusters_are_two() {
    let [one, other] = ["root", "root"].map(Authority::new);
    let finding = found([&one, &other], [50 * DAY; 2], [200 * DAY; 2]);
    assert_eq!(finding.summary, "the trust anchor of infra expires in 50 days");
    assert_eq!(fields(&finding), ["data[ca-bundle.crt]", "apps: cm/linkerd/linkerd-identity-trust-roots"]);
}

#[test]
fn an_issuer_that_ends_with_its_anchor_is_told_beside_it() {
    let root = Authority::new("root");
    let led = |anchor, issuer| found([&root, &root], [anchor; 2], [issuer; 2]);
    for (anchor, issuer) in [(-5, -5), (-5, -100 * DAY), (10 * DAY, 10 * DAY), (10 * DAY, 9 * DAY + 5)] {
        let finding = led(anchor, issuer);
        assert!(finding.summary.starts_with("the trust anchor of infra and apps "), "{finding:?}");
        let secrets = ["infra", "apps"].map(|name| format!("{name}: secret/linkerd/linkerd-identity-issuer"));
        assert_eq!(fields(&finding)[2..], secrets.each_ref(), "{finding:?}");
    }
    // It can be renewed, and that is nearer.
    let finding = led(50 * DAY, 10 * DAY);
    assert!(finding.summary.starts_with("the issuer of infra expires in 10 days"), "{finding:?}");
}

#[test]
fn what_lies_between_an_issuer_and_its_anchor_is_told_before_it_ends() {
    let root = Authority::new("root");
    let middle = root.between("middle");
    let told = |left: i64| {
        let mut bed = Bed::healthy();
        for side in [&mut bed.there, &mut bed.here] {
            let anchors = vec![root.anchor.clone()];
            side.roots = Observed::Present(Roots { anchors, digest: "now".into(), ..Roots::default() });
            side.issuer = Observed::Present(vec![root.issuer.clone()].into());
        }
        let mut between = middle.anchor.clone();
        (between.left, between.until) = (Some(left), left - 365 * DAY);
        bed.there.issuer = Observed::Present(vec![middle.issuer.clone(), between].into());
        let found = bed.findings().into_iter().find(|one| one.check == "trust-expiry");
        found.map(|one| (one.severity, one.summary))
    };
    let what = "an intermediate certificate between the issuer of infra and its trust anchor";
    assert_eq!(told(20 * DAY), None);
    let soon = format!("{what} expires in 5 days: then nobody trusts its proxies");
    assert_eq!(told(5 * DAY), Some((Severity::Warning, soon)));
    let over = format!("{what} has expired: nobody trusts its proxies");
    assert_eq!(told(-1), Some((Severity::Error, over)));
}
