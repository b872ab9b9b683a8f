use super::*;

const IDENTITY: &str = "gateway.mesh.serviceaccount.identity.linkerd.mesh.example";

fn server() -> Server {
    Server { namespace: "shop".into(), name: "web".into(), ..Server::default() }
}

fn reference(kind: &str, namespace: &str, name: &str) -> Reference {
    Reference { kind: kind.into(), namespace: namespace.into(), name: name.into() }
}

fn requiring(required: Vec<Reference>) -> Policies {
    let target = reference("Server", "shop", "web");
    let policy = Authorization { namespace: "shop".into(), name: "p".into(), target, required };
    Policies { authorizations: vec![policy], ..Policies::default() }
}

fn identities(identities: &[&str], accounts: Vec<Reference>) -> Policies {
    let identities = identities.iter().map(|one| (*one).to_owned()).collect();
    let one = Identities { namespace: "shop".into(), name: "who".into(), identities, accounts };
    let required = vec![reference("MeshTLSAuthentication", "shop", "who")];
    Policies { identities: vec![one], ..requiring(required) }
}

fn known(addresses: &[String]) -> Caller<'_> {
    Caller::Known { identity: IDENTITY, account: ("mesh", "gateway"), addresses }
}

fn is_open(policies: &Policies, caller: Caller<'_>) -> bool {
    policies.admission(&server(), caller, None) == Admission::Open
}

#[test]
fn without_a_policy_only_the_server_itself_lets_in() {
    let none = Policies::default();
    let with = |access: &str| none.admission(&Server { access: access.into(), ..server() }, known(&[]), None);
    assert_eq!((with(""), with("deny")), (Admission::Closed, Admission::Closed));
    assert_eq!((with("all-authenticated"), with("audit")), (Admission::Open, Admission::Open));
    assert!(is_open(&requiring(vec![]), known(&[])), "a policy that requires nothing admits everybody");
}

#[test]
fn a_policy_is_about_its_server_all_of_its_namespace_or_perhaps_a_route() {
    let about = |kind: &str, namespace: &str, name: &str| {
        let mut policies = requiring(vec![]);
        policies.authorizations[0].target = reference(kind, namespace, name);
        policies.authorizations[0].namespace = namespace.into();
        is_open(&policies, known(&[]))
    };
    assert!(
        about("Server", "shop", "web")
            && about("Namespace", "shop", "shop")
            && about("HTTPRoute", "shop", "x")
    );
    assert!(
        !about("Server", "shop", "other")
            && !about("Server", "mesh", "web")
            && !about("Namespace", "mesh", "mesh")
    );
}

#[test]
fn an_identity_is_itself_or_has_an_end() {
    let admits = |pattern: &str| is_open(&identities(&[pattern], vec![]), known(&[]));
    assert!(admits("*") && admits(IDENTITY) && admits("*.mesh.example") && admits("*.linkerd.mesh.example"));
    assert!(!admits("other.mesh.serviceaccount.identity.linkerd.mesh.example") && !admits("*.other.example"));
    assert!(!admits("mesh.example"));
}

#[test]
fn a_client_of_another_cluster_may_be_anybody_of_its_trust_domain() {
    let anybody = |trust, own_trust| Caller::Anybody { trust, own_trust, without: None, addresses: &[] };
    let admits = |pattern: &str| {
        is_open(&identities(&[pattern], vec![]), anybody(Some("apps.example"), Some("infra.example")))
    };
    assert!(
        admits("*") && admits("*.apps.example") && admits("*.example") && admits("web.shop.apps.example")
    );
    assert!(admits("*.shop.serviceaccount.identity.linkerd.apps.example"));
    assert!(!admits("*.infra.example") && !admits("web.shop.infra.example"));
    let account = || requiring(vec![reference("ServiceAccount", "shop", "web")]);
    assert!(
        is_open(&account(), anybody(Some("a"), Some("a"))) && is_open(&account(), anybody(None, Some("a")))
    );
    assert!(!is_open(&account(), anybody(Some("a"), Some("b"))));
    let unknown = identities(&["*.other"], vec![]);
    assert!(is_open(&unknown, anybody(None, None)), "what is not seen accuses nobody");
}

#[test]
fn accounts_and_namespaces_are_those_of_this_cluster() {
    let admits = |kind: &str, namespace: &str, name: &str| {
        is_open(&identities(&[], vec![reference(kind, namespace, name)]), known(&[]))
    };
    assert!(admits("ServiceAccount", "mesh", "gateway") && admits("Namespace", "shop", "mesh"));
    assert!(!admits("ServiceAccount", "shop", "gateway") && !admits("Namespace", "shop", "shop"));
}

#[test]
fn all_that_is_required_must_hold() {
    let ranges = |range: &str, out: &[&str], addresses: &[&str]| {
        let out = out.iter().map(|one| (*one).to_owned()).collect();
        let one =
            Networks { namespace: "shop".into(), name: "where".into(), ranges: vec![(range.into(), out)] };
        let mut policies = identities(&["*"], vec![]);
        policies.networks.push(one);
        policies.authorizations[0].required.push(reference("NetworkAuthentication", "shop", "where"));
        let addresses: Vec<String> = addresses.iter().map(|one| (*one).to_owned()).collect();
        is_open(&policies, known(&addresses))
    };
    assert!(ranges("0.0.0.0/0", &[], &["10.0.0.7"]) && ranges("10.0.0.0/24", &[], &["10.0.0.7"]));
    assert!(
        !ranges("10.0.1.0/24", &[], &["10.0.0.7"]) && !ranges("10.0.0.0/8", &["10.0.0.0/24"], &["10.0.0.7"])
    );
    assert!(
        ranges("10.0.1.0/24", &[], &[]) && ranges("10.0.0.9", &[], &["10.0.0.7"]),
        "not told, not accused"
    );
}

#[test]
fn what_is_not_there_is_named_unless_nobody_looked() {
    let missing = reference("MeshTLSAuthentication", "common", "who");
    let policies = requiring(vec![missing.clone()]);
    assert_eq!(policies.admission(&server(), known(&[]), None), Admission::Dangling(missing));
    let elsewhere = Policies { namespaces: vec!["shop".into()], ..policies };
    assert!(is_open(&elsewhere, known(&[])));
}

#[test]
fn the_older_kind_admits_too() {
    let older = |change: fn(&mut Older)| {
        let mut one = Older { namespace: "shop".into(), server: "web".into(), ..Older::default() };
        change(&mut one);
        is_open(&Policies { older: vec![one], ..Policies::default() }, known(&[]))
    };
    assert!(older(|one| one.is_open = true) && older(|one| one.identities = vec!["*".into()]));
    assert!(older(|one| one.accounts = vec![reference("", "mesh", "gateway")]));
    let own = ["10.1.0.7".to_owned()];
    let within = |range: &str, is_open: bool| {
        let ranges = vec![(range.to_owned(), vec![])];
        let one =
            Older { namespace: "shop".into(), server: "web".into(), is_open, ranges, ..Older::default() };
        self::is_open(&Policies { older: vec![one], ..Policies::default() }, known(&own))
    };
    assert!(within("10.1.0.0/16", true), "it comes from there");
    assert!(!within("172.31.0.0/16", true) && !within("10.1.0.0/16", false), "both are asked for");
    assert!(!older(|_| ()) && !older(|one| (one.is_open, one.server) = (true, "other".into())));
}
