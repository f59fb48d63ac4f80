//! Gray versions of configurations: beta, by address, and tag.

use serde::Deserialize;

use super::config::CONFIG;
use super::publish::check_tag;
use super::{AdminClient, about};
use crate::config::{ConfigDocument, ConfigKey};
use crate::error::Result;
use crate::transport::Call;

const BETA: &str = "/v3/admin/cs/config/beta";

/// The beta version of a configuration and who reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BetaConfig {
    /// The content.
    pub document: ConfigDocument,
    /// The addresses that read it instead of the published version.
    pub ips: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Detail {
    content: String,
    md5: Option<String>,
    encrypted_data_key: Option<String>,
    #[serde(default)]
    modify_time: u64,
    /// JSON as text: `{"type":"beta","expr":"10.0.0.1,10.0.0.2",…}`.
    gray_rule: Option<String>,
}

#[derive(Default, Deserialize)]
struct Rule {
    #[serde(default)]
    expr: String,
}

impl AdminClient {
    /// Reads the beta version of a configuration; publish one with [`Publish::beta_ips`](super::Publish::beta_ips).
    ///
    /// # Errors
    /// [`NotFound`](crate::ErrorKind::NotFound) when there is none.
    pub async fn beta(&self, key: &ConfigKey) -> Result<BetaConfig> {
        let core = &self.inner.core;
        let key = key.resolve(&core.namespace)?;
        let detail: Detail = core.send(&about(Call::get(BETA), &key)).await?.data()?;
        let rule: Rule = detail
            .gray_rule
            .and_then(|rule| serde_json::from_str(&rule).ok())
            .unwrap_or_default();
        Ok(BetaConfig {
            document: ConfigDocument {
                beta: true,
                ..ConfigDocument::of_detail(
                    detail.content,
                    detail.md5,
                    None,
                    detail.modify_time,
                    detail.encrypted_data_key,
                )
            },
            ips: rule
                .expr
                .split(',')
                .filter(|ip| !ip.is_empty())
                .map(str::to_owned)
                .collect(),
        })
    }

    /// Ends the beta version: everybody reads the published one again.
    ///
    /// # Errors
    /// As any call. Nacos 3.0.2 answers [`Unavailable`](crate::ErrorKind::Unavailable) although it did it.
    pub async fn delete_beta(&self, key: &ConfigKey) -> Result<()> {
        let core = &self.inner.core;
        let key = key.resolve(&core.namespace)?;
        core.send(&about(Call::delete(BETA), &key)).await?.accepted()
    }

    /// Ends the gray version that was published under [`tag`](super::Publish::tag).
    ///
    /// # Errors
    /// [`Unavailable`](crate::ErrorKind::Unavailable) when there is none: the server trips over it.
    pub async fn delete_tag(&self, key: &ConfigKey, tag: &str) -> Result<()> {
        check_tag(tag)?;
        let core = &self.inner.core;
        let key = key.resolve(&core.namespace)?;
        // The parameter is the name of the gray version, and that of a tag has this prefix (seen on 3.0.3).
        let call = about(Call::delete(CONFIG), &key).query("tag", format!("tag_{tag}"));
        core.send(&call).await?.accepted()
    }
}
