//! When files were taken.

use super::Archive;
use crate::cluster::call::Resource;
use jiff::Timestamp;
use serde::Deserialize;

#[derive(Deserialize)]
struct Lease {
    spec: Spec,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Spec {
    renew_time: Timestamp,
}

impl Archive {
    /// When the dump was taken, if its `meta.yaml` says so.
    pub fn taken_at(&self) -> Option<Timestamp> {
        self.meta.taken_at
    }

    /// When the last of its Leases was renewed: it was not taken before, and not much later where anything renews one.
    pub fn last_renewal(&self) -> Option<Timestamp> {
        let table = self.tables.get(Resource::LEASES.group, Resource::LEASES.plural)?;
        let leases = table.of(None).filter_map(|kept| serde_json::from_str::<Lease>(&kept.text).ok());
        leases.map(|lease| lease.spec.renew_time).max()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn the_latest_of_its_leases_tells_when_a_dump_was_taken() {
        let folder = tempfile::tempdir().unwrap();
        let lease = |name: &str, spec: &str| {
            format!(
                "apiVersion: coordination.k8s.io/v1\nkind: Lease\nmetadata: {{name: {name}, namespace: a}}\nspec: {spec}\n"
            )
        };
        let told = |text: &str| {
            fs::write(folder.path().join("leases.yaml"), text).unwrap();
            Archive::read(folder.path()).unwrap().last_renewal()
        };
        let (early, late) = (
            lease("b", "{renewTime: 2026-01-31T12:00:00.5Z}"),
            lease("a", "{renewTime: 2026-01-31T12:00:09Z}"),
        );
        let all = [early, late, lease("c", "{}"), lease("d", "{renewTime: soon}")].join("---\n");
        assert_eq!(told(&all), Some("2026-01-31T12:00:09Z".parse().unwrap()));
        assert_eq!(told(&lease("c", "{}")), None);
        assert_eq!(told("{}"), None);
    }
}
