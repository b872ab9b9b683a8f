//! Scenario 13: one Link for each way in which credentials can be bad, each with its own controller.

use std::{net::TcpListener, time::Duration};

use sandbox::controllers::mirror::{MirrorController, Parameters};
use sandbox::world::remote;
use testkit::recorded::CONTROL_NAMESPACE;
use tokio::time::sleep;

use super::{
    ground::Ground,
    rest::path,
    stage::Stage,
    step::{
        On, Scenario,
        Step::{self, Create, Delete, Make, Merge, Pause, Same},
        quick,
    },
    wait::until,
};

const BAD: [&str; 5] = ["badtoken", "deadserver", "wrongca", "wrongkey", "nosecret"];
/// All Links of the scenario.
pub(crate) const LINKS: [&str; 6] = ["badtoken", "deadserver", "wrongca", "wrongkey", "nosecret", "revoked"];
const REVOKED: &str = "token-to-be-revoked";
const PATIENCE: Duration = Duration::from_secs(10);
/// An API server remembers for ten seconds that a token was good.
const FORGETTING: Duration = Duration::from_secs(30);
const BACKEND: &str = r#"{"apiVersion":"v1","kind":"Pod","metadata":{"name":"web-0","namespace":"shop-13r","labels":{"app":"web"}},
    "spec":{"nodeName":"worker-1","containers":[{"name":"app","image":"example.test/app:1"}]}}"#;

pub(crate) const CREDENTIALS: Scenario = Scenario {
    folder: "13-credentials",
    namespace: "shop-13r",
    elsewhere: &[],
    tune: quick,
    steps: &[
        Create(On::Apps, "before.apps.yaml", &[]),
        Create(On::Infra, "before.infra.yaml", &["Namespace/shop-13r"]),
        // The recording does not list the backend that its actions delete.
        Make(On::Infra, BACKEND),
        Create(On::Infra, "before.infra.yaml", &[]),
    ],
};

pub(crate) const ONLY_THE_GOOD_ONE: Step = Same(On::Apps, "after.apps.yaml");

pub(crate) const AFTER_THE_REVOCATION: &[Step] = &[
    Merge(On::Infra, "services/web", r#"{"metadata":{"annotations":{"example.com/x":"1"}}}"#),
    Delete(On::Infra, "pods/web-0"),
    Pause(500),
    Same(On::Apps, "after-token-revoked-while-running.apps.yaml"),
];

/// The recording has no file of this: all stays as it was, whatever happens in the exporter.
const AFTER_THE_RESTART: &[Step] = &[
    Merge(On::Infra, "services/web", r#"{"metadata":{"annotations":{"example.com/x":"2"}}}"#),
    Make(On::Infra, BACKEND),
    Pause(1000),
    Same(On::Apps, "after-token-revoked-while-running.apps.yaml"),
];

/// Bad credentials leave no trace but an absent series.
pub(crate) async fn bad(stage: &mut Stage<'_>) -> Result<(), String> {
    write_secrets(stage.ground).await?;
    let bad: Vec<_> = BAD.iter().map(|link| start(stage, link)).collect::<Result<_, _>>()?;
    let good = start(stage, "revoked")?;
    stage.step(ONLY_THE_GOOD_ONE).await?;
    // Several attempts later there is still no trace.
    sleep(Duration::from_secs(1)).await;
    stage.step(ONLY_THE_GOOD_ONE).await?;
    for (link, controller) in BAD.iter().zip(&bad) {
        let metrics = controller.metrics();
        if (metrics.gateway_alive, metrics.endpoint_repairs) != (Some(true), None) {
            return Err(format!("{link}: {metrics:?}"));
        }
    }
    revoke(stage, good).await?;
    mend(stage, bad.first().ok_or("no Link")?).await
}

/// A token that is revoked while it is used goes on to work, until the controller is started again.
async fn revoke(stage: &mut Stage<'_>, good: MirrorController) -> Result<(), String> {
    let token = stage.ground.token(REVOKED).await?;
    let secrets = format!("/api/v1/namespaces/{CONTROL_NAMESPACE}/secrets");
    stage.ground.at(On::Infra).delete(&format!("{secrets}/{REVOKED}")).await?;
    for link in BAD {
        // The recording of this step shows the one Link that is left.
        stage.ground.at(On::Apps).delete(&path(stage.scenario.namespace, &format!("links/{link}"))).await?;
    }
    for step in AFTER_THE_REVOCATION {
        stage.step(*step).await?;
    }
    if good.metrics().endpoint_repairs.is_none() {
        return Err("the revocation was noticed".into());
    }
    good.stop().await;
    let refused = async || Ok(!stage.ground.accepts(&token).await?);
    until("the token to be refused", FORGETTING, refused).await?;
    restart(stage).await
}

/// A start with a revoked token is one with a bad one, and the mirrors stay.
async fn restart(stage: &mut Stage<'_>) -> Result<(), String> {
    stage.step(Step::Stop).await?;
    let controller = start(stage, "revoked")?;
    for step in AFTER_THE_RESTART {
        stage.step(*step).await?;
    }
    let metrics = controller.metrics();
    if (metrics.gateway_alive, metrics.endpoint_repairs) != (Some(true), None) {
        return Err(format!("started with a revoked token: {metrics:?}"));
    }
    Ok(())
}

/// A good token is taken up by the next attempt.
async fn mend(stage: &mut Stage<'_>, bad: &MirrorController) -> Result<(), String> {
    stage.step(Create(On::Apps, "before.apps.yaml", &["Link/badtoken"])).await?;
    sleep(Duration::from_millis(500)).await;
    if let Some(repairs) = bad.metrics().endpoint_repairs {
        return Err(format!("{repairs} repairs with a bad token"));
    }
    let kubeconfig = stage.ground.exporter(&stage.ground.token(&remote::token_name()).await?);
    stage.ground.set_credentials("cluster-credentials-badtoken", "kubeconfig", &kubeconfig).await?;
    let mirror = path(stage.scenario.namespace, "services/web-badtoken");
    let made = async || Ok(stage.ground.at(On::Apps).get(&mirror).await?.is_some());
    until("the mirror of the mended Link", PATIENCE, made).await
}

fn start(stage: &Stage<'_>, link: &str) -> Result<MirrorController, String> {
    let probe = stage.probe()?;
    let parameters = Parameters {
        link: link.into(),
        probe: Some(probe),
        probe_period: Some(Duration::from_millis(50)),
        ..quick()
    };
    Ok(MirrorController::start(stage.ground.at(On::Apps).client.clone(), parameters))
}

async fn write_secrets(ground: &Ground) -> Result<(), String> {
    ground.at(On::Infra).create(&remote::token(REVOKED)).await?;
    let good = ground.exporter(&ground.token(REVOKED).await?);
    let token = ground.token(&remote::token_name()).await?;
    let dead = remote::kubeconfig(&nobody()?, &ground.authority("infra"), &token);
    let foreign = remote::kubeconfig(&ground.server("infra"), &ground.authority("apps"), &token);
    for (link, key, text) in [
        ("badtoken", "kubeconfig", &ground.exporter("invalid-token")),
        ("deadserver", "kubeconfig", &dead),
        ("wrongca", "kubeconfig", &foreign),
        ("wrongkey", "value", &good),
        ("revoked", "kubeconfig", &good),
    ] {
        ground.set_credentials(&format!("cluster-credentials-{link}"), key, text).await?;
    }
    Ok(())
}

/// Returns the URL of a port at which nobody listens.
fn nobody() -> Result<String, String> {
    let listener = TcpListener::bind("127.0.0.1:0").map_err(|error| error.to_string())?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    Ok(format!("https://{address}"))
}
