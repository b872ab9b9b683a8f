//! The vocabulary of the table: what can be done to the two clusters, the gateway and the controller.

use std::time::Duration;

use sandbox::controllers::mirror::{HeadlessServices, NamespaceCreation, Parameters, Rate};

/// A cluster of the recordings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum On {
    /// The exporter.
    Infra,
    /// The importer, where the Link is and the controller writes.
    Apps,
}

/// What the gateway answers to the probe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Health {
    /// Nobody listens.
    Refusing,
    /// 200.
    Good,
    /// 504, as a proxy answers for a gateway that is out of reach.
    Bad,
}

/// One step; objects are written as `services/web`, texts in JSON.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Step {
    /// Creates the documents of a file, those of these kinds and names (`Kind/name`), or all.
    Create(On, &'static str, &'static [&'static str]),
    /// Creates one object.
    Make(On, &'static str),
    /// Changes an object with a merge patch.
    Merge(On, &'static str, &'static str),
    /// Changes an object with a JSON patch.
    Patch(On, &'static str, &'static str),
    /// Deletes an object, at once and without grace.
    Delete(On, &'static str),
    /// Starts the controller.
    Start,
    /// Starts the local service mirror of the importer.
    StartLocal,
    /// Stops the controller; mirrors go on to name the versions that were there at the last comparison.
    Stop,
    /// Changes what the gateway answers, and waits until the controller knows.
    Gateway(Health),
    /// Waits until so many repairs more are counted.
    Repairs(u64),
    /// Lets this many milliseconds pass, before a comparison that must find no change.
    Pause(u64),
    /// Waits until the cluster equals a file of the recording.
    Same(On, &'static str),
    /// As `Same`, but the Link's status may list its entries in any order: the recorded one is that of
    /// a hash table.
    SameUnordered(On, &'static str),
    /// As `Same`, but addresses with host names are compared in the order of these: kube orders them by IP, and
    /// which pod or Service gets which IP is left to chance, as is how often their controller came.
    SameByHostname(On, &'static str),
    /// As `Same`, at another moment than the recorded one: slices count their changes.
    SameLater(On, &'static str),
    /// Goes on with another folder of recordings.
    Folder(&'static str),
}

/// Entries of other namespaces that the Link's status had when the recording was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Elsewhere {
    /// A mirror; with it the list can become empty of this scenario's entries.
    Mirrors,
    /// A federated Service.
    Federated,
}

/// One scenario of the recordings.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scenario {
    /// Its folder.
    pub(crate) folder: &'static str,
    /// The namespace that it recorded.
    pub(crate) namespace: &'static str,
    /// What else the Link's status had.
    pub(crate) elsewhere: &'static [Elsewhere],
    /// How the controller is run.
    pub(crate) tune: fn() -> Parameters,
    /// What is done and compared, in order.
    pub(crate) steps: &'static [Step],
}

/// Runs fast: the scenarios that use it compare objects, not times.
pub(crate) fn quick() -> Parameters {
    let rate = Rate { per_second: 200, burst: 100 };
    Parameters {
        rate,
        status_rate: rate,
        // A mirror that is taken back needs its Endpoints gone before the next try.
        requeue_pause: Duration::from_millis(100),
        retry: Duration::from_millis(300),
        // A mirror made before kube wrote the exporter's first Endpoints stays empty until the next repair.
        refresh: Duration::from_secs(3),
        probe_period: Some(Duration::from_millis(100)),
        ..Parameters::for_link("infra")
    }
}

/// The flags with which a real controller would run so.
pub(crate) fn flags(parameters: &Parameters) -> Vec<&'static str> {
    let headless = (parameters.headless == HeadlessServices::Enabled).then_some("-enable-headless-services");
    let namespaces = (parameters.namespaces == NamespaceCreation::On).then_some("-enable-namespace-creation");
    headless.into_iter().chain(namespaces).collect()
}

/// As [`quick`], with repairs in short order.
pub(crate) fn repairing() -> Parameters {
    Parameters { refresh: Duration::from_millis(1200), ..quick() }
}

/// As [`quick`], with a look at everything in short order.
pub(crate) fn resyncing() -> Parameters {
    Parameters { resync: Duration::from_secs(2), ..quick() }
}

/// As [`quick`], for a Link of another name than its cluster.
pub(crate) fn other_link() -> Parameters {
    Parameters { link: "prod-link".into(), ..quick() }
}

/// As [`quick`], and makes missing namespaces.
pub(crate) fn creating() -> Parameters {
    Parameters { namespaces: NamespaceCreation::On, ..quick() }
}

/// As [`quick`], and headless Services stay headless.
pub(crate) fn headless() -> Parameters {
    Parameters { headless: HeadlessServices::Enabled, ..quick() }
}

/// As [`slow`], without a burst, and slow enough for a look at everything to hit a queue on a loaded machine.
pub(crate) fn paced() -> Parameters {
    let rate = Rate { per_second: PACE, burst: 1 };
    Parameters { rate, refresh: Duration::from_secs(60), ..slow() }
}

/// Requests per second in [`paced`].
pub(crate) const PACE: u32 = 10;

/// A tenth of the recorded times: the queue is longer than the exporter's changes are apart.
pub(crate) fn slow() -> Parameters {
    let rate = Rate { per_second: 50, burst: 10 };
    Parameters { rate, status_rate: rate, ..quick() }
}
