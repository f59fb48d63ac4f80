//! Administration over `/v3/admin`: publish and delete configurations, namespaces, services.

mod config;
mod namespace;
mod page;
mod service;

use std::sync::Arc;

pub use self::config::{Publish, Published};
pub use self::namespace::NamespaceInfo;
pub use self::page::Page;
pub use self::service::ServiceSummary;
use crate::client::Inner;

/// Administers a Nacos installation; see [`NacosClient::admin`](crate::NacosClient::admin).
#[derive(Clone, Debug)]
pub struct AdminClient {
    inner: Arc<Inner>,
}

impl AdminClient {
    pub(crate) fn new(inner: Arc<Inner>) -> Self {
        Self { inner }
    }
}
