//! The servers themselves: members and state.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::AdminClient;
use crate::error::Result;
use crate::transport::Call;

/// A member of the cluster.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Member {
    /// Its address.
    pub ip: String,
    /// Its port.
    pub port: u16,
    /// `UP`, `SUSPICIOUS`, `DOWN`, …
    #[serde(default)]
    pub state: String,
    /// `ip:port`.
    #[serde(default)]
    pub address: String,
    /// Whatever else it says of itself, such as `version`.
    #[serde(default)]
    pub extend_info: BTreeMap<String, Value>,
}

impl AdminClient {
    /// Lists the members of the cluster.
    ///
    /// # Errors
    /// As any call.
    pub async fn members(&self) -> Result<Vec<Member>> {
        self.read("/v3/admin/core/cluster/node/list").await
    }

    /// Lists the members whose address begins so and that are in this state (`UP`, `SUSPICIOUS`, `DOWN`, …); empty texts
    /// are all.
    ///
    /// # Errors
    /// [`Unavailable`](crate::ErrorKind::Unavailable) when the server knows no such state.
    pub async fn find_members(&self, address: &str, state: &str) -> Result<Vec<Member>> {
        let mut call = Call::get("/v3/admin/core/cluster/node/list");
        for (name, value) in [("address", address), ("state", state)] {
            if !value.is_empty() {
                call = call.query(name, value);
            }
        }
        self.inner.core.send(&call).await?.data()
    }

    /// Fails unless a server runs, ready or not; see [`NacosClient::ready`](crate::NacosClient::ready). Needs no login.
    ///
    /// # Errors
    /// As any call.
    pub async fn alive(&self) -> Result<()> {
        let call = Call::get("/v3/admin/core/state/liveness").anonymous();
        self.inner.core.send(&call).await?.accepted()
    }

    /// The member that answers.
    ///
    /// # Errors
    /// As any call.
    pub async fn this_member(&self) -> Result<Member> {
        self.read("/v3/admin/core/cluster/node/self").await
    }

    /// The state of the server by name: `version`, `startup_mode`, `auth_enabled`, … Needs no login.
    ///
    /// # Errors
    /// As any call.
    pub async fn state(&self) -> Result<BTreeMap<String, Option<String>>> {
        let call = Call::get("/v3/admin/core/state").anonymous();
        self.inner.core.send(&call).await?.data()
    }

    pub(super) async fn read<T: serde::de::DeserializeOwned>(&self, path: &'static str) -> Result<T> {
        self.inner.core.send(&Call::get(path)).await?.data()
    }
}
