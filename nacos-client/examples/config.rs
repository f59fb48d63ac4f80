//! Reads a configuration and follows its changes.
//!
//! ```sh
//! cargo run -p nacos-client --features testing --example config                    # on a server in this process
//! cargo run -p nacos-client --features testing --example config -- 127.0.0.1:8848  # on yours
//! ```
//!
//! Prints the content, then each change, then the end.

#![expect(clippy::print_stdout, reason = "an example talks")]

use nacos_client::testing::TestServer;
use nacos_client::{ConfigChange, ConfigKey, NacosClient};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let own = TestServer::start().await?;
    let address = std::env::args().nth(1).unwrap_or_else(|| own.address());
    let nacos = NacosClient::builder(address).build()?;

    let key = ConfigKey::new("nacos-client-example.yaml").group("EXAMPLES");
    nacos.admin().publish(&key, "limit: 1").content_type("yaml").await?;

    let mut changes = nacos.config().watch(&key);
    let publisher = async {
        for limit in 2..=3 {
            tokio::time::sleep(std::time::Duration::from_secs(4)).await;
            nacos
                .admin()
                .publish(&key, format!("limit: {limit}"))
                .content_type("yaml")
                .await?;
        }
        tokio::time::sleep(std::time::Duration::from_secs(4)).await;
        nacos.admin().delete(&key).await
    };
    let reader = async {
        while let Some(change) = changes.next().await {
            match change {
                ConfigChange::Current(Some(document)) => println!("now:     {} ({})", document.content, document.md5),
                ConfigChange::Current(None) => println!("now:     nothing"),
                ConfigChange::Changed { new, .. } => println!("changed: {}", new.content),
                ConfigChange::Removed { .. } => {
                    println!("removed");
                    break;
                }
                _ => {}
            }
        }
    };
    let (published, ()) = tokio::join!(publisher, reader);
    published?;

    match nacos.config().get(&key).await {
        Err(error) if error.is_not_found() => println!("and gone: {error}"),
        other => println!("{other:?}"),
    }
    nacos.close().await?;
    Ok(())
}
