use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize};

use super::format::Format;
use super::tree::Node;
use crate::di::BoxError;

/// A kind of source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum SourceKind {
    /// Documents of the config center.
    Center,
    /// The command line.
    Args,
    /// `BUN_…` variables.
    Env,
    /// `application.yaml` and the files of the profiles.
    File,
    /// Defaults given in code.
    Default,
}

/// Which source wins, the strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Precedence([SourceKind; 5]);

impl Default for Precedence {
    fn default() -> Self {
        Self([
            SourceKind::Center,
            SourceKind::Args,
            SourceKind::Env,
            SourceKind::File,
            SourceKind::Default,
        ])
    }
}

impl Precedence {
    /// The kinds, the strongest first.
    pub fn strongest_first(&self) -> impl Iterator<Item = SourceKind> {
        self.0.into_iter()
    }

    pub(crate) fn weakest_first(&self) -> impl Iterator<Item = SourceKind> {
        self.0.into_iter().rev()
    }
}

impl SourceKind {
    /// As it is written in `config.precedence`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Center => "center",
            Self::Args => "args",
            Self::Env => "env",
            Self::File => "file",
            Self::Default => "default",
        }
    }
}

impl<'de> Deserialize<'de> for Precedence {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let kinds = Vec::<SourceKind>::deserialize(deserializer)?;
        let every = Self::default().0;
        match <[SourceKind; 5]>::try_from(kinds) {
            Ok(kinds) if every.iter().all(|kind| kinds.contains(kind)) => Ok(Self(kinds)),
            _ => Err(serde::de::Error::custom(
                "list each of `center`, `args`, `env`, `file`, `default` once",
            )),
        }
    }
}

/// Settings from somewhere else: a file of your own format, a vault of the machine, a generated table.
///
/// ```
/// use bun_server::config::{ConfigSource, Format, SourceContent};
/// use bun_server::prelude::*;
///
/// struct Defaults;
///
/// impl ConfigSource for Defaults {
///     fn name(&self) -> &str {
///         "company defaults"
///     }
///
///     fn load(&self) -> Result<SourceContent, BoxError> {
///         Ok(SourceContent::Values(vec![("greeting".into(), "hello".into())]))
///     }
/// }
///
/// # use bun_server::di::BoxError;
/// let application = Application::new("shop").config_source(Defaults);
/// ```
pub trait ConfigSource: Send + Sync + 'static {
    /// As what its values are known: the word in origins.
    fn name(&self) -> &str;

    /// With which kind of source it is ranked, as the strongest of that kind. Default: [`SourceKind::File`].
    fn kind(&self) -> SourceKind {
        SourceKind::File
    }

    /// Reads everything, once at the start: blocking, and short.
    ///
    /// # Errors
    ///
    /// Any: the application does not start then.
    fn load(&self) -> Result<SourceContent, BoxError>;
}

/// What a [`ConfigSource`] gives.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum SourceContent {
    /// A text to be parsed.
    Text {
        /// The text.
        text: String,
        /// How it is written.
        format: Format,
    },
    /// Dotted path and value.
    Values(Vec<(String, String)>),
}

/// One tree of one source. Among those of a kind, a later one wins.
#[derive(Clone, Debug)]
pub(crate) struct Layer {
    pub(crate) kind: SourceKind,
    pub(crate) tree: Node,
}

/// What local sources give, environment variables put in place.
#[derive(Clone, Debug, Default)]
pub(crate) struct LocalTrees {
    pub(crate) layers: Vec<Layer>,
    pub(crate) variables: BTreeMap<String, String>,
}
