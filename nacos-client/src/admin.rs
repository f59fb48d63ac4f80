//! Administration over `/v3/admin`: everything of the console but its pages.
//!
//! Configurations ([publish](AdminClient::publish), [compare and set](AdminClient::publish_if), search, beta and tag,
//! [export](AdminClient::export), [import](AdminClient::import), [clone](AdminClient::clone_configs), history with
//! [rollback](AdminClient::rollback)), namespaces, services, instances as an operator sees them, users with their roles
//! and permissions, the cluster with its connections, switches, logs and metrics.

mod beta;
mod capacity;
mod client;
mod cluster;
mod config;
mod connection;
mod health;
mod history;
mod instance;
mod instance_metadata;
mod namespace;
mod operations;
mod page;
mod publish;
mod search;
mod service;
mod transfer;
mod user;

use std::collections::BTreeMap;
use std::sync::Arc;

pub use self::beta::BetaConfig;
pub use self::capacity::{Capacity, CapacityOf};
pub use self::client::{Publisher, Subscriber};
pub use self::cluster::Member;
pub use self::config::Published;
pub use self::connection::{ConnectionLoad, ServerLoad};
pub use self::health::{ClusterSettings, HealthChecker};
pub use self::history::{HistoryEntry, HistoryOperation, HistoryRecord};
pub use self::instance_metadata::InstancePatch;
pub use self::namespace::NamespaceInfo;
pub use self::operations::{IdGenerator, IdGeneratorState, LogLevel, LogModule};
pub use self::page::Page;
pub use self::publish::Publish;
pub use self::search::{ConfigSearch, ConfigSummary};
pub use self::service::{ServiceDetail, ServiceSearch, ServiceSettings, ServiceSummary};
pub use self::transfer::{ConfigClone, SameConfigPolicy, TransferReport, TransferredConfig};
pub use self::user::{Action, Permission, RoleBinding};
use crate::client::Inner;
use crate::config::ResolvedKey;
use crate::error::{Error, Result};
use crate::transport::Call;

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

/// The parameters that name a configuration, in the query.
fn about<'a>(call: Call<'a>, key: &'a ResolvedKey) -> Call<'a> {
    call.query("namespaceId", key.namespace.as_str())
        .query("groupName", key.group.as_str())
        .query("dataId", key.data_id.as_str())
}

fn metadata_json(metadata: &BTreeMap<String, String>) -> Result<String> {
    serde_json::to_string(metadata)
        .map_err(|source| Error::invalid("metadata", "cannot be written as JSON").with_source(source))
}
