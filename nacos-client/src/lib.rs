//! An HTTP client for the Nacos 3 Open API: configurations, services, login, administration. No gRPC.

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
