//! How many configurations a namespace or a group may hold, and how long each may be.

use serde::Deserialize;

use super::AdminClient;
use crate::error::Result;
use crate::ids::{Group, namespace_or_default};
use crate::transport::Call;

const CAPACITY: &str = "/v3/admin/cs/capacity";

/// What a capacity is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CapacityOf<'a> {
    /// The namespace with this id.
    Namespace(&'a str),
    /// The group of this name, in every namespace.
    Group(&'a str),
}

/// How many configurations there may be, and how long each. Kept by the server, enforced only where its setting
/// `isCapacityLimitCheck` is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Capacity {
    /// How many there may be.
    pub quota: u64,
    /// How many there are.
    #[serde(default)]
    pub usage: u64,
    /// The longest content in bytes.
    pub max_size: u64,
}

impl AdminClient {
    /// Reads a capacity; the server makes one with its defaults where there is none.
    ///
    /// # Errors
    /// As any call.
    pub async fn capacity(&self, of: CapacityOf<'_>) -> Result<Capacity> {
        let call = Call::get(CAPACITY);
        let call = match of {
            CapacityOf::Namespace(id) => call.query("namespaceId", namespace_or_default(id)?.to_string()),
            CapacityOf::Group(name) => call.query("groupName", Group::new(name)?.to_string()),
        };
        self.inner.core.send(&call).await?.data()
    }

    /// Sets how many configurations there may be and how long each, in bytes.
    ///
    /// # Errors
    /// As any call.
    pub async fn set_capacity(&self, of: CapacityOf<'_>, quota: u32, max_size: u32) -> Result<()> {
        let call = Call::post(CAPACITY);
        let call = match of {
            CapacityOf::Namespace(id) => call.form("namespaceId", namespace_or_default(id)?.to_string()),
            CapacityOf::Group(name) => call.form("groupName", Group::new(name)?.to_string()),
        };
        let call = call
            .form("quota", quota.to_string())
            .form("maxSize", max_size.to_string());
        self.inner.core.send(&call).await?.accepted()
    }
}
