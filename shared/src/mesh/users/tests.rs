use super::super::samples::cluster;
use super::super::snapshot::Key;
use super::*;
use serde_json::json;

fn target(consumer: &ClusterName, namespace: &str, service: &str) -> Target {
    let mirror = format!("{service}-infra");
    Target {
        exported: Key::new(namespace, service),
        consumer: consumer.clone(),
        link: "infra".into(),
        target_cluster_name: "infra".into(),
        dns: format!("{mirror}.{namespace}.svc.cluster.local"),
        mirror,
        ports: Vec::new(),
    }
}

fn look<'a>(
    cluster: &'a ClusterName,
    namespace: &'a str,
    resource: Resource,
    found: Result<Vec<Candidate>, Obstacle>,
) -> Look<'a> {
    Look { spot: Spot { cluster, namespace }, resource, found }
}

fn pod(name: &str, host: &str) -> Candidate {
    let spec = json!({"containers": [{"env": [{"name": "PGHOST", "value": host}]}]});
    Candidate { title: format!("pod/{name}"), spec }
}

fn forbidden(resource: Resource) -> Obstacle {
    Obstacle::Forbidden {
        verb: "list".into(),
        resource: resource.name(),
        namespace: None,
        message: "no".into(),
    }
}

fn notes(looks: &[Look<'_>]) -> Vec<String> {
    let notes = unseen::notes(looks).into_iter();
    notes.map(|note| format!("{} {}: {}", note.severity.word(), note.fingerprint, note.summary)).collect()
}

#[test]
fn each_namespace_of_each_cluster_is_looked_at_once_however_many_mirrors_it_has() {
    let (apps, edge) = (cluster("apps"), cluster("edge"));
    let targets = [
        target(&apps, "databases", "postgres-rw"),
        target(&edge, "databases", "postgres-rw"),
        target(&apps, "databases", "postgres-ro"),
        target(&apps, "shop", "web"),
        target(&edge, "databases", "postgres-ro"),
    ];
    let spot = |cluster, namespace| Spot { cluster, namespace };
    let expected = [spot(&apps, "databases"), spot(&edge, "databases"), spot(&apps, "shop")];
    assert_eq!(spots(&targets), expected);
}

#[test]
fn a_user_counts_for_the_mirror_that_it_names_in_the_cluster_and_namespace_where_it_is() {
    let (apps, edge) = (cluster("apps"), cluster("edge"));
    let looks = [
        look(
            &apps,
            "databases",
            Resource::PODS,
            Ok(vec![pod("a", "postgres-rw-infra"), pod("b", "postgres-ro-infra")]),
        ),
        look(&edge, "databases", Resource::PODS, Ok(vec![pod("c", "postgres-rw-infra")])),
        look(&apps, "shop", Resource::PODS, Ok(vec![pod("d", "postgres-rw-infra")])),
        look(&apps, "databases", Resource::INGRESSES, Err(forbidden(Resource::INGRESSES))),
    ];
    let of = |cluster, service| users(&target(cluster, "databases", service), &looks);
    assert_eq!(of(&apps, "postgres-rw"), ["pod/a"]);
    assert_eq!(of(&apps, "postgres-ro"), ["pod/b"]);
    assert_eq!(of(&edge, "postgres-rw"), ["pod/c"]);
    assert_eq!(of(&edge, "postgres-ro"), Vec::<&str>::new());
}

#[test]
fn many_users_are_counted_after_the_first_three_and_none_is_no_finding() {
    let target = target(&cluster("apps"), "databases", "postgres-rw");
    let text = |users: &[&str]| warning(&target, users).map(|finding| finding.summary);
    assert_eq!(text(&[]), None);
    assert_eq!(text(&["pod/a"]).as_deref(), Some("the mirror is used by pod/a"));
    let five = text(&["pod/a", "pod/b", "ingress/c", "pod/d", "pod/e"]);
    assert_eq!(five.as_deref(), Some("the mirror is used by pod/a, pod/b, ingress/c and 2 more"));
}

#[test]
fn what_was_looked_at_gives_no_note() {
    let apps = cluster("apps");
    let looks = PLACES.map(|(resource, _)| look(&apps, "databases", resource, Ok(Vec::new())));
    assert_eq!(notes(&looks), Vec::<String>::new());
}

#[test]
fn what_could_not_be_looked_at_is_one_note_a_cluster_that_names_resource_and_obstacle() {
    let (apps, edge) = (cluster("apps"), cluster("edge"));
    let late = Obstacle::TimedOut { after: PATIENCE };
    let looks = [
        look(&apps, "databases", Resource::PODS, Err(forbidden(Resource::PODS))),
        look(&apps, "databases", Resource::INGRESSES, Ok(Vec::new())),
        look(&apps, "databases", Resource::HTTP_ROUTES, Err(late)),
    ];
    let away = || Err(Obstacle::Unreachable { cause: "connection refused".into() });
    let cut_off = PLACES.map(|(resource, _)| look(&edge, "databases", resource, away()));
    assert_eq!(
        notes(&looks.into_iter().chain(cut_off).collect::<Vec<_>>()),
        [
            "info mirror-users-unseen/apps: could not look for users of the mirrors among pods: forbidden; \
             among httproutes.gateway.networking.k8s.io: no answer within 3s",
            "info mirror-users-unseen/edge: could not look for users of the mirrors among pods, \
             ingresses.networking.k8s.io and httproutes.gateway.networking.k8s.io: connection refused",
        ]
    );
}

#[test]
fn namespaces_are_named_where_others_of_the_cluster_could_be_looked_at() {
    let apps = cluster("apps");
    let (pods, routes) = (Resource::PODS, Resource::HTTP_ROUTES);
    let closed = ["a", "b", "c", "d"].map(|name| look(&apps, name, pods, Err(forbidden(pods))));
    let open = look(&apps, "open", pods, Ok(Vec::new()));
    let half = look(&apps, "a", routes, Err(forbidden(routes)));
    assert_eq!(
        notes(&closed.into_iter().chain([open, half]).collect::<Vec<_>>()),
        ["info mirror-users-unseen/apps: could not look for users of the mirrors among pods in a, b, c and \
          1 more: forbidden; among httproutes.gateway.networking.k8s.io in a: forbidden"]
    );
}

#[test]
fn a_name_is_found_as_a_whole_and_not_inside_another() {
    for text in ["web-infra", "http://web-infra.shop.svc:80/x", "PGHOST=web-infra", "user@web-infra:5432"] {
        assert!(mentions(text, "web-infra"), "{text}");
    }
    for text in ["my-web-infra", "web-infra-2", "web-infrastructure", "x.web-infra"] {
        assert!(!mentions(text, "web-infra"), "{text}");
    }
}
