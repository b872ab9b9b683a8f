//! Looks at the clusters with the eyes of the recorder.

use serde_json::Value;
use testkit::recorded::{Difference, Dump, Exported, Known, differences, dump, known};

use super::{ground::Ground, step::On};

/// What it takes to compare the clusters with a recording.
pub(crate) struct Observer<'a> {
    ground: &'a Ground,
    namespace: &'static str,
    exported: Exported,
    mirrored: bool,
    // What the control namespaces may hold unrecorded: what was there before the scenario, and what belongs to a probe.
    known: [Known; 2],
}

impl<'a> Observer<'a> {
    /// Looks at the control namespaces before the scenario begins.
    pub(crate) async fn open(ground: &'a Ground, namespace: &'static str) -> Result<Self, String> {
        let known = [known(&ground.at(On::Infra).client).await?, known(&ground.at(On::Apps).client).await?];
        Ok(Self { ground, namespace, exported: Exported::default(), mirrored: true, known })
    }

    /// The Link's probe is about to have Endpoints, which few recordings show, and a slice, which none does.
    pub(crate) fn expect_probe(&mut self, link: &str) {
        let [_, apps] = &mut self.known;
        apps.extend(["Endpoints", "EndpointSlice"].map(|kind| (kind.to_owned(), format!("probe-{link}"))));
    }

    /// Says whether changes of the exporter are mirrored from now on; else mirrors have to name the old versions.
    pub(crate) fn set_mirrored(&mut self, mirrored: bool) {
        self.mirrored = mirrored;
    }

    /// Compares a cluster with these documents, after both were arranged.
    pub(crate) async fn differences(
        &mut self,
        on: On,
        recorded: &[Value],
        arrange: fn(&mut Value),
    ) -> Result<Vec<Difference>, String> {
        if self.mirrored {
            self.exported.look(&self.ground.at(On::Infra).client, self.namespace).await?;
        }
        let [infra, apps] = &self.known;
        let known = if on == On::Apps { apps } else { infra };
        let what = Dump { namespace: self.namespace, recorded, known, links: on == On::Apps };
        let mut seen = dump(&self.ground.at(on).client, &what).await?;
        seen.iter_mut().for_each(arrange);
        let found = differences(recorded, &seen, &self.exported);
        if found.is_empty() {
            self.exported.remember(&seen);
        }
        Ok(found)
    }
}
