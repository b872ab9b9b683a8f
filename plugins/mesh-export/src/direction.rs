//! Export or undo: what they are called, what they look at and what they wait for.

use crate::args::{ChangeArgs, ExportArgs, ProbeArgs};
use crate::plan;
use crate::survey::Survey;
use platform::mesh::converge::{self, Converging, Pruning};
use platform::mesh::export::{self, Creation, Routability, Wanted};
use platform::mesh::keeper::Kept;
use platform::mesh::link::Way;
use platform::mesh::observe::Looking;
use platform::mesh::undo;
use platform::mesh::waiting::Goal;
use platform::verdict::{Failure, Finding};
use std::collections::BTreeSet;

/// Which way.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Direction<'a> {
    /// Mirrors are to come, and may have to prove themselves.
    Export(&'a ExportArgs),
    /// Mirrors are to go.
    Undo,
}

impl Direction<'_> {
    /// How mirrors are probed.
    pub(crate) fn probe(&self) -> Option<&ProbeArgs> {
        match self {
            Self::Export(only) => Some(&only.probe),
            Self::Undo => None,
        }
    }

    /// What becomes of namespaces that are missing.
    pub(crate) fn creation(self) -> Creation {
        match self {
            Self::Export(only) => only.creation(),
            Self::Undo => Creation::Refused,
        }
    }

    /// Checks of which an error forbids nothing.
    pub(crate) fn despite(self) -> BTreeSet<String> {
        match self {
            Self::Export(only) => only.despite(),
            Self::Undo => BTreeSet::new(),
        }
    }

    /// What becomes of exports that are not in a list.
    pub(crate) fn pruning(self) -> Pruning {
        match self {
            Self::Export(only) => only.pruning(),
            Self::Undo => Pruning::Shown,
        }
    }

    /// Its own flags, as a command to paste must repeat them.
    pub(crate) fn again(self) -> Vec<String> {
        match self {
            Self::Export(only) => only.again(),
            Self::Undo => Vec::new(),
        }
    }

    pub(crate) fn goal(self) -> Goal {
        match self {
            Self::Export(_) => Goal::Arrived,
            Self::Undo => Goal::Gone,
        }
    }

    /// What was typed.
    pub(crate) fn verb(self) -> Option<&'static str> {
        match self {
            Self::Export(_) => None,
            Self::Undo => Some("undo"),
        }
    }

    /// Where it has to look.
    pub(crate) fn looking(self) -> Looking {
        match self {
            Self::Export(_) => Looking::ByName,
            Self::Undo => Looking::ByLabel,
        }
    }

    /// `--mode`, as it is meant here.
    pub(crate) fn ways(self, args: &ChangeArgs) -> Result<Vec<Way>, Failure> {
        match self {
            Self::Export(_) => args.modes.ways(),
            Self::Undo if args.routable.routability() == Routability::Assumed => Err(Failure::usage(
                "--assume-routable is for exports; an undo needs no network",
                "leave it out",
            )),
            Self::Undo => Ok(args.modes.any()),
        }
    }

    /// What has to be done, or every reason against it; an export of nothing is one.
    pub(crate) fn plan(
        self,
        survey: &Survey,
        wanted: &Wanted,
        (nothing, pruning): (Option<Finding>, Pruning),
    ) -> Result<Converging, Vec<Finding>> {
        match self {
            Self::Export(_) if nothing.is_some() => Err(nothing.into_iter().collect()),
            Self::Export(_) => plan::export(survey, wanted, pruning),
            Self::Undo => undo::plan(&survey.seen, wanted).map(Converging::from),
        }
    }

    /// The changes that are left to the keepers of Services.
    pub(crate) fn kept(self, survey: &Survey, wanted: &Wanted) -> Vec<Kept> {
        match (self, &survey.entries) {
            (Self::Export(_), Some(entries)) => converge::kept(&survey.seen, (entries, wanted)),
            (Self::Export(_), None) => export::kept(&survey.seen, wanted),
            (Self::Undo, _) => undo::kept(&survey.seen, wanted),
        }
    }

    pub(crate) fn kind(self) -> &'static str {
        match self {
            Self::Export(_) => "Export",
            Self::Undo => "Undo",
        }
    }
}
