//! The story of a run: connect to all clusters, look from all sides, judge, tell.

use crate::args::{ChoiceArgs, Command, DiffArgs, XclusterCheck};
use crate::catalogue;
use crate::choice::Choice;
use crate::collect;
use crate::count::count;
use crate::diff::{self, Difference};
use crate::files::{self, SourceArgs};
use crate::places::Places;
use crate::report::{ClusterRow, Report};
use crate::silence;
use crate::stage::{Once, Stage};
use crate::view;
use crate::watch;
use platform::cluster::fleet::FleetFile;
use platform::cluster::{ClusterSet, Reach};
use platform::health::causes::{Effect, explains};
use platform::health::checks::judge as stand;
use platform::health::observe::health;
use platform::mesh::access;
use platform::mesh::fleetwide::{judge, nodes};
use platform::mesh::observe::sides;
use platform::mesh::snapshot::MeshSeen;
use platform::plan::Progress as _;
use platform::run::{Place, Plugin, Run, completion};
use platform::surface::LiveProgress;
use platform::surface::args::{ConnectionArgs, OutputArgs};
use platform::terms::{ClusterName, Format, NamespaceChoice, Obstacle, Silence};
use platform::verdict::{Exit, Failure, Finding, against};

impl Plugin for XclusterCheck {
    const NAME: &'static str = "xcluster-check";
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");

    fn connection(&self) -> &ConnectionArgs {
        &self.connection
    }

    fn output(&self) -> &OutputArgs {
        &self.output
    }

    async fn start(self, run: &Run) -> Result<Exit, Failure> {
        if self.watch {
            watch::refuse_what_cannot_be_watched(&self)?;
        }
        match &self.command {
            None if self.show_rbac => {
                let manifests = if self.watch { access::manifests_to_watch } else { access::manifests };
                run.console.report(&manifests(&access::FLEET_ROLES)).map(|()| Exit::Ok)
            }
            None if self.watch => watch::run(&self, run).await,
            None => self.check(run).await,
            Some(Command::Explain(args)) => {
                let format = self.output.format(&[])?;
                let rendered = catalogue::rendered(args.check.as_deref())?;
                run.console.show(&format, &rendered).map(|()| Exit::Ok)
            }
            Some(Command::Diff(args)) => self.diff(run, args).await,
            Some(Command::Collect(args)) => {
                let target = args.target()?;
                let file = FleetFile::find(&self.connection.fleet(), &run.environment)?;
                let place = self.place(run, &self.source, file.as_ref()).await?;
                collect::run(run, place, target).await
            }
            Some(Command::Completion(args)) => completion::<Self>(run, args),
        }
    }
}

impl XclusterCheck {
    /// Formats and names that do not exist are refused before anything is asked of a cluster.
    async fn check(&self, run: &Run) -> Result<Exit, Failure> {
        let format = self.output.format(&Format::OF_FINDINGS)?;
        let Looked { report, exit, .. } = self.look(run, (&self.choice, &self.source)).await?;
        let rendered = view::rendered(&report, (&format, run.console.width()), self.choice.counts())?;
        run.console.show(&format, &rendered).map(|()| exit)
    }

    /// Only what is new counts, and what matters more than before; what cannot be seen now counts as ever.
    async fn diff(&self, run: &Run, args: &DiffArgs) -> Result<Exit, Failure> {
        let format = self.output.format(&[])?;
        let chosen = args.choice.choice()?;
        let mut before = diff::earlier(&args.file)?;
        before.retain(|finding| chosen.has(&finding.check));
        let Looked { report, exit, unsure } = self.look(run, (&args.choice, &args.source)).await?;
        let difference = Difference::of(&before, &report.findings);
        let is_worse = difference.is_worse(|severity| args.choice.fail_on.counts(severity));
        let exit = if exit == Exit::No && !is_worse { unsure } else { exit };
        let rendered = difference.rendered(run.console.width())?;
        run.console.show(&format, &rendered).map(|()| exit)
    }

    /// Looks at all clusters, and judges.
    async fn look(&self, run: &Run, (choice, source): (&ChoiceArgs, &SourceArgs)) -> Result<Looked, Failure> {
        let file = FleetFile::find(&self.connection.fleet(), &run.environment)?;
        let terms = Terms::of(choice, file.as_ref())?;
        let place = self.place(run, source, file.as_ref()).await?;
        let mut once = Once { run, place, is_live: source.is_live() };
        let looked = self.judged(run, &mut once, (choice, &terms)).await?;
        say_if_empty(run, &once.place, &looked.report);
        Ok(looked)
    }

    /// Looks at these clusters, and judges.
    pub(crate) async fn judged(
        &self,
        run: &Run,
        stage: &mut impl Stage,
        (choice, Terms { chosen, silences }): (&ChoiceArgs, &Terms),
    ) -> Result<Looked, Failure> {
        let is_chosen = |check: &str| chosen.has(check);
        let Place { set, namespace } = stage.place().clone();
        let progress = LiveProgress::new(&run.console, set.fleet.names());
        for name in set.fleet.names() {
            progress.doing(name, "looking at Links, mirrors and what carries them");
        }
        let look = async || from_all_sides(run, (&set, namespace.as_deref()), choice).await;
        let mut seen = look().await?;
        let mut judged = judge(&seen, &is_chosen);
        // A mirror may have been on its way in just this moment.
        if judged.may_pass() && stage.again().await.map_err(Failure::stopped)? {
            seen = look().await?;
            judged = judge(&seen, &is_chosen);
        }
        let mut health = run.or_stopped(health(&set)).await?;
        let reached = health.clusters.len();
        // What clusters stand on is in no manifest, but for what Cilium is to give addresses of.
        let written = files::apart(&set, &mut health);
        drop(progress);
        set.forget();
        let lost = out_of_reach(&set).into_iter().filter(|finding| is_chosen(finding.check));
        judged.add(lost.chain(written.into_iter().filter(|finding| is_chosen(finding.check))));
        let (passed_over, unfilled) = files::unfilled(&set);
        judged.add(passed_over);
        judged.add_beneath(stand(&health, &is_chosen), &|cause, finding| {
            explains(&health, cause, Effect { finding, nodes: &nodes(&seen, finding) })
        });
        count(&mut judged.looked, (&set, &health, reached), &is_chosen);
        let mut warned = Vec::new();
        let weighed = run.weigh_warnings(&self.connection, Exit::Ok, &mut warned);
        judged.add(warned);
        let (silenced, idle) = silence::apply(&mut judged, silences, &is_chosen);
        let places = Places::mark(&set, &mut judged);
        let mut report = Report::new(clusters(&set), judged, silenced, places);
        (report.idle, report.chosen, report.namespace) = (idle, chosen.part(), namespace);
        report.unfilled = unfilled;
        let how = (choice.strict, is_passing(&set, &seen));
        let unsure = report.exit(how, |_| false);
        let found = report.exit(how, |severity| choice.fail_on.counts(severity));
        Ok(Looked { report, exit: if found == Exit::Ok { weighed } else { found }, unsure })
    }

    /// The clusters, and the namespace to look at; `None` for all.
    async fn place(
        &self,
        run: &Run,
        source: &SourceArgs,
        file: Option<&FleetFile>,
    ) -> Result<Place, Failure> {
        if source.is_live() {
            return run.or_stopped(run.connect_all(&self.connection, file)).await?;
        }
        files::refuse_flags_for_servers(&self.connection)?;
        let namespace = match self.connection.namespace(false) {
            NamespaceChoice::Named(name) => Some(name),
            NamespaceChoice::All | NamespaceChoice::OfContext => None,
        };
        Ok(Place { set: files::set(source, &run.console)?, namespace })
    }
}

/// What is looked for, and how it is taken.
pub(crate) struct Terms {
    chosen: Choice,
    silences: Vec<Silence>,
}

impl Terms {
    /// What is chosen, and what the fleet file accepts.
    ///
    /// # Errors
    /// A check that nobody knows; a silence without a reason, or with a day that is none (exit 2).
    pub(crate) fn of(choice: &ChoiceArgs, file: Option<&FleetFile>) -> Result<Self, Failure> {
        Ok(Self { chosen: choice.choice()?, silences: silence::all(file)? })
    }
}

/// What a look came to.
pub(crate) struct Looked {
    pub(crate) report: Report,
    exit: Exit,
    /// How to leave where nothing counts of what was found.
    unsure: Exit,
}

/// What is there of the mesh. Where the choice is strict, nothing is given time to come.
async fn from_all_sides(
    run: &Run,
    (set, namespace): (&ClusterSet, Option<&str>),
    choice: &ChoiceArgs,
) -> Result<Vec<MeshSeen>, Failure> {
    let seen = run.or_stopped(sides(set, namespace)).await?;
    Ok(if choice.strict { seen.into_iter().map(MeshSeen::impatient).collect() } else { seen })
}

/// A namespace that is mistyped has no exports either.
pub(crate) fn say_if_empty(run: &Run, place: &Place, report: &Report) {
    if let Some(name) = place.namespace.as_deref().filter(|_| report.looked.mirrors == 0) {
        run.console.say(&format!("No exports found in {name} namespace."));
    }
}

fn clusters(set: &ClusterSet) -> Vec<ClusterRow> {
    let taken =
        |name: &ClusterName| set.cluster(name).ok()?.archive()?.taken_at().map(|taken| taken.to_string());
    let row = |(name, reach): (&_, &Reach)| ClusterRow {
        name: Clone::clone(name),
        taken_at: taken(name),
        context: set.fleet.context(name).to_owned(),
        reached: matches!(reach, Reach::Connected { .. }),
    };
    set.iter().map(row).collect()
}

/// Clusters of which nothing can be seen.
fn out_of_reach(set: &ClusterSet) -> Vec<Finding> {
    let lost = set.iter().filter_map(|(name, reach)| match reach {
        Reach::Connected { .. } => None,
        Reach::Out(obstacle) => {
            let text = format!("cannot be looked at, nor can what leads to it or from it: {obstacle}");
            Some(Finding::unknown("cluster-unseen", &[name], text, against(obstacle, name, &set.fleet)))
        }
    });
    lost.collect()
}

/// Whether something that hid a part of it may be gone soon.
fn is_passing(set: &ClusterSet, seen: &[MeshSeen]) -> bool {
    let out =
        set.iter().any(|(_, reach)| matches!(reach, Reach::Out(obstacle) if obstacle.is_worth_another_try()));
    out || seen.iter().flat_map(MeshSeen::obstacles).any(Obstacle::is_worth_another_try)
}
