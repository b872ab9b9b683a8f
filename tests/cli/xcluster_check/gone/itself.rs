//! A Link whose credentials were made in the very cluster that it was applied to.

use super::*;
use testkit::world::{Credentials, KubeconfigFile, LinkSpec, User, World, mesh_alone};

/// One Link of the fleet, from apps to infra, and in infra the credentials that Links to other clusters had there. Edge is no
/// part of the fleet.
fn linked() -> Kubectl {
    let link = |exporter: &str| json!({"importer": "infra", "exporter": exporter, "controller": "stopped"});
    let world =
        json!({"extends": "platform", "clusters": [{"name": "edge"}], "links": [link("apps"), link("edge")]});
    let kubectl = reaching(&embedded::world(&world.to_string()));
    typed(&kubectl, "-n linkerd-multicluster delete links.multicluster.linkerd.io apps edge");
    typed(&kubectl, "-n databases label svc/postgres-rw mirror.linkerd.io/exported=true");
    let come = until(&kubectl, "its mirror has come", |outcome| outcome.code == Some(0));
    assert!(come.stdout.contains("2 of 2 clusters, 1 Link, 1 mirror"), "{come}");
    kubectl
}

/// The credentials for a cluster that another one has.
fn credentials(kubectl: &Kubectl, holder: &str, target: &str) -> String {
    let place = format!("--context {holder} -n linkerd-multicluster");
    typed(
        kubectl,
        &format!("{place} get secret cluster-credentials-{target} -o jsonpath={{.data.kubeconfig}}"),
    )
}

/// The credentials of the Link, as `linkerd multicluster link-gen` prints them.
fn secret(kubeconfig: &str) -> Value {
    json!({"apiVersion": "v1", "kind": "Secret", "type": "mirror.linkerd.io/remote-kubeconfig",
        "metadata": {"name": "cluster-credentials-infra", "namespace": "linkerd-multicluster"},
        "data": {"kubeconfig": kubeconfig}})
}

/// Gives the Link of apps these credentials.
fn give(kubectl: &Kubectl, kubeconfig: &str) {
    let patch = json!({"data": {"kubeconfig": kubeconfig}}).to_string();
    let words =
        "--context apps -n linkerd-multicluster patch secret cluster-credentials-infra --type merge -p";
    typed(kubectl, &format!("{words} {patch}"));
}

#[test]
fn a_link_into_its_own_cluster_leads_until_it_is_made_anew() {
    if program().is_none() {
        return;
    }
    let kubectl = linked();
    let right = credentials(&kubectl, "apps", "infra");
    give(&kubectl, &credentials(&kubectl, "infra", "apps"));
    let said = kubectl.run(BUT_LOOPBACK);
    assert_eq!(said.code, Some(3), "{said}");
    insta::assert_snapshot!(said);
    let (cause, under) = led(&kubectl, "link-credentials", &[]);
    assert_eq!(cause["object"]["cluster"], "apps", "{cause:#}");
    assert_eq!(under, ["no-link"], "nothing else is told");
    done(&kubectl, &cause, &secret(&right));
    let well = until(&kubectl, "all is well again", |outcome| outcome.code == Some(0));
    assert!(well.stdout.contains("1 Link, 1 mirror"), "{well}");
}

#[test]
fn a_link_out_of_the_fleet_that_is_called_like_a_cluster_of_it_is_told_as_such() {
    if program().is_none() {
        return;
    }
    let kubectl = linked();
    give(&kubectl, &credentials(&kubectl, "infra", "edge"));
    let (cause, under) = led(&kubectl, "link-credentials", &[]);
    assert_eq!(cause["clusters"], json!(["infra", "apps"]), "{cause:#}");
    let summary = cause["summary"].as_str().unwrap();
    assert!(summary.contains("its credentials belong to no cluster of this run"), "{summary}");
    assert_eq!(under, ["no-link"]);
}

/// What takes an extension or a control plane away would take it from all tests of real servers, and nothing there is older than a
/// test. Credentials are a test's own.
#[test]
fn a_link_into_its_own_cluster_leads_as_on_the_sandbox() {
    let Some(ground) = testkit::kubectl::ground_apart() else { return };
    let _mesh = mesh_alone(ground);
    let world = World::new(ground, "itself");
    let token = world.restricted_user("apps", &[], &[]);
    let cluster = ground.cluster("apps");
    let kubeconfig = sandbox::world::remote::kubeconfig(&cluster.server(), &cluster.authority(), &token);
    world.link("apps", "infra", LinkSpec::default().credentials(Credentials::Raw(kubeconfig)));
    let file = KubeconfigFile::new(ground).direct("infra", User::Admin).direct("apps", User::Admin);
    let kubectl = Kubectl::new(plugin()).kubeconfig(world.kubeconfig(&file));
    let place = ["-n", world.namespace()];
    let said = kubectl.run(BUT_LOOPBACK.iter().chain(&place));
    assert_eq!(said.code, Some(3), "{said}");
    let (cause, under) = led(&kubectl, "link-credentials", &place);
    assert_eq!(cause["object"]["cluster"], "apps", "{cause:#}");
    assert_eq!(under, ["no-link"], "nothing else is told");
}
