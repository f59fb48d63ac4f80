//! Administration over `/v3/admin`: everything of the console but its pages.
//!
//! Configurations ([publish](AdminClient::publish), [compare and set](AdminClient::publish_if), search, beta, history
//! with [rollback](AdminClient::rollback)), namespaces, services, instances as an operator sees them, and the cluster.

mod beta;
mod cluster;
mod config;
mod history;
mod instance;
mod namespace;
mod page;
mod publish;
mod search;
mod service;

use std::collections::BTreeMap;
use std::sync::Arc;

pub use self::beta::BetaConfig;
pub use self::cluster::{Member, Publisher};
pub use self::config::Published;
pub use self::history::{HistoryEntry, HistoryOperation, HistoryRecord};
pub use self::namespace::NamespaceInfo;
pub use self::page::Page;
pub use self::publish::Publish;
pub use self::search::{ConfigSearch, ConfigSummary};
pub use self::service::{ServiceDetail, ServiceSearch, ServiceSettings, ServiceSummary};
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
