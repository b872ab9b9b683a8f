use super::*;
use crate::terms::{Kind, Obstacle};
use crate::verdict::Hidden;

#[test]
fn a_fingerprint_names_check_clusters_and_object_and_nothing_that_changes() {
    let (infra, apps) = (ClusterName::new("infra"), ClusterName::new("apps"));
    let object = ObjectRef::namespaced(&apps, Kind::Service, "shop", "web-infra");
    let finding = |text: &str| {
        Finding::error("mirror-name-clash", &[&infra, &apps], text, Remedy::new("rename it"))
            .about(object.clone())
    };
    assert_eq!(finding("one").fingerprint, "mirror-name-clash/infra>apps/apps: svc/shop/web-infra");
    assert_eq!(finding("one").fingerprint, finding("two").fingerprint);
}

#[test]
fn a_pod_is_known_by_what_makes_it() {
    let apps = ClusterName::new("apps");
    let finding = |name: &str| {
        let pod = ObjectRef::namespaced(&apps, Kind::Pod, "shop", name);
        Finding::info("client-proxy", &[&apps], "it has none").about_pod(pod, "app")
    };
    let (one, other) = (finding("app-5d8f-abcde"), finding("app-77c9-fghij"));
    assert_eq!(one.fingerprint, "client-proxy/apps/apps: pod/shop/app");
    assert_eq!((&one.fingerprint, one.lasting()), (&other.fingerprint, Some("apps: pod/shop/app")));
    assert_eq!(one.place(), "apps: pod/shop/app-5d8f-abcde", "who reads it looks for the pod");
    assert_eq!(Finding::info("client-proxy", &[&apps], "it has none").lasting(), None);
}

#[test]
fn who_may_not_look_is_told_the_rule_that_is_missing() {
    let apps = ClusterName::new("apps");
    let forbidden = Obstacle::Forbidden {
        verb: "list".to_owned(),
        resource: "pods".to_owned(),
        namespace: None,
        message: String::new(),
    };
    let finding = Finding::not_looked_at("not-looked-at", &[&apps], "its pods", &forbidden);
    let rule = "{apiGroups: [\"\"], resources: [pods], verbs: [list]}";
    assert_eq!((finding.evidence[0].field.as_str(), finding.evidence[0].value.as_str()), ("rules[]", rule));
    let silent = Finding::not_looked_at("not-looked-at", &[&apps], "its pods", &Obstacle::Unauthorized);
    assert_eq!(silent.evidence, []);
}

#[test]
fn each_obstacle_is_named_once_with_what_it_hides_and_each_right_has_its_rule() {
    let apps = ClusterName::new("apps");
    let right = |resource: &str| {
        let (verb, resource, message) = ("list".to_owned(), resource.to_owned(), String::new());
        Obstacle::Forbidden { verb, resource, namespace: None, message }
    };
    let (pods, roles) = (right("pods"), right("roles.rbac.authorization.k8s.io"));
    let hidden = |what: &str, obstacle: &Obstacle| Hidden {
        cluster: apps.clone(),
        what: what.to_owned(),
        obstacle: obstacle.clone(),
    };
    let all = [("a", &pods), ("b", &roles), ("c", &Obstacle::Expired), ("d", &pods)];
    let all = all.map(|(what, why)| hidden(what, why)).to_vec();
    let finding = Finding::hidden("not-looked-at", &[&apps], all);
    assert_eq!(
        finding.summary,
        "not looked at: c (the requested version is too old); a, d (cannot list pods: forbidden); b (cannot list \
         roles.rbac.authorization.k8s.io: forbidden)"
    );
    let rules: Vec<&str> = finding.evidence.iter().map(|seen| seen.value.as_str()).collect();
    assert_eq!(
        rules,
        [
            "{apiGroups: [\"\"], resources: [pods], verbs: [list]}",
            "{apiGroups: [rbac.authorization.k8s.io], resources: [roles], verbs: [list]}"
        ]
    );
}
