//! Plays the steps of a scenario.

use std::time::Duration;

use sandbox::controllers::mirror::{Loopback, MirrorController, NotLoopback, Parameters};
use serde_json::Value;
use testkit::recorded::{Folder, report};
use tokio::time::{Instant, sleep};

use super::{
    gateway::Gateway,
    ground::Ground,
    observer::Observer,
    rest::{Rest, path},
    seed::{creatable, is_ready, sort_addresses, sort_status, text, title, with_neighbours, without_history},
    step::{Health, On, Scenario, Step},
    verdict::Verdicts,
    wait::until,
};

const PATIENCE: Duration = Duration::from_secs(20);

/// A scenario under way.
pub(crate) struct Stage<'a> {
    pub(crate) ground: &'a Ground,
    pub(crate) scenario: &'a Scenario,
    folder: Folder,
    observer: Observer<'a>,
    gateway: Gateway,
    controller: Option<MirrorController>,
    // Of the importer; it stops with the scenario.
    local: Option<MirrorController>,
    /// What is said of the states that have been compared.
    pub(crate) verdicts: Option<Verdicts>,
}

impl<'a> Stage<'a> {
    pub(crate) async fn open(ground: &'a Ground, scenario: &'a Scenario) -> Result<Self, String> {
        let folder = Folder::open(scenario.folder).ok_or("no recordings")?;
        let observer = Observer::open(ground, scenario.namespace).await?;
        let gateway = Gateway::open().await?;
        let verdicts = Verdicts::open(ground, scenario.namespace)?;
        Ok(Self { ground, scenario, folder, observer, gateway, controller: None, local: None, verdicts })
    }

    /// Plays all steps; an error says which one failed and why.
    pub(crate) async fn play(&mut self) -> Result<(), String> {
        for (number, step) in self.scenario.steps.iter().enumerate() {
            self.step(*step).await.map_err(|why| format!("step {number}, {step:?}:\n{why}"))?;
        }
        Ok(())
    }

    pub(crate) async fn step(&mut self, step: Step) -> Result<(), String> {
        match step {
            Step::Create(on, file, only) => self.create(on, file, only).await,
            Step::Make(on, text) => self.at(on).create(&read(text)?).await,
            Step::Merge(on, object, text) => self.at(on).merge(&self.path(object), &read(text)?).await,
            Step::Patch(on, object, text) => self.at(on).json_patch(&self.path(object), &read(text)?).await,
            Step::Delete(on, object) => self.at(on).delete(&self.path(object)).await,
            Step::Start => self.start().await,
            Step::StartLocal => self.start_local().await,
            Step::Stop => self.stop().await,
            Step::Gateway(health) => self.gateway(health).await,
            Step::Repairs(more) => self.repairs(more).await,
            Step::Pause(millis) => {
                sleep(Duration::from_millis(millis)).await;
                Ok(())
            }
            Step::Same(on, file) => self.same(on, file, |_| ()).await,
            Step::SameUnordered(on, file) => self.same(on, file, sort_status).await,
            Step::SameByHostname(on, file) => self.same(on, file, sort_addresses).await,
            Step::SameLater(on, file) => self.same(on, file, without_history).await,
            Step::Folder(name) => {
                self.folder = Folder::open(name).ok_or("no recordings")?;
                Ok(())
            }
        }
    }

    fn at(&self, on: On) -> &'a Rest {
        self.ground.at(on)
    }

    fn path(&self, object: &str) -> String {
        path(self.scenario.namespace, object)
    }

    async fn create(&mut self, on: On, file: &str, only: &[&str]) -> Result<(), String> {
        let documents = self.folder.documents(file)?;
        let wanted = |document: &&Value| only.is_empty() || only.contains(&title(document).as_str());
        for document in documents.iter().filter(wanted) {
            self.at(on).create(&creatable(document)).await?;
            let (kind, name) = (text(document, "/kind"), text(document, "/metadata/name"));
            if kind == "Pod" {
                self.until_ready(name).await?;
            }
            if kind == "Link" {
                self.observer.expect_probe(name);
            }
            if kind == "Link" && file.starts_with("before") {
                let status = self.path(&format!("links/{name}/status"));
                self.at(on).merge(&status, &with_neighbours(self.scenario.elsewhere)).await?;
            }
        }
        Ok(())
    }

    /// A Service made after this has its backend from the start, as in the recordings.
    async fn until_ready(&self, pod: &str) -> Result<(), String> {
        let path = self.path(&format!("pods/{pod}"));
        let ready = async || Ok(self.at(On::Infra).get(&path).await?.is_some_and(|pod| is_ready(&pod)));
        until("a ready pod", PATIENCE, ready).await
    }

    pub(crate) async fn start(&mut self) -> Result<(), String> {
        let parameters = Parameters { probe: Some(self.probe()?), ..(self.scenario.tune)() };
        self.observer.set_mirrored(true);
        self.controller = Some(MirrorController::start(self.ground.importer(), parameters));
        self.repairs(1).await?;
        self.idle().await
    }

    async fn start_local(&mut self) -> Result<(), String> {
        let client = self.ground.importer();
        let controller = MirrorController::start_local(client, (self.scenario.tune)());
        until("an idle local mirror", PATIENCE, async || Ok(controller.is_idle())).await?;
        self.local = Some(controller);
        Ok(())
    }

    /// Returns where a controller may probe the gateway.
    pub(crate) fn probe(&self) -> Result<Loopback, String> {
        self.gateway.address.try_into().map_err(|error: NotLoopback| error.to_string())
    }

    /// Has the controller look at everything again.
    pub(crate) fn look_again(&self) {
        if let Some(controller) = &self.controller {
            controller.look_again();
        }
    }

    /// Waits until the controller has worked off what it heard of.
    pub(crate) async fn idle(&self) -> Result<(), String> {
        let idle = || self.controller.as_ref().is_some_and(MirrorController::is_idle);
        until("an idle controller", PATIENCE, async || Ok(idle())).await
    }

    /// Returns the documents of a file of the scenario.
    pub(crate) fn documents(&self, file: &str) -> Result<Vec<Value>, String> {
        self.folder.documents(file)
    }

    async fn stop(&mut self) -> Result<(), String> {
        self.observer.set_mirrored(false);
        if let Some(controller) = self.controller.take() {
            controller.stop().await;
        }
        Ok(())
    }

    async fn gateway(&mut self, health: Health) -> Result<(), String> {
        self.gateway.set(health).await?;
        let Some(controller) = &self.controller else { return Ok(()) };
        let known = async || Ok(controller.metrics().gateway_alive == Some(health == Health::Good));
        until("the probe to notice", PATIENCE, known).await
    }

    async fn repairs(&self, more: u64) -> Result<(), String> {
        let Some(controller) = &self.controller else { return Err("no controller runs".into()) };
        let count = || controller.metrics().endpoint_repairs.unwrap_or_default();
        let enough = count() + more;
        until("repairs", PATIENCE, async || Ok(count() >= enough)).await
    }

    async fn same(&mut self, on: On, file: &str, arrange: fn(&mut Value)) -> Result<(), String> {
        let mut recorded = self.folder.documents(file)?;
        recorded.iter_mut().for_each(arrange);
        let end = Instant::now() + PATIENCE;
        loop {
            let found = self.observer.differences(on, &recorded, arrange).await?;
            if found.is_empty() {
                return self.judge(on, file).await;
            }
            if Instant::now() > end {
                return Err(format!("{file} differs:\n{}", report(&found)));
            }
            sleep(Duration::from_millis(50)).await;
        }
    }
}

impl Stage<'_> {
    /// Has both clusters judged as they are now, once the importer is as it was recorded.
    async fn judge(&mut self, on: On, file: &str) -> Result<(), String> {
        match &mut self.verdicts {
            Some(verdicts) if on == On::Apps => {
                verdicts.take(&format!("{}/{file}", self.folder.name())).await
            }
            _ => Ok(()),
        }
    }
}

fn read(text: &str) -> Result<Value, String> {
    serde_json::from_str(text).map_err(|error| format!("{text}: {error}"))
}
