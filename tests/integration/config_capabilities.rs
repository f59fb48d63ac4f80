//! Writing documents, and what they were before.

use bun_server::error::ErrorClass;
use bun_server::microservice::config_center::ConfigOperation;
use bun_server::prelude::*;
use tests::{Row, unique};

/// By then a write is seen: a look, a confirmation, and a slow machine.
const ARRIVED: std::time::Duration = std::time::Duration::from_secs(20);

/// Reads until the document is what it should be: a Nacos shows a write after a tenth of a second.
async fn shows(center: &dyn ConfigCenter, key: &ConfigKey, content: Option<&str>) {
    let shown = async {
        loop {
            match center.get_config(key).await {
                Ok(found) if Some(&*found.content) == content => return,
                Err(error) if error.class() == ErrorClass::NotFound && content.is_none() => return,
                _ => tokio::time::sleep(std::time::Duration::from_millis(30)).await,
            }
        }
    };
    let in_time = tokio::time::timeout(ARRIVED, shown).await;
    assert!(in_time.is_ok(), "never {content:?}");
}

async fn writes(center: &dyn ConfigCenter) {
    let key = ConfigKey::new(format!("{}.yaml", unique("written"))).group("ORDERS");
    let publisher = center.publisher().expect("a publisher");
    publisher
        .publish(&key, "a: 1 # 你好\r\n".into())
        .await
        .expect("published");
    shows(center, &key, Some("a: 1 # 你好\r\n")).await;
    let first = center.get_config(&key).await.expect("a document");
    publisher
        .publish_if(&key, &first.md5, "a: 2".into())
        .await
        .expect("replaced");
    let late = publisher
        .publish_if(&key, &first.md5, "a: 3".into())
        .await
        .expect_err("changed meanwhile");
    assert_eq!(late.class(), ErrorClass::Conflict, "{late}");
    shows(center, &key, Some("a: 2")).await;
    for _ in 0..2 {
        publisher.remove(&key).await.expect("removed");
    }
    shows(center, &key, None).await;
    let absent = publisher
        .publish_if(&key, &first.md5, "a: 3".into())
        .await
        .expect_err("nothing to replace");
    assert_eq!(absent.class(), ErrorClass::NotFound, "{absent}");
    let blank = publisher.publish(&key, " \n".into()).await.expect_err("no document");
    assert_eq!(blank.class(), ErrorClass::InvalidArgument, "{blank}");
}

async fn a_document_is_published_replaced_and_removed(row: Row) {
    let center = row.config_center();
    writes(&*center).await;
    center.close().await;
}

async fn a_publish_reaches_who_follows_the_document(row: Row) {
    let key = ConfigKey::new(unique("followed"));
    let center = row.config_center();
    let publisher = center.publisher().expect("a publisher");
    publisher.publish(&key, "1".into()).await.expect("published");
    shows(&*center, &key, Some("1")).await;
    let mut stream = center.config_stream(&key);
    stream.next().await.expect("the current state");
    publisher.publish(&key, "2".into()).await.expect("published");
    let event = tokio::time::timeout(ARRIVED, stream.next()).await.expect("in time");
    let Some(ConfigEvent::Change(ConfigChange::Changed { new, .. })) = event else {
        panic!("not a change: {event:?}");
    };
    assert_eq!(&*new.content, "2");
    center.close().await;
}

async fn the_history_is_listed_read_and_rolled_back(row: Row) {
    let key = ConfigKey::new(unique("remembered"));
    let center = row.config_center();
    let publisher = center.publisher().expect("a publisher");
    let history = center.history().expect("a history");
    assert!(history.list(&key, 10).await.expect("a list").is_empty());
    for content in ["one", "two"] {
        publisher.publish(&key, content.into()).await.expect("published");
    }
    publisher.remove(&key).await.expect("removed");
    let changes = history.list(&key, 10).await.expect("a list");
    let operations: Vec<_> = changes.iter().map(|change| change.operation).collect();
    let expected = [
        ConfigOperation::Removed,
        ConfigOperation::Updated,
        ConfigOperation::Created,
    ];
    assert_eq!(operations, expected);
    assert!(changes.iter().all(|change| change.at.is_some()));
    assert_eq!(history.list(&key, 1).await.expect("a list").len(), 1);
    let mut contents = Vec::new();
    for change in &changes {
        let before = history.get(&key, &change.id).await.expect("a document");
        assert_eq!(before.md5, ConfigResult::new(Arc::clone(&before.content)).md5);
        contents.push(before.content.to_string());
    }
    assert_eq!(
        contents,
        ["two", "one", "one"],
        "before the change, but for the creation"
    );

    history.rollback(&key, &changes[0].id).await.expect("rolled back");
    shows(&*center, &key, Some("two")).await;
    history.rollback(&key, &changes[1].id).await.expect("rolled back");
    shows(&*center, &key, Some("one")).await;
    history.rollback(&key, &changes[2].id).await.expect("rolled back");
    shows(&*center, &key, None).await;

    let unknown = history.get(&key, "99999999999").await.expect_err("no such change");
    assert_eq!(unknown.class(), ErrorClass::NotFound, "{unknown}");
    let unknown = history.rollback(&key, "99999999999").await.expect_err("no such change");
    assert_eq!(unknown.class(), ErrorClass::NotFound, "{unknown}");
    center.close().await;
}

async fn a_closed_center_neither_writes_nor_remembers(row: Row) {
    let key = ConfigKey::new(unique("closed"));
    let center = row.config_center();
    let (publisher, history) = (center.publisher().expect("one"), center.history().expect("one"));
    center.close().await;
    let refused = publisher.publish(&key, "x".into()).await.expect_err("closed");
    assert_eq!(refused.class(), ErrorClass::Closed);
    let refused = history.list(&key, 1).await.expect_err("closed");
    assert_eq!(refused.class(), ErrorClass::Closed);
}

tests::rows! {
    everywhere:
        a_document_is_published_replaced_and_removed,
        a_publish_reaches_who_follows_the_document,
        the_history_is_listed_read_and_rolled_back,
        a_closed_center_neither_writes_nor_remembers;
}

mod file {
    use bun_server::microservice::SharedClients;
    use bun_server::microservice::config_center::{ConfigCenterProvider, ConfigHub, HubOptions};

    use super::*;

    struct Directory(std::path::PathBuf);

    impl Directory {
        fn new() -> Self {
            let path = std::env::temp_dir().join(unique("bun-file-center"));
            std::fs::create_dir_all(&path).expect("a directory");
            Self(path)
        }

        fn center(&self) -> ConfigHub {
            let provider = FileConfigCenter::new(&self.0);
            let backend = provider.backend(&SharedClients::new()).expect("a backend");
            ConfigHub::new(backend, provider.address(), HubOptions::default())
        }
    }

    impl Drop for Directory {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }

    #[tokio::test]
    async fn a_document_is_published_replaced_and_removed() {
        let directory = Directory::new();
        let center = directory.center();
        writes(&center).await;
        center.close().await;
        let left: Vec<_> = std::fs::read_dir(directory.0.join("ORDERS"))
            .expect("the group")
            .collect();
        assert!(left.is_empty(), "no temporary file stays: {left:?}");
    }

    #[tokio::test]
    async fn two_writers_of_one_state_cannot_both_win() {
        let directory = Directory::new();
        let center = directory.center();
        let key = ConfigKey::new("raced");
        let publisher = center.publisher().expect("a publisher");
        publisher.publish(&key, "0".into()).await.expect("published");
        let md5 = center.get_config(&key).await.expect("a document").md5;
        let (first, second) = tokio::join!(
            publisher.publish_if(&key, &md5, "1".into()),
            publisher.publish_if(&key, &md5, "2".into()),
        );
        assert!(first.is_ok() != second.is_ok(), "{first:?} {second:?}");
        center.close().await;
    }

    #[tokio::test]
    async fn a_directory_has_no_history_and_says_so() {
        let directory = Directory::new();
        let center = directory.center();
        let Err(error) = center.history() else {
            panic!("a directory remembers nothing");
        };
        assert_eq!(error.class(), ErrorClass::Unsupported);
        let said = error.to_string();
        assert!(said.contains("file://") && said.contains("history"), "{said}");
        center.close().await;
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn nothing_outside_of_the_directory_is_written() {
        let directory = Directory::new();
        let outside = Directory::new();
        std::fs::write(outside.0.join("secret"), "kept").expect("a file");
        std::os::unix::fs::symlink(&outside.0, directory.0.join("OUT")).expect("a link");
        std::os::unix::fs::symlink(outside.0.join("secret"), directory.0.join("link")).expect("a link");
        let center = directory.center();
        let publisher = center.publisher().expect("a publisher");
        for key in [
            ConfigKey::new("link"),
            ConfigKey::new("new").group("OUT"),
            ConfigKey::new("../x"),
            ConfigKey::new("secret").group("OUT"),
        ] {
            publisher
                .publish(&key, "overwritten".into())
                .await
                .expect_err("outside");
        }
        assert_eq!(
            std::fs::read_to_string(outside.0.join("secret")).expect("a file"),
            "kept"
        );
        assert!(!outside.0.join("new").exists());
        center.close().await;
    }
}
