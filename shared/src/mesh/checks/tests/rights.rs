//! What accounts may do.

use super::*;
use crate::mesh::machinery::{Granted, Right};

fn rules(rights: &mut Observed<Rights>) -> &mut Rights {
    let Observed::Present(rights) = rights else { panic!("the healthy mesh is seen") };
    rights
}

fn without(list: &mut Observed<Vec<Role>>, resource: &str, verb: &str) {
    for rule in in_list(list).iter_mut().flat_map(|role| &mut role.rules) {
        if rule.resources.iter().any(|one| one == resource) {
            rule.verbs.retain(|one| one != verb);
        }
    }
}

#[test]
fn every_right_of_a_controller_is_missed() {
    for (resource, verb) in [("services", "create"), ("endpoints", "update"), ("namespaces", "list")] {
        let said = broken(|bed| without(&mut rules(&mut bed.here.rights).cluster_roles, resource, verb));
        assert_eq!(said, error("controller-rights"), "{verb} {resource}");
    }
    for (resource, verb) in [("secrets", "get"), ("links", "watch"), ("leases", "update")] {
        let said = broken(|bed| without(&mut rules(&mut bed.here.rights).roles, resource, verb));
        assert_eq!(said, error("controller-rights"), "{verb} {resource}");
    }
    let told = broken(|bed| without(&mut rules(&mut bed.here.rights).roles, "links/status", "patch"));
    assert_eq!(told, warning("controller-rights"), "mirrors are made all the same");
    let oldest = broken(|bed| {
        bed.link.version = "v1alpha1".into();
        without(&mut rules(&mut bed.here.rights).roles, "links/status", "patch");
    });
    assert_eq!(oldest, vec![], "it has no status");
    let with_its_link = broken(|bed| {
        for pod in in_list(&mut bed.here.pods) {
            if pod.labels.contains_key("component") {
                pod.labels.insert("component".to_owned(), "linkerd-service-mirror".to_owned());
            }
        }
        without(&mut rules(&mut bed.here.rights).roles, "links/status", "patch");
    });
    assert_eq!(with_its_link, vec![], "Linkerd 2.17 updates it, and what is older writes none");
}

#[test]
fn the_missing_rule_is_named_with_how_to_ask_for_it() {
    let mut bed = Bed::healthy();
    without(&mut rules(&mut bed.here.rights).cluster_roles, "services", "create");
    let finding = bed.findings().remove(0);
    assert_eq!(
        finding.summary,
        "the service mirror of the Link infra is not allowed to create services: it cannot mirror"
    );
    assert_eq!(
        finding.evidence[0].value,
        r#"{"apiGroups":[""],"resources":["services"],"verbs":["create"]}"#
    );
    let command = finding.remedy.unwrap().command.unwrap();
    assert_eq!(
        command,
        "kubectl --context apps-admin auth can-i create services --all-namespaces --as \
         system:serviceaccount:linkerd-multicluster:controller-infra"
    );
}

#[test]
fn helm_grants_no_secret_of_another_name() {
    let of_secret = |name: &'static str| {
        action(|bed| {
            bed.link.credentials = name.into();
            without(&mut rules(&mut bed.here.rights).roles, "secrets", "get");
        })
    };
    let usual = of_secret("cluster-credentials-infra");
    assert!(usual.contains("`helm upgrade`"), "{usual}");
    let other = of_secret("own");
    assert!(
        other.starts_with(
            "the chart's role covers only cluster-credentials-infra: use that name for the Secret"
        ),
        "{other}"
    );
}

#[test]
fn a_controller_that_makes_namespaces_needs_one_right_more() {
    let says = |argument: &str| {
        broken(|bed| in_list(&mut bed.here.deployments)[0].arguments.insert(1, argument.into()))
    };
    assert_eq!(says("-enable-namespace-creation"), error("controller-rights"));
    assert_eq!(says("-enable-namespace-creation=false"), vec![]);
}

#[test]
fn another_secret_may_be_allowed() {
    let other = |bed: &mut Bed| bed.link.credentials = "my-secret".into();
    assert_eq!(broken(other), error("controller-rights"));
    let allowed = broken(|bed| {
        other(bed);
        let roles = in_list(&mut rules(&mut bed.here.rights).roles);
        roles[0].rules.iter_mut().for_each(|rule| rule.names.push("my-secret".into()));
    });
    assert_eq!(allowed, error("controller-rights"), "names restrict the other rules too");
    let hidden = broken(|bed| {
        other(bed);
        rules(&mut bed.here.rights).roles = Observed::Unknown(Obstacle::Unauthorized);
    });
    assert_eq!(hidden, [warning("credentials-name"), vec![("not-looked-at-here", Severity::Info)]].concat());
}

#[test]
fn a_token_reads_what_its_way_needs() {
    let lacking = |way: Way, resource: &'static str, verb: &'static str| {
        broken(move |bed| {
            bed.way = way;
            without(&mut rules(&mut bed.there.rights).cluster_roles, resource, verb);
        })
    };
    assert_eq!(lacking(Way::Gateway, "services", "watch"), error("credentials-rights"));
    assert_eq!(lacking(Way::Gateway, "endpoints", "list"), error("credentials-rights"));
    assert_eq!(lacking(Way::Gateway, "endpointslices", "list"), vec![], "the gateway finds the pods");
    assert_eq!(lacking(Way::Flat, "endpointslices", "list"), error("credentials-rights"));
    assert_eq!(lacking(Way::Federated, "pods", "get"), error("credentials-rights"));
    let revoked = broken(|bed| {
        bed.token.as_mut().unwrap().has_account = Observed::Absent;
        in_list(&mut rules(&mut bed.there.rights).cluster_roles).clear();
    });
    assert_eq!(revoked, error("credentials-revoked"), "one cause, one finding");
}

#[test]
fn roles_that_cannot_be_read_are_named_and_accuse_nobody() {
    let hidden = || Observed::Unknown(Obstacle::Unauthorized);
    let said = broken(|bed| {
        rules(&mut bed.here.rights).cluster_roles = hidden();
        rules(&mut bed.there.rights).cluster_bindings = Observed::Unknown(Obstacle::Unauthorized);
    });
    assert_eq!(said, [("not-looked-at", Severity::Info), ("not-looked-at-here", Severity::Info)]);
    let enough = broken(|bed| {
        let rights = rules(&mut bed.here.rights);
        let all = Rule {
            groups: vec!["*".into()],
            resources: vec!["*".into()],
            verbs: vec!["*".into()],
            names: vec![],
        };
        in_list(&mut rights.cluster_roles)[0].rules = vec![all];
        rights.roles = Observed::Unknown(Obstacle::Unauthorized);
    });
    assert_eq!(enough, vec![], "what is seen grants everything");
    let right = Right { group: "", resource: "services", verb: "list", name: "", is_everywhere: true };
    let bed = Bed::healthy();
    let Observed::Present(rights) = &bed.here.rights else { panic!("seen") };
    assert_eq!(rights.of(("linkerd-multicluster", "controller-infra"), right), Granted::Yes);
}
