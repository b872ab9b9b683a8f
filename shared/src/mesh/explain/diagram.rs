//! Chains as a flowchart in Mermaid's language. Each box says in words whether its stage holds; colours only add.

use super::{Chain, Explained, Standing, Step};

/// How boxes of each standing look.
const STYLES: [(Standing, &str, &str); 6] = [
    (Standing::Holds, "holds", "fill:#e6f4ea,stroke:#137333,color:#000"),
    (Standing::Warning, "warning", "fill:#fef7e0,stroke:#b06000,color:#000"),
    (Standing::Broken, "broken", "fill:#fce8e6,stroke:#c5221f,stroke-width:4px,color:#000"),
    (Standing::Follows, "follows", "fill:#fce8e6,stroke:#c5221f,stroke-dasharray:4,color:#000"),
    (
        Standing::Unknown,
        "unknown",
        "fill:#f1f3f4,stroke:#3c4043,stroke-width:3px,stroke-dasharray:2,color:#000",
    ),
    (Standing::NotReached, "notReached", "fill:#fff,stroke:#9aa0a6,color:#5f6368"),
];

/// The flowchart of all chains, from the exported Service down to its last stage in each cluster.
pub fn diagram(explained: &[Explained]) -> String {
    let mut lines = vec!["flowchart TD".to_owned()];
    for (service, one) in explained.iter().enumerate() {
        for (mirror, chain) in one.mirrors.iter().enumerate() {
            lines.extend(of_chain(&format!("s{service}m{mirror}"), one, chain));
        }
    }
    lines.extend(STYLES.map(|(_, name, style)| format!("  classDef {name} {style}")));
    lines.join("\n") + "\n"
}

fn of_chain(prefix: &str, one: &Explained, chain: &Chain) -> Vec<String> {
    let place = chain.consumer.as_ref().map_or("no other cluster", |name| name.as_str());
    let title = format!("svc/{} of {} in {place}", one.service, one.namespace);
    let mut lines = vec![format!("  subgraph {prefix}[\"{}\"]", escaped(&title))];
    let names: Vec<String> =
        chain.chain.iter().map(|step| format!("{prefix}_{}", step.stage.replace('-', "_"))).collect();
    lines.extend(
        chain.chain.iter().zip(&names).map(|(step, name)| format!("    {name}[\"{}\"]", label(step))),
    );
    let pairs = names.iter().zip(names.iter().skip(1)).zip(chain.chain.iter().skip(1));
    lines.extend(pairs.map(|((from, to), step)| format!("    {from} {} {to}", arrow(step))));
    lines.extend(explanations(chain, &names));
    lines.push("  end".to_owned());
    for (standing, class, _) in STYLES {
        let boxes = chain.chain.iter().zip(&names).filter(|(step, _)| step.state == standing);
        let boxes: Vec<&str> = boxes.map(|(_, name)| name.as_str()).collect();
        lines.extend((!boxes.is_empty()).then(|| format!("  class {} {class}", boxes.join(","))));
    }
    lines
}

/// From each cause to what follows from it.
fn explanations(chain: &Chain, names: &[String]) -> Vec<String> {
    let name_of = |check: &str| {
        let is_it = |step: &Step| step.finding.as_ref().is_some_and(|said| said.check == check);
        chain.chain.iter().zip(names).find(|(step, _)| is_it(step)).map(|(_, name)| name)
    };
    let pairs = chain.chain.iter().zip(names).filter_map(|(step, name)| {
        let cause = name_of(step.finding.as_ref()?.because?)?;
        Some(format!("    {cause} == explains ==> {name}"))
    });
    pairs.collect()
}

/// A whole line where the way goes on, a dotted one where it does not.
fn arrow(to: &Step) -> &'static str {
    match to.state {
        Standing::Holds | Standing::Warning | Standing::Broken => "-->",
        Standing::Follows | Standing::Unknown | Standing::NotReached => "-.->",
    }
}

fn label(step: &Step) -> String {
    let place = step.cluster.as_ref().map(|cluster| format!("{cluster}: ")).unwrap_or_default();
    let mut parts = vec![format!("{place}{}", step.title), step.state.word().to_uppercase()];
    if let Some(said) = &step.finding {
        let because = said.because.map(|because| format!(" (from {because})")).unwrap_or_default();
        parts.push(format!("{}: {}{because}", said.check, said.summary));
    }
    parts.iter().map(|part| escaped(part)).collect::<Vec<_>>().join("<br/>")
}

/// What Mermaid, or the HTML that it makes, might take for more than text is written as the number of its character.
fn escaped(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || " .,:/-_()".contains(c);
    let write = |c: char| if plain(c) { c.to_string() } else { format!("#{};", u32::from(c)) };
    text.chars().map(write).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_standing_has_a_look_of_its_own_that_is_named_by_it() {
        let looks = STYLES.map(|(standing, _, _)| standing);
        assert_eq!(looks.len(), Standing::ALL.len());
        for standing in Standing::ALL {
            assert_eq!(looks.iter().filter(|one| **one == standing).count(), 1, "{standing:?}");
        }
    }

    #[test]
    fn hostile_text_is_nothing_but_text() {
        let hostile = "x\"]\nclick a \"javascript:alert(1)\"\u{1b}[31m<img src=x>`#quot;é";
        let escaped = escaped(hostile);
        assert!(!escaped.contains(['"', '[', ']', '\n', '<', '>', '`', '\u{1b}']), "{escaped}");
        assert!(escaped.contains("#34;") && escaped.contains("#35;quot#59;") && escaped.contains("#233;"));
    }
}
