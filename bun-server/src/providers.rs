//! Providers: what stands behind the abstract config center and registry. A URL's scheme names one.
//!
//! | scheme | config center | registry | feature |
//! |---|---|---|---|
//! | `memory://` | yes | yes | |
//! | `file://` | yes | | `file` |
//! | `nacos://` | yes | yes | `nacos` |
//!
//! A provider of one's own implements [`ConfigBackend`](crate::microservice::config_center::ConfigBackend) or
//! [`RegistryBackend`](crate::microservice::service_registry::RegistryBackend) and names a scheme:
//!
//! ```
//! use bun_server::prelude::*;
//!
//! struct VaultBackend {
//!     url: String,
//! }
//!
//! impl VaultBackend {
//!     fn new(options: &ProviderOptions) -> Result<Self, ProviderError> {
//!         options.allow(&["mount"])?;
//!         Ok(Self { url: options.hosts().to_owned() })
//!     }
//! }
//!
//! #[async_trait]
//! impl ConfigBackend for VaultBackend {
//!     async fn fetch(&self, key: &ConfigKey) -> Result<ConfigResult, ConfigCenterError> {
//!         Err(ConfigCenterError::not_found(key))
//!     }
//! }
//!
//! config_center_provider!("vault", |options: &ProviderOptions| VaultBackend::new(options));
//! # fn main() {}
//! ```

#[cfg(feature = "file")]
pub mod file;
pub mod memory;
#[cfg(feature = "nacos")]
pub mod nacos;
mod options;
mod scheme;

pub use options::{ProviderError, ProviderOptions};
pub use scheme::{ConfigCenterScheme, MadeByFactory, ServiceRegistryScheme, make_backend};
pub(crate) use scheme::{config_center_from_url, service_registry_from_url};
