//! [`TestServer`]: a Nacos 3 in your test's process, without Docker or Java.
//!
//! It answers what recorded servers 3.0.2, 3.0.3 and 3.1.0 answered: same paths, codes, bodies, and the same
//! behaviour over time (instances expire without heartbeats, tokens end, a restart forgets ephemeral instances).
//! Faults can be switched on, and every request is kept in a journal to assert on.
//!
//! ```
//! use nacos_client::ConfigKey;
//! use nacos_client::testing::TestServer;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let server = TestServer::start().await?;
//! let key = ConfigKey::new("order.yaml");
//! server.publish(&key, "limit: 3");
//!
//! let nacos = server.client().build()?;
//! assert_eq!(nacos.config().get(&key).await?.content, "limit: 3");
//! nacos.close().await?;
//! server.stop().await;
//! # Ok(())
//! # }
//! ```

mod access;
mod archive;
mod beta;
mod clients;
mod configs;
mod fault;
mod filter;
mod history;
mod incoming;
mod instances;
mod journal;
mod legacy;
mod listed;
mod namespaces;
mod operator;
mod paged;
mod reply;
mod roles;
mod router;
mod server;
mod services;
mod socket;
mod system;
mod transfer;
mod transport;
mod users;
mod world;

pub use self::fault::Fault;
pub use self::journal::Recorded;
pub use self::server::{TestServer, TestServerBuilder};
