//! Reading documents.

use bun_server::error::ErrorClass;
use bun_server::prelude::*;
use tests::{Kind, Row, unique};

async fn a_document_is_read_as_it_was_published(row: Row) {
    let content = "greeting: 你好 👋 = & % + \"x\"\nlist: [1, 2]\n";
    let data_id = format!("{}.yaml", unique("read"));
    row.publish(&data_id, content).await;
    let center = row.config_center();
    let found = center.get_config(&data_id.as_str().into()).await.expect("a document");
    assert_eq!(&*found.content, content);
    assert_eq!(found.md5, ConfigResult::new(content).md5);
    if row.kind != Kind::Memory {
        assert_eq!(found.content_type.as_deref(), Some("yaml"));
        assert!(found.last_modified.is_some(), "Nacos says when it was published");
    }
    center.close().await;
}

async fn an_absent_document_is_not_found_and_named(row: Row) {
    let data_id = unique("absent");
    let center = row.config_center();
    let error = center
        .get_config(&data_id.as_str().into())
        .await
        .expect_err("no document");
    assert_eq!(error.class(), ErrorClass::NotFound);
    assert!(error.to_string().contains(&data_id), "{error}");
    assert!(!error.is_retryable());
    center.close().await;
}

async fn a_removed_document_is_not_found(row: Row) {
    let data_id = unique("removed");
    row.publish(&data_id, "a: 1").await;
    let center = row.config_center();
    center.get_config(&data_id.as_str().into()).await.expect("a document");
    row.remove(&data_id).await;
    let error = center
        .get_config(&data_id.as_str().into())
        .await
        .expect_err("no document");
    assert_eq!(error.class(), ErrorClass::NotFound);
    center.close().await;
}

async fn groups_and_namespaces_keep_documents_apart(row: Row) {
    let data_id = unique("apart");
    row.publish(&data_id, "a: 1").await;
    let center = row.config_center();
    let plain = ConfigKey::new(&data_id);
    center
        .get_config(&plain)
        .await
        .expect("the document of the default group");
    for elsewhere in [plain.clone().group(unique("G")), plain.namespace(unique("elsewhere"))] {
        let error = center.get_config(&elsewhere).await.expect_err("no document");
        assert_eq!(error.class(), ErrorClass::NotFound, "{elsewhere}: {error}");
    }
    center.close().await;
}

async fn a_closed_center_says_so(row: Row) {
    let center = row.config_center();
    center.close().await;
    let error = center.get_config(&"any".into()).await.expect_err("closed");
    assert_eq!(error.class(), ErrorClass::Closed);
    let mut stream = center.config_stream(&"any".into());
    assert!(
        stream.next().await.is_none(),
        "a stream of a closed center is at its end"
    );
}

tests::rows! {
    everywhere:
        a_document_is_read_as_it_was_published,
        an_absent_document_is_not_found_and_named,
        a_removed_document_is_not_found,
        groups_and_namespaces_keep_documents_apart,
        a_closed_center_says_so;
}
