//! What forbids an export.

use super::tests::{refusals, wanted};
use super::*;
use crate::mesh::names;
use crate::mesh::samples::*;
use crate::mesh::snapshot::{Belonging, EndpointsSeen};
use crate::terms::Obstacle;

#[test]
fn everything_that_is_wrong_is_said_at_once() {
    let mut apps = consumer(vec![default_link("infra")]);
    apps.namespaces.insert("databases".into(), Observed::Absent);
    let edge =
        holding(consumer(vec![default_link("infra")]), "postgres-rw-infra-east", ServiceSeen::default());
    let mut service = service();
    service.ports.clear();
    let seen = mesh(service, vec![("apps", apps), ("edge", edge)]);
    assert_eq!(
        refusals(&seen, &wanted(&[])),
        [
            ("export-shape", Severity::Error),
            ("namespace-missing", Severity::Error),
            ("mirror-name-clash", Severity::Error),
        ]
    );
}

#[test]
fn foreign_endpoints_without_a_service_would_be_replaced() {
    let mut apps = consumer(vec![default_link("infra")]);
    if let Observed::Present(endpoints) = &mut apps.endpoints {
        endpoints.by_key.insert(Key::new("databases", "postgres-rw-infra-east"), EndpointsSeen::default());
    }
    let seen = mesh(service(), vec![("apps", apps)]);
    assert_eq!(refusals(&seen, &wanted(&[])), [("mirror-endpoints-clash", Severity::Error)]);
}

#[test]
fn endpoints_that_the_last_mirror_left_are_no_clash() {
    let left = |target: &str| {
        let mut apps = consumer(vec![default_link("infra")]);
        let labels = labels(&[(names::MIRRORED_SERVICE, "true"), (names::CLUSTER_NAME, target)]);
        if let Observed::Present(endpoints) = &mut apps.endpoints {
            let seen = EndpointsSeen { labels, ..EndpointsSeen::default() };
            endpoints.by_key.insert(Key::new("databases", "postgres-rw-infra-east"), seen);
        }
        mesh(service(), vec![("apps", apps)])
    };
    assert!(plan(&left("infra-east"), &wanted(&[])).is_ok());
    assert_eq!(refusals(&left("infra"), &wanted(&[])), [("mirror-endpoints-clash", Severity::Error)]);
}

#[test]
fn a_mirror_that_would_be_made_past_the_gateway_is_refused() {
    let both = |pairs| {
        let mut link = default_link("infra");
        link.link.remote_discovery_selector = selecting(pairs);
        link
    };
    for (service, link) in [
        (service(), both(&[(names::EXPORTED, "true")])),
        (labelled(&[(names::EXPORTED, "true")], MANAGER, "Apply"), both(&[("app", "postgres")])),
    ] {
        let asked = Wanted { ways: vec![Way::Gateway], ..wanted(&[]) };
        let findings = plan(&mesh(service, vec![("apps", consumer(vec![link]))]), &asked).unwrap_err();
        assert_eq!((findings.len(), findings[0].check), (1, "gateway-mode"));
        let edit = "kubectl --context apps-admin --namespace linkerd-multicluster edit \
                    links.multicluster.linkerd.io/infra";
        assert_eq!(findings[0].remedy.clone().unwrap().command.unwrap(), edit);
    }
}

#[test]
fn a_mirror_of_another_service_under_the_same_name_is_a_clash() {
    let other = mirror(&Key::new("databases", "postgres"), "infra-east", "7");
    let apps = holding(consumer(vec![default_link("infra")]), "postgres-rw-infra-east", other);
    let seen = mesh(service(), vec![("apps", apps)]);
    assert_eq!(refusals(&seen, &wanted(&[])), [("mirror-name-clash", Severity::Error)]);
}

#[test]
fn the_mirror_itself_is_no_clash() {
    let own = mirror(&exported(), "infra-east", "7");
    let apps = holding(consumer(vec![default_link("infra")]), "postgres-rw-infra-east", own);
    assert!(plan(&mesh(service(), vec![("apps", apps)]), &wanted(&[])).is_ok());
}

#[test]
fn without_a_link_to_the_exporter_nothing_can_be_exported() {
    let seen = mesh(service(), vec![("apps", consumer(vec![]))]);
    assert_eq!(refusals(&seen, &wanted(&[])), [("no-link", Severity::Error)]);
    assert_eq!(refusals(&seen, &wanted(&["apps"])), [("no-link", Severity::Error)]);
    let mut elsewhere = default_link("infra");
    elsewhere.belonging = Belonging::Elsewhere;
    let seen = mesh(service(), vec![("apps", consumer(vec![elsewhere.clone()]))]);
    assert_eq!(refusals(&seen, &wanted(&[])), [("no-link", Severity::Error)]);
    elsewhere.belonging = Belonging::Itself;
    let seen = mesh(service(), vec![("apps", consumer(vec![elsewhere]))]);
    for asked in [&[][..], &["apps"]] {
        let said = plan(&seen, &wanted(asked)).unwrap_err().remove(0).summary;
        assert!(said.ends_with("; the Link infra in apps has credentials of apps itself"), "{said}");
    }
}

#[test]
fn a_fleet_of_one_is_asked_for_the_others_and_not_linked_to_itself() {
    let findings = plan(&mesh(service(), vec![]), &wanted(&[])).unwrap_err();
    let remedy = findings[0].remedy.clone().unwrap();
    assert!(remedy.action.ends_with("as in `--contexts infra-admin,OTHER`"), "{remedy}");
    assert_eq!(remedy.command, None);
}

/// The usual mistake: the Link was made where the Service is.
#[test]
fn a_link_of_the_exporter_leads_the_other_way() {
    let mut seen = mesh(service(), vec![("apps", consumer(vec![])), ("edge", consumer(vec![]))]);
    let said = |seen: &MeshSeen, to: &[&str]| plan(seen, &wanted(to)).unwrap_err()[0].summary.clone();
    assert!(!said(&seen, &[]).contains("the other way"), "{}", said(&seen, &[]));
    let link = ObjectRef::namespaced(&cluster("infra"), Kind::Link, "linkerd-multicluster", "to-apps");
    seen.outward.insert(cluster("apps"), link);
    let words = "; the Link to-apps in infra points the other way, to apps";
    for to in [&[][..], &["apps"]] {
        assert!(said(&seen, to).ends_with(words), "{}", said(&seen, to));
    }
    assert!(!said(&seen, &["edge"]).contains("the other way"), "{}", said(&seen, &["edge"]));
}

#[test]
fn a_cluster_that_does_not_know_what_a_link_is_lacks_linkerd_multicluster() {
    let mut apps = consumer(vec![]);
    apps.links = Observed::Unknown(Obstacle::NotServed { api: "links.multicluster.linkerd.io".into() });
    let seen = mesh(service(), vec![("apps", apps)]);
    for asked in [wanted(&[]), wanted(&["apps"])] {
        let findings = plan(&seen, &asked).unwrap_err();
        assert!(
            findings[0].summary.starts_with("Linkerd multicluster is not installed in apps"),
            "{findings:?}"
        );
        assert_eq!((findings.len(), findings[0].severity), (1, Severity::Error));
    }
}

#[test]
fn an_account_that_cannot_be_looked_up_is_a_matter_of_the_exporter() {
    let mut unasked = default_link("infra");
    let forbidden = Obstacle::Forbidden {
        verb: "get".into(),
        resource: "serviceaccounts".into(),
        namespace: Some("linkerd-multicluster".into()),
        message: String::new(),
    };
    unasked.belonging = Belonging::Unasked(forbidden.clone());
    let seen = mesh(service(), vec![("apps", consumer(vec![unasked]))]);
    let findings = plan(&seen, &wanted(&[])).unwrap_err();
    let remedy = findings[0].remedy.as_ref().map(ToString::to_string).unwrap_or_default();
    assert!(remedy.contains("` in infra"), "{remedy}");
    assert_eq!(seen.obstacles().collect::<Vec<_>>(), [&forbidden]);
}

#[test]
fn a_link_whose_credentials_cannot_be_read_is_unknown_never_green() {
    let mut unread = default_link("infra");
    unread.belonging = Belonging::Unknown(Obstacle::Unauthorized);
    let seen = mesh(service(), vec![("apps", consumer(vec![unread]))]);
    assert_eq!(refusals(&seen, &wanted(&[])), [("link-credentials", Severity::Unknown)]);
}

#[test]
fn all_labels_that_others_own_are_named_in_one_reason() {
    let asks = selecting(&[(names::EXPORTED, "true"), ("tier", "gold")]);
    let apps = consumer(vec![link("infra-link", "infra-east", asks)]);
    let owned = labelled(&[(names::EXPORTED, "false"), ("tier", "iron")], "flux", "Apply");
    let refused = plan(&mesh(owned, vec![("apps", apps)]), &wanted(&[])).unwrap_err();
    let said: Vec<_> = refused.iter().map(|finding| finding.summary.as_str()).collect();
    assert_eq!(
        said,
        [
            "the label mirror.linkerd.io/exported=false belongs to flux, but true is needed; the label tier=iron belongs to \
             flux, but gold is needed"
        ]
    );
}

#[test]
fn everything_that_is_wrong_with_a_link_is_said_at_once() {
    let mut broken = default_link("infra-link");
    broken.link.problems = vec!["spec.selector is odd".into(), "spec.gatewayAddress is not a string".into()];
    let refused = plan(&mesh(service(), vec![("apps", consumer(vec![broken]))]), &wanted(&[])).unwrap_err();
    assert_eq!(
        refused[0].summary,
        "the Link cannot be used: spec.selector is odd; spec.gatewayAddress is not a string"
    );
}

#[test]
fn who_knows_better_exports_despite_a_check() {
    let seen = || {
        let mut bed = crate::mesh::samples::bed::Bed::healthy();
        crate::mesh::samples::bed::in_list(&mut bed.there.pods)[0].is_meshed = false;
        bed.seen()
    };
    let refused = plan(&seen(), &wanted(&[])).unwrap_err();
    assert_eq!(refused.iter().map(|one| one.check).collect::<Vec<_>>(), ["gateway-meshed"], "{refused:?}");
    let with = |check: &str| Wanted { despite: [check.to_owned()].into(), ..wanted(&[]) };
    assert!(plan(&seen(), &with("gateway-up")).is_err(), "of this check alone");
    let planned = plan(&seen(), &with("gateway-meshed")).unwrap();
    let said = planned.findings.iter().find(|one| one.check == "gateway-meshed").unwrap();
    assert_eq!(said.severity, Severity::Warning);
    assert!(said.summary.ends_with("(does not forbid it, by --despite)"), "{}", said.summary);
    assert_eq!(planned.plan.steps().len(), 1);
}
