//! For tests: a terminal that remembers.

use super::{Interaction, Terminal};
use crate::terms::ClusterName;
use std::sync::{Arc, Mutex};

/// What it was told, and whether room is made on it.
pub(in crate::cluster) struct Heard {
    interaction: Interaction,
    watched: bool,
    lines: Mutex<Vec<String>>,
    rooms: Arc<()>,
}

impl Default for Heard {
    fn default() -> Self {
        Self {
            interaction: Interaction::Impossible,
            watched: false,
            lines: Mutex::default(),
            rooms: Arc::default(),
        }
    }
}

impl Heard {
    /// One at which somebody answers.
    pub(in crate::cluster) fn answering() -> Arc<Self> {
        Arc::new(Self { interaction: Interaction::Possible, ..Self::default() })
    }

    /// One that somebody watches and that nobody answers at.
    pub(in crate::cluster) fn watched() -> Arc<Self> {
        Arc::new(Self { watched: true, ..Self::default() })
    }

    /// All lines so far.
    pub(in crate::cluster) fn lines(&self) -> Vec<String> {
        self.lines.lock().unwrap().clone()
    }

    /// For how many plugins there is room at this moment.
    pub(in crate::cluster) fn rooms(&self) -> usize {
        Arc::strong_count(&self.rooms) - 1
    }
}

impl Terminal for Heard {
    fn interaction(&self) -> Interaction {
        self.interaction
    }

    fn is_watched(&self) -> bool {
        self.watched
    }

    fn make_room(&self) -> Box<dyn Send> {
        Box::new(self.rooms.clone())
    }

    fn said(&self, cluster: &ClusterName, command: &str, line: &str) {
        self.lines.lock().unwrap().push(format!("{cluster}: {command}: {line}"));
    }
}
