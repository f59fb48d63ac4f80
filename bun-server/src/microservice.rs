//! Microservices: one module brings the config center, the service registry, the service client, governance and tracing.
//!
//! ```text
//!            application.yaml ──► MicroserviceModule ◄── MicroserviceOptions
//!                                  │              │
//!                    ConfigCenterModule      ServiceRegistryModule
//!                          │                        │
//!      dyn ConfigCenter ◄─ ConfigHub        RegistryHub ─► dyn ServiceRegistry
//!                          │                        │             │
//!                    ConfigBackend           RegistryBackend   ServiceClient ─► Governance
//!                          └──── nacos · file · memory ────┘
//! ```
//!
//! [`MicroserviceModule::from_config`] takes all of it from `application.yaml`; [`MicroserviceModule::for_root`] lets code
//! decide. [`ConfigCenterModule`] and [`ServiceRegistryModule`] are usable alone. An application without them has none of it.

pub mod config_center;
pub mod governance;
pub mod load_balancer;
mod modules;
mod options;
pub mod service_client;
pub mod service_registry;
mod setup;
mod shared_clients;
pub mod trace;

pub use modules::{ConfigCenterModule, MicroserviceModule, ServiceRegistryModule};
pub use options::{ConfigCenterOptions, MicroserviceOptions, ServiceRegistryOptions};
pub use shared_clients::SharedClients;

pub(crate) use setup::{ConfigCenterSetup, ServiceRegistrySetup};
