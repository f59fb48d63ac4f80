//! Publishing configurations.

use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::sync::Arc;

use http::{HeaderName, HeaderValue};

use super::AdminClient;
use super::config::{CONFIG, read};
use crate::client::Inner;
use crate::config::{ConfigKey, ResolvedKey};
use crate::error::{Error, ErrorKind, Result};
use crate::transport::Call;

/// Beyond this size the server loses every parameter of the form and complains of a missing one.
const FORM_LIMIT: usize = 2 * 1024 * 1024;
const CAS_MD5: HeaderName = HeaderName::from_static("casmd5");
const BETA_IPS: HeaderName = HeaderName::from_static("betaips");

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
            stored: false,
            beta_ips: None,
            tag: None,
            config_tags: None,
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
    stored: bool,
    beta_ips: Option<String>,
    tag: Option<String>,
    config_tags: Option<String>,
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

    /// Publishes a beta version, which only callers with these addresses read.
    pub fn beta_ips<'a>(mut self, ips: impl IntoIterator<Item = &'a str>) -> Self {
        self.beta_ips = Some(ips.into_iter().collect::<Vec<_>>().join(","));
        self
    }

    /// Publishes a gray version under `tag` (at most 16 characters) beside the one for everybody; at most ten for each
    /// configuration. Over HTTP only the older v1 read asks for a tag: `get` of this crate reads the version for
    /// everybody. End it with [`AdminClient::delete_tag`].
    pub fn tag(mut self, tag: impl Into<String>) -> Self {
        self.tag = Some(tag.into());
        self
    }

    /// Labels to search by; they replace those it has.
    pub fn config_tags<'a>(mut self, tags: impl IntoIterator<Item = &'a str>) -> Self {
        self.config_tags = Some(tags.into_iter().collect::<Vec<_>>().join(","));
        self
    }

    /// Takes the content as it was stored: nothing is encrypted again.
    pub(super) fn stored(mut self, encrypted_data_key: Option<String>) -> Self {
        self.encrypted_data_key = encrypted_data_key;
        self.stored = true;
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
        if let Some(tag) = &self.tag {
            check_tag(tag)?;
        }
        let encrypted = match &self.encrypted_data_key {
            Some(_) => None,
            None if self.stored => None,
            None => core.ciphers.encrypt(key.data_id.as_str(), &self.content)?,
        };
        let (content, data_key) = match &encrypted {
            Some(encrypted) => (&encrypted.content, Some(&encrypted.encrypted_data_key)),
            None => (&self.content, self.encrypted_data_key.as_ref()),
        };
        let mut call = self.call(&key, content, data_key)?;
        if let Some(md5) = &self.expected_md5 {
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
        let describe = |error: Error| error.with_context(format_args!("publish configuration {key}"));
        core.send(&call).await.map_err(describe)?.accepted().map_err(describe)
    }

    fn call<'a>(&'a self, key: &'a ResolvedKey, content: &'a str, data_key: Option<&'a String>) -> Result<Call<'a>> {
        let mut call = Call::post(CONFIG)
            .form("namespaceId", key.namespace.as_str())
            .form("groupName", key.group.as_str())
            .form("dataId", key.data_id.as_str())
            .form("content", content);
        for (name, value) in [
            ("type", self.content_type.as_ref()),
            ("desc", self.description.as_ref()),
            ("appName", self.app_name.as_ref()),
            ("encryptedDataKey", data_key),
            ("tag", self.tag.as_ref()),
            ("configTags", self.config_tags.as_ref()),
        ] {
            if let Some(value) = value {
                call = call.form(name, &**value);
            }
        }
        let size = call.body().map_or(0, |(_, body)| body.len());
        if size > FORM_LIMIT {
            return Err(Error::invalid(
                "content",
                format_args!("{size} bytes when encoded; the server takes {FORM_LIMIT}"),
            ));
        }
        for (header, field, value) in [
            (CAS_MD5, "md5", &self.expected_md5),
            (BETA_IPS, "beta_ips", &self.beta_ips),
        ] {
            if let Some(value) = value {
                let value =
                    HeaderValue::from_str(value).map_err(|_| Error::invalid(field, "holds illegal characters"))?;
                call = call.header(header, value);
            }
        }
        Ok(call)
    }
}

/// The server keeps a tag in a short column.
pub(super) fn check_tag(tag: &str) -> Result<()> {
    let length = tag.chars().count();
    if tag.trim().is_empty() || length > 16 {
        return Err(Error::invalid(
            "tag",
            format_args!("{length} characters; between 1 and 16"),
        ));
    }
    Ok(())
}

impl IntoFuture for Publish {
    type Output = Result<()>;
    type IntoFuture = Pin<Box<dyn Future<Output = Result<()>> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}
