//! Configurations on disk.

use std::path::{Path, PathBuf};
use std::time::Duration;

use nacos_client::config::Origin;
use nacos_client::testing::{Fault, TestServer};
use nacos_client::{ConfigChange, ConfigKey, ErrorKind, NacosClient};

use crate::site::{Site, eventually, soon};

cases![what_was_read_is_there_when_no_server_answers];

/// A folder that goes with its case.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        Self(std::env::temp_dir().join(format!("nacos-client-{:016x}", fastrand::u64(..))))
    }

    fn snapshot(&self, namespace: &str, name: &str) -> PathBuf {
        self.0.join("snapshot").join(namespace).join("DEFAULT_GROUP").join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

async fn what_was_read_is_there_when_no_server_answers(site: Site) {
    let folder = Folder::new();
    let nacos = site.builder().snapshot_dir(&folder.0).build().unwrap();
    let key = ConfigKey::new("cipher-aes-kept.yaml");
    nacos
        .admin()
        .publish(&key, "secret: 1")
        .content_type("yaml")
        .await
        .unwrap();
    let read = eventually("the configuration", || async { nacos.config().get(&key).await.ok() }).await;
    assert_eq!(read.origin, Origin::Server);
    let text = std::fs::read_to_string(folder.snapshot(&site.namespace, "cipher-aes-kept.yaml")).unwrap();
    assert!(!text.contains("secret"), "ciphertext stays ciphertext: {text}");
    // Nobody listens at port 1.
    let alone = site.builder_for("127.0.0.1:1").snapshot_dir(&folder.0).build().unwrap();
    let kept = alone.config().get(&key).await.unwrap();
    assert_eq!(
        (&*kept.content, kept.origin, kept.content_type.as_deref()),
        ("secret: 1", Origin::Snapshot, Some("yaml"))
    );
    let mut changes = alone.config().watch(&key);
    let current = soon("the snapshot", changes.next()).await;
    assert!(
        matches!(&current, Some(ConfigChange::Current(Some(document))) if document.content == "secret: 1"),
        "{current:?}"
    );
    assert_eq!(
        alone.config().get(&ConfigKey::new("other")).await.unwrap_err().kind(),
        ErrorKind::Unavailable
    );
}

fn impatient(server: &TestServer, folder: &Path) -> NacosClient {
    server
        .client()
        .snapshot_dir(folder)
        .poll_interval(Duration::from_millis(30))
        .attempt_timeout(Duration::from_millis(200))
        .call_timeout(Duration::from_millis(300))
        .build()
        .unwrap()
}

#[tokio::test]
async fn a_snapshot_goes_only_after_a_confirmed_removal() {
    let (server, folder) = (TestServer::start().await.unwrap(), Folder::new());
    let nacos = impatient(&server, &folder.0);
    let key = ConfigKey::new("a");
    server.publish(&key, "1");
    let mut changes = nacos.config().watch(&key);
    soon("the content", changes.next()).await;
    let file = folder.snapshot("public", "a");
    assert!(file.exists());
    server.fault(Fault::NotFound);
    assert!(nacos.config().get(&key).await.unwrap_err().is_not_found());
    assert!(file.exists(), "one reader's word is not enough");
    server.heal();
    server.remove(&key);
    soon("the removal", changes.next()).await;
    eventually("the end of the file", || async { (!file.exists()).then_some(()) }).await;
}

#[tokio::test]
async fn a_refusal_is_an_answer_and_no_reason_for_a_snapshot() {
    let (server, folder) = (TestServer::start().await.unwrap(), Folder::new());
    let nacos = impatient(&server, &folder.0);
    let key = ConfigKey::new("a");
    server.publish(&key, "1");
    nacos.config().get(&key).await.unwrap();
    server.fault(Fault::Status(403));
    assert_eq!(
        nacos.config().get(&key).await.unwrap_err().kind(),
        ErrorKind::Unauthorized
    );
    server.fault(Fault::Hang);
    assert_eq!(nacos.config().get(&key).await.unwrap().origin, Origin::Snapshot);
}

#[tokio::test]
async fn a_damaged_snapshot_is_none() {
    let (server, folder) = (TestServer::start().await.unwrap(), Folder::new());
    let nacos = impatient(&server, &folder.0);
    let key = ConfigKey::new("a");
    server.publish(&key, "1");
    nacos.config().get(&key).await.unwrap();
    let file = folder.snapshot("public", "a");
    let text = std::fs::read_to_string(&file).unwrap();
    server.kill().await;
    for damaged in [
        text.replace("\"1\"", "\"2\""),
        text[..text.len() / 2].to_owned(),
        String::new(),
    ] {
        std::fs::write(&file, damaged).unwrap();
        assert_eq!(
            nacos.config().get(&key).await.unwrap_err().kind(),
            ErrorKind::Unavailable
        );
    }
    std::fs::write(&file, text).unwrap();
    assert_eq!(nacos.config().get(&key).await.unwrap().content, "1");
}

#[tokio::test]
async fn a_file_written_by_hand_wins_over_the_server() {
    let (server, folder) = (TestServer::start().await.unwrap(), Folder::new());
    let nacos = impatient(&server, &folder.0);
    let key = ConfigKey::new("a");
    server.publish(&key, "of the server");
    let mut changes = nacos.config().watch(&key);
    soon("the content", changes.next()).await;
    let by_hand = folder.0.join("failover/public/DEFAULT_GROUP");
    std::fs::create_dir_all(&by_hand).unwrap();
    std::fs::write(by_hand.join("a"), "by hand").unwrap();
    let document = nacos.config().get(&key).await.unwrap();
    assert_eq!((&*document.content, document.origin), ("by hand", Origin::Failover));
    let change = soon("the change", changes.next()).await;
    assert!(
        matches!(&change, Some(ConfigChange::Changed { new, .. }) if new.content == "by hand"),
        "{change:?}"
    );
    std::fs::remove_file(by_hand.join("a")).unwrap();
    let change = soon("the change back", changes.next()).await;
    assert!(
        matches!(&change, Some(ConfigChange::Changed { new, .. }) if new.content == "of the server"),
        "{change:?}"
    );
}

#[cfg(unix)]
#[tokio::test]
async fn snapshots_are_private_and_never_partial() {
    use std::os::unix::fs::PermissionsExt as _;
    let (server, folder) = (TestServer::start().await.unwrap(), Folder::new());
    let nacos = impatient(&server, &folder.0);
    let key = ConfigKey::new("a:b");
    server.publish(&key, "1");
    nacos.config().get(&key).await.unwrap();
    let file = folder.snapshot("public", "a%3Ab");
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(
        (mode(&file), mode(file.parent().unwrap()), mode(&folder.0)),
        (0o600, 0o700, 0o700)
    );
    let left: Vec<_> = std::fs::read_dir(file.parent().unwrap())
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(left, ["a%3Ab"], "no temporary file stays");
}
