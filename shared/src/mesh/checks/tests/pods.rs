//! Mirrors of single pods, of a headless Service that is mirrored pod by pod.

use super::*;
use crate::mesh::names::{self, OF_HEADLESS};
use crate::mesh::samples::mirror;
use crate::mesh::snapshot::{EndpointsSeen, Key, ServiceSeen};

const MIRROR: &str = "postgres-rw-infra-east";

/// What is said of mirrors of pods: the words and what helps.
fn said(
    change: impl FnOnce(&mut EndpointsSeen, &mut ServiceSeen, &mut Vec<&'static str>),
) -> Option<(String, String)> {
    let mut bed = Bed::healthy();
    bed.service.is_headless = true;
    let hosts = ["postgres-0", "postgres-1"].map(|host| (host.to_owned(), true));
    let mut ends = EndpointsSeen { ready: 2, hostnames: hosts.into(), ..Default::default() };
    let mut own = ServiceSeen { is_headless: true, ..mirror(&exported(), "infra-east", "41") };
    let mut there = vec!["postgres-0-infra-east", "postgres-1-infra-east"];
    change(&mut ends, &mut own, &mut there);
    let mut seen = bed.seen_with(|apps| {
        let Observed::Present(services) = &mut apps.services else { panic!("seen") };
        services.by_key.insert(Key::new("databases", MIRROR), own);
        for name in there {
            let of = ServiceSeen { labels: labels(&[(OF_HEADLESS, MIRROR)]), ..ServiceSeen::default() };
            services.by_key.insert(Key::new("databases", name), of);
        }
    });
    let Observed::Present(all) = &mut seen.endpoints else { panic!("seen") };
    all.by_key.insert(exported(), ends);
    let routed = Routed { consumer: cluster("apps"), link: &bed.link, ways: vec![Way::Gateway] };
    let targets = of_service(&seen, &[routed], &exported(), &bed.service);
    let found = ask(&seen, &exported(), &bed.service, &targets);
    let finding = found.into_iter().find(|one| one.check == "mirror-pods")?;
    assert_eq!(finding.severity, Severity::Warning);
    Some((finding.summary, finding.remedy?.to_string()))
}

#[test]
fn a_pod_that_serves_and_has_no_mirror_is_named() {
    let (text, remedy) = said(|_, _, there| there.truncate(1)).unwrap();
    assert_eq!(
        text,
        "apps has no mirror postgres-1-infra-east of the pod postgres-1: that pod cannot be reached"
    );
    assert!(remedy.contains("restart the service mirror"), "{remedy}");
    assert!(remedy.contains("get service postgres-1-infra-east --ignore-not-found"), "{remedy}");
    let (text, _) = said(|_, _, there| there.clear()).unwrap();
    assert!(
        text.starts_with("apps has no mirror postgres-0-infra-east of the pod postgres-0 and 1 more"),
        "{text}"
    );
    let long = |ends: &mut EndpointsSeen, _: &mut ServiceSeen, _: &mut Vec<&str>| {
        ends.hostnames.insert("x".repeat(60), true);
    };
    let (_, remedy) = said(long).unwrap();
    assert!(remedy.contains("63 characters, and this one would have 71"), "{remedy}");
}

#[test]
fn pods_that_do_not_serve_yet_or_are_mirrored_as_one_need_no_mirrors() {
    assert_eq!(said(|_, _, _| ()), None);
    let starting = said(|ends, _, there| {
        ends.hostnames.insert("postgres-1".into(), false);
        there.pop();
    });
    assert_eq!(starting, None, "it is mirrored as soon as it is ready");
    let plain = said(|_, own, there| {
        own.is_headless = false;
        there.clear();
    });
    assert_eq!(plain, None, "the mirror has an address of its own");
    let foreign = said(|_, own, there| {
        own.labels.insert(names::CLUSTER_NAME.into(), "edge".into());
        there.clear();
    });
    assert_eq!(foreign, None, "another one has its name");
}
