//! What nobody could look at: never green, and the right that lacks is named.

use super::worlds::forbidden;
use super::worlds::past::fence;
use super::*;
use crate::mesh::machinery::CiliumSettings;
use crate::mesh::samples::cluster;
use crate::terms::Obstacle;

/// The stage that cannot be seen, the resource that is hidden, where, and how.
pub(in crate::mesh) type Row = (&'static str, &'static str, &'static str, fn(&mut World, Obstacle));

pub(in crate::mesh) const ROWS: &[Row] = &[
    ("service", "services", "infra", |world, why| {
        world.in_mesh(|seen| seen.services = Observed::Unknown(why));
    }),
    ("link", "links", "apps", |world, why| world.in_consumer(|apps| apps.links = Observed::Unknown(why))),
    ("credentials", "serviceaccounts", "infra", |world, why| {
        world.bed.token.as_mut().unwrap().has_account = Observed::Unknown(why);
    }),
    ("credentials", "secrets", "infra", |world, why| {
        world.bed.token.as_mut().unwrap().has_secret = Observed::Unknown(why);
    }),
    ("controller", "deployments", "apps", |world, why| world.bed.here.deployments = Observed::Unknown(why)),
    ("leader", "leases", "apps", |world, why| world.bed.here.leases = Observed::Unknown(why)),
    ("name", "services", "apps", |world, why| {
        world.in_consumer(|apps| apps.services = Observed::Unknown(why));
    }),
    ("name", "endpoints", "apps", |world, why| {
        world.in_consumer(|apps| apps.endpoints = Observed::Unknown(why));
    }),
    ("gateway", "services", "infra", |world, why| world.bed.there.services = Observed::Unknown(why)),
    ("gateway", "pods", "infra", |world, why| world.bed.there.pods = Observed::Unknown(why)),
    ("identity", "configmaps", "infra", |world, why| world.bed.there.settings = Observed::Unknown(why)),
    ("trust", "configmaps", "infra", |world, why| world.bed.there.roots = Observed::Unknown(why)),
    ("trust", "configmaps", "apps", |world, why| world.bed.here.roots = Observed::Unknown(why)),
    ("cni", "configmaps", "apps", |world, why| world.bed.here.cilium = Observed::Unknown(why)),
    ("cni", "configmaps", "infra", |world, why| world.bed.there.cilium = Observed::Unknown(why)),
    ("policy", "servers", "infra", |world, why| world.bed.there.policies = Observed::Unknown(why)),
    ("policy", "pods", "infra", |world, why| world.bed.there.backends = Observed::Unknown(why)),
    ("controller", "networkpolicies", "apps", |world, why| {
        world.without_mirror();
        world.bed.here.fences = Observed::Unknown(why);
    }),
    ("netpol", "networkpolicies", "apps", |world, why| world.bed.here.fences = Observed::Unknown(why)),
    ("netpol", "networkpolicies", "infra", |world, why| world.bed.there.fences = Observed::Unknown(why)),
    ("probe", "httproutes", "infra", |world, why| world.bed.there.routes = Observed::Unknown(why)),
    ("probe", "endpoints", "apps", |world, why| world.bed.here.probed = Observed::Unknown(why)),
    ("clients", "pods", "apps", |world, why| {
        world.in_consumer(|apps| apps.clients = Observed::Unknown(why));
    }),
    ("probe", "pods", "apps", |world, why| world.bed.here.pods = Observed::Unknown(why)),
    ("probe", "services", "apps", |world, why| world.bed.here.services = Observed::Unknown(why)),
];

/// Whom Cilium connects matters where policies are in the way.
#[test]
fn a_cluster_mesh_that_nobody_may_see_leaves_what_policies_let_through_unsure() {
    let hidden = |change: fn(&mut World)| {
        world(|world| {
            let mesh = Observed::Unknown(forbidden("secrets"));
            world.bed.here.cilium = Observed::Present(CiliumSettings { mesh, ..CiliumSettings::default() });
            change(world);
        })
        .chain()
    };
    let policy =
        hidden(|world| in_list(&mut world.bed.here.fences).push(fence("databases", "other", vec![])));
    assert_eq!(
        (policy.outcome, leading(&policy)),
        (Outcome::Unsure, Some("not-looked-at-here")),
        "{policy:#?}"
    );
    let cause = policy.cause.as_ref().unwrap();
    assert!(
        cause.summary.contains("which clusters Cilium connects in apps: cannot list secrets: forbidden"),
        "{}",
        cause.summary
    );
    assert_eq!(hidden(|_| ()).outcome, Outcome::Whole, "no policy is in the way");
}

#[test]
fn a_stage_that_cannot_be_seen_makes_the_answer_unsure_and_names_the_right() {
    for (stage, resource, cluster, hide) in ROWS {
        let chain = world(|world| hide(world, forbidden(resource))).chain();
        assert_eq!(chain.outcome, Outcome::Unsure, "{stage} {resource}: {chain:#?}");
        let first = chain.chain.iter().find(|step| step.state != Standing::Holds).unwrap();
        assert_eq!((first.stage, first.state), (*stage, Standing::Unknown), "{resource}: {chain:#?}");
        let cause = chain.cause.as_ref().unwrap();
        assert!(cause.summary.contains(&format!("cannot list {resource}: forbidden")), "{}", cause.summary);
        let remedy = cause.remedy.as_ref().unwrap().to_string();
        assert!(remedy.contains(&format!("`list {resource}` in {cluster}")), "{remedy}");
        assert!(chain.headline.contains("cannot be told"), "{}", chain.headline);
    }
}

/// A control plane resolves what goes past the gateway with credentials of its own.
#[test]
fn credentials_that_nobody_may_list_leave_a_flat_mirror_unsure() {
    let mut world = World::healthy(Way::Flat);
    world.in_mesh(|seen| {
        seen.discovery.insert(cluster("apps"), Observed::Unknown(forbidden("secrets")));
    });
    let chain = world.chain();
    assert_eq!((chain.outcome, leading(&chain)), (Outcome::Unsure, Some("not-looked-at-here")), "{chain:#?}");
    let cause = chain.cause.as_ref().unwrap();
    assert!(cause.summary.contains("the credentials of the control plane"), "{}", cause.summary);
}

/// Whatever of the world is hidden, the answer is never that all is well, nor that it is broken: it is not.
#[test]
fn every_combination_of_hidden_stages_is_unsure() {
    for (at, (_, one, _, hide)) in ROWS.iter().enumerate() {
        for (_, other, _, hide_too) in ROWS.iter().skip(at + 1) {
            let chain = world(|world| {
                hide(world, forbidden(one));
                hide_too(world, forbidden(other));
            });
            assert_eq!(chain.chain().outcome, Outcome::Unsure, "{one} and {other}");
        }
    }
}

#[test]
fn what_the_mirror_itself_proves_need_not_be_seen() {
    let chain = world(|world| {
        let hidden = Observed::Unknown(forbidden("namespaces"));
        world.in_consumer(|apps| drop(apps.namespaces.insert("databases".into(), hidden)));
        world.in_mesh(|seen| seen.endpoints = Observed::Unknown(forbidden("endpoints")));
    })
    .chain();
    assert_eq!((chain.outcome, standing(&chain, Standing::Unknown)), (Outcome::Whole, vec![]), "{chain:#?}");
}

#[test]
fn roles_that_nobody_may_read_matter_until_the_mirror_has_come() {
    let hide = |world: &mut World| {
        for rights in [&mut world.bed.here.rights, &mut world.bed.there.rights] {
            present(rights).cluster_roles = Observed::Unknown(forbidden("clusterroles"));
        }
    };
    assert_eq!(world(hide).chain().outcome, Outcome::Whole);
    let chain = world(|world| {
        hide(world);
        world.without_mirror();
    });
    let chain = chain.chain();
    assert_eq!(chain.outcome, Outcome::Unsure);
    assert_eq!(standing(&chain, Standing::Unknown), ["credentials", "controller"]);
}

#[test]
fn where_it_does_not_they_are_unknown() {
    let chain = world(|world| {
        let hidden = Observed::Unknown(forbidden("namespaces"));
        world.without_mirror();
        world.in_consumer(|apps| drop(apps.namespaces.insert("databases".into(), hidden)));
        world.in_mesh(|seen| seen.endpoints = Observed::Unknown(forbidden("endpoints")));
    })
    .chain();
    assert_eq!(chain.outcome, Outcome::Unsure);
    assert_eq!(standing(&chain, Standing::Unknown), ["namespace", "backends"]);
    assert!(chain.headline.starts_with("postgres-rw is not usable in apps, but the cause cannot be told: "));
}

#[test]
fn a_cause_that_nothing_hidden_could_explain_leads_all_the_same() {
    let chain = world(|world| {
        world.without_mirror();
        world.bed.token.as_mut().unwrap().has_secret = Observed::Unknown(forbidden("secrets"));
        in_list(&mut world.bed.here.deployments).clear();
    })
    .chain();
    assert_eq!((chain.outcome, leading(&chain)), (Outcome::Broken, Some("controller-running")), "{chain:#?}");
    assert_eq!(standing(&chain, Standing::Unknown), ["credentials"], "it is named all the same");
}

#[test]
fn machinery_that_nobody_looked_at_is_not_well() {
    let chain = world(|world| {
        world.in_mesh(|seen| seen.machinery = seen.machinery.clone().map(|_, _| Observed::Absent));
    });
    let chain = chain.chain();
    assert_eq!(chain.outcome, Outcome::Unsure, "{chain:#?}");
    assert!(chain.cause.unwrap().summary.ends_with("it was not looked at"));
}

#[test]
fn a_dead_cluster_hides_its_own_mirrors_and_no_others() {
    let dead = Obstacle::Unreachable { cause: "connection refused".into() };
    let (mut seen, asked) = World::healthy(Way::Gateway).seen();
    let apps = crate::mesh::samples::cluster("apps");
    seen.consumers = seen
        .consumers
        .map(|name, consumer| if *name == apps { Observed::Unknown(dead.clone()) } else { consumer });
    let explained = explain(&seen, &asked);
    let chain = &explained[0].mirrors[0];
    assert_eq!((chain.outcome, leading(chain)), (Outcome::Unsure, Some("cluster-unseen")));
    assert_eq!(worst(&explained), Some(Outcome::Unsure));
}
