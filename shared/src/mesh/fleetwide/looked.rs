//! What was looked at, in numbers: only what was answered counts as asked.

use crate::terms::Obstacle;
use serde::Serialize;

/// What was looked at, in numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Looked {
    /// Links between clusters of the fleet.
    pub links: usize,
    /// Mirrors that there are or should be.
    pub mirrors: usize,
    /// How many questions were answered: each check of each Link and mirror that it is about.
    pub questions: usize,
    /// How many were not, since something that they need could not be seen.
    #[serde(skip_serializing_if = "is_none")]
    pub unanswered: usize,
    /// Why they were not.
    #[serde(skip_serializing_if = "Unanswered::is_none")]
    pub unanswered_because: Unanswered,
}

/// Questions that were not answered, by what kept us from an answer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Unanswered {
    /// A right is missing.
    #[serde(skip_serializing_if = "is_none")]
    pub denied: usize,
    /// A cluster did not answer.
    #[serde(skip_serializing_if = "is_none")]
    pub unreachable: usize,
    /// Files do not tell, as manifests do not of what only a running cluster shows.
    #[serde(skip_serializing_if = "is_none")]
    pub not_in_files: usize,
    /// Anything else.
    #[serde(skip_serializing_if = "is_none")]
    pub otherwise: usize,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
fn is_none(count: &usize) -> bool {
    *count == 0
}

impl Unanswered {
    fn is_none(&self) -> bool {
        *self == Self::default()
    }

    /// In words, such as `3 denied, 4 in no file`; of one reason alone without the number.
    pub fn words(self) -> String {
        let all = [
            (self.denied, "denied"),
            (self.unreachable, "of clusters that do not answer"),
            (self.not_in_files, "in no file"),
            (self.otherwise, "for other reasons"),
        ];
        let told: Vec<(usize, &str)> = all.into_iter().filter(|(count, _)| *count > 0).collect();
        match told.as_slice() {
            // It is all of them.
            [(_, why)] => (*why).to_owned(),
            told => told.iter().map(|(count, why)| format!("{count} {why}")).collect::<Vec<_>>().join(", "),
        }
    }
}

impl Looked {
    /// So many questions were answered.
    pub fn answered(&mut self, count: usize) {
        self.questions += count;
    }

    /// So many were not, since a running cluster alone knows.
    pub fn left_to_clusters(&mut self, count: usize) {
        self.unanswered += count;
        self.unanswered_because.not_in_files += count;
    }

    /// So many were not, for this reason; without one nobody had looked.
    pub fn hidden(&mut self, count: usize, why: Option<&Obstacle>) {
        let because = &mut self.unanswered_because;
        let reason = match why {
            Some(Obstacle::Forbidden { .. } | Obstacle::Unauthorized) => &mut because.denied,
            Some(Obstacle::NotInFiles { .. } | Obstacle::OnlyFiles { .. }) => &mut because.not_in_files,
            Some(obstacle) if obstacle.is_passing() => &mut because.unreachable,
            Some(_) | None => &mut because.otherwise,
        };
        *reason += count;
        self.unanswered += count;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn what_was_not_answered_is_counted_by_what_kept_us_from_it() {
        let mut looked = Looked::default();
        looked.answered(5);
        assert_eq!(looked.unanswered_because.words(), "");
        let forbidden = Obstacle::Forbidden {
            verb: "list".to_owned(),
            resource: "pods".to_owned(),
            namespace: None,
            message: String::new(),
        };
        looked.hidden(2, Some(&forbidden));
        looked.hidden(3, Some(&Obstacle::TimedOut { after: Duration::from_secs(1) }));
        looked.left_to_clusters(4);
        looked.hidden(1, None);
        assert_eq!((looked.questions, looked.unanswered), (5, 10));
        let words = "2 denied, 3 of clusters that do not answer, 4 in no file, 1 for other reasons";
        assert_eq!(looked.unanswered_because.words(), words);
    }
}
