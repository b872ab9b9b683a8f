//! One value per cluster of a fleet.

use super::{ClusterName, Fleet};

/// Exactly one `T` per cluster of a fleet, in fleet order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PerCluster<T> {
    entries: Vec<(ClusterName, T)>,
}

impl<T> PerCluster<T> {
    /// Makes one value per member.
    pub fn of(fleet: &Fleet, mut make: impl FnMut(&ClusterName) -> T) -> Self {
        Self { entries: fleet.names().map(|name| (name.clone(), make(name))).collect() }
    }

    /// The value of a cluster; `None` only for a cluster of another fleet.
    pub fn get(&self, name: &ClusterName) -> Option<&T> {
        self.entries.iter().find(|(entry, _)| entry == name).map(|(_, value)| value)
    }

    /// The same, to change it.
    pub fn get_mut(&mut self, name: &ClusterName) -> Option<&mut T> {
        self.entries.iter_mut().find(|(entry, _)| entry == name).map(|(_, value)| value)
    }

    /// All values in fleet order.
    pub fn iter(&self) -> impl Iterator<Item = (&ClusterName, &T)> {
        self.entries.iter().map(|(name, value)| (name, value))
    }

    /// Turns each value into another.
    pub fn map<U>(self, mut make: impl FnMut(&ClusterName, T) -> U) -> PerCluster<U> {
        let entries = self.entries.into_iter().map(|(name, value)| {
            let other = make(&name, value);
            (name, other)
        });
        PerCluster { entries: entries.collect() }
    }

    /// Runs a job on every cluster at once; one that fails or hangs hides no other.
    pub async fn each<U>(&self, job: impl AsyncFn(&ClusterName, &T) -> U) -> PerCluster<U> {
        let jobs = self.entries.iter().map(|(name, value)| job(name, value));
        let done = futures::future::join_all(jobs).await;
        PerCluster { entries: self.entries.iter().map(|(name, _)| name.clone()).zip(done).collect() }
    }
}

impl<T, E> PerCluster<Result<T, E>> {
    /// All values, or the error of the first cluster in fleet order that has one.
    ///
    /// # Errors
    /// The first error.
    pub fn all_or_first(self) -> Result<PerCluster<T>, E> {
        let entries = self.entries.into_iter().map(|(name, value)| value.map(|value| (name, value)));
        Ok(PerCluster { entries: entries.collect::<Result<_, _>>()? })
    }
}
