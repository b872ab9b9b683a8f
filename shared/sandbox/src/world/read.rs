//! From text to a world, and from a built-in world and its changes to another one.

use std::path::Path;

use serde_json::Value;

use super::{ClusterSpec, LocalMirror, Reference, World, check, known};
use crate::failure::{Failure, in_place_of};
use crate::object::{name, namespace, text};

/// How large a world may be written down.
const MOST_NODES: usize = 100_000_000;
/// The same in bytes of its words.
const MOST_BYTES: usize = 1 << 30;

impl World {
    /// Reads a world in YAML.
    ///
    /// # Errors
    /// Says what cannot be read, and where, or what of it can never be.
    pub fn read(text: &str) -> Result<Self, Failure> {
        Self::of("world", text)
    }

    /// Reads the world of a file.
    ///
    /// # Errors
    /// As [`read`](Self::read), with the name of the file in front.
    pub fn read_file(file: &Path) -> Result<Self, Failure> {
        let place = file.display();
        let text = std::fs::read_to_string(file).map_err(|error| {
            let next = format!(
                "name a file with a world, or take one that comes with the sandbox: `sandbox serve --world {}`",
                known::names().join("|")
            );
            Failure::new(format!("{place}: {error}"), next)
        })?;
        Self::of(&place.to_string(), &text)
    }

    /// A built-in world.
    ///
    /// # Errors
    /// Lists the worlds that there are when there is none of this name.
    pub fn known(name: &str) -> Result<Self, Failure> {
        let text = known::text(name).ok_or_else(|| {
            Failure::new(format!("there is no world {name:?}"), in_place_of(name, &known::names()))
        })?;
        Self::of(name, text)
    }

    /// The world of a text that is from `origin`.
    fn of(origin: &str, text: &str) -> Result<Self, Failure> {
        let world = parse(origin, text)?;
        let read = check::document(&world).and_then(|()| match &world.extends {
            Some(name) => Self::known(name)?.changed_by(world),
            None => Ok(world),
        });
        let read = read.and_then(check::whole).map_err(|failure| failure.at(origin))?;
        Ok(Self { origin: origin.into(), ..read })
    }

    fn changed_by(mut self, change: Self) -> Result<Self, Failure> {
        for cluster in change.clusters {
            match self.clusters.iter_mut().find(|own| own.name == cluster.name) {
                Some(own) => own.add(cluster),
                None => self.clusters.push(cluster),
            }
        }
        for link in change.links {
            self.links.retain(|own| (&own.importer, &own.exporter) != (&link.importer, &link.exporter));
            self.links.push(link);
        }
        for reference in &change.without {
            self.take_out(reference)?;
        }
        self.about = change.about;
        Ok(self)
    }

    fn take_out(&mut self, reference: &Reference) -> Result<(), Failure> {
        let nothing = |next: String| {
            let words = format!(
                "without: there is no {reference} in {:?} that could be taken out",
                reference.cluster
            );
            Err(Failure::new(words, next))
        };
        let names: Vec<_> = self.clusters.iter().map(|cluster| cluster.name.clone()).collect();
        let Some(cluster) = self.clusters.iter_mut().find(|cluster| cluster.name == reference.cluster) else {
            let names: Vec<_> = names.iter().map(String::as_str).collect();
            return nothing(in_place_of(&reference.cluster, &names));
        };
        let before = cluster.objects.len();
        cluster.objects.retain(|object| !reference.is(object));
        if cluster.objects.len() < before {
            return Ok(());
        }
        nothing("name the kind, the namespace and the name of an object of the extended world".to_owned())
    }
}

impl ClusterSpec {
    fn add(&mut self, other: Self) {
        self.objects.extend(other.objects);
        self.faults.extend(other.faults);
        self.skew += other.skew;
        if other.port != 0 {
            self.port = other.port;
        }
        if other.local_mirror == LocalMirror::Running {
            self.local_mirror = other.local_mirror;
        }
    }
}

impl Reference {
    fn is(&self, object: &Value) -> bool {
        text(object, "/kind") == self.kind && namespace(object) == self.namespace && name(object) == self.name
    }
}

fn parse(origin: &str, text: &str) -> Result<World, Failure> {
    // Without snippets, which are pictures of several lines, and with room for a hundred thousand objects: a world is its
    // user's own file.
    let budget = serde_saphyr::budget! {
        max_events: MOST_NODES, max_nodes: MOST_NODES, max_total_scalar_bytes: MOST_BYTES,
    };
    let options = serde_saphyr::options! { with_snippet: false, budget: budget };
    serde_saphyr::from_str_with_options(text, options).map_err(|error| {
        let place = match error.location() {
            Some(location) if location.line() > 0 => format!("{origin}:{}", location.line()),
            _ => origin.to_owned(),
        };
        let words = error.without_snippet().to_string();
        // What follows is the place once more, and options of the parser.
        let words = [" at line ", ", set "].into_iter().fold(words.as_str(), |words, mark| cut(words, mark));
        Failure::new(format!("{place}: {words}"), next(&error))
    })
}

fn cut<'a>(words: &'a str, mark: &str) -> &'a str {
    words.split(mark).next().unwrap_or_default()
}

fn next(error: &serde_saphyr::Error) -> String {
    use serde_saphyr::Error::{SerdeUnknownField, SerdeUnknownVariant};
    let instead = if let SerdeUnknownField { field: word, expected, .. }
    | SerdeUnknownVariant { variant: word, expected, .. } = error.without_snippet()
    {
        in_place_of(word, expected)
    } else {
        "correct this line".to_owned()
    };
    format!("{instead}; docs/worlds.md has every field of a world")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(yaml: &str) -> String {
        World::read(yaml).unwrap_err().to_string()
    }

    #[test]
    fn every_built_in_world_can_be_read_and_says_what_it_is() {
        for name in known::names() {
            let world = World::known(name).unwrap();
            assert!(!world.about.is_empty() && !world.clusters.is_empty(), "{name}");
        }
    }

    #[test]
    fn a_world_says_where_services_are_federated_and_how_headless_ones_are_mirrored() {
        let text = "{extends: platform, clusters: [{name: apps, localMirror: running}],
                     links: [{importer: apps, exporter: infra, headlessServices: enabled}]}";
        let world = World::read(text).unwrap();
        let local: Vec<_> = world.clusters.iter().map(|one| (one.name.as_str(), one.local_mirror)).collect();
        assert_eq!(local, [("infra", LocalMirror::Stopped), ("apps", LocalMirror::Running)]);
        let headless: Vec<_> = world.links.iter().map(|link| link.headless_services).collect();
        assert_eq!(headless, [crate::controllers::mirror::HeadlessServices::Enabled]);
    }

    #[test]
    fn a_world_that_extends_nothing_or_takes_out_what_is_not_there_is_refused() {
        assert_eq!(
            problem("{extends: platfrom}"),
            "world: there is no world \"platfrom\"\n  next: write platform, if that is meant"
        );
        assert_eq!(
            problem(
                "{extends: platform, without: [{cluster: apps, kind: Pod, namespace: shop, name: nope}]}"
            ),
            "world: without: there is no Pod shop/nope in \"apps\" that could be taken out\n  next: name the kind, the \
             namespace and the name of an object of the extended world"
        );
        assert_eq!(
            problem("{extends: platform, without: [{cluster: aps, kind: Namespace, name: shop}]}"),
            "world: without: there is no Namespace shop in \"aps\" that could be taken out\n  next: write apps, if that \
             is meant"
        );
    }

    #[test]
    fn what_is_no_world_is_refused_with_its_line() {
        let expected = "world:2: unknown field `nmae`, expected one of name, port, skew, objects, localMirror, faults\n  next: write name, \
                        if that is meant; docs/worlds.md has every field of a world";
        assert_eq!(problem("clusters:\n- nmae: infra\n"), expected);
        assert!(problem("clusters: [").starts_with("world:1: "), "{}", problem("clusters: ["));
    }

    #[test]
    fn a_file_that_is_missing_is_named_with_the_worlds_that_there_are() {
        let failure = World::read_file(Path::new("/nonexistent/world.yaml")).unwrap_err().to_string();
        assert!(failure.starts_with("/nonexistent/world.yaml: No such file"), "{failure}");
        assert!(
            failure.ends_with(
                "`sandbox serve --world platform|namespace-missing|name-taken|apps-down|gateway-down|anchors-differ`"
            ),
            "{failure}"
        );
    }
}
