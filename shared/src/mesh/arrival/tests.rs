use super::*;
use crate::mesh::names;
use crate::terms::Labels;

fn key() -> Key {
    Key::new("databases", "postgres-rw")
}

fn apps() -> ClusterName {
    ClusterName::new("apps")
}

fn target() -> Target {
    Target {
        exported: key(),
        consumer: apps(),
        link: Some(Key::new("linkerd-multicluster", "infra-link")),
        way: Way::Gateway,
        target_cluster_name: "infra".into(),
        mirror: "postgres-rw-infra".into(),
        dns: "postgres-rw-infra.databases.svc.cluster.local".into(),
        ports: vec![],
    }
}

fn exported(version: &str) -> News {
    let seen = ServiceSeen { version: version.into(), ..ServiceSeen::default() };
    News::new(About::Exported(key(), Some(Box::new(seen))), version)
}

fn mirror(remote_version: &str) -> News {
    let labels = [(names::MIRRORED_SERVICE, "true"), (names::CLUSTER_NAME, "infra")];
    let annotations = [
        (names::REMOTE_VERSION, remote_version),
        (names::REMOTE_NAME, "postgres-rw.databases.svc.cluster.local"),
    ];
    let owned = |pairs: [(&str, &str); 2]| -> Labels {
        pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    };
    let seen =
        ServiceSeen { labels: owned(labels), annotations: owned(annotations), ..ServiceSeen::default() };
    at("", About::Mirror(apps(), target().key(), Some(Box::new(seen))))
}

fn at(version: &str, about: About) -> News {
    News::new(about, version)
}

fn endpoints(ready: usize, not_ready: usize) -> News {
    let seen = EndpointsSeen { ready, not_ready, ..EndpointsSeen::default() };
    at("", About::Endpoints(apps(), target().key(), Some(Box::new(seen))))
}

fn state_after(news: Vec<News>) -> State {
    let mut board = Board::default();
    for one in news {
        board.take(one);
    }
    board.state(&target(), |_| true)
}

#[test]
fn a_mirror_comes_in_steps() {
    assert_eq!(state_after(vec![]), State::NotExported);
    assert_eq!(state_after(vec![exported("7")]), State::Labelled);
    assert_eq!(state_after(vec![exported("7"), mirror("6")]), State::Behind);
    assert_eq!(state_after(vec![exported("7"), mirror("7")]), State::Mirrored);
    assert_eq!(state_after(vec![exported("7"), mirror("7"), endpoints(1, 0)]), State::EndpointsReady);
}

#[test]
fn addresses_behind_a_dead_gateway_are_not_ready() {
    assert_eq!(state_after(vec![exported("7"), mirror("7"), endpoints(0, 1)]), State::Mirrored);
}

#[test]
fn a_mirror_that_is_deleted_again_falls_back() {
    let gone = at("", About::Mirror(apps(), target().key(), None));
    assert_eq!(state_after(vec![exported("7"), mirror("7"), endpoints(1, 0), gone]), State::Labelled);
}

#[test]
fn a_change_of_the_exported_service_makes_the_mirror_old() {
    assert_eq!(state_after(vec![exported("7"), mirror("7"), endpoints(1, 0), exported("8")]), State::Behind);
}

#[test]
fn a_foreign_service_of_the_name_is_no_mirror_and_no_rest_of_one() {
    let foreign = at("", About::Mirror(apps(), target().key(), Some(Box::default())));
    assert_eq!(state_after(vec![exported("7"), foreign.clone()]), State::Labelled);
    let mut board = Board::default();
    board.take(foreign);
    assert!(board.is_gone(&target()));
    board.take(mirror("7"));
    assert!(!board.is_gone(&target()));
}

#[test]
fn without_labels_nothing_counts() {
    let mut board = Board::default();
    for news in [exported("7"), mirror("7"), endpoints(1, 0)] {
        board.take(news);
    }
    assert_eq!(board.state(&target(), |_| false), State::NotLabelled);
}

#[test]
fn what_a_watch_tells_late_does_not_undo_what_a_look_has_seen_since() {
    let mirrored = |version: &str| at(version, mirror("7").about);
    let gone = |version: &str| at(version, About::Mirror(apps(), target().key(), None));
    assert_eq!(state_after(vec![exported("7"), mirrored("50"), gone("45")]), State::Mirrored);
    assert_eq!(state_after(vec![exported("7"), gone("100"), mirrored("90")]), State::Labelled);
    assert_eq!(state_after(vec![exported("7"), gone("100"), mirrored("110")]), State::Mirrored);
    assert_eq!(state_after(vec![exported("7"), exported("6"), mirrored("50")]), State::Mirrored);
}

#[test]
fn of_versions_that_are_no_numbers_the_last_word_counts() {
    let gone = at("b", About::Mirror(apps(), target().key(), None));
    assert_eq!(state_after(vec![exported("7"), at("c", mirror("7").about), gone.clone()]), State::Labelled);
    assert_eq!(state_after(vec![exported("7"), gone, at("a", mirror("7").about)]), State::Mirrored);
}

#[test]
fn what_is_gone_is_not_among_what_is_known() {
    let mut board = Board::default();
    for news in [exported("7"), mirror("7"), endpoints(1, 0)] {
        board.take(news);
    }
    assert_eq!((board.exported_keys().len(), board.mirror_keys(&apps()).len()), (1, 1));
    board.take(at("8", About::Exported(key(), None)));
    board.take(at("", About::Mirror(apps(), target().key(), None)));
    board.take(at("", About::Endpoints(apps(), target().key(), None)));
    assert_eq!(board.exported_keys(), vec![]);
    assert_eq!((board.mirror_keys(&apps()), board.endpoint_keys(&apps())), (vec![], vec![]));
}

#[test]
fn a_mirror_for_a_flat_network_has_come_without_endpoints_and_not_before_its_labels() {
    let flat = Target { way: Way::Flat, ..target() };
    let state_of = |target: &Target, news: Vec<News>| {
        let mut board = Board::default();
        for one in news {
            board.take(one);
        }
        board.state(target, |_| true)
    };
    let About::Mirror(cluster, key, Some(mut seen)) = mirror("7").about else { panic!("a mirror") };
    // Written from this version, but for the gateway.
    assert_eq!(state_of(&flat, vec![exported("7"), mirror("7"), endpoints(1, 0)]), State::Behind);
    seen.labels.insert(names::REMOTE_DISCOVERY.into(), "infra".into());
    let news = vec![exported("7"), at("", About::Mirror(cluster, key, Some(seen)))];
    assert_eq!(state_of(&flat, news.clone()), State::end_of(Way::Flat));
    assert_eq!(state_of(&target(), news), State::Behind, "nor does it do for the gateway");
}

#[test]
fn a_federated_service_has_come_with_this_member_and_gone_without_it() {
    let federated = Target { way: Way::Federated, mirror: "postgres-rw-federated".into(), ..target() };
    let listing = |remote: &str| {
        let seen = crate::mesh::samples::federated_service(remote, Some("postgres-rw"));
        at("", About::Mirror(apps(), federated.key(), Some(Box::new(seen))))
    };
    for (members, state, is_gone) in [
        ("postgres-rw@infra", State::Joined, false),
        ("postgres-rw@edge,postgres-rw@infra", State::Joined, false),
        ("postgres-rw@infra-2", State::Labelled, true),
        ("", State::Labelled, true),
    ] {
        let mut board = Board::default();
        board.take(exported("7"));
        assert_eq!(board.state(&federated, |_| true), State::Labelled);
        board.take(listing(members));
        assert_eq!(
            (board.state(&federated, |_| true), board.is_gone(&federated)),
            (state, is_gone),
            "{members}"
        );
    }
}
