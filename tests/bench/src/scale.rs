//! What is measured on clusters of the sandbox, each world in a process of its own: more clusters, more Services and
//! more latency than a workstation has of real ones.

use std::fmt::Write as _;

use testkit::served::Served;

use crate::Bench;
use crate::figure::{Aim, Figure, Took, Unit};
use crate::runs::{Cost, Track};
use crate::statistics::exponent;

/// In a fleet: how long each request takes, in milliseconds.
pub(crate) const LATENCY: u32 = 200;
/// Of so many Services one is exported.
const ONE_OF: usize = 50;

/// `list -A` on two clusters, from small to large.
pub(crate) fn linear(bench: &Bench) -> Vec<Figure> {
    let (few, many) = (1_000, 50_000);
    let [small, large] = [few, many].map(|services| listed(bench, services, services / ONE_OF, 7));
    let beside = format!("{few} Services: {}", Took(small.time));
    let services = Figure {
        what: format!("`list -A`, {many} Services a cluster, {} exported", many / ONE_OF),
        took: Took(large.time).to_string(),
        beside,
        value: exponent((few, small.time), (many, large.time)),
        unit: Unit::Exponent,
        aim: Aim::AtMost(1.1),
    };
    let (few, many) = (500, 5_000);
    let [small, large] = [few, many].map(|services| listed(bench, services, services, 7));
    let exports = Figure {
        what: format!("`list -A`, {many} Services a cluster, all exported"),
        took: Took(large.time).to_string(),
        beside: format!("{few} Services: {}", Took(small.time)),
        value: exponent((few, small.time), (many, large.time)),
        unit: Unit::Exponent,
        aim: Aim::AtMost(1.1),
    };
    vec![services, exports]
}

fn listed(bench: &Bench, services: usize, exported: usize, times: usize) -> Cost {
    let served = Served::start(&bench.sandbox, &large(services, exported));
    let track = Track::new(&bench.plugin, served.kubeconfig());
    track.alone(times, &bench.line(&["--contexts", "infra,apps", "list", "-A"]))
}

/// Many clusters that all are far away, against two of them.
pub(crate) fn fleet(bench: &Bench) -> Vec<Figure> {
    let worlds = [20, 2].map(|clusters| Served::start(&bench.sandbox, &far(clusters)));
    let commands = [
        ("`list -A`", vec!["list", "-A"], 0),
        ("an export, `--dry-run=server`", vec!["svc/web", "-n", "shop", "--dry-run=server"], 5),
    ];
    let figure = |(what, arguments, code): (&str, Vec<&str>, i32)| {
        let [many, two] = worlds.each_ref().map(|served| {
            let contexts = served.contexts().join(",");
            let arguments: Vec<&str> =
                ["--contexts", &contexts].into_iter().chain(arguments.clone()).collect();
            let track = Track::new(&bench.plugin, served.kubeconfig());
            track.alone(7, &bench.line(&arguments).ends_with(code))
        });
        Figure {
            what: format!("{what}, 20 clusters with {LATENCY} ms of latency"),
            took: Took(many.time).to_string(),
            beside: format!("two of them: {}", Took(two.time)),
            value: many.time.as_secs_f64() / two.time.as_secs_f64(),
            unit: Unit::Ratio,
            aim: Aim::AtMost(1.3),
        }
    };
    commands.into_iter().map(figure).collect()
}

/// `infra` with so many Services, of which the first are exported to `apps`, which has as many of its own. Their mirrors
/// are written down, since a service mirror would take its time, a hundred a minute.
fn large(services: usize, exported: usize) -> String {
    let mut text = String::from("clusters:\n");
    for cluster in ["infra", "apps"] {
        writeln!(text, "- name: {cluster}\n  objects:").expect("memory");
        writeln!(text, "  - {{apiVersion: v1, kind: Namespace, metadata: {{name: shop}}}}").expect("memory");
        for number in 0..services {
            let of_exported = cluster == "infra" && number < exported;
            let labels = if of_exported { "{mirror.linkerd.io/exported: 'true'}" } else { "{}" };
            writeln!(
                text,
                "  - {{apiVersion: v1, kind: Service, metadata: {{name: s{number}, namespace: shop, labels: {labels}}}, \
                 spec: {{ports: [{{name: http, port: 80}}]}}}}"
            )
            .expect("memory");
        }
    }
    for number in 0..exported {
        let metadata = format!(
            "{{name: s{number}-infra, namespace: shop, \
             labels: {{mirror.linkerd.io/mirrored-service: 'true', mirror.linkerd.io/cluster-name: infra}}, \
             annotations: {{mirror.linkerd.io/remote-resource-version: '1', \
             mirror.linkerd.io/remote-svc-fq-name: s{number}.shop.svc.cluster.local}}}}"
        );
        writeln!(
            text,
            "  - {{apiVersion: v1, kind: Service, metadata: {metadata}, spec: {{ports: [{{name: http, port: 80}}]}}}}\n\
             \x20 - {{apiVersion: v1, kind: Endpoints, metadata: {metadata}, \
             subsets: [{{addresses: [{{ip: 192.0.2.1}}], ports: [{{name: http, port: 4143}}]}}]}}"
        )
        .expect("memory");
    }
    text + "links:\n- {importer: apps, exporter: infra, controller: stopped}\n"
}

/// `infra` with a Service, and the others with a Link to it; everything takes its time.
pub(crate) fn far(clusters: usize) -> String {
    let names: Vec<String> = (0..clusters).map(name).collect();
    let mut text = String::from("clusters:\n");
    for name in &names {
        write!(
            text,
            "- name: {name}\n  objects:\n  - {{apiVersion: v1, kind: Namespace, metadata: {{name: shop}}}}\n\
             \x20 - {{apiVersion: v1, kind: Service, metadata: {{name: web, namespace: shop}}, spec: {{ports: [{{port: 80}}]}}}}\n\
             \x20 faults: [{{fault: {{delay: {LATENCY}}}}}]\n"
        )
        .expect("memory");
    }
    text += "links:\n";
    for name in names.iter().skip(1) {
        writeln!(text, "- {{importer: {name}, exporter: infra}}").expect("memory");
    }
    text
}

fn name(number: usize) -> String {
    if number == 0 { "infra".to_owned() } else { format!("edge-{number:02}") }
}
