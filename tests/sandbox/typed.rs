//! Verbs of kubectl that send protobuf and nothing else.

use std::process::{Command, Output};

use sandbox::Sandbox;

/// Runs kubectl on a cluster of its own.
async fn kubectl(file: &std::path::Path, words: &'static str) -> Output {
    let mut command = Command::new("kubectl");
    command.arg("--kubeconfig").arg(file).args(["--context", "infra"]).args(words.split(' '));
    tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap()
}

#[tokio::test]
async fn what_kubectl_makes_by_a_verb_of_its_own_is_made_and_what_it_may_is_told() {
    if testkit::kubectl::program().is_none() {
        return;
    }
    let sandbox = Sandbox::start(&["infra"]).await.unwrap();
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), sandbox.kubeconfig().to_string()).unwrap();
    for (words, said) in [
        ("create namespace databases", "namespace/databases created\n"),
        ("create configmap one -n databases --from-literal=a=b", "configmap/one created\n"),
        ("create secret generic one -n databases --from-literal=a=b", "secret/one created\n"),
        ("create serviceaccount one -n databases", "serviceaccount/one created\n"),
        ("get configmap,secret one -n databases -o jsonpath={.items[*].data.a}", "b Yg=="),
        ("auth can-i list services --namespace databases", "yes\n"),
        ("auth can-i list services --as nobody", "no\n"),
    ] {
        let output = kubectl(file.path(), words).await;
        assert_eq!(String::from_utf8_lossy(&output.stdout), said, "{words}: {output:?}");
    }
    assert!(kubectl(file.path(), "create token one -n databases").await.status.success());
    let refused = kubectl(file.path(), "create deployment web --image=example.test/web:1").await;
    let words = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(words.contains("Deployment in protobuf; what `kubectl apply -f` sends is read"), "{words}");
}
