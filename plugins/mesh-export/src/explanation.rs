//! The document of `explain`, and what people read of it. Fields are only ever added.

use platform::mesh::explain::{Chain, Explained, Step, diagram, text};
use platform::surface::{API_VERSION, Rendered, Table};
use platform::terms::{ClusterName, Format, PROSE};
use platform::verdict::{Failure, Finding};
use serde::Serialize;
use std::collections::BTreeSet;

/// What kubectl writes where there is nothing.
const NONE: &str = "<none>";

/// Why Services cannot be used in the other clusters, or that they can.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct Explanation {
    api_version: &'static str,
    kind: &'static str,
    /// Where the Services are.
    exporter: ClusterName,
    /// Whether one name may be there in several namespaces.
    #[serde(skip)]
    all_namespaces: bool,
    /// Each Service, with each of its mirrors.
    pub(crate) services: Vec<Explained>,
    /// What belongs to no mirror.
    pub(crate) findings: Vec<Finding>,
}

impl Explanation {
    /// An empty one.
    pub(crate) fn new(exporter: &ClusterName, all_namespaces: bool) -> Self {
        let (api_version, kind, exporter) = (API_VERSION, "Explanation", exporter.clone());
        Self { api_version, kind, exporter, all_namespaces, services: Vec::new(), findings: Vec::new() }
    }

    fn chains(&self) -> impl Iterator<Item = (&Explained, &Chain)> {
        self.services.iter().flat_map(|one| one.mirrors.iter().map(move |chain| (one, chain)))
    }
}

/// Prepares it for a format: people read sentences, or with `wide` a row for each stage.
///
/// # Errors
/// None in practice; a value that cannot be written as JSON would be a bug (exit 70).
pub(crate) fn rendered(
    explanation: &Explanation,
    format: &Format,
    width: Option<usize>,
) -> Result<Rendered, Failure> {
    let width = width.map_or(PROSE, |width| width.min(PROSE));
    let text = if *format == Format::Table { text(&explanation.services, width) } else { Vec::new() };
    let (names, diagram) = (names(explanation), diagram(&explanation.services));
    Ok(Rendered { wide: wide(explanation), names, text, diagram, ..Rendered::of(explanation)? })
}

fn wide(explanation: &Explanation) -> Table {
    let mut table = Table::new([
        "namespace",
        "service",
        "consumer",
        "link",
        "mirror",
        "mode",
        "stage",
        "state",
        "check",
        "because",
    ]);
    for (one, chain) in explanation.chains() {
        for step in &chain.chain {
            table.row(row(one, chain, step));
        }
    }
    table
}

fn row(one: &Explained, chain: &Chain, step: &Step) -> [String; 10] {
    let or_none = |text: Option<String>| text.unwrap_or_else(|| NONE.to_owned());
    let said = step.finding.as_ref();
    [
        one.namespace.clone(),
        one.service.clone(),
        or_none(chain.consumer.as_ref().map(ToString::to_string)),
        or_none(chain.link.clone()),
        or_none(chain.mirror.clone()),
        or_none(chain.mode.map(|mode| mode.word().to_owned())),
        step.stage.to_owned(),
        step.state.word().to_owned(),
        or_none(said.map(|said| said.check.to_owned())),
        or_none(said.and_then(|said| said.because).map(str::to_owned)),
    ]
}

/// Each distinct mirror once: two consumers may have it under one name.
fn names(explanation: &Explanation) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let named =
        explanation.chains().filter_map(|(one, chain)| Some((&one.namespace, chain.mirror.as_ref()?)));
    let distinct = named.filter(|pair| seen.insert(*pair));
    let spelled = |(namespace, mirror): (&String, &String)| {
        if explanation.all_namespaces {
            format!("service/{namespace}/{mirror}")
        } else {
            format!("service/{mirror}")
        }
    };
    distinct.map(spelled).collect()
}
