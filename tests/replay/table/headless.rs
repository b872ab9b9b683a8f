//! Headless Services, with the feature and without it.

use super::super::step::{
    Elsewhere::{Federated, Mirrors},
    On::{Apps, Infra},
    Scenario,
    Step::{Create, Delete, Merge, Pause, Same, SameByHostname, Start},
    headless, quick,
};
use super::{ALL, EXPORTED, FEDERATED, UNEXPORTED};

pub(crate) const HEADLESS: Scenario = Scenario {
    folder: "10-headless",
    namespace: "shop-10",
    elsewhere: &[Federated, Mirrors],
    tune: headless,
    steps: &[
        Create(Apps, "before.apps.yaml", ALL),
        Start,
        Create(Infra, "before.infra.yaml", ALL),
        Merge(Infra, "services/db", EXPORTED),
        SameByHostname(Apps, "after-1-export.apps.yaml"),
        SameByHostname(Infra, "after-1-export.infra.yaml"),
        Delete(Infra, "pods/db-1"),
        SameByHostname(Apps, "after-2-one-pod-gone.apps.yaml"),
        Create(Infra, "action.infra.yaml", ALL),
        SameByHostname(Apps, "after-3-pod-back.apps.yaml"),
        Merge(Infra, "services/db", UNEXPORTED),
        Same(Apps, "after-4-unexport.apps.yaml"),
    ],
};

pub(crate) const HEADLESS_FEATURE_OFF: Scenario = Scenario {
    folder: "10b-headless-feature-off",
    namespace: "shop-10b",
    elsewhere: &[Mirrors],
    tune: quick,
    steps: &[
        Create(Apps, "before.apps.yaml", ALL),
        Start,
        Create(Infra, "before.infra.yaml", ALL),
        Merge(Infra, "services/db", EXPORTED),
        Same(Apps, "after.apps.yaml"),
        SameByHostname(Infra, "after.infra.yaml"),
        Merge(Infra, "services/db", UNEXPORTED),
        Merge(Infra, "services/db", FEDERATED),
        Pause(500),
        Same(Apps, "after-headless-federated.apps.yaml"),
    ],
};

pub(crate) const HEADLESS_WITHOUT_HOSTNAMES: Scenario = Scenario {
    folder: "10c-headless-without-hostnames",
    namespace: "shop-10c",
    elsewhere: &[Federated],
    tune: headless,
    steps: &[
        Create(Apps, "before.apps.yaml", ALL),
        Start,
        Create(Infra, "before.infra.yaml", ALL),
        Merge(Infra, "services/web", EXPORTED),
        Same(Apps, "after.apps.yaml"),
        Same(Infra, "after.infra.yaml"),
    ],
};
