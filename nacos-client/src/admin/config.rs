//! Publishing and deleting configurations.

use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::sync::Arc;
use std::time::SystemTime;

use http::{HeaderName, HeaderValue};
use serde::Deserialize;

use super::AdminClient;
use crate::client::Inner;
use crate::config::{ConfigDocument, ConfigKey};
use crate::error::{Error, ErrorKind, Result};
use crate::transport::Call;

const CONFIG: &str = "/v3/admin/cs/config";
/// Beyond this size the server loses every parameter of the form and complains of a missing one.
const FORM_LIMIT: usize = 2 * 1024 * 1024;
const CAS_MD5: HeaderName = HeaderName::from_static("casmd5");

/// A configuration with what only administrators see.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Published {
    /// The server's id of the configuration.
    pub id: String,
    /// Content, type, MD5 and time.
    pub document: ConfigDocument,
    /// The application it belongs to.
    pub app_name: Option<String>,
    /// A free text.
    pub description: Option<String>,
    /// When it was created.
    pub created: Option<SystemTime>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Detail {
    id: String,
    content: String,
    md5: Option<String>,
    #[serde(rename = "type")]
    content_type: Option<String>,
    app_name: Option<String>,
    desc: Option<String>,
    encrypted_data_key: Option<String>,
    #[serde(default)]
    create_time: u64,
    #[serde(default)]
    modify_time: u64,
}

impl AdminClient {
    /// Begins to publish `content`; `await` sends it. Publishing creates or replaces. Under a data id such as
    /// `cipher-aes-app.yaml` the content is encrypted first, unless it comes with its data key.
    pub fn publish(&self, key: &ConfigKey, content: impl Into<String>) -> Publish {
        Publish {
            inner: Arc::clone(&self.inner),
            key: key.clone(),
            content: content.into(),
            content_type: None,
            description: None,
            app_name: None,
            encrypted_data_key: None,
            expected_md5: None,
        }
    }

    /// Begins to publish `content` in place of the one whose MD5 is `md5`.
    ///
    /// The server would create an absent configuration under any MD5, so this reads first.
    pub fn publish_if(&self, key: &ConfigKey, md5: impl Into<String>, content: impl Into<String>) -> Publish {
        let mut publish = self.publish(key, content);
        publish.expected_md5 = Some(md5.into());
        publish
    }

    /// Deletes a configuration; also fine when there is none.
    ///
    /// # Errors
    /// As any call.
    pub async fn delete(&self, key: &ConfigKey) -> Result<()> {
        let core = &self.inner.core;
        let key = key.resolve(&core.namespace)?;
        let call = Call::delete(CONFIG)
            .query("namespaceId", key.namespace.as_str())
            .query("groupName", key.group.as_str())
            .query("dataId", key.data_id.as_str());
        core.send(&call).await?.accepted()
    }

    /// Reads a configuration from the database: what was just published is seen at once.
    ///
    /// # Errors
    /// [`NotFound`](ErrorKind::NotFound) when there is none.
    pub async fn get(&self, key: &ConfigKey) -> Result<Published> {
        read(&self.inner, key).await
    }
}

async fn read(inner: &Inner, key: &ConfigKey) -> Result<Published> {
    let core = &inner.core;
    let key = key.resolve(&core.namespace)?;
    let call = Call::get(CONFIG)
        .query("namespaceId", key.namespace.as_str())
        .query("groupName", key.group.as_str())
        .query("dataId", key.data_id.as_str());
    let detail: Detail = core.send(&call).await?.data()?;
    Ok(Published {
        id: detail.id,
        document: ConfigDocument::of_detail(
            detail.content,
            detail.md5,
            detail.content_type,
            detail.modify_time,
            detail.encrypted_data_key,
        ),
        app_name: detail.app_name.filter(|text| !text.is_empty()),
        description: detail.desc.filter(|text| !text.is_empty()),
        created: crate::config::instant_of(detail.create_time),
    })
}

/// A publish that is sent when it is awaited.
#[derive(Clone, Debug)]
#[must_use = "nothing is published until it is awaited"]
pub struct Publish {
    inner: Arc<Inner>,
    key: ConfigKey,
    content: String,
    content_type: Option<String>,
    description: Option<String>,
    app_name: Option<String>,
    encrypted_data_key: Option<String>,
    expected_md5: Option<String>,
}

impl Publish {
    /// Nacos's type: `yaml`, `json`, `properties`, `text`, … Default: by the server, `text`.
    pub fn content_type(mut self, content_type: impl Into<String>) -> Self {
        self.content_type = Some(content_type.into());
        self
    }

    /// A free text.
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// The application it belongs to.
    pub fn app_name(mut self, name: impl Into<String>) -> Self {
        self.app_name = Some(name.into());
        self
    }

    /// Says that the content is ciphertext, with its encrypted data key.
    pub fn encrypted_data_key(mut self, key: impl Into<String>) -> Self {
        self.encrypted_data_key = Some(key.into());
        self
    }

    async fn send(self) -> Result<()> {
        let core = &self.inner.core;
        let key = self.key.resolve(&core.namespace)?;
        if self.content.trim().is_empty() {
            return Err(Error::invalid(
                "content",
                "must not be blank; delete the configuration instead",
            ));
        }
        let encrypted = match &self.encrypted_data_key {
            Some(_) => None,
            None => core.ciphers.encrypt(key.data_id.as_str(), &self.content)?,
        };
        let (content, data_key) = match &encrypted {
            Some(encrypted) => (&encrypted.content, Some(&encrypted.encrypted_data_key)),
            None => (&self.content, self.encrypted_data_key.as_ref()),
        };
        let mut call = Call::post(CONFIG)
            .form("namespaceId", key.namespace.as_str())
            .form("groupName", key.group.as_str())
            .form("dataId", key.data_id.as_str())
            .form("content", &**content);
        for (name, value) in [
            ("type", self.content_type.as_ref()),
            ("desc", self.description.as_ref()),
            ("appName", self.app_name.as_ref()),
            ("encryptedDataKey", data_key),
        ] {
            if let Some(value) = value {
                call = call.form(name, &**value);
            }
        }
        let size = call.body().map_or(0, |body| body.len());
        if size > FORM_LIMIT {
            return Err(Error::invalid(
                "content",
                format_args!("{size} bytes when encoded; the server takes {FORM_LIMIT}"),
            ));
        }
        if let Some(md5) = &self.expected_md5 {
            let header = HeaderValue::from_str(md5).map_err(|_| Error::invalid("md5", "is no MD5"))?;
            call = call.header(CAS_MD5, header);
            // A repetition could lose against its own first try.
            call.repeatable = false;
            let now = read(&self.inner, &self.key).await?;
            if now.document.md5 != *md5 {
                return Err(Error::new(
                    ErrorKind::Conflict,
                    format!("configuration {key} has changed; read it again and decide anew"),
                ));
            }
        }
        core.send(&call).await?.accepted()
    }
}

impl IntoFuture for Publish {
    type Output = Result<()>;
    type IntoFuture = Pin<Box<dyn Future<Output = Result<()>> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}
