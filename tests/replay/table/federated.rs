//! Federated Services: members here and there.

use super::super::step::{
    Elsewhere::{Federated, Mirrors},
    On::{Apps, Infra},
    Scenario,
    Step::{Create, Merge, Pause, Same, Start, StartLocal},
    quick,
};
use super::{ALL, FEDERATED, UNEXPORTED, UNFEDERATED};

pub(crate) const FEDERATION: Scenario = Scenario {
    folder: "04-federated",
    namespace: "shop-04",
    elsewhere: &[],
    tune: quick,
    steps: &[
        Create(Apps, "before.apps.yaml", ALL),
        Start,
        StartLocal,
        Create(Infra, "before.infra.yaml", ALL),
        Merge(Infra, "services/web", FEDERATED),
        Same(Apps, "after-1-remote-member.apps.yaml"),
        Create(Apps, "action.apps.yaml", ALL),
        Same(Apps, "after-2-local-member-joins.apps.yaml"),
        Merge(Infra, "services/web", r#"{"metadata":{"labels":{"team":"changed"}}}"#),
        Pause(500),
        Same(Apps, "after-3-remote-labels-change.apps.yaml"),
        Merge(Infra, "services/web", UNFEDERATED),
        Same(Apps, "after-4-remote-leaves.apps.yaml"),
        Merge(Apps, "services/web", UNFEDERATED),
        Same(Apps, "after-5-local-leaves.apps.yaml"),
    ],
};

pub(crate) const EXPORTED_AND_FEDERATED: Scenario = Scenario {
    folder: "15b-exported-and-federated",
    namespace: "shop-15b",
    elsewhere: &[Federated, Mirrors],
    tune: quick,
    steps: &[
        Create(Apps, "before.apps.yaml", ALL),
        Create(Infra, "before.infra.yaml", &["Namespace/shop-15b", "Pod/web-0"]),
        Start,
        Create(Infra, "action.infra.yaml", ALL),
        Pause(500),
        Same(Apps, "after-1-create.apps.yaml"),
        Merge(Infra, "services/web", r#"{"metadata":{"annotations":{"example.com/touch":"1"}}}"#),
        Same(Apps, "after-2-touch.apps.yaml"),
        Merge(Infra, "services/web", UNEXPORTED),
        Same(Apps, "after-3-exported-label-removed.apps.yaml"),
    ],
};
