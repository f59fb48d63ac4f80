//! One configuration as the server holds it.

use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

/// The content of a configuration and what the server says about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ConfigDocument {
    /// The text.
    pub content: String,
    /// MD5 of the content as stored (of an encrypted configuration: of the ciphertext), lower hex.
    pub md5: String,
    /// Nacos's type: `yaml`, `json`, `properties`, `text`, …
    pub content_type: Option<String>,
    /// When it was last published; changes also when the same content is published again.
    pub last_modified: Option<SystemTime>,
    /// The encrypted data key of an encrypted configuration.
    pub encrypted_data_key: Option<String>,
    /// True when this caller got the beta content, by its address.
    pub beta: bool,
    /// Where this came from.
    #[serde(default)]
    pub origin: Origin,
}

/// Where a [`ConfigDocument`] came from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Origin {
    /// A server.
    #[default]
    Server,
    /// The snapshot on disk: no server answered.
    Snapshot,
    /// A file that an operator wrote by hand.
    Failover,
}

impl ConfigDocument {
    /// Lower hex MD5 of `content`, as Nacos counts it.
    #[must_use]
    pub fn md5_of(content: &str) -> String {
        format!("{:x}", md5::compute(content))
    }
}

#[cfg(feature = "admin")]
impl ConfigDocument {
    pub(crate) fn of_detail(
        content: String,
        md5: Option<String>,
        content_type: Option<String>,
        modified: u64,
        encrypted_data_key: Option<String>,
    ) -> Self {
        Self {
            md5: not_blank(md5).unwrap_or_else(|| Self::md5_of(&content)),
            content,
            content_type: not_blank(content_type),
            last_modified: instant_of(modified),
            encrypted_data_key: not_blank(encrypted_data_key),
            beta: false,
            origin: Origin::Server,
        }
    }
}

/// `data` of the client's read.
#[derive(Deserialize)]
pub(crate) struct QueryResponse {
    content: String,
    #[serde(rename = "encryptedDataKey", default)]
    encrypted_data_key: Option<String>,
    #[serde(rename = "contentType", default)]
    content_type: Option<String>,
    #[serde(default)]
    md5: Option<String>,
    #[serde(rename = "lastModified", default)]
    last_modified: Option<u64>,
    #[serde(default)]
    beta: Option<bool>,
}

pub(crate) fn instant_of(millis: u64) -> Option<SystemTime> {
    (millis > 0)
        .then(|| SystemTime::UNIX_EPOCH.checked_add(Duration::from_millis(millis)))
        .flatten()
}

pub(crate) fn not_blank(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_empty())
}

impl From<QueryResponse> for ConfigDocument {
    fn from(response: QueryResponse) -> Self {
        Self {
            md5: not_blank(response.md5).unwrap_or_else(|| Self::md5_of(&response.content)),
            content: response.content,
            content_type: not_blank(response.content_type),
            last_modified: response.last_modified.and_then(instant_of),
            encrypted_data_key: not_blank(response.encrypted_data_key),
            beta: response.beta.unwrap_or(false),
            origin: Origin::Server,
        }
    }
}
