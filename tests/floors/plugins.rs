//! The rooms of a plugin: `args` is of the surface, `main` only starts the run, all others are the run itself.

use super::world::CLUSTERS;
use super::{module_in, opened, room, root, sources, starts};
use std::fs;

#[test]
fn the_arguments_of_a_plugin_reach_no_cluster_and_its_main_only_runs() {
    let mut wrong = Vec::new();
    for plugin in fs::read_dir(root().join("plugins")).unwrap() {
        let folder = plugin.unwrap().path().join("src");
        for path in sources(&folder) {
            let name = module_in(folder.strip_prefix(root()).unwrap().to_str().unwrap(), &path);
            let source = fs::read_to_string(&path).unwrap();
            wrong.extend(unfit(&name, &source).map(|found| format!("{}:{found}", path.display())));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

/// What a plugin's module must not name, with its line.
fn unfit(module: &str, source: &str) -> impl Iterator<Item = String> {
    let room = module.split("::").next().unwrap();
    let lines = source.lines().map(|line| line.split("//").next().unwrap()).enumerate();
    lines.flat_map(move |(number, code)| {
        let library = starts(code, "platform::").flat_map(opened);
        let library = library.filter(|path| !fits(room, path.trim_start_matches("platform::"))).collect();
        let outside = CLUSTERS.iter().filter(|name| starts(code, &format!("{name}::")).next().is_some());
        let outside = outside.filter(|_| room == "args").map(|name| (*name).to_owned());
        let found: Vec<String> = [library, outside.collect::<Vec<_>>()].concat();
        found.into_iter().map(move |name| format!("{}: {room} names {name}", number + 1))
    })
}

/// Whether this room of a plugin may know this module of the library.
fn fits(plugins: &str, librarys: &str) -> bool {
    match (plugins, room(librarys)) {
        ("main", found) => found.is_some_and(|(name, _)| name == "run"),
        ("args", found) => found.is_some_and(|(name, floor)| floor <= 2 || name == "surface"),
        _ => true,
    }
}

#[test]
fn a_planted_cluster_in_the_arguments_of_a_plugin_is_caught() {
    let found = |module: &str, source: &str| unfit(module, source).collect::<Vec<_>>();
    let good = "use platform::surface::Console;\nuse platform::mesh::snapshot::Key;";
    assert_eq!(found("args", good), Vec::<String>::new());
    assert_eq!(
        found("args::more", "use platform::{cluster::Fleet, act};\nuse kube::Client;"),
        ["1: args names platform::cluster::Fleet", "1: args names platform::act", "2: args names kube"]
    );
    assert_eq!(found("main", "platform::run::plugin::<X>()"), Vec::<String>::new());
    assert_eq!(found("main", "use platform::terms::Mode;"), ["1: main names platform::terms::Mode"]);
    assert_eq!(found("app", "use platform::cluster::Fleet;"), Vec::<String>::new());
}
