//! Staying with clusters: waiting until something that was read has changed, until a cluster has gone or come back, or until
//! it is time to look anyway. Watches say so; nothing is asked again meanwhile.

mod refusals;
mod rhythm;

use super::again::Way;
use super::{Place, Run};
use crate::cluster::fleet::FleetFile;
use crate::cluster::moment::ticks;
use crate::cluster::{ClusterSet, Hearing, Reach};
use crate::surface::args::ConnectionArgs;
use crate::terms::ClusterName;
use crate::verdict::{Exit, Failure};
use refusals::Refusals;
use rhythm::Rhythm;
use std::collections::BTreeSet;
use std::pin::Pin;
use std::time::{Duration, Instant};

/// Asking who is still there.
type Calling<'a> = Pin<Box<dyn Future<Output = Result<ClusterSet, Failure>> + 'a>>;

/// Somebody who stays: looks again and again, and rests in between.
pub struct Vigil<'a> {
    run: &'a Run,
    args: &'a ConnectionArgs,
    way: Way,
    place: Place,
    hearing: Hearing,
    rhythm: Rhythm,
    begun: Instant,
    paused: Duration,
    calling: Option<Calling<'a>>,
    refusals: Refusals,
}

impl<'a> Vigil<'a> {
    /// Connects to all clusters, to stay with them.
    ///
    /// # Errors
    /// A wrong flag, file or name (exit 2).
    pub async fn begin(
        run: &'a Run,
        args: &'a ConnectionArgs,
        file: Option<&FleetFile>,
    ) -> Result<Self, Failure> {
        let (place, way) = run.connect_to_stay(args, file).await?;
        let (hearing, at) = (Hearing::default(), ticks());
        let (rhythm, paused, refusals) = (Rhythm::new(at), Duration::ZERO, Refusals::default());
        Ok(Self { run, args, way, place, hearing, rhythm, begun: at, paused, calling: None, refusals })
    }

    /// The clusters as they can be reached, and the namespace.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// The clusters that cannot be reached at the moment.
    pub fn missed(&self) -> BTreeSet<ClusterName> {
        missed(&self.place.set)
    }

    /// A look begins: only what has changed since the last one, and what no watch tells of, will be read.
    pub fn looks(&mut self) {
        (self.begun, self.paused) = (ticks(), Duration::ZERO);
        self.hearing.begin(&self.place.set);
    }

    /// Lets a moment pass within a look, and returns whether something has changed in it, which will be read anew then.
    ///
    /// # Errors
    /// How to leave when somebody wants us to stop.
    pub async fn pause(&mut self, moment: Duration) -> Result<bool, Exit> {
        self.hearing.attend(&self.place.set);
        self.run.pause(moment).await?;
        self.paused += moment;
        let is_news = self.hearing.is_news();
        if is_news {
            self.hearing.begin(&self.place.set);
        }
        Ok(is_news)
    }

    /// The look is over: from now on it is heard when what it read grows old.
    pub fn has_looked(&mut self) {
        self.hearing.attend(&self.place.set);
        self.rhythm.looked(ticks(), self.begun.elapsed().saturating_sub(self.paused));
    }

    /// Waits until it is time to look again; returns how to leave when somebody wants us to stop.
    ///
    /// # Errors
    /// Two names turn out to be one cluster (exit 2).
    pub async fn rest(&mut self) -> Result<Option<Exit>, Failure> {
        loop {
            tokio::select! {
                biased;
                exit = self.run.stopped() => return Ok(Some(exit)),
                set = answered(&mut self.calling) => {
                    self.calling = None;
                    self.called(set?);
                }
                () = self.hearing.heard() => self.heard(),
                () = until(self.refusals.due()) => self.warn(),
                () = tokio::time::sleep_until(self.rhythm.call_at().into()), if self.calling.is_none() => {
                    self.calling = Some(self.call());
                }
                () = tokio::time::sleep_until(self.rhythm.look_at().into()), if self.may_look() => {
                    return Ok(None);
                }
            }
        }
    }

    /// Who is there is known before a look. A cluster that is missed already holds up nobody.
    fn may_look(&self) -> bool {
        self.calling.is_none() || self.rhythm.is_missing()
    }

    fn call(&self) -> Calling<'a> {
        let (run, args, way, set) = (self.run, self.args, self.way.clone(), self.place.set.clone());
        Box::pin(async move { run.connect_again(args, &way, &set).await })
    }

    fn called(&mut self, set: ClusterSet) {
        self.rhythm.called(ticks(), !missed(&set).is_empty());
        if !set.is_as(&self.place.set) {
            self.rhythm.at_once(ticks());
        }
        self.place.set = set;
    }

    fn heard(&mut self) {
        if self.hearing.is_news() {
            self.rhythm.heard(ticks());
        }
        if self.hearing.take_doubt() {
            self.rhythm.doubted(ticks());
        }
        self.refusals.add(ticks(), self.hearing.take_refusals());
    }

    fn warn(&mut self) {
        for warning in self.refusals.take(&self.place.set.fleet) {
            self.run.console.warn(&warning);
        }
    }
}

/// Waits until then; for ever where there is no such moment.
async fn until(moment: Option<Instant>) {
    match moment {
        Some(moment) => tokio::time::sleep_until(moment.into()).await,
        None => std::future::pending().await,
    }
}

/// The answer to who is there; none as long as nobody asks.
async fn answered(calling: &mut Option<Calling<'_>>) -> Result<ClusterSet, Failure> {
    match calling {
        Some(calling) => calling.await,
        None => std::future::pending().await,
    }
}

fn missed(set: &ClusterSet) -> BTreeSet<ClusterName> {
    let out = set.iter().filter(|(_, reach)| matches!(reach, Reach::Out(_)));
    out.map(|(name, _)| name.clone()).collect()
}
