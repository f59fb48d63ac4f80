//! Registers two instances, watches their service, and chooses one of them.
//!
//! ```sh
//! cargo run -p nacos-client --features testing --example naming                    # on a server in this process
//! cargo run -p nacos-client --features testing --example naming -- 127.0.0.1:8848  # on yours
//! ```
//!
//! Prints who is there after each step.

#![expect(clippy::print_stdout, reason = "an example talks")]

use nacos_client::testing::TestServer;
use nacos_client::{Instance, NacosClient, ServiceChange};

fn show(change: Option<ServiceChange>) {
    if let Some(change) = change {
        let addresses: Vec<_> = change.instances.iter().map(Instance::address).collect();
        let (added, removed) = (change.added.len(), change.removed.len());
        println!("instances: {addresses:?} ({added} added, {removed} removed)");
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let own = TestServer::start().await?;
    let address = std::env::args().nth(1).unwrap_or_else(|| own.address());
    let nacos = NacosClient::builder(address).build()?;
    let naming = nacos.naming();

    let mut changes = naming.watch("example-service");
    show(changes.next().await);

    let first = Instance::new("example-service", "10.0.0.1", 8080).metadata("version", "1.4.0");
    let first = naming.register(first).await?; // heartbeats run from here on
    show(changes.next().await);
    let _second = naming
        .register(Instance::new("example-service", "10.0.0.2", 8080).weight(3.0))
        .await?;
    show(changes.next().await);

    let chosen = naming.instances("example-service").select_one().await?;
    println!("chosen by weight: {}", chosen.address());

    first.deregister().await?;
    show(changes.next().await);
    println!("in the background: {:?}", nacos.status().registrations);
    nacos.close().await?; // deregisters the second one too
    Ok(())
}
