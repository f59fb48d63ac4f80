//! Nacos 3: [`NacosConfigCenter`] and [`NacosServiceRegistry`] over the HTTP Open API.
//!
//! ```yaml
//! config_center:
//!   url: nacos://127.0.0.1:8848,127.0.0.1:8849?namespace=dev&group=ORDERS
//!   username: nacos
//!   password: ${NACOS_PASSWORD}
//! service_registry:
//!   url: nacos://127.0.0.1:8848?namespace=dev&cluster=DEFAULT
//! ```
//!
//! | option of the url | meaning | default |
//! |---|---|---|
//! | `namespace` | the namespace's id | `public` |
//! | `group` | where keys and services that name no group are | `DEFAULT_GROUP` |
//! | `context_path` | the server's `nacos.server.contextPath` | `/nacos` |
//! | `cluster` (registry) | the cluster that is registered in and read | `DEFAULT` |
//!
//! Both use single calls of `nacos-client` only: polling, heartbeats, retries and snapshots are the framework's own. Sections
//! with the same servers and credentials share one client, and so one login.

mod config_center;
mod connection;
mod service_registry;

pub use config_center::NacosConfigCenter;
pub use service_registry::NacosServiceRegistry;
