//! Links concern all tests of a ground at once: who shares the common ones, and who needs others, alone.

use std::{
    collections::BTreeMap,
    fs::File,
    path::PathBuf,
    sync::{Mutex, MutexGuard, OnceLock, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard},
    time::Duration,
};

use sandbox::controllers::mirror::{Metrics, MirrorController, Parameters, Rate};

use super::{LinkSpec, background, link, wait};
use crate::real::Ground;

/// Whose turn it is on one ground, and the common controllers there.
#[derive(Default)]
struct Place {
    turn: RwLock<()>,
    common: Mutex<Vec<Controller>>,
    owned: OnceLock<File>,
}

/// As long as this lives, `infra` and `apps` are linked in both directions under their own names, and a
/// stand-in for the service mirror works on each Link.
pub struct Shared {
    _turn: RwLockReadGuard<'static, ()>,
}

/// As long as this lives, no other test uses Links. There are none and no controllers in the beginning; what
/// the test makes is removed in the end.
pub struct Alone {
    ground: &'static Ground,
    _turn: RwLockWriteGuard<'static, ()>,
}

/// Waits until nobody is alone, and makes sure that the common Links are there and served.
pub fn mesh_shared(ground: &'static Ground) -> Shared {
    let place = place(ground);
    let turn = place.turn.read().unwrap_or_else(PoisonError::into_inner);
    let mut common = place.common();
    if common.is_empty() {
        remove_links(ground);
        for (importer, exporter) in [("infra", "apps"), ("apps", "infra")] {
            wait(async move || link::make(ground, importer, exporter, LinkSpec::default()).await);
            common.push(Controller::start(ground, importer, quick(exporter)));
        }
    }
    Shared { _turn: turn }
}

/// Waits until nobody shares the Links any more, then stops the common controllers and removes all Links.
/// The next one who asks for the common Links makes them again.
pub fn mesh_alone(ground: &'static Ground) -> Alone {
    let place = place(ground);
    let turn = place.turn.write().unwrap_or_else(PoisonError::into_inner);
    place.common().clear();
    remove_links(ground);
    Alone { ground, _turn: turn }
}

/// Returns whether the common controllers have worked off all that they heard of: a Service that was met twice may be
/// exported once more later, whatever became of it meanwhile.
pub fn is_at_rest(ground: &'static Ground) -> bool {
    place(ground).common().iter().all(Controller::is_idle)
}

impl Alone {
    /// Starts a stand-in for the service mirror; it stops when it is dropped.
    pub fn controller(&self, importer: &str, parameters: Parameters) -> Controller {
        Controller::start(self.ground, importer, parameters)
    }

    /// Starts a stand-in for the local service mirror; it stops when it is dropped.
    pub fn local_controller(&self, cluster: &str) -> Controller {
        let client = background::client(self.ground, cluster);
        let parameters = quick(&Parameters::local().link);
        Controller(Some(wait(async move || MirrorController::start_local(client, parameters))))
    }
}

impl Drop for Alone {
    fn drop(&mut self) {
        remove_links(self.ground);
    }
}

/// A running stand-in for the service mirror.
#[derive(Debug)]
pub struct Controller(Option<MirrorController>);

impl Controller {
    fn start(ground: &'static Ground, importer: &str, parameters: Parameters) -> Self {
        let client = background::client(ground, importer);
        Self(Some(wait(async move || MirrorController::start(client, parameters))))
    }

    /// Returns what its metrics endpoint would show now.
    pub fn metrics(&self) -> Option<Metrics> {
        self.0.as_ref().map(MirrorController::metrics)
    }

    /// Returns whether it watches, and has worked off all that it found. A Service that comes before may be met
    /// twice, once by itself and once with its namespace, and its mirror is then destroyed for a while.
    pub fn is_idle(&self) -> bool {
        self.0.as_ref().is_some_and(MirrorController::is_idle)
    }
}

impl Drop for Controller {
    /// Returns when nothing of it runs any more.
    fn drop(&mut self) {
        if let Some(controller) = self.0.take() {
            wait(async move || controller.stop().await);
        }
    }
}

/// Parameters without the real controller's slowness: no limit that a test could reach, quick retries.
pub fn quick(link: &str) -> Parameters {
    let rate = Rate { per_second: 1000, burst: 1000 };
    let retry = Duration::from_millis(200);
    Parameters { rate, status_rate: rate, retry, ..Parameters::for_link(link) }
}

impl Place {
    fn common(&self) -> MutexGuard<'_, Vec<Controller>> {
        self.common.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn remove_links(ground: &'static Ground) {
    for cluster in ground.clusters() {
        wait(async move || link::remove_all(ground, cluster.name()).await);
    }
}

/// Two processes with controllers of their own would fight over the mirrors: the first one keeps the ground to
/// itself until it ends.
fn place(ground: &'static Ground) -> &'static Place {
    static PLACES: Mutex<BTreeMap<PathBuf, &'static Place>> = Mutex::new(BTreeMap::new());
    let mut places = PLACES.lock().unwrap_or_else(PoisonError::into_inner);
    let folder = ground.folder().to_path_buf();
    let place = *places.entry(folder).or_insert_with(|| Box::leak(Box::default()));
    drop(places);
    place.owned.get_or_init(|| {
        let file = File::create(ground.folder().join("mesh.lock")).unwrap();
        file.lock().unwrap();
        file
    });
    place
}
