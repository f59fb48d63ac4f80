//! Logs in, lets the token be renewed, and shows what a wrong password does.
//!
//! ```sh
//! cargo run -p nacos-client --features testing --example auth     # on a server in this process
//! NACOS_USERNAME=nacos NACOS_PASSWORD=… \
//! cargo run -p nacos-client --features testing --example auth -- 127.0.0.1:8848  # on yours
//! ```
//!
//! Prints the state of the token and the error of the wrong password. Never the password.

#![expect(clippy::print_stdout, reason = "an example talks")]

use std::time::Duration;

use nacos_client::testing::TestServer;
use nacos_client::{ConfigKey, NacosClient};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let builder = TestServer::builder().auth("nacos", "only-an-example", Duration::from_secs(3));
    let own = builder.start().await?;
    let address = std::env::args().nth(1).unwrap_or_else(|| own.address());
    let username = std::env::var("NACOS_USERNAME").unwrap_or_else(|_| "nacos".to_owned());
    let password = std::env::var("NACOS_PASSWORD").unwrap_or_else(|_| "only-an-example".to_owned());

    let nacos = NacosClient::builder(&*address)
        .credentials(&*username, password)
        .build()?;
    let key = ConfigKey::new("absent");
    for _ in 0..3 {
        if let Err(error) = nacos.config().get(&key).await {
            println!(
                "{} with a token {}",
                error.kind(),
                nacos.status().token.unwrap_or_default()
            );
        }
        tokio::time::sleep(Duration::from_secs(2)).await;
    }
    nacos.close().await?;

    let wrong = NacosClient::builder(address).credentials(username, "wrong").build()?;
    if let Err(error) = wrong.config().get(&key).await {
        println!("{error}");
    }
    wrong.close().await?;
    Ok(())
}
