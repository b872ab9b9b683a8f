//! The main job: export, prove, list, take back.

use crate::bed::Bed;
use testkit::audit::{Request, writes};
use testkit::world::mesh_shared;

#[test]
fn a_service_is_exported_and_its_mirror_is_seen_to_come() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let bed = Bed::new(ground, "export");
    let exported = bed.kubectl().run(["mesh-export", "svc/postgres-rw"]);
    // The mirror may come so fast that not every state is seen; the last one always is.
    assert!(exported.stderr.trim_end().ends_with("postgres-rw-infra endpoints ready"), "{exported}");
    assert_eq!(exported.code, Some(0), "{exported}");
    let stdout = exported.stdout.replace(bed.world.namespace(), "databases");
    insta::assert_snapshot!(stdout, @r"
    service/postgres-rw labeled
    SERVICE       CONSUMER   STATE             ADDRESS
    postgres-rw   apps       endpoints ready   postgres-rw-infra.databases.svc.cluster.local:5432
    ");
}

#[test]
fn a_second_run_writes_nothing_and_says_unchanged() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let bed = Bed::new(ground, "again");
    let first = bed.kubectl().run(["mesh-export", "svc/postgres-rw"]);
    assert_eq!(first.code, Some(0), "{first}");
    let marks = bed.mark();
    let second = bed.kubectl().run(["mesh-export", "svc/postgres-rw"]);
    for requests in marks.requests() {
        assert!(!requests.is_empty(), "the audit log shows the run");
        assert_eq!(writes(&requests), Vec::<&Request>::new());
    }
    insta::assert_snapshot!(bed.stable(second), @r"
    service/postgres-rw unchanged
    SERVICE       CONSUMER   STATE             ADDRESS
    postgres-rw   apps       endpoints ready   postgres-rw-infra.databases.svc.cluster.local:5432
    -- stderr --
    from infra to apps, namespace databases
    apps   +0.0s  svc/databases/postgres-rw-infra endpoints ready
    -- exit 0 --
    ");
}

#[test]
fn verify_and_list_see_what_was_exported_and_undo_takes_it_back() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let bed = Bed::new(ground, "back");
    let kubectl = bed.kubectl();
    let unproved = kubectl.run(["mesh-export", "verify", "svc/postgres-rw", "--timeout=0"]);
    assert_eq!(unproved.code, Some(3), "{unproved}");
    assert!(unproved.stdout.contains("not labelled"), "{unproved}");
    let exported = kubectl.run(["mesh-export", "svc/postgres-rw"]);
    assert_eq!(exported.code, Some(0), "{exported}");
    let proved = kubectl.run(["mesh-export", "verify", "svc/postgres-rw"]);
    assert_eq!(proved.code, Some(0), "{proved}");
    let listed = kubectl.run(["mesh-export", "list"]);
    insta::assert_snapshot!(bed.stable(listed), @r"
    SERVICE       CONSUMER   STATE             ADDRESS
    postgres-rw   apps       endpoints ready   postgres-rw-infra.databases.svc.cluster.local:5432
    -- stderr --
    from infra to apps, namespace databases
    -- exit 0 --
    ");
    let undone = kubectl.run(["mesh-export", "undo", "svc/postgres-rw"]);
    insta::assert_snapshot!(bed.stable(undone), @r"
    service/postgres-rw unlabeled
    SERVICE       CONSUMER   STATE   ADDRESS
    postgres-rw   apps       gone    postgres-rw-infra.databases.svc.cluster.local:5432
    -- stderr --
    from infra to apps, namespace databases
    infra: svc/databases/postgres-rw: to be unlabeled: mirror.linkerd.io/exported-
    infra  +0.0s  svc/databases/postgres-rw unlabeled mirror.linkerd.io/exported-
    apps   +0.0s  svc/databases/postgres-rw-infra gone
    -- exit 0 --
    ");
    let again = kubectl.run(["mesh-export", "undo", "svc/postgres-rw"]);
    assert_eq!((again.stdout.as_str(), again.code), ("service/postgres-rw unchanged\n", Some(0)), "{again}");
}

#[test]
fn a_user_of_the_mirror_is_named_before_it_goes() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let bed = Bed::new(ground, "used");
    let exported = bed.kubectl().run(["mesh-export", "svc/postgres-rw"]);
    assert_eq!(exported.code, Some(0), "{exported}");
    let pod = "
apiVersion: v1
kind: Pod
metadata: {name: gitlab-0}
spec:
  nodeName: worker-1
  containers: [{name: web, image: example.test/web:1, env: [{name: PGHOST, value: postgres-rw-infra}]}]
";
    bed.world.apply_yaml("apps", pod);
    let undone = bed.kubectl().run(["mesh-export", "undo", "svc/postgres-rw"]);
    let warning = "postgres-rw-infra: the mirror is used by pod/gitlab-0";
    assert!(undone.stderr.contains(warning), "{undone}");
    assert_eq!(undone.code, Some(0), "{undone}");
}

#[test]
fn a_dry_run_shows_the_plan_leaves_with_5_and_writes_nothing() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let bed = Bed::new(ground, "dry");
    let marks = bed.mark();
    let client = bed.kubectl().run(["mesh-export", "svc/postgres-rw", "--dry-run=client"]);
    insta::assert_snapshot!(bed.stable(client), @r"
    service/postgres-rw labeled (dry run)
    infra: svc/databases/postgres-rw: to be labeled: mirror.linkerd.io/exported=true
    SERVICE       CONSUMER   STATE          ADDRESS
    postgres-rw   apps       not labelled   postgres-rw-infra.databases.svc.cluster.local:5432
    -- stderr --
    from infra to apps, namespace databases
    -- exit 5 --
    ");
    let server = bed.kubectl().run(["mesh-export", "svc/postgres-rw", "--dry-run=server"]);
    assert!(server.stdout.starts_with("service/postgres-rw labeled (server dry run)\n"), "{server}");
    assert_eq!(server.code, Some(5), "{server}");
    let [infra, apps] = marks.requests();
    assert!(!infra.is_empty() && !apps.is_empty(), "the audit logs show both runs");
    let requests = [infra, apps].concat();
    let sent: Vec<_> = requests.iter().filter(|request| request.verb == "patch").collect();
    assert_eq!(sent.len(), 1, "only the server's dry run sends the patch: {sent:?}");
    assert_eq!(writes(&requests), Vec::<&Request>::new(), "and it is a dry run");
}
