use super::config_center::ConfigCenter;
use super::options::{ConfigCenterOptions, MicroserviceOptions, ServiceRegistryOptions};
use super::service_client::ServiceClient;
use super::service_registry::ServiceRegistry;
use crate::di::{DynamicModule, Hint, Token};

/// Brings `Arc<dyn ConfigCenter>` and the documents of `config_center.import`. Seen by every module of the application.
#[derive(Debug)]
pub struct ConfigCenterModule;

impl ConfigCenterModule {
    /// With what code says.
    #[track_caller]
    #[must_use]
    pub fn for_root(options: ConfigCenterOptions) -> DynamicModule {
        DynamicModule::builder::<Self>()
            .attach(options)
            .provide_resource::<dyn ConfigCenter>()
            .export::<dyn ConfigCenter>()
            .global()
            .build()
    }

    /// From the section `config_center`; without its `url`, documents are in memory.
    #[track_caller]
    #[must_use]
    pub fn from_config() -> DynamicModule {
        Self::for_root(ConfigCenterOptions::default())
    }
}

/// Brings `Arc<dyn ServiceRegistry>` and [`ServiceClient`]; registers what `#[service_registry]` says. Seen by every module
/// of the application.
#[derive(Debug)]
pub struct ServiceRegistryModule;

impl ServiceRegistryModule {
    /// With what code says.
    #[track_caller]
    #[must_use]
    pub fn for_root(options: ServiceRegistryOptions) -> DynamicModule {
        DynamicModule::builder::<Self>()
            .attach(options)
            .provide_resource::<dyn ServiceRegistry>()
            .provide_resource::<ServiceClient>()
            .export::<dyn ServiceRegistry>()
            .export::<ServiceClient>()
            .global()
            .build()
    }

    /// From the section `service_registry`; without its `url`, instances are in memory.
    #[track_caller]
    #[must_use]
    pub fn from_config() -> DynamicModule {
        Self::for_root(ServiceRegistryOptions::default())
    }
}

/// The single entry: [`ConfigCenterModule`] and [`ServiceRegistryModule`].
#[derive(Debug)]
pub struct MicroserviceModule;

impl MicroserviceModule {
    /// With what code says.
    #[track_caller]
    #[must_use]
    pub fn for_root(options: MicroserviceOptions) -> DynamicModule {
        DynamicModule::builder::<Self>()
            .import(ConfigCenterModule::for_root(options.config_center))
            .import(ServiceRegistryModule::for_root(options.service_registry))
            .build()
    }

    /// From `application.yaml`: the sections `config_center` and `service_registry`.
    #[track_caller]
    #[must_use]
    pub fn from_config() -> DynamicModule {
        Self::for_root(MicroserviceOptions::default())
    }
}

const CONFIG_CENTER: &str =
    "import `MicroserviceModule::from_config()` or `ConfigCenterModule::from_config()` in a module of the application";
const SERVICE_REGISTRY: &str = "import `MicroserviceModule::from_config()` or `ServiceRegistryModule::from_config()` in a module of the application";

inventory::submit! { Hint { token: Token::of::<dyn ConfigCenter>(), mend: CONFIG_CENTER } }
inventory::submit! { Hint { token: Token::of::<dyn ServiceRegistry>(), mend: SERVICE_REGISTRY } }
inventory::submit! { Hint { token: Token::of::<ServiceClient>(), mend: SERVICE_REGISTRY } }
