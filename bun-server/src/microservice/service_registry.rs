//! The service registry: where this service is found, and where it finds others.
//!
//! Users inject `Arc<dyn ServiceRegistry>`. Authors of providers implement the small [`RegistryBackend`]; heartbeats,
//! re-registration, caching and polling are written once, in the [`RegistryHub`].

mod address;
mod backend;
mod directory;
mod error;
mod health;
mod hub;
mod instance;
mod name;
mod options;
mod provider;
mod reconciler;
mod registration;
mod registry;
mod settings;
mod stream;

pub use backend::{InstanceFeed, Lease, RegistryBackend, Renewal};
pub use error::ServiceRegistryError;
pub use hub::{RegistryHub, RegistryHubOptions};
pub use instance::ServiceInstance;
pub use name::ServiceName;
pub use options::{GetInstancesOptions, ServiceKey};
pub use provider::ServiceRegistryProvider;
pub use reconciler::RegistrationState;
pub use registration::ServiceRegistration;
pub use registry::{InstancesChange, InstancesChangeListener, ServiceRegistry};
pub use settings::{RegistryFailure, ServiceRegistrySettings};
pub use stream::InstanceStream;

pub(crate) use address::{AddressRules, advertised_ip};
