use super::{Warnings, parse};
use crate::terms::ClusterName;
use http::{HeaderMap, HeaderValue, Uri, header};
use std::sync::{Arc, Mutex};

const ENDPOINTS: &str =
    "299 - \"v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice\"";
const LINKS: &str = "299 - \"multicluster.linkerd.io/v1alpha2 Link is deprecated\"";

type Told = Arc<Mutex<Vec<String>>>;

/// The warnings of a run on these clusters, and what is told of them.
fn listening(clusters: &[&str]) -> (Warnings, Told) {
    let told = Told::default();
    let shared = Arc::clone(&told);
    let warnings = Warnings::told(move |text| shared.lock().unwrap().push(text.to_owned()));
    warnings.among(&clusters.iter().map(|&name| ClusterName::new(name)).collect::<Vec<_>>());
    (warnings, told)
}

fn answer(values: &[&str]) -> HeaderMap {
    let mut answer = HeaderMap::new();
    for value in values {
        answer.append(header::WARNING, HeaderValue::from_str(value).unwrap());
    }
    answer
}

fn asked(path: &str) -> Uri {
    format!("https://apps:6443{path}").parse().unwrap()
}

/// What is told of these headers, in answer to a request for this path to the only cluster of a run, twice.
fn told(path: &str, values: &[&str]) -> Vec<String> {
    let (warnings, told) = listening(&["apps"]);
    for warnings in [&warnings, &warnings.clone()] {
        warnings.hear("apps", &asked(path), &answer(values));
    }
    assert!(warnings.heard().iter().all(|(cluster, _)| cluster.as_str() == "apps"));
    let told = told.lock().unwrap().clone();
    assert_eq!(told, warnings.heard().into_iter().map(|(_, text)| text).collect::<Vec<_>>());
    told
}

/// Who answers first is chance; whose warning it is, and the order of findings, must not be.
#[test]
fn each_cluster_has_its_own_warnings_in_fleet_order_whoever_answers_first() {
    let services = asked("/api/v1/services");
    let (first, second) = (answer(&[r#"299 - "be careful""#]), answer(&[r#"299 - "a policy warns""#]));
    for order in [["infra", "apps"], ["apps", "infra"]] {
        let (warnings, told) = listening(&["infra", "apps"]);
        for cluster in order {
            warnings.hear(cluster, &services, &first);
        }
        for cluster in order {
            warnings.hear(cluster, &services, &first);
        }
        warnings.hear("apps", &services, &second);
        let heard = warnings.heard();
        let heard: Vec<_> = heard.iter().map(|(cluster, text)| (cluster.as_str(), text.as_str())).collect();
        assert_eq!(heard, [("infra", "be careful"), ("apps", "a policy warns"), ("apps", "be careful")]);
        let words = |cluster: &str, text: &str| format!("{cluster}: {text}");
        let expected =
            [words(order[0], "be careful"), words(order[1], "be careful"), words("apps", "a policy warns")];
        assert_eq!(*told.lock().unwrap(), expected);
    }
}

#[test]
fn each_distinct_warning_for_people_is_told_once() {
    let values =
        [r#"299 - "be careful""#, r#"199 - "for programs""#, r#"299 kube "be careful", 299 - "other""#];
    assert_eq!(told("/api/v1/namespaces/shop/services", &values), ["be careful", "other"]);
}

#[test]
fn that_a_version_is_deprecated_which_the_program_chose_is_not_told() {
    assert_eq!(told("/api/v1/endpoints", &[ENDPOINTS]), Vec::<String>::new());
    assert_eq!(told("/k8s/clusters/c-1/api/v1/endpoints", &[ENDPOINTS]), Vec::<String>::new());
    assert_eq!(told("/apis/multicluster.linkerd.io/v1alpha2/links", &[LINKS]), Vec::<String>::new());
    assert_eq!(told("/api/v1/namespaces/shop/services/web", &[LINKS]).len(), 1, "it is about something else");
    let own = r#"299 - "v1 spec.externalIPs is no field for this cluster""#;
    assert_eq!(told("/api/v1/namespaces/shop/services/web", &[own]).len(), 1);
}

#[test]
fn the_header_is_read_as_client_go_reads_it() {
    for (value, expected) in [
        (r#"299 - "two \"words\" \\""#, vec![(299, r#"two "words" \"#)]),
        (r#"299 - "a" "Tue, 15 Nov 1994 08:12:31 GMT", 199 x "b""#, vec![(299, "a"), (199, "b")]),
        (r#"299 - "a", broken"#, vec![(299, "a")]),
        (r#"299 - "no end"#, vec![]),
        (r#"29 - "a""#, vec![]),
        ("", vec![]),
    ] {
        let read = parse::warnings(value);
        let read: Vec<_> = read.iter().map(|(code, text)| (*code, text.as_str())).collect();
        assert_eq!(read, expected, "{value}");
    }
}

proptest::proptest! {
    #[test]
    fn any_header_is_read_without_a_panic(value in "\\PC{0,40}") {
        drop(parse::warnings(&value));
    }
}
