use super::*;
use crate::verdict::Exit;
use tar::EntryType;

const SERVICE: &str = "{apiVersion: v1, kind: Service, metadata: {name: web, namespace: shop}}";

fn files(pairs: &[(&str, &str)]) -> Vec<u8> {
    let mut tar = Tar::begin();
    let parts = pairs.iter().map(|(name, text)| tar.file(name, text).unwrap());
    let parts: Vec<_> = parts.collect();
    [parts.concat(), tar.end().unwrap()].concat()
}

fn read(bytes: &[u8]) -> Result<Vec<(String, Archive)>, Failure> {
    of_tar(Path::new("dump.tar"), bytes)
}

#[track_caller]
fn is_refused(bytes: &[u8], words: &str) {
    let failure = read(bytes).unwrap_err();
    assert!(failure.what.starts_with("dump.tar") && failure.what.contains(words), "{failure:?}");
    assert_eq!(failure.exit, Exit::Usage);
}

#[test]
fn each_folder_is_a_cluster_and_each_object_has_its_place() {
    let meta = "takenAt: 2026-01-31T12:00:00Z\ndenied: [secrets]";
    let arn = "arn:aws:eks:eu-central-1:1234:cluster/infra";
    let folder = folder_of(arn);
    assert_eq!(folder, "arn:aws:eks:eu-central-1:1234:cluster%2Finfra");
    let (objects, about) = (format!("{folder}/objects.yaml"), format!("{folder}/meta.yaml"));
    let bytes =
        files(&[(&objects, SERVICE), (&about, meta), ("apps/a/b.json", SERVICE), ("apps/notes.txt", "{")]);
    let read = read(&bytes).unwrap();
    let names: Vec<&str> = read.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, [arn, "apps"]);
    let origin = |at: usize| {
        let resource = crate::cluster::Resource::SERVICES;
        read[at].1.origin(resource, Some("shop"), "web").unwrap().to_string()
    };
    assert_eq!(origin(0), format!("dump.tar/{folder}/objects.yaml:1:1"));
    assert_eq!(origin(1), "dump.tar/apps/a/b.json:1:1");
    assert_eq!(read[0].1.taken_at(), Some("2026-01-31T12:00:00Z".parse().unwrap()));
    assert_eq!(read[1].1.taken_at(), None);
}

#[test]
fn folders_are_called_after_clusters_and_lead_nowhere() {
    for name in ["infra", "admin@infra", "../../etc", "..", ".", ".hidden", "/", "a b", "é", "50%"] {
        let folder = folder_of(name);
        assert_eq!(Path::new(&folder).components().count(), 1, "{folder}");
        assert!(!folder.starts_with('.') && !folder.contains('/'), "{folder}");
        assert_eq!(cluster_of(&folder).as_deref(), Some(name));
    }
}

/// An entry as no well-meant tar has it.
fn odd(kind: EntryType, name: &[u8], size: u64) -> Vec<u8> {
    let mut header = Header::new_gnu();
    header.set_entry_type(kind);
    header.set_size(size);
    if let Some(place) = header.as_mut_bytes().get_mut(..name.len()) {
        place.copy_from_slice(name);
    }
    header.set_cksum();
    [header.as_bytes().as_slice(), &[0; 1024]].concat()
}

#[test]
fn what_leads_out_of_it_or_is_no_file_is_refused() {
    for name in ["../a.yaml", "/etc/a.yaml", "a/../../b.yaml"] {
        is_refused(&odd(EntryType::Regular, name.as_bytes(), 0), "a path that leaves it");
    }
    for kind in [EntryType::Symlink, EntryType::Link, EntryType::Char, EntryType::Fifo] {
        is_refused(&odd(kind, b"infra/a.yaml", 0), "it holds a link or a device");
    }
    is_refused(&files(&[("objects.yaml", SERVICE)]), "objects outside any folder");
    is_refused(b"apiVersion: v1\nkind: Service\n", "");
    is_refused(&files(&[("infra/a.yaml", "a: [")]), "dump.tar/infra/a.yaml:1:");
    let other = SERVICE.replace("shop}", "shop, uid: b}");
    let twice = files(&[("infra/a.yaml", SERVICE), ("infra/b.yaml", &other)]);
    is_refused(&twice, "Service shop/web is in dump.tar/infra/a.yaml:1:1 already");
}

#[test]
fn a_file_without_an_end_is_not_kept() {
    let head = odd(EntryType::Regular, b"infra/a.yaml", 1 << 40);
    let endless = head[..512].chain(std::io::repeat(b'#'));
    let failure = of_tar(Path::new("dump.tar"), endless).unwrap_err();
    assert_eq!(failure.what, "dump.tar: a.yaml: larger than 32 megabytes");
}

#[test]
fn a_tar_that_is_cut_is_refused_and_an_empty_one_has_no_cluster() {
    let whole = files(&[("infra/a.yaml", &SERVICE.repeat(20))]);
    is_refused(&whole[..600], "");
    assert_eq!(read(&files(&[])).unwrap().len(), 0);
    assert_eq!(read(b"").unwrap().len(), 0);
}

#[test]
fn what_is_compressed_or_cut_between_two_files_is_refused() {
    is_refused(b"\x1f\x8b\x08\x00", "it is compressed");
    let whole = files(&[("infra/a.yaml", SERVICE), ("apps/a.yaml", SERVICE)]);
    assert_eq!(read(&whole).unwrap().len(), 2);
    let cut = |blocks: usize| whole.get(..blocks * BLOCK).unwrap();
    is_refused(cut(2), "it has no end");
    is_refused(cut(4), "it has no end");
    assert_eq!(read(cut(5)).unwrap().len(), 2, "one block of zeros is an end");
}

#[test]
fn a_folder_of_folders_is_read_as_a_tar_of_them_and_what_was_not_reached_has_nothing() {
    let place = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = place.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    write("infra/objects.yaml", SERVICE);
    write("infra/meta.yaml", "denied: []");
    write("a%2Fb/meta.yaml", "unreached: connection refused");
    write("notes/a.yaml", SERVICE);
    let read = Archive::read_folders(place.path()).unwrap();
    let told: Vec<_> = read.iter().map(|(name, one)| (name.as_str(), one.count(), one.says_why())).collect();
    assert_eq!(told, [("a/b", 0, true), ("infra", 1, false)]);
    let obstacle = read[0].1.out_of_reach().unwrap().to_string();
    assert!(obstacle.ends_with("not reached when they were taken (connection refused)"), "{obstacle}");
    assert_eq!(read[1].1.out_of_reach(), None);
}
