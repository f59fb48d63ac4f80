//! What a service needs day by day: `use bun_server::prelude::*;`.

pub use std::sync::Arc;
pub use std::sync::atomic::AtomicU64;
pub use std::time::Duration;

pub use async_trait::async_trait;
pub use http::StatusCode;

pub use bun_server_macros::{
    Injectable, any, circuit_breaker, controller, delete, get, head, injectable, module, options, patch, policy, post,
    provider, put, service_client, service_registry,
};

pub use crate::app::{AppError, AppResult, Application, ApplicationHandle};
pub use crate::config::{ConfigService, ConfigValue, Secret};
pub use crate::di::{DynamicModule, Factory, Lazy, Qualified};
pub use crate::health::{Health, HealthIndicator, HealthModule, HealthOptions, HealthStatus};
pub use crate::microservice::config_center::{
    ConfigBackend, ConfigCenter, ConfigCenterError, ConfigChange, ConfigChangeListener, ConfigDraft, ConfigEvent,
    ConfigHistory, ConfigKey, ConfigPublisher, ConfigResult, ConfigRevision,
};
pub use crate::microservice::governance::{CallError, Governance, Rejected};
pub use crate::microservice::load_balancer::RoundRobin;
pub use crate::microservice::service_client::{ClientError, ServiceClient};
pub use crate::microservice::service_registry::{
    GetInstancesOptions, InstancesChange, InstancesChangeListener, RegistryBackend, Renewal, ServiceInstance,
    ServiceKey, ServiceName, ServiceRegistry, ServiceRegistryError,
};
pub use crate::microservice::{
    ConfigCenterModule, ConfigCenterOptions, MicroserviceModule, MicroserviceOptions, ServiceRegistryModule,
    ServiceRegistryOptions,
};
#[cfg(feature = "file")]
pub use crate::providers::file::FileConfigCenter;
pub use crate::providers::memory::{MemoryConfigCenter, MemoryServiceRegistry};
#[cfg(feature = "nacos")]
pub use crate::providers::nacos::{NacosConfigCenter, NacosServiceRegistry};
pub use crate::providers::{ProviderError, ProviderOptions};
#[cfg(feature = "validate")]
pub use crate::web::Valid;
pub use crate::web::{Dep, Form, Json, Path, Problem, Query, RequestParts, ResponseError};
pub use crate::{Subscription, config_center_provider, service_registry_provider};
