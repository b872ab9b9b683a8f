//! A law of `collect`: whoever judges what it wrote finds what was found live, and no secret in it.

use super::certificates::Certificates;
use super::look::{Seen, set};
use super::world::{CLUSTERS, World};
use crate::mesh::link::Way;
use serde_json::{Value, json};

/// What is seen of a world, and the world that `collect` would write of it.
fn both(world: &World, certificates: &Certificates) -> (Seen, World) {
    let set = set(CLUSTERS, world, certificates, None).unwrap();
    let (seen, written) = Seen::of_set(&set);
    (seen, World(written))
}

fn found(seen: &Seen) -> Vec<Value> {
    seen.judged().iter().map(|finding| serde_json::to_value(finding).unwrap()).collect()
}

/// Whether what is written is judged as what was there; returns the checks that speak.
#[track_caller]
fn is_judged_alike(world: &World) -> Vec<&'static str> {
    let certificates = Certificates::new();
    let (live, written) = both(world, &certificates);
    let (there, again) = both(&written, &certificates);
    assert_eq!(found(&live), found(&there));
    assert!(!json!(written.0).to_string().contains("canary"), "{:#}", json!(written.0));
    assert_eq!(json!(written.0), json!(again.0), "what is hidden once is not hidden any further");
    live.judged().iter().map(|finding| finding.check).collect()
}

#[test]
fn what_is_written_of_a_world_is_judged_as_the_world() {
    for way in Way::ALL {
        is_judged_alike(&World::healthy(way));
    }
}

/// What is left of a token and of whom its account's pods take for signers tells as much as they do.
#[test]
fn a_token_that_its_secret_keeps_no_more_is_found_in_what_is_written() {
    let change = |more: Value, signer: &str| {
        let World([mut there, here]) = World::healthy(Way::Gateway);
        let of =
            |name: &str, object: &Value| object["kind"] == "Secret" && object["metadata"]["name"] == name;
        let link = here.iter().find(|one| of("cluster-credentials-infra", one)).unwrap();
        let token = link.pointer("/data/kubeconfig/$base64/$yaml/users/0/user/token/$token").unwrap();
        let mut token = json!({ "$token": token });
        json_patch::merge(&mut token, &json!({ "$token": more }));
        let name = "linkerd-service-mirror-remote-access-default-token";
        let secret = there.iter_mut().find(|one| of(name, one)).unwrap();
        secret["data"] = json!({ "token": { "$base64": token }, "ca.crt": { "$base64": { "$pem": signer } }, "namespace": "canary" });
        is_judged_alike(&World([there, here]))
    };
    assert_eq!(change(json!({}), "infra-server"), Vec::<&str>::new());
    assert!(change(json!({ "iat": 1 }), "infra-server").contains(&"credentials-revoked"));
    assert!(change(json!({}), "infra-server@stranger").contains(&"credentials-authority"));
}

#[test]
fn a_client_without_a_proxy_is_found_in_what_is_written_and_no_word_of_its_secrets() {
    let told = [
        json!({ "env": [{ "name": "DSN", "value": "postgres://canary:canary@postgres-rw-infra.databases:5432/x?password=canary" }] }),
        json!({ "args": ["--password=canary", "--host=postgres-rw-infra"] }),
        json!({ "command": ["sh", "-c", "PGPASSWORD=canary psql -h postgres-rw-infra.databases.svc"] }),
        json!({ "livenessProbe": { "exec": { "command": ["check", "canary", "postgres-rw-infra:5432"] } } }),
    ];
    for mut container in told {
        container["name"] = json!("app");
        let mut world = World::healthy(Way::Gateway);
        let pod = json!({ "apiVersion": "v1", "kind": "Pod", "metadata": { "name": "bare-0", "namespace": "databases" },
            "spec": { "containers": [container] }, "status": { "phase": "Running" } });
        world.0[1].push(pod);
        assert!(is_judged_alike(&world).contains(&"client-proxy"), "{container}");
    }
}

#[test]
fn an_ingress_that_dials_endpoints_is_found_in_what_is_written() {
    for (snippet, is_found) in [("canary", true), ("set l5d-dst-override canary", false)] {
        let mut world = World::healthy(Way::Gateway);
        let notes = json!({ "kubernetes.io/ingress.class": "nginx", "nginx.ingress.kubernetes.io/configuration-snippet": snippet });
        let backend = json!({ "service": { "name": "postgres-rw-infra", "port": { "number": 5432 } } });
        world.0[1].push(json!({ "apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "spec": { "defaultBackend": backend },
            "metadata": { "name": "shop", "namespace": "databases", "annotations": notes } }));
        assert_eq!(is_judged_alike(&world).contains(&"client-ingress"), is_found, "{snippet}");
    }
}
