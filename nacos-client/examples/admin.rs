//! Publishes twice, looks into the history, and goes back.
//!
//! ```sh
//! cargo run -p nacos-client --features testing --example admin                    # on a server in this process
//! cargo run -p nacos-client --features testing --example admin -- 127.0.0.1:8848  # on yours
//! ```
//!
//! Prints the history and the content after the rollback.

#![expect(clippy::print_stdout, reason = "an example talks")]

use nacos_client::testing::TestServer;
use nacos_client::{ConfigDocument, ConfigKey, NacosClient};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let own = TestServer::start().await?;
    let address = std::env::args().nth(1).unwrap_or_else(|| own.address());
    let nacos = NacosClient::builder(address).build()?;
    let admin = nacos.admin();

    println!("server {:?}", admin.state().await?.get("version"));
    let key = ConfigKey::new("nacos-client-admin-example.yaml").group("EXAMPLES");
    admin
        .publish(&key, "limit: 1")
        .content_type("yaml")
        .description("of an example")
        .await?;

    // Compare and set: only if nobody published in between.
    let known = ConfigDocument::md5_of("limit: 1");
    admin.publish_if(&key, &*known, "limit: 2").content_type("yaml").await?;
    if let Err(error) = admin.publish_if(&key, known, "limit: 3").await {
        println!("as it should be: {error}");
    }

    let history = admin.history(&key, 1, 10).await?;
    for entry in &history.items {
        let record = admin.history_record(&key, &entry.id).await?;
        println!("{:?} of {:?}", entry.operation, record.content);
    }
    if let Some(latest) = history.items.first() {
        admin.rollback(&key, &latest.id).await?;
    }
    println!("after the rollback: {}", admin.get(&key).await?.document.content);
    admin.delete(&key).await?;
    nacos.close().await?;
    Ok(())
}
