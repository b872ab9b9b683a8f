//! Links that lead back into their own cluster, and clusters that have no mesh.

use super::*;
use crate::mesh::samples::consumer;
use crate::mesh::snapshot::{Belonging, ConsumerSeen};

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
        sentence
            .contains("infra does not have the account of its token, linkerd-multicluster/remote, or only"),
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
