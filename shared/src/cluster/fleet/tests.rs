use super::*;
use crate::cluster::kubeconfig::load;
use crate::verdict::Exit;

const PLAIN: &str = "current-context: apps
contexts:
- {name: prod, context: {cluster: c}}
- {name: infra, context: {cluster: c, user: u}}
- {name: apps, context: {cluster: c}}
- {name: no-cluster, context: {cluster: gone}}
- {name: no-user, context: {cluster: c, user: gone}}
clusters: [{name: c, cluster: {server: 'https://c'}}]
users: [{name: u, user: {token: t}}]
";

fn loaded(text: &str) -> Loaded {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), text).unwrap();
    load(Some(file.path()), &Environment::default()).unwrap()
}

fn choice(contexts: &[&str], primary: Option<&str>) -> FleetChoice {
    let name = |name: &&str| ContextName((*name).to_owned());
    FleetChoice {
        contexts: contexts.iter().map(name).collect(),
        config: None,
        primary: primary.as_ref().map(name),
    }
}

/// The contexts of the fleet and which comes first; or what is wrong and what to do, a line each.
fn told(text: &str, choice: &FleetChoice) -> String {
    match resolve(choice, &loaded(text), &Environment::default()) {
        Ok(Resolved { fleet, primary }) => {
            assert!(fleet.members().contains(&primary));
            let contexts: Vec<_> = fleet.members().iter().map(|member| member.context.0.as_str()).collect();
            format!("{}; first {}", contexts.join(","), primary.context)
        }
        Err(failure) => {
            assert_eq!(failure.exit, Exit::Usage);
            format!("{}\n{}", failure.what, failure.next)
        }
    }
}

#[test]
fn the_flag_names_the_fleet_and_its_order() {
    assert_eq!(told(PLAIN, &choice(&["apps", "prod"], None)), "apps,prod; first apps");
    assert_eq!(told(PLAIN, &choice(&["apps", "prod"], Some("prod"))), "apps,prod; first prod");
}

#[test]
fn without_a_flag_and_a_file_infra_and_apps_are_the_fleet_when_both_exist() {
    assert_eq!(told(PLAIN, &choice(&[], None)), "infra,apps; first apps");
    assert_eq!(
        told("contexts: [{name: apps}, {name: b}]", &choice(&[], None)),
        "no clusters are named for this run; the contexts are apps, b\n\
         name those that belong together: `--contexts apps,b`",
    );
}

#[test]
fn a_fleet_file_names_clusters_apart_from_their_contexts() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let text = "kind: Platform\nclusters: [{name: one, context: prod}, {name: apps}]";
    std::fs::write(file.path(), text).unwrap();
    let with = |primary| FleetChoice { config: Some(file.path().to_owned()), ..choice(&[], primary) };
    assert_eq!(told(PLAIN, &with(None)), "prod,apps; first apps");
    assert_eq!(told(PLAIN, &with(Some("prod"))), "prod,apps; first prod");
    assert_eq!(told(PLAIN, &with(Some("one"))), "prod,apps; first prod", "its name in the fleet");
    let flag = FleetChoice { contexts: choice(&["infra", "apps"], None).contexts, ..with(None) };
    assert_eq!(told(PLAIN, &flag), "infra,apps; first apps", "--contexts beats the file");
}

#[test]
fn a_fleet_file_that_is_named_must_exist() {
    let missing = FleetChoice { config: Some("/no/p.yaml".into()), ..choice(&[], None) };
    assert_eq!(
        told(PLAIN, &missing),
        "fleet file /no/p.yaml: no such file or directory\n\
         correct it, name another one with `--config FILE`, or name the clusters: `--contexts A,B`",
    );
}

#[test]
fn the_primary_cluster_must_be_in_the_fleet() {
    assert_eq!(
        told(PLAIN, &choice(&[], Some("prod"))),
        "context prod is not one of the clusters of this run: infra, apps\n\
         name all clusters of the run: `--contexts prod,infra,apps`",
    );
    assert_eq!(
        told(PLAIN, &choice(&["infra", "prod"], None)),
        "the current context apps is not one of the clusters of this run: infra, prod\n\
         say where to act first: `--context infra`",
    );
    assert_eq!(
        told(&PLAIN.replace("current-context: apps", "current-context: ''"), &choice(&[], None)),
        "no current context says which cluster comes first: infra, apps\n\
         say where to act first: `--context infra`",
    );
}

/// Contexts are named freely, and a hint is there to be pasted.
#[test]
fn a_hint_with_an_odd_name_is_pasted_as_it_is_meant() {
    const ODD: &str =
        "contexts: [{name: my ctx, context: {cluster: c}}, {name: 'admin@infra;x', context: {cluster: c}}]
clusters: [{name: c, cluster: {server: 'https://c'}}]
";
    let next = |choice: &FleetChoice| told(ODD, choice).lines().nth(1).unwrap().to_owned();
    assert_eq!(
        next(&choice(&[], None)),
        "name those that belong together: `--contexts 'my ctx,admin@infra;x'`"
    );
    assert_eq!(next(&choice(&["my ctx"], None)), "say where to act first: `--context 'my ctx'`");
    assert_eq!(
        next(&choice(&["my ctx"], Some("admin@infra;x"))),
        "name all clusters of the run: `--contexts 'admin@infra;x,my ctx'`"
    );
    assert_eq!(
        next(&choice(&["admin@infra;y"], None)),
        "use `'admin@infra;x'` if you meant that; `kubectl config get-contexts -o name` lists all"
    );
}

#[test]
fn an_unknown_context_is_named_in_kubectls_words_with_the_one_that_was_meant() {
    assert_eq!(
        told(PLAIN, &choice(&["infar", "apps"], None)),
        "context \"infar\" does not exist\n\
         use `infra` if you meant that; `kubectl config get-contexts -o name` lists all",
    );
    assert_eq!(
        told(PLAIN, &choice(&[], Some("zzz"))),
        "context \"zzz\" does not exist\nuse one of prod, infra, apps, no-cluster, no-user",
    );
}

#[test]
fn row_3_a_context_without_its_cluster_or_user_is_an_error_and_never_anonymous() {
    let first = |contexts: &[&str]| told(PLAIN, &choice(contexts, None)).lines().next().unwrap().to_owned();
    assert_eq!(first(&["apps", "no-cluster"]), "context no-cluster: cluster \"gone\" does not exist");
    assert_eq!(first(&["apps", "no-user"]), "context no-user: auth info \"gone\" does not exist");
}

#[test]
fn a_cluster_is_named_once_and_an_empty_kubeconfig_says_so() {
    assert_eq!(
        told(PLAIN, &choice(&["apps", "apps"], None)),
        "apps is named twice (context apps)\nname each cluster once, such as `--contexts A,B`",
    );
    let empty = told("", &choice(&[], None));
    assert!(empty.starts_with("the kubeconfig has no contexts ("), "{empty}");
}
