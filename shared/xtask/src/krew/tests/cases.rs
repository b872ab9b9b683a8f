// Long because it is a flat table: for each rule what breaks it, and what is said.
//! What breaks each rule alone. Rules stand in the order of their table.

use super::super::FileOperation;
use super::{Packed, Sample};

type Case = (&'static str, fn(&mut Sample), &'static str);

fn file(name: &'static str) -> Packed {
    Packed { name, kind: tar::EntryType::Regular, mode: 0o644 }
}

fn labels(sample: &mut Sample, labels: &[(&str, &str)]) {
    let labels = labels.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    let selector = sample.manifest.spec.platforms[0].selector.as_mut().unwrap();
    selector.match_labels = Some(labels);
}

fn operation(sample: &mut Sample, from: &str, to: &str) {
    let operation = FileOperation { from: from.to_owned(), to: to.to_owned() };
    sample.manifest.spec.platforms[0].files.as_mut().unwrap().push(operation);
}

pub(super) const CASES: [Case; 52] = [
    (
        "api-version",
        |sample| sample.manifest.api_version = "v1".to_owned(),
        "apiVersion is \"v1\": write krew.googlecontainertools.github.com/v1alpha2",
    ),
    ("kind", |sample| sample.manifest.kind.clear(), "kind is \"\": write Plugin"),
    (
        "name-safe",
        |sample| {
            sample.file = "mesh.export.yaml";
            sample.manifest.metadata.name = "mesh.export".to_owned();
        },
        "metadata.name is \"mesh.export\": use letters, digits, dashes and underscores, and at least one of them",
    ),
    (
        "name-safe",
        |sample| {
            sample.file = ".yaml";
            sample.manifest.metadata.name.clear();
        },
        "metadata.name is \"\": use letters, digits, dashes and underscores, and at least one of them",
    ),
    (
        "name-no-device",
        |sample| {
            sample.file = "Lpt1.yaml";
            sample.manifest.metadata.name = "Lpt1".to_owned();
        },
        "metadata.name is \"Lpt1\", which Windows keeps for a device: choose another name",
    ),
    (
        "name-of-file",
        |sample| sample.file = "mesh_export.yaml",
        "the file is called mesh_export.yaml and the plugin \"mesh-export\": call the file mesh-export.yaml",
    ),
    (
        "name-of-file",
        |sample| sample.file = "mesh-export.yml",
        "the file is called mesh-export.yml and the plugin \"mesh-export\": call the file mesh-export.yaml",
    ),
    (
        "version",
        |sample| sample.manifest.spec.version = "1.2.3".to_owned(),
        "spec.version is \"1.2.3\": write a v and a semantic version, as in v1.2.3",
    ),
    (
        "version",
        |sample| sample.manifest.spec.version = "v1.2".to_owned(),
        "spec.version is \"v1.2\": write a v and a semantic version, as in v1.2.3",
    ),
    (
        "homepage",
        |sample| sample.manifest.spec.homepage.clear(),
        "spec.homepage is \"\": write the address of the documentation, which begins with https://",
    ),
    (
        "short-description-there",
        |sample| sample.manifest.spec.short_description = " ".to_owned(),
        "spec.shortDescription is missing: say in one line what the plugin is for",
    ),
    (
        "short-description-line",
        |sample| sample.manifest.spec.short_description = "Export\nServices".to_owned(),
        "spec.shortDescription has a line break: write one line, and the rest in spec.description",
    ),
    (
        "short-description-length",
        |sample| sample.manifest.spec.short_description = "é".repeat(51),
        "spec.shortDescription has 51 characters: use 50 at most",
    ),
    (
        "description",
        |sample| sample.manifest.spec.description.clear(),
        "spec.description is missing: say what the plugin does",
    ),
    (
        "description",
        |sample| sample.manifest.spec.description += " Use it with --mode flat.",
        "spec.description names the flag --mode: say what the plugin does, its help says how",
    ),
    (
        "platforms-there",
        |sample| sample.manifest.spec.platforms.clear(),
        "spec.platforms is empty: name at least one platform and its archive",
    ),
    (
        "selector-there",
        |sample| sample.manifest.spec.platforms[0].selector = None,
        "spec.platforms[0] has no selector: name its os and arch in selector.matchLabels",
    ),
    (
        "selector-there",
        |sample| sample.manifest.spec.platforms[0].selector.as_mut().unwrap().match_labels = None,
        "spec.platforms[0] has no selector: name its os and arch in selector.matchLabels",
    ),
    (
        "selector-there",
        |sample| labels(sample, &[]),
        "spec.platforms[0].selector.matchLabels is empty: name os and arch there, or leave it out",
    ),
    (
        "selector-there",
        |sample| {
            sample.manifest.spec.platforms[0].selector.as_mut().unwrap().match_expressions = Some(vec![]);
        },
        "spec.platforms[0].selector.matchExpressions is empty: write an expression, or leave it out",
    ),
    (
        "selector-keys",
        |sample| labels(sample, &[("os", "linux"), ("libc", "musl")]),
        "spec.platforms[0].selector asks for \"libc\": only os and arch can be asked for",
    ),
    (
        "selector-operators",
        |sample| {
            let expressions =
                &mut sample.manifest.spec.platforms[1].selector.as_mut().unwrap().match_expressions;
            expressions.as_mut().unwrap()[0].operator = "Equals".to_owned();
        },
        "spec.platforms[1].selector has the operator \"Equals\" with 1 values: \
         use In or NotIn with values, Exists or DoesNotExist without",
    ),
    (
        "selector-operators",
        |sample| {
            let expressions =
                &mut sample.manifest.spec.platforms[1].selector.as_mut().unwrap().match_expressions;
            expressions.as_mut().unwrap()[1].operator = "NotIn".to_owned();
        },
        "spec.platforms[1].selector has the operator \"NotIn\" with 0 values: \
         use In or NotIn with values, Exists or DoesNotExist without",
    ),
    (
        "selector-spelling",
        |sample| labels(sample, &[("os", "macOS"), ("arch", "amd64")]),
        "spec.platforms[0].selector asks for the os \"macOS\", which Go does not spell so: write darwin",
    ),
    (
        "selector-spelling",
        |sample| labels(sample, &[("os", "linux"), ("arch", "x86_64")]),
        "spec.platforms[0].selector asks for the arch \"x86_64\", which Go does not spell so: write amd64",
    ),
    (
        "selector-spelling",
        |sample| labels(sample, &[("os", "plan9"), ("arch", "amd64")]),
        "spec.platforms[0].selector asks for the os \"plan9\", which Go does not spell so: \
         write one of darwin, linux, windows",
    ),
    (
        "selector-matches",
        |sample| labels(sample, &[("os", "darwin"), ("arch", "386")]),
        "spec.platforms[0].selector matches no machine that Krew runs on: select one of linux/386, linux/amd64, \
         linux/arm, linux/arm64, linux/ppc64le, darwin/amd64, darwin/arm64, windows/386, windows/amd64, windows/arm64",
    ),
    (
        "selector-once",
        |sample| labels(sample, &[("os", "darwin"), ("arch", "arm64")]),
        "spec.platforms[0] and spec.platforms[1] all match darwin/arm64: let one of them select it",
    ),
    (
        "uri",
        |sample| sample.manifest.spec.platforms[0].uri.clear(),
        "spec.platforms[0].uri is \"\": write where the archive lies, which begins with https://",
    ),
    (
        "sha256-form",
        |sample| sample.manifest.spec.platforms[1].sha256.clear(),
        "spec.platforms[1].sha256 is \"\": \
         write the sum of the archive in 64 hexadecimal digits, letters small",
    ),
    (
        "sha256-form",
        |sample| sample.manifest.spec.platforms[1].sha256 = "A".repeat(64),
        "spec.platforms[1].sha256 is \"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\": \
         write the sum of the archive in 64 hexadecimal digits, letters small",
    ),
    (
        "sha256-form",
        |sample| sample.manifest.spec.platforms[1].sha256 = "a".repeat(63),
        "spec.platforms[1].sha256 is \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\": \
         write the sum of the archive in 64 hexadecimal digits, letters small",
    ),
    (
        "bin-there",
        |sample| sample.manifest.spec.platforms[0].bin.clear(),
        "spec.platforms[0].bin is missing: name the program in the archive",
    ),
    (
        "files-there",
        |sample| {
            sample.manifest.spec.platforms[0].files = Some(vec![]);
        },
        "spec.platforms[0].files is an empty list: leave it out, which extracts everything",
    ),
    (
        "files-complete",
        |sample| operation(sample, "", "."),
        "spec.platforms[0].files[2] lacks from or to: write both, `to: .` for the folder of the installation",
    ),
    (
        "files-inside",
        |sample| operation(sample, "docs", "../docs"),
        "spec.platforms[0].files[2] goes from \"docs\" to \"../docs\": \
         write relative paths without `..`, and `to` without `./` or a slash at its end",
    ),
    (
        "files-inside",
        |sample| operation(sample, "docs", "./docs/"),
        "spec.platforms[0].files[2] goes from \"docs\" to \"./docs/\": \
         write relative paths without `..`, and `to` without `./` or a slash at its end",
    ),
    (
        "files-plain",
        |sample| operation(sample, "docs/[a-z]*", "."),
        "spec.platforms[0].files[2] has the pattern \"docs/[a-z]*\": use no other patterns than * and ?",
    ),
    (
        "archive-readable",
        |sample| sample.bytes = Some(b"PK\x03\x04 is how a zip begins"),
        "the archive of spec.platforms[0] cannot be unpacked (invalid gzip header): \
         make a tar that is compressed with gzip",
    ),
    (
        "archive-sum",
        |sample| sample.manifest.spec.platforms[0].sha256 = "0".repeat(64),
        "the archive of spec.platforms[0] has the sum SUM: write that in sha256",
    ),
    (
        "archive-kinds",
        |sample| sample.packed.push(Packed { name: "link", kind: tar::EntryType::Symlink, mode: 0o777 }),
        "the archive of spec.platforms[0] has \"link\", which is neither a file nor a folder: \
         pack what it leads to, and no links",
    ),
    (
        "archive-kinds",
        |sample| sample.packed.push(Packed { name: "hard", kind: tar::EntryType::Link, mode: 0o644 }),
        "the archive of spec.platforms[0] has \"hard\", which is neither a file nor a folder: \
         pack what it leads to, and no links",
    ),
    (
        "archive-names",
        |sample| sample.packed.push(file("/etc/motd")),
        "the archive of spec.platforms[0] has \"/etc/motd\", which is an absolute path: \
         pack it below the root of the archive",
    ),
    (
        "archive-names",
        |sample| sample.packed.push(file("\\motd")),
        "the archive of spec.platforms[0] has \"\\\\motd\", which is an absolute path: \
         pack it below the root of the archive",
    ),
    (
        "archive-names",
        |sample| sample.packed.push(file("docs/../../motd")),
        "the archive of spec.platforms[0] has \"docs/../../motd\", which has two dots in a row: give it another name",
    ),
    (
        "archive-names",
        |sample| sample.packed.push(file("docs/a..b")),
        "the archive of spec.platforms[0] has \"docs/a..b\", which has two dots in a row: give it another name",
    ),
    (
        "archive-files",
        |sample| operation(sample, "README.md", "."),
        "the archive of spec.platforms[0] has nothing that \"README.md\" of files names: \
         pack it, or take it out of files",
    ),
    (
        "archive-bin",
        |sample| sample.manifest.spec.platforms[0].bin = "kubectl-mesh-export".to_owned(),
        "the archive of spec.platforms[0] gives no kubectl-mesh-export, which bin names: \
         pack it, and let files extract it",
    ),
    (
        "archive-bin",
        |sample| drop(sample.manifest.spec.platforms[0].files.as_mut().unwrap().remove(0)),
        "the archive of spec.platforms[0] gives no kubectl-mesh_export, which bin names: \
         pack it, and let files extract it",
    ),
    (
        "archive-bin",
        |sample| sample.packed[2].mode = 0o644,
        "the archive of spec.platforms[0] has kubectl-mesh_export with the mode 0644: pack programs with 0755",
    ),
    (
        "archive-license",
        |sample| drop(sample.manifest.spec.platforms[0].files.as_mut().unwrap().remove(1)),
        "the archive of spec.platforms[0] gives no licence: \
         pack a file that is called LICENSE, and let files extract it",
    ),
    (
        "archive-license",
        |sample| {
            sample.packed[0].name = "LICENSE-APACHE";
            sample.manifest.spec.platforms[0].files = None;
        },
        "the archive of spec.platforms[0] gives no licence: \
         pack a file that is called LICENSE, and let files extract it",
    ),
];
