use super::super::samples::cluster;
use super::*;
use crate::terms::Kind;
use serde_json::json;

fn mirror(cluster: &ClusterName, namespace: &str, name: &str) -> ObjectRef {
    ObjectRef::namespaced(cluster, Kind::Service, namespace, name)
}

fn pod(namespace: &str, name: &str, host: &str) -> wire::Plain {
    let metadata = json!({"namespace": namespace, "name": name});
    let spec = json!({"containers": [{"env": [{"name": "PGHOST", "value": host}]}]});
    serde_json::from_value(json!({"metadata": metadata, "spec": spec})).unwrap()
}

fn look<'a>(
    cluster: &'a ClusterName,
    namespace: Option<&'a str>,
    resource: Resource,
    found: Result<Vec<User<'a>>, Obstacle>,
) -> Look<'a> {
    Look { cluster, namespace, resource, found }
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
fn a_user_in_another_namespace_is_named_with_it() {
    let apps = cluster("apps");
    let mirror = mirror(&apps, "databases", "postgres-rw-infra");
    let beside = pod("databases", "writer-0", "postgres-rw-infra:5432");
    let away = pod("gitlab", "gitlab-0", "postgres-rw-infra.databases.svc.cluster.local");
    let stranger = pod("gitlab", "other-0", "postgres-rw-infra");
    assert_eq!([&beside, &away, &stranger].map(|pod| uses(pod, &mirror)), [true, true, false]);
    let titles = [&beside, &away].map(|pod| title("pod", pod, &mirror));
    assert_eq!(titles, ["pod/writer-0", "pod/gitlab/gitlab-0"]);
}

#[test]
fn a_user_counts_for_the_mirror_that_it_names() {
    let (apps, edge) = (cluster("apps"), cluster("edge"));
    let (rw, ro) =
        (mirror(&apps, "databases", "postgres-rw-infra"), mirror(&apps, "databases", "postgres-ro-infra"));
    let far = mirror(&edge, "databases", "postgres-rw-infra");
    let user = |title: &str, mirror| User { title: title.to_owned(), mirror };
    let looks = [
        look(&apps, None, Resource::PODS, Ok(vec![user("pod/a", &rw), user("pod/b", &ro)])),
        look(&edge, None, Resource::PODS, Ok(vec![user("pod/c", &far)])),
        look(&apps, None, Resource::INGRESSES, Err(forbidden(Resource::INGRESSES))),
    ];
    assert_eq!(
        (users(&rw, &looks), users(&ro, &looks), users(&far, &looks)),
        (vec!["pod/a"], vec!["pod/b"], vec!["pod/c"])
    );
}

#[test]
fn many_users_are_counted() {
    let mirror = mirror(&cluster("apps"), "databases", "postgres-rw-infra");
    let said = |users: &[&str]| warning(&mirror, users).map(|warning| warning.summary);
    assert_eq!(said(&[]), None);
    assert_eq!(said(&["pod/a"]).as_deref(), Some("the mirror is used by pod/a"));
    let five = ["pod/a", "pod/b", "pod/c", "pod/d", "pod/e"];
    assert_eq!(said(&five).as_deref(), Some("the mirror is used by pod/a, pod/b, pod/c and 2 more"));
}

#[test]
fn what_hindered_the_search_is_said_once_a_cluster() {
    let (apps, edge) = (cluster("apps"), cluster("edge"));
    let late = Obstacle::TimedOut { after: PATIENCE };
    let looks = [
        look(&apps, None, Resource::PODS, Err(forbidden(Resource::PODS))),
        look(&apps, Some("databases"), Resource::PODS, Err(forbidden(Resource::PODS))),
        look(&apps, None, Resource::INGRESSES, Ok(Vec::new())),
        look(&apps, None, Resource::HTTP_ROUTES, Err(late)),
    ];
    let away = || Err(Obstacle::Unreachable { cause: "connection refused".into() });
    let cut_off = PLACES.map(|(resource, _)| look(&edge, None, resource, away()));
    assert_eq!(
        notes(&looks.into_iter().chain(cut_off).collect::<Vec<_>>()),
        [
            "info mirror-users-unseen/apps: could not look for users of the mirrors among pods: forbidden; \
             among httproutes.gateway.networking.k8s.io: no answer within 2s",
            "info mirror-users-unseen/edge: could not look for users of the mirrors among pods, \
             ingresses.networking.k8s.io and httproutes.gateway.networking.k8s.io: connection refused",
        ]
    );
}

#[test]
fn who_may_look_only_where_the_mirrors_are_is_told_where_nobody_looked() {
    let apps = cluster("apps");
    let pods = Resource::PODS;
    let everywhere = look(&apps, None, pods, Err(forbidden(pods)));
    let open = ["a", "b", "c", "d"].map(|name| look(&apps, Some(name), pods, Ok(Vec::new())));
    let closed = look(&apps, Some("shut"), pods, Err(forbidden(pods)));
    assert_eq!(
        notes(&std::iter::once(everywhere).chain(open).chain([closed]).collect::<Vec<_>>()),
        [
            "info mirror-users-unseen/apps: could not look for users of the mirrors among pods outside of a, b, c and \
          1 more: forbidden; among pods in shut: forbidden"
        ]
    );
}
