//! One read of one configuration.

use std::future::Future;
use std::sync::Arc;

use super::document::QueryResponse;
use super::hint;
use super::{ConfigClient, ConfigDocument, ConfigKey, ResolvedKey};
use crate::error::{Error, Result};
use crate::transport::{Call, Core};

impl ConfigClient {
    /// Reads a configuration, decrypted if it is encrypted.
    ///
    /// With a snapshot folder, a file written by hand wins over the server, and the snapshot is read when no server
    /// answers; [`ConfigDocument::origin`] says so.
    ///
    /// # Errors
    /// [`NotFound`](crate::ErrorKind::NotFound) when there is none; the first time, in a namespace other than `public`, it
    /// is looked up whether that is the display name of another one, and the error says so. The server says the same for a moment while
    /// it writes a large configuration, so read again after 20 ms or more before you act on it.
    /// [`Decode`](crate::ErrorKind::Decode) when it cannot be decrypted.
    ///
    /// # Cancel safety
    /// Safe: dropping the future drops the exchange.
    pub fn get<'a>(&self, key: &'a ConfigKey) -> impl Future<Output = Result<ConfigDocument>> + Send + use<'a> {
        // The future holds the client itself: `nacos.config()` is a temporary within `join!`.
        let core = Arc::clone(&self.inner.core);
        async move {
            let key = key.resolve(&core.namespace)?;
            let mut document = match fetch_or_snapshot(&core, &key).await {
                Ok(document) => document,
                Err(error) if error.is_not_found() => return Err(hint::at_display_name(&core, &key, error).await),
                Err(error) => return Err(error),
            };
            core.ciphers.decrypt(key.data_id.as_str(), &mut document)?;
            Ok(document)
        }
    }

    /// Reads a configuration as it is stored: an encrypted one stays ciphertext.
    ///
    /// # Errors
    /// As [`ConfigClient::get`].
    pub fn get_stored<'a>(&self, key: &'a ConfigKey) -> impl Future<Output = Result<ConfigDocument>> + Send + use<'a> {
        let core = Arc::clone(&self.inner.core);
        async move { fetch(&core, &key.resolve(&core.namespace)?).await }
    }
}

/// The file written by hand, else the server, else what it said last.
pub(super) async fn fetch_or_snapshot(core: &Core, key: &ResolvedKey) -> Result<ConfigDocument> {
    let Some(snapshots) = &core.snapshots else {
        return fetch(core, key).await;
    };
    if let Some(document) = snapshots.failover(key).await {
        return Ok(document);
    }
    match fetch(core, key).await {
        Ok(document) => {
            snapshots.save(key, &document).await;
            Ok(document)
        }
        // A refusal is an answer; only silence makes yesterday's word count.
        Err(error) if error.is_retryable() => match snapshots.load(key).await {
            Some(document) => {
                tracing::warn!(%key, %error, "no server answers; the snapshot is used");
                Ok(document)
            }
            None => Err(error),
        },
        Err(error) => Err(error),
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
