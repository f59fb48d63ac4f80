//! One read of one configuration.

use super::document::QueryResponse;
use super::{ConfigClient, ConfigDocument, ConfigKey, ResolvedKey};
use crate::error::{Error, Result};
use crate::transport::{Call, Core};

impl ConfigClient {
    /// Reads a configuration, decrypted if it is encrypted.
    ///
    /// # Errors
    /// [`NotFound`](crate::ErrorKind::NotFound) when there is none. The server says the same for a moment while
    /// it writes a large configuration, so read again after 20 ms or more before you act on it.
    /// [`Decode`](crate::ErrorKind::Decode) when it cannot be decrypted.
    ///
    /// # Cancel safety
    /// Safe: dropping the future drops the exchange.
    pub async fn get(&self, key: &ConfigKey) -> Result<ConfigDocument> {
        let mut document = self.get_stored(key).await?;
        self.inner.core.ciphers.decrypt(key.data_id(), &mut document)?;
        Ok(document)
    }

    /// Reads a configuration as it is stored: an encrypted one stays ciphertext.
    ///
    /// # Errors
    /// As [`ConfigClient::get`].
    pub async fn get_stored(&self, key: &ConfigKey) -> Result<ConfigDocument> {
        let core = &self.inner.core;
        fetch(core, &key.resolve(&core.namespace)?).await
    }
}

pub(super) async fn fetch(core: &Core, key: &ResolvedKey) -> Result<ConfigDocument> {
    let call = Call::get("/v3/client/cs/config")
        .query("namespaceId", key.namespace.as_str())
        .query("groupName", key.group.as_str())
        .query("dataId", key.data_id.as_str());
    let describe = |error: Error| error.with_context(format_args!("configuration {key}"));
    let answer = core.send(&call).await.map_err(describe)?;
    answer
        .data::<QueryResponse>()
        .map(ConfigDocument::from)
        .map_err(describe)
}
