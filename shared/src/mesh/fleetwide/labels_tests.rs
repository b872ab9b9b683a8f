use super::*;
use crate::mesh::samples::{cluster, consumer, default_link, labels, mesh, selecting, service};
use crate::mesh::snapshot::LinkSeen;

fn mark(field: &str, value: &str) -> Mark {
    let service = Key::new("shop", "web");
    Mark { service, field: field.to_owned(), value: value.to_owned(), is_label: true, is_text: true }
}

#[test]
fn a_slip_is_told_with_what_was_meant() {
    let annotation = Mark { is_label: false, ..mark(EXPORTED, "true") };
    let number = Mark { is_text: false, ..mark(EXPORTED, "1") };
    for (mark, why, meant) in [
        (mark(EXPORTED, "True"), "exported=True is selected by no Link", "exported: \"true\""),
        (mark(EXPORTED, "1"), "exported=1 is selected", "exported: \"true\""),
        (mark(EXPORTED, "remote-discovry"), "is selected by no Link", "exported: \"remote-discovery\""),
        (mark(FEDERATED, "true"), "federated=true is selected by no Link", "federated: \"member\""),
        (mark(FEDERATED, "members"), "is selected by no Link", "federated: \"member\""),
        (mark("mirror.linkerd.io/exporetd", "true"), "exporetd has no effect", "exported: \"true\""),
        (
            mark("miror.linkerd.io/exported", "true"),
            "miror.linkerd.io/exported has no effect",
            "exported: \"true\"",
        ),
        (mark("linkerd.io/exported", "true"), "linkerd.io/exported has no effect", "exported: \"true\""),
        (mark("mirror.linkerd.io.federated", "member"), "federated has no effect", "federated: \"member\""),
        (annotation, "is set as an annotation", "exported: \"true\""),
        (number, "is 1 without quotes, which is not a string", "exported: \"true\""),
    ] {
        let (found, (label, value)) = odd(&mark).unwrap();
        let wanted = format!("{label}: \"{value}\"");
        assert!(found.contains(why) && wanted.ends_with(meant), "{found}: {wanted}");
    }
}

#[test]
fn what_may_be_meant_as_it_is_is_no_slip() {
    for mark in [
        mark(EXPORTED, "true"),
        mark(EXPORTED, "remote-discovery"),
        mark(FEDERATED, "member"),
        mark(EXPORTED, "false"),
        mark(EXPORTED, "no"),
        mark(EXPORTED, ""),
        mark(EXPORTED, "for-east"),
        mark("mirror.linkerd.io/remote-svc-fq-name", "web.shop.svc.cluster.local"),
        mark("mirror.linkerd.io/probe-path", "/ready"),
        mark("mirror.linkerd.io/exporetd", "false"),
        mark("linkerd.io/exported", "no"),
        mark("example.com/exported", "true"),
        Mark { is_label: false, ..mark(EXPORTED, "false") },
    ] {
        assert_eq!(odd(&mark), None, "{mark:?}");
    }
}

/// What is said of a mark where a Link has this selector, of a running cluster or of manifests.
fn said_of(mark: Mark, change: impl Fn(&mut LinkSeen, &mut MeshSeen)) -> Vec<Finding> {
    let mut link = default_link("infra");
    let mut seen = mesh(service(), vec![]);
    seen.marks = vec![mark];
    change(&mut link, &mut seen);
    let consumers = mesh(service(), vec![("apps", consumer(vec![link]))]).consumers;
    let seen = MeshSeen { consumers, ..seen };
    let links = crate::mesh::fleetwide::links(&seen);
    mislabelled(&[], &seen, &links).into_iter().map(|(_, finding)| finding).collect()
}

fn said(selector: &[(&str, &str)], is_seen: bool) -> Vec<Finding> {
    said_of(mark(EXPORTED, "true"), |link, seen| {
        link.link.selector = selecting(selector);
        if let (true, Observed::Present(services)) = (is_seen, &mut seen.services) {
            drop(services.by_key.insert(Key::new("shop", "web"), service()));
        }
    })
}

#[test]
fn a_member_that_its_own_cluster_joins_with_one_elsewhere_is_asked_for() {
    let mut one_way = default_link("infra");
    one_way.link.federated_service_selector = selecting(&[]);
    let marks = vec![mark(FEDERATED, "member")];
    let seen = MeshSeen { marks, ..mesh(service(), vec![("apps", consumer(vec![one_way]))]) };
    let links = crate::mesh::fleetwide::links(&seen);
    assert_eq!(mislabelled(&[], &seen, &links).len(), 1);
    let mut joining = default_link("apps");
    joining.link.federated_service_selector = selecting(&[(FEDERATED, "member")]);
    let mut other = MeshSeen { exporter: cluster("apps"), ..seen.clone() };
    *other.consumers.get_mut(&cluster("infra")).unwrap() = Observed::Present(consumer(vec![joining]));
    let told = |other: &MeshSeen| mislabelled(std::slice::from_ref(other), &seen, &links).len();
    assert_eq!(told(&other), 1, "the federated Service at its home has no other member");
    let Observed::Present(services) = &mut other.services else { panic!("seen") };
    let member = ServiceSeen { labels: labels(&[(FEDERATED, "member")]), ..service() };
    drop(services.by_key.insert(Key::new("shop", "web"), member));
    assert_eq!(told(&other), 0, "federated Services are made at its home");
}

fn of_manifests(seen: &mut MeshSeen) {
    seen.written.insert(cluster("infra"));
}

#[test]
fn a_right_label_that_no_link_asks_for_is_told_with_the_selector() {
    let found = said(&[("mirror.linkerd.io/export", "true")], false);
    let [finding] = &found[..] else { panic!("{found:#?}") };
    let words = "no Link to infra selects mirror.linkerd.io/exported=true: svc/shop/web is not mirrored";
    assert_eq!((finding.summary.as_str(), finding.severity), (words, Severity::Warning));
    let (evidence, link) = (&finding.evidence[1], "spec.selector of link/infra");
    assert_eq!((evidence.field.as_str(), evidence.value.as_str()), (link, "mirror.linkerd.io/export=true"));
    let remedy = finding.remedy.clone().unwrap();
    assert!(remedy.action.starts_with("correct spec.selector of the Link infra, or remove the label"));
    assert!(remedy.command.unwrap().contains("--context apps"), "where the Link is");
    assert_eq!(said(&[(EXPORTED, "true")], false), []);
    let besides = [(EXPORTED, "true"), ("team", "shop")];
    let found = said(&besides, false);
    let words = "no Service of infra has what else a Link selects besides mirror.linkerd.io/exported=true: svc/shop/web is \
     not mirrored";
    assert_eq!(found.iter().map(|one| one.summary.as_str()).collect::<Vec<_>>(), [words]);
    let another = said_of(mark(EXPORTED, "true"), |link, seen| {
        link.link.selector = selecting(&besides);
        let labels = besides.map(|(key, value)| (key.to_owned(), value.to_owned())).into();
        let Observed::Present(services) = &mut seen.services else { panic!("a world has Services") };
        drop(services.by_key.insert(Key::new("shop", "api"), ServiceSeen { labels, ..service() }));
    });
    assert_eq!(another, [], "others have the other label, too");
    assert_eq!(said(&[("team", "shop")], true), [], "a Link selects it by that");
}

#[test]
fn a_slip_in_a_running_cluster_is_a_warning_with_a_command_and_one_in_manifests_an_error_without() {
    let live = said_of(mark(EXPORTED, "ture"), |_, _| ());
    let [finding] = &live[..] else { panic!("{live:#?}") };
    let words = "mirror.linkerd.io/exported=ture is selected by no Link, so it is not mirrored";
    assert_eq!((finding.summary.as_str(), finding.severity), (words, Severity::Warning));
    let command = finding.remedy.clone().unwrap().command.unwrap();
    assert_eq!(
        command,
        "kubectl --context infra-admin --namespace shop label svc/web mirror.linkerd.io/exported=true --overwrite"
    );
    let manifests = said_of(mark(EXPORTED, "ture"), |_, seen| of_manifests(seen));
    let [finding] = &manifests[..] else { panic!("{manifests:#?}") };
    let remedy = finding.remedy.clone().unwrap();
    assert_eq!((finding.severity, remedy.command), (Severity::Error, None));
    assert_eq!(remedy.action, "in the manifests: label it mirror.linkerd.io/exported: \"true\"");
}

#[test]
fn what_is_mirrored_all_the_same_and_what_a_hidden_link_may_select_are_no_slips() {
    let mirrored = said_of(mark("mirror.linkerd.io/exporetd", "true"), |_, seen| {
        let Observed::Present(services) = &mut seen.services else { panic!("seen") };
        drop(services.by_key.insert(Key::new("shop", "web"), service()));
    });
    assert_eq!(mirrored, [], "another label of it is right");
    for (selector, value) in [("true", "ture"), ("no", "true")] {
        let hidden = said_of(mark(EXPORTED, value), |link, _| {
            link.link.selector = selecting(&[(EXPORTED, selector)]);
            link.belonging = Belonging::Unasked(Obstacle::NotInFiles { what: "accounts".into() });
        });
        assert_eq!(hidden, [], "{value}");
    }
}

#[test]
fn a_link_of_a_linkerd_without_federated_services_says_which_one_has_them() {
    let of = |version: &str| {
        let found = said_of(mark(FEDERATED, "member"), |link, _| {
            link.link.federated_service_selector = selecting(&[]);
            link.link.version = version.to_owned();
        });
        let remedy = found[0].remedy.clone().unwrap().action;
        (found[0].summary.contains(", which needs Linkerd 2.17: svc/shop/web"), remedy)
    };
    let (is_told, remedy) = of("v1alpha1");
    assert!(is_told && remedy.starts_with("upgrade Linkerd of apps (federated"), "{remedy}");
    let (is_told, remedy) = of("v1alpha2");
    assert!(!is_told && remedy.starts_with("correct spec.federatedServiceSelector"), "{remedy}");
}

/// What is told of a label in apps, to which no Link leads; one to infra does where that is linked to.
fn unled(mark: Mark, is_linked: bool, change: impl Fn(&mut MeshSeen)) -> Vec<Finding> {
    let links = if is_linked { vec![default_link("infra")] } else { vec![] };
    let infra = mesh(service(), vec![("apps", consumer(links))]);
    let mut apps = MeshSeen { exporter: cluster("apps"), marks: vec![mark], ..infra.clone() };
    *apps.consumers.get_mut(&cluster("infra")).unwrap() = Observed::Present(consumer(vec![]));
    change(&mut apps);
    unheard(&[infra, apps.clone()], &apps).into_iter().collect()
}

#[test]
fn a_label_in_a_cluster_to_which_no_link_leads_is_worth_knowing_where_others_are_linked_to() {
    let found = unled(mark(EXPORTED, "true"), true, |_| ());
    let [finding] = &found[..] else { panic!("{found:#?}") };
    let words = "no Link of this run points to apps: svc/shop/web is not mirrored";
    assert_eq!((finding.summary.as_str(), finding.severity), (words, Severity::Info));
    assert_eq!(unled(mark(EXPORTED, "true"), false, |_| ()), [], "nothing is linked yet");
    assert_eq!(unled(mark(EXPORTED, "false"), true, |_| ()), []);
    assert_eq!(unled(mark(FEDERATED, "member"), true, |_| ()), [], "its own cluster may join it");
    let hidden = |seen: &mut MeshSeen| {
        *seen.consumers.get_mut(&cluster("infra")).unwrap() = Observed::Unknown(Obstacle::Unauthorized);
    };
    assert_eq!(unled(mark(EXPORTED, "true"), true, hidden), [], "one of them may have a Link");
}

#[test]
fn a_cluster_to_which_no_link_leads_is_told_elsewhere() {
    let unlinked = |value, written: &[&str]| {
        let mut seen = MeshSeen { marks: vec![mark(EXPORTED, value)], ..mesh(service(), vec![]) };
        seen.written.extend(written.iter().copied().map(cluster));
        mislabelled(&[], &seen, &[]).len()
    };
    assert_eq!((unlinked("true", &[]), unlinked("ture", &[])), (0, 0));
    assert_eq!(
        (unlinked("true", &["infra"]), unlinked("ture", &["infra"])),
        (0, 1),
        "a text that is wrong anyway"
    );
}
