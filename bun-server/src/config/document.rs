use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use super::ParseError;
use super::format::{self, Format};
use super::placeholder::fill_variables;
use super::tree::Node;

/// Names a document of a config center. Group and namespace default to those of the provider's options.
///
/// ```
/// use bun_server::config::ConfigKey;
///
/// let key = ConfigKey::new("order-service.yaml").group("ORDERS");
/// assert_eq!(key.to_string(), "ORDERS/order-service.yaml");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ConfigKey {
    data_id: String,
    group: Option<String>,
    namespace: Option<String>,
}

impl ConfigKey {
    /// The document `data_id` of the default group.
    pub fn new(data_id: impl Into<String>) -> Self {
        Self {
            data_id: data_id.into(),
            group: None,
            namespace: None,
        }
    }

    /// In another group.
    #[must_use]
    pub fn group(mut self, group: impl Into<String>) -> Self {
        self.group = Some(group.into());
        self
    }

    /// In another namespace, by its id.
    #[must_use]
    pub fn namespace(mut self, namespace: impl Into<String>) -> Self {
        self.namespace = Some(namespace.into());
        self
    }

    /// The document's name.
    #[must_use]
    pub fn data_id(&self) -> &str {
        &self.data_id
    }

    /// The group, when it was given.
    #[must_use]
    pub fn group_name(&self) -> Option<&str> {
        self.group.as_deref()
    }

    /// The namespace, when it was given.
    #[must_use]
    pub fn namespace_id(&self) -> Option<&str> {
        self.namespace.as_deref()
    }
}

impl From<&str> for ConfigKey {
    fn from(data_id: &str) -> Self {
        Self::new(data_id)
    }
}

impl From<String> for ConfigKey {
    fn from(data_id: String) -> Self {
        Self::new(data_id)
    }
}

impl fmt::Display for ConfigKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for part in [&self.namespace, &self.group].into_iter().flatten() {
            write!(f, "{part}/")?;
        }
        f.write_str(&self.data_id)
    }
}

/// One state of a document as a config center gave it.
#[derive(Clone, Debug)]
pub(crate) struct DocumentContent {
    /// `nacos dev/ORDERS/order-service.yaml`
    pub(crate) label: String,
    pub(crate) md5: String,
    pub(crate) content: Arc<str>,
    pub(crate) content_type: Option<String>,
}

/// One parsed state of a document.
#[derive(Clone, Debug)]
pub struct Document {
    pub(crate) key: ConfigKey,
    pub(crate) md5: String,
    pub(crate) content: Arc<str>,
    /// With every reference resolved.
    pub(crate) root: Node,
    /// With references, when there are any.
    pub(crate) template: Option<Node>,
}

impl Document {
    /// `variables`: those that documents may read.
    pub(crate) fn parse(
        key: &ConfigKey,
        content: &DocumentContent,
        variables: &BTreeMap<String, String>,
    ) -> Result<Self, ParseError> {
        let format = Format::detect(content.content_type.as_deref(), key.data_id());
        let source: Arc<str> = format!("{}{}", content.label, short_revision(&content.md5)).into();
        let mut root = format::parse(&content.content, format, &source)?;
        let mut problems = Vec::new();
        if format != Format::Text {
            fill_variables(&mut root, &|name| variables.get(name).cloned(), &mut problems);
        }
        if let Some(problem) = problems.into_iter().next() {
            return Err(problem);
        }
        Ok(Self {
            key: key.clone(),
            md5: content.md5.clone(),
            content: Arc::clone(&content.content),
            root,
            template: None,
        })
    }

    /// Its tree as it was written, for merging.
    pub(crate) fn written(&self) -> &Node {
        self.template.as_ref().unwrap_or(&self.root)
    }

    /// The document.
    #[must_use]
    pub fn key(&self) -> &ConfigKey {
        &self.key
    }

    /// MD5 of the stored bytes, in lower hex.
    #[must_use]
    pub fn md5(&self) -> &str {
        &self.md5
    }
}

/// `@3f2a…`
pub(crate) fn short_revision(md5: &str) -> String {
    let end = md5.char_indices().nth(4).map_or(md5.len(), |(end, _)| end);
    format!("@{}…", &md5[..end])
}
