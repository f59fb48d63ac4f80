//! Three applications in one process: `cargo run -p examples --bin shop` starts `order-service` once and `user-service`
//! twice, without any server, and prints what to try. With `--nacos 127.0.0.1:8848` they meet in a real Nacos 3.

use std::path::Path;

use bun_server::app::{ShutdownSignal, shutdown_signal};
use bun_server::prelude::*;
use examples::arguments::Arguments;
use examples::order_service::OrderModule;
use examples::user_service::UserModule;

/// What the three have in common.
struct Shop {
    arguments: Arguments,
    registry: MemoryServiceRegistry,
}

const CONFIG: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/shop/config");

impl Shop {
    /// The part that an application imports: one shared registry in memory and a directory of documents, or a Nacos.
    fn options(&self) -> MicroserviceOptions {
        match &self.arguments.nacos {
            Some(servers) => self.arguments.nacos_options(servers),
            None => MicroserviceOptions::builder()
                .config_center(FileConfigCenter::new(CONFIG))
                .service_registry(self.registry.clone()),
        }
    }

    fn application(name: &str) -> Application {
        Application::new(name)
            .config_default("server.address", "127.0.0.1")
            .config_default("server.port", 0)
    }

    async fn user_service(&self, instance: &str) -> AppResult<ApplicationHandle> {
        Self::application("user-service")
            .config_default("shop.instance", instance)
            .import(UserModule)
            .import(MicroserviceModule::for_root(self.options()))
            .start()
            .await
    }

    async fn order_service(&self) -> AppResult<ApplicationHandle> {
        // A Nacos that was just started has no document yet.
        let document = match self.arguments.nacos {
            Some(_) => "optional:order-service.yaml",
            None => "order-service.yaml",
        };
        Self::application("order-service")
            .import(OrderModule)
            .import(MicroserviceModule::for_root(self.options().config_import(document)))
            .start()
            .await
    }
}

#[bun_server::main]
async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let arguments = Arguments::parse(std::env::args().skip(1))?;
    tracing_subscriber::fmt().with_writer(std::io::stderr).init();
    // In place before anything is started: a signal during the start is not lost.
    let signal = shutdown_signal()?;
    let shop = Shop {
        arguments,
        registry: MemoryServiceRegistry::new(),
    };
    let first = shop.user_service("user-1").await?;
    let second = shop.user_service("user-2").await?;
    let orders = shop.order_service().await?;
    print(&shop, &orders, &first, &second);
    if signal.await == ShutdownSignal::Interrupt {
        // Whoever presses Ctrl-C does not wait for callers to notice.
        [&orders, &first, &second]
            .into_iter()
            .for_each(ApplicationHandle::skip_pre_stop_delay);
    }
    // Who calls stops before those who are called.
    orders.shutdown().await?;
    let (one, two) = tokio::join!(first.shutdown(), second.shutdown());
    one.and(two).map_err(Into::into)
}

#[expect(clippy::print_stdout, reason = "the table is what this example is for")]
fn print(shop: &Shop, orders: &ApplicationHandle, first: &ApplicationHandle, second: &ApplicationHandle) {
    let url = orders.address();
    println!("order-service   http://{url}");
    println!("user-service    http://{}   user-1", first.address());
    println!("user-service    http://{}   user-2", second.address());
    println!();
    println!("curl http://{url}/orders/7      an order with its user; again: the other instance answers");
    match &shop.arguments.nacos {
        Some(servers) => {
            println!("publish order-service.yaml       on {servers}; the next answers show it after 3 s at most");
        }
        None => {
            let here = std::env::current_dir().unwrap_or_default();
            let directory = Path::new(CONFIG);
            let directory = directory.strip_prefix(here).unwrap_or(directory).display();
            println!("edit {directory}/order-service.yaml      the next answer shows it within a second");
        }
    }
    println!("Ctrl-C                           stops all three, one after the other");
}
