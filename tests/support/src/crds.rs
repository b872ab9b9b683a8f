//! Custom resources of other projects, made known to a real API server.
//!
//! `PLATFORM_CRDS` may name a folder with the real definitions of these projects (`linkerd/link.yaml`, ...), which
//! this project does not contain; without it, small ones of its own in `tests/fixtures/crds` serve, which know less of
//! the content. Where both are there, they are compared, so that the small ones are there and serve the same.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "test code: a definition that cannot be used must stop the test, and the environment says where it is"
)]

use std::collections::BTreeSet;
use std::path::Path;
use std::time::{Duration, Instant};

use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition;
use kube::api::PostParams;
use kube::{Api, Client, ResourceExt as _};

const VARIABLE: &str = "PLATFORM_CRDS";
/// A definition is served within a second; a busy machine gets time.
const PATIENCE: Duration = Duration::from_secs(30);

/// Makes sure that the cluster of this client serves the resources of these files, for example
/// `linkerd/link.yaml`. Tests may call it at the same time; what is there already stays as it is.
///
/// Panics when a definition is refused, or not served after half a minute.
pub async fn ensure(client: &Client, files: &[&str]) {
    let definitions: Vec<_> = files.iter().flat_map(|file| read(file)).collect();
    for definition in &definitions {
        create(client, definition).await;
    }
    for definition in &definitions {
        wait_until(&definition.name_any(), async || is_established(client, definition).await).await;
        wait_until(&definition.name_any(), async || is_served(client, definition).await).await;
    }
}

fn read(file: &str) -> Vec<CustomResourceDefinition> {
    let own = parse(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/crds").join(file));
    let Some(folder) = std::env::var_os(VARIABLE) else { return own };
    crate::real::mark_used("crds");
    let real = parse(&Path::new(&folder).join(file));
    let (own, by_real) = (served(&own), served(&real));
    let differing: Vec<_> = own.difference(&by_real).collect();
    assert!(
        differing.is_empty(),
        "tests/fixtures/crds/{file} is not served as the real one is: {differing:?}"
    );
    real
}

fn parse(path: &Path) -> Vec<CustomResourceDefinition> {
    let text = std::fs::read_to_string(path)
        .unwrap_or_else(|error| panic!("cannot read {}: {error}", path.display()));
    serde_saphyr::from_multiple(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// How a server serves these: name, scope, version, whether it is served, and stored, and has a status of its own.
fn served(definitions: &[CustomResourceDefinition]) -> BTreeSet<(String, &str, &str, [bool; 3])> {
    let pairs = definitions.iter().flat_map(|it| it.spec.versions.iter().map(move |version| (it, version)));
    let all = pairs.map(|(it, version)| {
        let has_status =
            version.subresources.as_ref().is_some_and(|subresources| subresources.status.is_some());
        (it.name_any(), &*it.spec.scope, &*version.name, [version.served, version.storage, has_status])
    });
    all.collect()
}

async fn create(client: &Client, definition: &CustomResourceDefinition) {
    let api = Api::<CustomResourceDefinition>::all(client.clone());
    match api.create(&PostParams::default(), definition).await {
        Ok(_) => {}
        Err(kube::Error::Api(status)) if status.is_already_exists() => {}
        Err(error) => panic!("cannot create {}: {error}", definition.name_any()),
    }
}

async fn is_established(client: &Client, definition: &CustomResourceDefinition) -> bool {
    let api = Api::<CustomResourceDefinition>::all(client.clone());
    let seen = api.get(&definition.name_any()).await.expect("a definition that was created can be read");
    let conditions = seen.status.and_then(|status| status.conditions).unwrap_or_default();
    conditions.iter().any(|condition| condition.type_ == "Established" && condition.status == "True")
}

/// Whether all versions can be listed: the server opens their paths a little after it says "established".
async fn is_served(client: &Client, definition: &CustomResourceDefinition) -> bool {
    let spec = &definition.spec;
    for version in spec.versions.iter().filter(|version| version.served) {
        let path = format!("/apis/{}/{}/{}?limit=1", spec.group, version.name, spec.names.plural);
        let request = http::Request::get(path).body(Vec::new()).expect("the path is plain");
        if client.request_text(request).await.is_err() {
            return false;
        }
    }
    true
}

async fn wait_until(name: &str, mut served: impl AsyncFnMut() -> bool) {
    let start = Instant::now();
    while !served().await {
        assert!(start.elapsed() < PATIENCE, "{name} is not served after {} s", PATIENCE.as_secs());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
