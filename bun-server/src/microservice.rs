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

pub mod config_center;
pub mod governance;
pub mod load_balancer;
pub mod service_client;
pub mod service_registry;
mod shared_clients;
pub mod trace;

pub use shared_clients::SharedClients;
