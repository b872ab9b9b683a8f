//! Events about exported Services, written into the exporting cluster.

use std::collections::HashMap;

use k8s_openapi::{
    api::core::v1::{Event, EventSource, ObjectReference, Service},
    apimachinery::pkg::apis::meta::v1::{ObjectMeta, Time},
    jiff::Timestamp,
};
use kube::{
    Api, Client,
    api::{Patch, PatchParams, PostParams},
};
use serde_json::json;
use tokio::sync::mpsc;
use tracing::warn;

use super::{clock, keys, task::Task};

const REASON: &str = "ServiceMirroringSkipped";

/// Why a Service is not mirrored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Skipped {
    /// The importer lacks its namespace.
    NamespaceMissing,
    /// It is headless and has no port.
    NoPorts,
}

impl Skipped {
    fn message(self) -> &'static str {
        match self {
            Self::NamespaceMissing => "Skipped mirroring service: namespace does not exist",
            Self::NoPorts => "Skipped mirroring service: object spec has no exposed ports",
        }
    }
}

/// A Service, by namespace and name, and what is said about it.
type Remark = (String, String, Skipped);

/// Takes Events without waiting for the exporter; they are written one after the other.
#[derive(Debug)]
pub(super) struct Recorder {
    sender: mpsc::UnboundedSender<Remark>,
    _writer: Task,
}

/// What was written before: the Event's name and its count.
type Written = HashMap<Remark, (String, i32)>;

impl Recorder {
    pub(super) fn start(exporter: Client, cluster: &str) -> Self {
        let component = format!("linkerd-service-mirror-{cluster}");
        let (sender, receiver) = mpsc::unbounded_channel();
        Self { sender, _writer: Task::spawn(write(exporter, component, receiver)) }
    }

    /// Says why this Service is not mirrored.
    pub(super) fn skipped(&self, service: &Service, why: Skipped) {
        let [namespace, name] = [&service.metadata.namespace, &service.metadata.name]
            .map(|text| text.clone().unwrap_or_default());
        // Nobody listens only while everything is being stopped.
        self.sender.send((namespace, name, why)).unwrap_or_default();
    }
}

async fn write(exporter: Client, component: String, mut remarks: mpsc::UnboundedReceiver<Remark>) {
    let mut written = Written::new();
    while let Some(remark) = remarks.recv().await {
        if let Err(error) = record(&exporter, &component, remark, &mut written).await {
            warn!(%error, "cannot write an Event");
        }
    }
}

async fn record(
    exporter: &Client,
    component: &str,
    remark: Remark,
    written: &mut Written,
) -> kube::Result<()> {
    let api: Api<Event> = Api::namespaced(exporter.clone(), &remark.0);
    let now = clock::now();
    if let Some((event, count)) = written.get_mut(&remark) {
        let patch = json!({"count": *count + 1, "lastTimestamp": now.to_string()});
        api.patch(event, &PatchParams::default(), &Patch::Merge(patch)).await?;
        *count += 1;
        return Ok(());
    }
    let manager = PostParams { field_manager: Some(keys::FIELD_MANAGER.into()), ..PostParams::default() };
    let event = first(component, &remark, now);
    let name = api.create(&manager, &event).await?.metadata.name.unwrap_or_default();
    written.insert(remark, (name, 1));
    Ok(())
}

fn first(component: &str, (namespace, name, why): &Remark, now: Timestamp) -> Event {
    Event {
        metadata: ObjectMeta {
            name: Some(format!("{name}.{:x}", clock::ticks())),
            namespace: Some(namespace.clone()),
            ..ObjectMeta::default()
        },
        involved_object: ObjectReference {
            kind: Some("Service".into()),
            namespace: Some(namespace.clone()),
            name: Some(name.clone()),
            api_version: Some("v1".into()),
            ..ObjectReference::default()
        },
        reason: Some(REASON.into()),
        message: Some(why.message().into()),
        source: Some(EventSource { component: Some(component.into()), host: None }),
        first_timestamp: Some(Time(now)),
        last_timestamp: Some(Time(now)),
        count: Some(1),
        type_: Some("Normal".into()),
        reporting_component: Some(component.into()),
        ..Event::default()
    }
}
