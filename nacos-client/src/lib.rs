//! An HTTP client for the [Nacos 3](https://nacos.io) Open API: configurations, services, login, administration.
//! No gRPC: nothing but plain HTTP/1.1 leaves your process.
//!
//! ```no_run
//! use nacos_client::{ConfigKey, Instance, NacosClient};
//!
//! # async fn example() -> Result<(), nacos_client::Error> {
//! let nacos = NacosClient::builder("127.0.0.1:8848,127.0.0.1:8849") // several servers: failover
//!     .namespace("dev")
//!     .credentials("nacos", std::env::var("NACOS_PASSWORD").unwrap_or_default())
//!     .build()?; // no I/O yet
//!
//! let key = ConfigKey::new("order.yaml").group("ORDERS");
//! let config = nacos.config().get(&key).await?; // an absent one is an error of kind NotFound
//! println!("{} {}", config.md5, config.content);
//!
//! let mut changes = nacos.config().watch(&key); // the current state first, then changes
//! let registration = nacos
//!     .naming()
//!     .register(Instance::new("order-service", "10.0.0.5", 8080).weight(2.5).metadata("version", "1.4.0"))
//!     .await?; // heartbeats, and a new registration when the server forgot it
//! for instance in nacos.naming().instances("user-service").healthy().await? {
//!     println!("{}", instance.address());
//! }
//! if let Some(change) = changes.next().await {
//!     println!("{change:?}");
//! }
//! registration.deregister().await?;
//! nacos.close().await
//! # }
//! ```
//!
//! # Handles
//!
//! [`NacosClient`] is cheap to clone, and so are what [`config()`](NacosClient::config),
//! [`naming()`](NacosClient::naming) and [`admin()`](NacosClient) return; all clones share connections, token, watches
//! and registrations. [`NacosClient::close`] deregisters, ends and joins everything; dropping the last handle ends it
//! too, but cannot deregister. [`NacosClient::status`] shows servers, token and loops with their latest errors.
//!
//! # One call
//!
//! A call has a deadline ([`ClientBuilder::call_timeout`]) that holds for all it does: the login if one is due, each
//! attempt ([`ClientBuilder::attempt_timeout`]), the pauses between rounds. Another server is asked after a refused,
//! broken or silent connection and after 5xx; never after 4xx, and never when a repetition could do harm. All calls
//! stay on one server while it answers, for Nacos 3 does not hand an instance over to the node responsible for it;
//! a server that failed is rested. Redirects are not followed and proxies are not used.
//!
//! # Errors
//!
//! There is one [`Error`]. Branch on its [`kind`](Error::kind) and [`is_retryable`](Error::is_retryable); the number of
//! Nacos, the HTTP status, the server and the beginning of the answer are kept beside it. Arguments are checked before
//! anything is sent: such an error names the [`field`](Error::field).
//!
//! ```
//! use nacos_client::{ErrorKind, Instance, NacosClient};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), nacos_client::Error> {
//! let nacos = NacosClient::builder("127.0.0.1:1").build()?; // nobody listens there
//! let error = nacos.naming().register_once(&Instance::new("a@@b", "10.0.0.5", 8080)).await.unwrap_err();
//! assert_eq!((error.kind(), error.field()), (ErrorKind::InvalidArgument, Some("service_name")));
//!
//! let error = nacos.ready().await.unwrap_err();
//! assert_eq!((error.kind(), error.is_retryable()), (ErrorKind::Unavailable, true));
//! # Ok(())
//! # }
//! ```
//!
//! # Configurations
//!
//! [`get`](config::ConfigClient::get) reads one. [`watch`](config::ConfigClient::watch) is a
//! [`Stream`](futures_core::Stream) with an inherent `next()`, and [`listen`](config::ConfigClient::listen) the same by
//! callback. Many watchers of one key share one poll; a change is another MD5; "removed" is told only after a second
//! look, because the server says "not found" for a moment while it writes. With [`config::WatchMode::Auto`] the older
//! long polling is used where a server has it: changes are then seen within milliseconds.
//! [`ClientBuilder::snapshot_dir`] keeps what was read, for times when no server answers. Documents named
//! `cipher-<algorithm>-…` are decrypted by a [`config::ConfigCipher`].
//!
//! # Services
//!
//! [`register`](naming::NamingClient::register) keeps an instance alive until it is deregistered; the single calls
//! ([`register_once`](naming::NamingClient::register_once), [`beat_once`](naming::NamingClient::beat_once),
//! [`deregister_once`](naming::NamingClient::deregister_once), [`list_once`](naming::NamingClient::list_once)) do one
//! thing and start nothing. [`watch`](naming::NamingClient::watch) tells the instances of a service and then each
//! difference; an empty list is believed only when it lasts. [`select_one`](naming::Instances::select_one) chooses by
//! weight.
//!
//! # Features
//!
//! | Name | Adds |
//! |---|---|
//! | `admin` | [`admin()`](NacosClient): publish, compare and set, search, history, rollback, namespaces, services, cluster |
//! | `aes` | the `aes` cipher of Nacos's reference plugin (11 packages) |
//! | `rustls` | servers behind `https://`, by rustls with ring and the certificates of the operating system |
//! | `testing` | `testing::TestServer`, a Nacos 3 in your test's process; implies `admin` |

mod auth;
mod backoff;
mod builder;
mod client;
#[cfg(feature = "testing")]
mod clock;
pub mod config;
mod error;
mod files;
pub mod ids;
pub mod naming;
mod server_list;
mod status;
mod tasks;
pub mod transport;

#[cfg(feature = "admin")]
pub mod admin;
#[cfg(feature = "testing")]
pub mod testing;

pub use self::builder::ClientBuilder;
pub use self::client::NacosClient;
pub use self::config::{ConfigChange, ConfigChanges, ConfigDocument, ConfigKey};
pub use self::error::{Error, ErrorKind, Result};
pub use self::ids::{DataId, Group, Namespace, ServiceName};
pub use self::naming::{Beat, Instance, Registration, ServiceChange, ServiceChanges, ServiceKey};
pub use self::server_list::ServerStatus;
pub use self::status::{ClientStatus, LoopStatus};
