//! `--watch`: after the report it stays, and tells what has changed. Watches say when to look; only what they tell of is read
//! again.

mod told;

use crate::app::{Terms, say_if_empty};
use crate::args::XclusterCheck;
use crate::report::Report;
use crate::view;
use platform::cluster::fleet::FleetFile;
use platform::run::{Run, Vigil};
use platform::terms::Format;
use platform::verdict::{Exit, Failure, Finding};

/// What cannot be watched is refused before anything is asked.
///
/// # Errors
/// Why not (exit 2).
pub(crate) fn refuse_what_cannot_be_watched(plugin: &XclusterCheck) -> Result<(), Failure> {
    let refused = |what: &str, next: &str| Err(Failure::usage(what, next));
    if !plugin.source.is_live() {
        return refused("files do not change while they are looked at", "leave out --watch, or the files");
    }
    let format = plugin.output.format(&Format::OF_FINDINGS)?;
    if is_whole(&format) {
        let what = format!("-o {} is one document, to which nothing can be added later", format.word());
        return refused(&what, "leave out --watch, or choose -o json");
    }
    Ok(())
}

/// Whether a format is one document, or reads one kind of it.
fn is_whole(format: &Format) -> bool {
    match format {
        Format::Junit | Format::Sarif | Format::Html | Format::Mermaid | Format::JsonPath(_) => true,
        Format::Table | Format::Wide | Format::Json | Format::Yaml | Format::Name => false,
    }
}

/// Reports, and then tells of every change until somebody wants it to stop, or nobody reads it any more.
///
/// # Errors
/// A wrong flag, file or name; the first look was stopped.
pub(crate) async fn run(plugin: &XclusterCheck, run: &Run) -> Result<Exit, Failure> {
    let format = plugin.output.format(&Format::OF_FINDINGS)?;
    let file = FleetFile::find(&plugin.connection.fleet(), &run.environment)?;
    Terms::of(&plugin.choice, file.as_ref())?;
    let vigil = Vigil::begin(run, &plugin.connection, file.as_ref());
    let vigil = run.or_stopped(vigil).await??;
    let mut watch = Watch { plugin, run, format, file, vigil, before: Vec::new() };
    let report = watch.look().await?;
    watch.begin(&report)?;
    while !run.console.is_left() {
        if let Some(exit) = watch.vigil.rest().await? {
            return Ok(exit);
        }
        match watch.look().await {
            Err(failure) if matches!(failure.exit, Exit::Interrupted | Exit::Terminated) => {
                return Ok(failure.exit);
            }
            looked => watch.tell(&looked?)?,
        }
    }
    Ok(Exit::Ok)
}

/// What a watch knows.
struct Watch<'a> {
    plugin: &'a XclusterCheck,
    run: &'a Run,
    format: Format,
    /// What is accepted, until the last day of it.
    file: Option<FleetFile>,
    vigil: Vigil<'a>,
    /// What was found, and what was found of clusters that cannot be seen at the moment.
    before: Vec<Finding>,
}

impl Watch<'_> {
    /// Reads again what has changed, and judges.
    async fn look(&mut self) -> Result<Report, Failure> {
        let Self { plugin, run, file, vigil, .. } = self;
        let terms = Terms::of(&plugin.choice, file.as_ref())?;
        vigil.looks();
        let looked = plugin.judged(run, vigil, (&plugin.choice, &terms)).await?;
        vigil.has_looked();
        Ok(looked.report)
    }

    /// The report as without `--watch`.
    fn begin(&mut self, report: &Report) -> Result<(), Failure> {
        let Self { run, plugin, format, vigil, .. } = self;
        say_if_empty(run, vigil.place(), report);
        let rendered = view::rendered(report, (format, run.console.width()), plugin.choice.counts())?;
        run.console.show(format, &rendered)?;
        self.before.clone_from(&report.findings);
        let names = vigil.place().set.fleet.names().count();
        run.console.say(&format!("watching {names} clusters; Ctrl-C ends it"));
        Ok(())
    }

    /// What has changed since it was told last. What is known of a cluster that cannot be seen is not gone.
    fn tell(&mut self, report: &Report) -> Result<(), Failure> {
        let told = told::Told::of(&self.before, &report.findings, &self.vigil.missed());
        if !told.is_nothing() {
            let (moment, width) = (self.run.moment(), self.run.console.width());
            self.run.console.report(&told.rendered(moment, &self.format, width)?)?;
        }
        self.before = told.known();
        Ok(())
    }
}
