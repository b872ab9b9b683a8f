use super::*;
use crate::verdict::Remedy;

#[test]
fn what_weighs_more_on_another_link_is_told_with_that_weight() {
    let [infra, apps] = ["infra", "apps"].map(ClusterName::new);
    let finding = |severity| {
        let remedy = Remedy::new("bring it up");
        Finding { severity, ..Finding::error("proxy-injector", &[&infra], "it is down", remedy) }
    };
    for order in [[Severity::Warning, Severity::Error], [Severity::Error, Severity::Warning]] {
        let mut told = Told::of_chosen(&|_| true, None);
        let directions = [(&apps, &infra), (&infra, &apps)];
        for ((from, to), severity) in directions.into_iter().zip(order) {
            let place = (from.clone(), to.clone(), Key::new("linkerd-multicluster", "link"));
            told.of_link(&place, [finding(severity)]);
        }
        let causes = told.causes();
        let found: Vec<Severity> = causes.iter().map(|cause| cause.finding.severity).collect();
        assert_eq!(found, [Severity::Error], "{order:?}");
    }
}

#[test]
fn a_federated_service_that_is_like_no_member_is_told_once_with_what_each_of_them_has() {
    let [infra, apps] = ["infra", "apps"].map(ClusterName::new);
    let of = |clusters: &[&ClusterName], name: &str, evidence: &[(&str, &str)]| {
        let object = ObjectRef::namespaced(&apps, Kind::Service, "shop", name);
        let finding = Finding::warning(EDITED, clusters, "odd", Remedy::new("mend it")).about(object);
        evidence.iter().fold(finding, |finding, (field, value)| finding.seen(*field, *value))
    };
    let mut told = Told::of_chosen(&|_| true, None);
    let at_home = of(&[&apps], "web-federated", &[("spec.ports[]", "81/TCP")]);
    told.of_everybody([at_home.clone()]);
    let other = of(&[&infra, &apps], "db-federated", &[]);
    assert_eq!(told.joined(other.clone()), other, "another one");
    let abroad = [("spec.ports[]", "81/TCP, 82/TCP"), ("the same of infra", "80/TCP")];
    let joined = told.joined(of(&[&infra, &apps], "web-federated", &abroad));
    assert_eq!(joined, at_home.seen("the same of infra", "80/TCP"));
    assert_eq!(told.everybody, [joined]);
}
