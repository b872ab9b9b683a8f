use super::*;

const ACCOUNT: Account<'static> = ("mesh", "controller");
const WANTED: Right<'static> =
    Right { group: "", resource: "services", verb: "create", name: "", is_everywhere: true };
const HERE: Right<'static> = Right { is_everywhere: false, ..WANTED };

fn rule(group: &str, resource: &str, verb: &str, names: &[&str]) -> Rule {
    let names = names.iter().map(|name| (*name).to_owned()).collect();
    Rule { groups: vec![group.into()], resources: vec![resource.into()], verbs: vec![verb.into()], names }
}

fn role(rule: Rule) -> Role {
    Role { name: "maker".into(), rules: vec![rule] }
}

fn binding(kind: &str, namespace: &str, name: &str) -> Binding {
    Binding {
        name: "binding".into(),
        is_to_cluster_role: true,
        role: "maker".into(),
        subjects: vec![(kind.into(), namespace.into(), name.into())],
    }
}

fn everywhere(rule: Rule, binding: Binding) -> Rights {
    Rights {
        cluster_roles: Observed::Present(vec![role(rule)]),
        cluster_bindings: Observed::Present(vec![binding]),
        roles: Observed::Present(vec![]),
        bindings: Observed::Present(vec![]),
    }
}

fn ours() -> Binding {
    binding("ServiceAccount", "mesh", "controller")
}

#[test]
fn a_rule_grants_by_group_resource_verb_and_name_and_by_stars() {
    let of = |rule: Rule, right: Right<'_>| everywhere(rule, ours()).of(ACCOUNT, right) == Granted::Yes;
    assert!(of(rule("", "services", "create", &[]), WANTED));
    assert!(of(rule("*", "*", "*", &[]), WANTED));
    for other in [
        rule("apps", "services", "create", &[]),
        rule("", "endpoints", "create", &[]),
        rule("", "services", "update", &[]),
        rule("", "services", "create", &["web"]),
    ] {
        assert!(!of(other.clone(), WANTED), "{other:?}");
    }
    let secret = Right { resource: "secrets", verb: "get", name: "mine", ..WANTED };
    assert!(of(rule("", "secrets", "get", &["mine"]), secret));
    assert!(!of(rule("", "secrets", "get", &["other"]), secret));
    let status = Right { resource: "links/status", ..WANTED };
    assert!(of(rule("", "*/status", "create", &[]), status) && of(rule("", "*", "create", &[]), status));
    assert!(!of(rule("", "links", "create", &[]), status));
}

#[test]
fn an_account_is_meant_by_itself_as_a_user_and_by_its_groups() {
    let of = |binding: Binding| everywhere(rule("", "services", "create", &[]), binding).of(ACCOUNT, WANTED);
    for (kind, namespace, name) in [
        ("ServiceAccount", "mesh", "controller"),
        ("User", "", "system:serviceaccount:mesh:controller"),
        ("Group", "", "system:serviceaccounts"),
        ("Group", "", "system:serviceaccounts:mesh"),
        ("Group", "", "system:authenticated"),
    ] {
        assert_eq!(of(binding(kind, namespace, name)), Granted::Yes, "{kind} {name}");
    }
    for (kind, namespace, name) in [
        ("ServiceAccount", "other", "controller"),
        ("ServiceAccount", "mesh", "other"),
        ("User", "", "controller"),
        ("Group", "", "system:serviceaccounts:other"),
        ("Group", "", "system:masters"),
    ] {
        assert_eq!(of(binding(kind, namespace, name)), Granted::No, "{kind} {name}");
    }
}

#[test]
fn a_role_of_one_namespace_does_not_count_everywhere() {
    let mut rights = everywhere(rule("", "services", "create", &[]), ours());
    rights.bindings = std::mem::replace(&mut rights.cluster_bindings, Observed::Present(vec![]));
    assert_eq!((rights.of(ACCOUNT, WANTED), rights.of(ACCOUNT, HERE)), (Granted::No, Granted::Yes));
    let Observed::Present(bindings) = &mut rights.bindings else { panic!("it is there") };
    bindings[0].is_to_cluster_role = false;
    assert_eq!(rights.of(ACCOUNT, HERE), Granted::No, "a Role of this name is not there");
    rights.roles = std::mem::replace(&mut rights.cluster_roles, Observed::Present(vec![]));
    assert_eq!(rights.of(ACCOUNT, HERE), Granted::Yes);
}

#[test]
fn what_is_not_seen_is_not_missing() {
    fn obstacle<T>() -> Observed<T> {
        Observed::Unknown(Obstacle::Unauthorized)
    }
    let unseen = Granted::Unseen(Obstacle::Unauthorized);
    let none = || everywhere(Rule::default(), ours());
    assert_eq!(Rights { cluster_roles: obstacle(), ..none() }.of(ACCOUNT, WANTED), unseen);
    assert_eq!(Rights { cluster_bindings: obstacle(), ..none() }.of(ACCOUNT, WANTED), unseen);
    let local = Rights { bindings: obstacle(), ..none() };
    assert_eq!((local.of(ACCOUNT, WANTED), local.of(ACCOUNT, HERE)), (Granted::No, unseen));
    let granted = Rights { roles: obstacle(), ..everywhere(rule("*", "*", "*", &[]), ours()) };
    assert_eq!(granted.of(ACCOUNT, HERE), Granted::Yes, "what is seen is enough");
}

#[test]
fn the_role_that_was_made_for_an_object_names_it_however_narrow_others_are() {
    let reads = |names: &[&str]| rule("", "secrets", "get", names);
    let named = |name: &str, rules: Vec<Rule>| Role { name: name.into(), rules };
    let roles = vec![
        named("anybody", vec![reads(&[])]),
        named("other", vec![reads(&["other"]), rule("", "pods", "get", &["mine"])]),
        named("made", vec![reads(&["mine"]), rule("", "events", "create", &[])]),
    ];
    let of = |name| {
        let rights = Rights { roles: Observed::Present(roles.clone()), ..everywhere(reads(&[]), ours()) };
        let right = Right { resource: "secrets", verb: "get", name, ..HERE };
        rights.role_for(right).unwrap().name.clone()
    };
    assert_eq!([of("mine"), of("other"), of("")], ["made", "other", "anybody"]);
}

#[test]
fn a_binding_is_of_a_namespace_by_its_accounts_and_not_by_everybody() {
    let is_of_mesh = |kind, namespace, name| binding(kind, namespace, name).is_of_any("mesh");
    assert!(is_of_mesh("ServiceAccount", "mesh", "controller"));
    assert!(is_of_mesh("User", "", "system:serviceaccount:mesh:controller"));
    assert!(is_of_mesh("Group", "", "system:serviceaccounts:mesh"));
    assert!(!is_of_mesh("ServiceAccount", "mesh-2", "controller"));
    assert!(!is_of_mesh("User", "", "system:serviceaccount:mesh-2:controller"));
    assert!(!is_of_mesh("User", "mesh", "alice"));
    for everybody in ["system:serviceaccounts", "system:authenticated", "system:serviceaccounts:mesh-2"] {
        assert!(!is_of_mesh("Group", "", everybody), "{everybody}");
    }
}
