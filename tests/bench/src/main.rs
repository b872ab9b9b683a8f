//! Measures, prints a table, and ends with 1 when an aim is missed. `cargo xtask bench` builds what it needs, starts the
//! real control planes, and starts it.

#![expect(
    clippy::print_stdout,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a benchmark: it talks on the terminal, looks at the clock, and what does not work must end it"
)]

mod check;
mod figure;
mod large;
mod machine;
mod platform;
mod real;
mod runs;
mod scale;
mod stage;
mod statistics;
mod staying;
mod transition;

use std::cell::OnceCell;
use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use testkit::real::Ground;
use testkit::world::{Alone, mesh_alone};

use crate::figure::{Aim, Figure, HEADING, Unit, replace};
use crate::runs::Line;
use crate::stage::Stage;

/// Measures something.
type Measure = fn(&Bench) -> Vec<Figure>;

/// What can be measured, in the order of the table.
const MEASURES: [(&str, Measure); 12] = [
    ("size", size),
    ("version", real::version),
    ("dry-run", real::dry_run),
    ("completion", real::completion),
    ("check", check::small), // before what fills the clusters
    ("transition", transition::transition),
    ("list", real::list),
    ("linear", scale::linear),
    ("fleet", scale::fleet),
    ("check-fleet", check::fleet),
    ("check-large", large::large),
    ("check-files", check::files),
];

/// Measures what the commands cost.
#[derive(Debug, Parser)]
struct Arguments {
    /// The plugin, as it is released
    #[arg(long)]
    plugin: PathBuf,
    /// The plugin that checks, likewise
    #[arg(long)]
    checker: PathBuf,
    /// The sandbox, optimised
    #[arg(long)]
    sandbox: PathBuf,
    /// Put the table into this page
    #[arg(long)]
    write: Option<PathBuf>,
    /// Measure only these
    #[arg(value_parser = MEASURES.map(|(name, _)| name))]
    only: Vec<String>,
}

/// What all measurements share.
struct Bench {
    plugin: PathBuf,
    checker: PathBuf,
    sandbox: PathBuf,
    mesh: OnceCell<Alone>,
    stage: OnceCell<Stage>,
}

impl Bench {
    /// Two linked clusters with a database, made by the first who needs them.
    fn stage(&self) -> &Stage {
        self.mesh();
        self.stage.get_or_init(|| Stage::new(ground(), &self.plugin))
    }

    /// The real ground for this run alone.
    fn mesh(&self) -> &Alone {
        self.mesh.get_or_init(|| mesh_alone(ground()))
    }

    /// The plugin with these arguments, started directly.
    fn line(&self, arguments: &[&str]) -> Line {
        Line::new(&self.plugin, arguments)
    }
}

fn ground() -> &'static Ground {
    testkit::kubectl::ground().expect("the real ground: start it with `cargo xtask bench`")
}

fn size(bench: &Bench) -> Vec<Figure> {
    let bytes = fs::metadata(&bench.plugin).expect("the plugin").len();
    let megabytes = u32::try_from(bytes).map_or(f64::INFINITY, f64::from) / 1e6;
    let (what, took, beside) = ("the program".to_owned(), format!("{bytes} bytes"), String::new());
    vec![Figure { what, took, beside, value: megabytes, unit: Unit::Megabytes, aim: Aim::AtMost(8.0) }]
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let [plugin, checker, sandbox] =
        [&arguments.plugin, &arguments.checker, &arguments.sandbox].map(|path| absolute(path));
    let bench = Bench { plugin, checker, sandbox, mesh: OnceCell::new(), stage: OnceCell::new() };
    let head = format!("{}\n\n{HEADING}", machine::described(&bench.plugin));
    println!("{head}");
    let (mut measured, mut holds) = (Vec::new(), true);
    for (name, measure) in MEASURES {
        let is_wanted = arguments.only.is_empty() || arguments.only.iter().any(|one| one == name);
        let figures = if is_wanted { measure(&bench) } else { Vec::new() };
        let rows: Vec<String> = figures.iter().map(|figure| figure.row(name)).collect();
        for row in &rows {
            println!("{row}");
        }
        holds &= figures.iter().all(Figure::holds);
        measured.push((name, rows));
    }
    if let Some(page) = &arguments.write {
        let text = fs::read_to_string(page).expect("a page");
        let replaced = replace(&text, &head, &measured).unwrap_or_else(|why| panic!("{why}"));
        fs::write(page, replaced).expect("a page");
    }
    if holds { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn absolute(path: &std::path::Path) -> PathBuf {
    path.canonicalize().expect("a program that is built")
}
