//! Links that lead back into their own cluster, and clusters that have no mesh.

use super::*;
use crate::mesh::samples::consumer;
use crate::mesh::snapshot::{Belonging, ConsumerSeen, LinkSeen, Mark};

fn into_itself(world: &mut World) {
    world.in_consumer(|apps| in_list(&mut apps.links)[0].belonging = Belonging::Itself);
}

#[test]
fn a_link_into_its_own_cluster_leads_and_says_how_to_link_anew() {
    let judged = judged(world(into_itself));
    assert_eq!(leading(&judged), [("link-credentials", vec!["no-link"])]);
    let finding = &judged.causes[0].finding;
    assert_eq!(
        finding.sentence(),
        "apps: link/linkerd-multicluster/infra: the Link infra of apps has credentials of apps itself, so it mirrors the \
         cluster into itself"
    );
    let fields: Vec<&str> = finding.evidence.iter().map(|one| one.field.as_str()).collect();
    let server = "clusters[].cluster.server in data.kubeconfig of secret/cluster-credentials-infra";
    assert_eq!(fields, ["spec.clusterCredentialsSecret", server]);
    assert_eq!(
        finding.remedy.as_ref().unwrap().command.as_deref(),
        Some(
            "linkerd --context infra-admin multicluster link-gen --cluster-name infra-east | kubectl --context apps-admin \
             apply -f -"
        )
    );
}

fn unknown_to(account: &'static str) -> impl Fn(&mut World) {
    move |world| {
        world.in_consumer(|apps| in_list(&mut apps.links)[0].belonging = Belonging::Stranger(account.into()));
    }
}

#[test]
fn a_link_that_is_called_like_a_cluster_which_does_not_know_its_account_leads() {
    let judged = judged(world(unknown_to("linkerd-multicluster/remote")));
    assert_eq!(leading(&judged), [("link-credentials", vec!["no-link"])]);
    let sentence = judged.causes[0].finding.sentence();
    assert!(
        sentence.contains("infra has no account linkerd-multicluster/remote as in its token, or only"),
        "{sentence}"
    );
}

#[test]
fn a_link_that_leads_to_another_cluster_of_the_run_may_be_called_as_it_likes() {
    let strange = world(unknown_to("linkerd-multicluster/remote")).seen().0;
    let known = World::healthy(Way::Gateway).seen().0;
    let judged = judge(&[strange, known], &|_| true);
    assert!(all(&judged).all(|one| one.check != "link-credentials"), "{judged:#?}");
}

#[test]
fn where_a_link_may_lead_anywhere_nobody_says_that_there_is_none() {
    let what = "the account of its token".to_owned();
    let judged = judged(world(move |world| {
        let belonging = Belonging::Unasked(Obstacle::NotInFiles { what: what.clone() });
        world.in_consumer(|apps| in_list(&mut apps.links)[0].belonging = belonging);
    }));
    assert_eq!(leading(&judged), [("link-credentials", vec![])]);
    assert_eq!(judged.causes[0].severity(), Severity::Unknown);
}

#[test]
fn where_several_may_be_meant_the_link_is_shown_and_each_side_tells_the_same() {
    let seen = twin(world(into_itself).seen().0);
    let judged = judge(&[seen.clone(), seen], &|_| true);
    let of_apps: Vec<&Finding> = all(&judged)
        .filter(|one| one.check == "link-credentials" && one.clusters[0].as_str() == "apps")
        .collect();
    let [finding] = of_apps[..] else { panic!("{of_apps:#?}") };
    let command = finding.remedy.as_ref().unwrap().command.as_deref().unwrap();
    assert!(command.ends_with("get links.multicluster.linkerd.io infra -o yaml"), "{command}");
}

#[test]
fn a_link_that_leads_out_of_the_fleet_is_no_link_into_itself() {
    let judged = judged(world(|world| {
        world.in_consumer(|apps| {
            let links = in_list(&mut apps.links);
            let mut other = links[0].clone();
            (other.link.name, other.link.target_cluster_name) = ("edge".into(), "edge".into());
            other.belonging = Belonging::Elsewhere;
            links.push(other);
        });
    }));
    assert_eq!(leading(&judged), []);
}

/// A cluster for tools alone.
#[test]
fn a_third_cluster_without_a_mesh_and_without_links_is_no_matter() {
    let mut seen = twin(World::healthy(Way::Gateway).seen().0);
    let edge = ClusterName::new("edge");
    let api = "links.multicluster.linkerd.io".to_owned();
    let links = Observed::Unknown(Obstacle::NotServed { api });
    let bare = || Observed::Present(ConsumerSeen { links: links.clone(), ..consumer(vec![]) });
    seen.consumers = seen.consumers.map(|name, one| if *name == edge { bare() } else { one });
    seen.machinery = seen.machinery.map(|name, one| if *name == edge { Observed::Absent } else { one });
    let judged = judge(&[seen], &|_| true);
    assert_eq!(leading(&judged), [], "{judged:#?}");
    assert!(all(&judged).all(|one| !one.clusters.contains(&edge)), "{judged:#?}");
}

/// Of the Link of apps that is for edge by its name, and has credentials of infra, what is told when its gateway has this address, and
/// that of edge another one. In edge this asks for mirrors.
fn swapped(address: &str, asks: &[&str]) -> Vec<(&'static str, String)> {
    let [apps, edge] = ["apps", "edge"].map(ClusterName::new);
    let mut infra = twin(World::healthy(Way::Gateway).seen().0);
    let links = |seen: &mut MeshSeen, change: &dyn Fn(&mut LinkSeen)| {
        let Some(Observed::Present(seen)) = seen.consumers.get_mut(&apps) else { panic!("seen") };
        in_list(&mut seen.links).iter_mut().for_each(change);
    };
    links(&mut infra, &|one| {
        one.link.target_cluster_name = "edge".into();
        one.link.gateway_address = address.to_owned();
    });
    let mut other = MeshSeen { exporter: edge.clone(), ..infra.clone() };
    let service = Key::new("shop", "web");
    let asked = |value: &&str| Mark {
        service: service.clone(),
        field: crate::mesh::names::EXPORTED.into(),
        value: (*value).to_owned(),
        is_label: true,
        is_text: true,
    };
    other.marks = asks.iter().map(asked).collect();
    *other.consumers.get_mut(&infra.exporter).unwrap() = Observed::Present(consumer(vec![]));
    links(&mut other, &|one| one.belonging = Belonging::Stranger("linkerd-multicluster/remote".into()));
    let mut there = infra.machinery.get(&infra.exporter).unwrap().clone();
    let Observed::Present(machinery) = &mut there else { panic!("seen") };
    in_list(&mut machinery.services)[0].ingress = vec!["203.0.113.30".into()];
    *other.machinery.get_mut(&edge).unwrap() = there;
    let judged = judge(&[infra, other], &|_| true);
    let of_link = all(&judged).filter(|one| one.severity > Severity::Info && one.clusters.contains(&apps));
    of_link.map(|one| (one.check, one.summary.clone())).collect()
}

#[test]
fn a_link_with_the_credentials_of_one_cluster_and_the_gateway_of_another_is_told_as_that() {
    let told = swapped("203.0.113.30", &["true"]);
    let of_credentials: Vec<_> = told.iter().filter(|(check, _)| *check == "link-credentials").collect();
    let [(_, text)] = of_credentials[..] else { panic!("{told:#?}") };
    assert!(text.contains("has credentials of infra but the name and the gateway of edge"), "{text}");
    let follows = ["gateway-address", "mirror-missing"];
    assert!(told.iter().all(|(check, _)| !follows.contains(check)), "{told:#?}");
    let named = swapped("203.0.113.10", &[]);
    assert!(named.iter().all(|(check, _)| *check != "link-credentials"), "it may be called so: {named:#?}");
}

#[test]
fn a_link_that_has_no_more_than_the_name_of_a_cluster_where_somebody_asks_for_mirrors_may_be_mistaken() {
    let told = swapped("203.0.113.10", &["true"]);
    let [(_, text)] = &told.iter().filter(|(check, _)| *check == "link-credentials").collect::<Vec<_>>()[..]
    else {
        panic!("{told:#?}")
    };
    assert_eq!(
        text,
        "the Link infra of apps is named for edge but has the credentials of infra; no Link of this run points to edge: \
         svc/shop/web is not mirrored"
    );
    let other = swapped("203.0.113.10", &["false"]);
    assert!(other.iter().all(|(check, _)| *check != "link-credentials"), "nobody asks: {other:#?}");
}
