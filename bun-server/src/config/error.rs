use std::fmt;
use std::sync::Arc;

use super::ConfigKey;
use super::tree::Origin;

/// A text that is not what its format asks for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{at}: {message}")]
pub struct ParseError {
    pub(crate) at: Origin,
    pub(crate) message: String,
}

impl ParseError {
    pub(crate) fn new(at: Origin, message: impl Into<String>) -> Self {
        Self {
            at,
            message: message.into(),
        }
    }

    /// The place.
    #[must_use]
    pub fn origin(&self) -> &Origin {
        &self.at
    }

    /// What is wrong there.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }
}

/// A value that is missing, unknown, or not of the type that is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BindError {
    pub(crate) path: String,
    pub(crate) message: String,
    pub(crate) origin: Option<Origin>,
    pub(crate) missing: bool,
    /// What else is wrong, when a value of several parts was read.
    pub(crate) further: Vec<Self>,
}

impl BindError {
    pub(crate) fn new(path: impl fmt::Display, message: impl Into<String>) -> Self {
        Self {
            path: path.to_string(),
            message: message.into(),
            origin: None,
            missing: false,
            further: Vec::new(),
        }
    }

    pub(crate) fn missing(path: impl fmt::Display) -> Self {
        Self {
            missing: true,
            ..Self::new(path, "missing")
        }
    }

    pub(crate) fn from(mut self, origin: Option<&Origin>) -> Self {
        if self.origin.is_none() {
            self.origin = origin.cloned();
        }
        self
    }

    /// All of them as one error.
    pub(crate) fn all(errors: Vec<Self>) -> Self {
        let mut errors = errors.into_iter();
        let mut first = errors.next().unwrap_or_else(|| Self::new("", "unknown"));
        first.further.extend(errors);
        first
    }

    /// Each problem as an error of its own: this one, and what else is wrong with the value.
    pub fn each(&self) -> impl Iterator<Item = &Self> {
        std::iter::once(self).chain(&self.further)
    }

    /// The same problems, none of them with further ones.
    pub(crate) fn apart(&self) -> impl Iterator<Item = Self> {
        self.each().map(|error| Self {
            further: Vec::new(),
            ..error.clone()
        })
    }

    /// The dotted key.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What is wrong with it.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Where the value comes from, when there is one.
    #[must_use]
    pub fn origin(&self) -> Option<&Origin> {
        self.origin.as_ref()
    }

    /// Whether there is no value at all.
    #[must_use]
    pub fn is_missing(&self) -> bool {
        self.missing
    }
}

impl fmt::Display for BindError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.path.as_str(), self.origin.as_ref().and_then(Origin::line)) {
            ("", None) => f.write_str(&self.message),
            ("", Some(line)) => write!(f, "line {line}: {}", self.message),
            (path, None) => write!(f, "{path}: {}", self.message),
            (path, Some(line)) => write!(f, "{path} (line {line}): {}", self.message),
        }?;
        self.further.iter().try_for_each(|error| write!(f, "; {error}"))
    }
}

impl std::error::Error for BindError {}

/// What may be wrong with a configuration.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// A file or document does not parse.
    #[error(transparent)]
    Parse(#[from] ParseError),
    /// A value does not bind.
    #[error(transparent)]
    Bind(#[from] BindError),
    /// A file exists and cannot be read.
    #[error("{path} cannot be read")]
    Read {
        /// The file.
        path: String,
        /// Why.
        source: Arc<std::io::Error>,
    },
    /// A source of your own cannot be read.
    #[error("the configuration source `{name}` cannot be read")]
    Source {
        /// The source.
        name: String,
        /// Why.
        source: Arc<dyn std::error::Error + Send + Sync>,
    },
    /// A profile was asked for and has no file.
    #[error(
        "profile `{profile}` has no {path}: create it, or mend BUN_PROFILE; known are {}",
        quoted(known)
    )]
    UnknownProfile {
        /// The profile.
        profile: String,
        /// The file that is missing.
        path: String,
        /// The profiles that have one.
        known: Vec<String>,
    },
}

fn quoted(words: &[String]) -> String {
    super::bind::quoted(&words.iter().map(String::as_str).collect::<Vec<_>>())
}

/// A new state of a document that was not taken: the old one stays.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// The document.
    pub key: ConfigKey,
    /// Its revision that was refused.
    pub revision: String,
    /// The revision that stays.
    pub keeping: Option<String>,
    /// Every reason.
    pub reasons: Vec<ConfigError>,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "config {}{} refused: ", self.key.data_id(), self.revision)?;
        for (position, reason) in self.reasons.iter().enumerate() {
            let separator = if position > 0 { "; " } else { "" };
            match reason {
                ConfigError::Parse(ParseError { at, message }) => match at.line() {
                    Some(line) => write!(f, "{separator}line {line}: {message}")?,
                    None => write!(f, "{separator}{message}")?,
                },
                other => write!(f, "{separator}{other}")?,
            }
        }
        match &self.keeping {
            Some(revision) => write!(f, "; keeping {revision}"),
            None => f.write_str("; keeping what was there"),
        }
    }
}

impl std::error::Error for Refusal {}
