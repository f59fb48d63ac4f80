use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer};

use super::ConfigKey;

/// A document that is merged into the configuration: `[optional:]dataId[?group=G&namespace=N]`.
///
/// ```
/// use bun_server::microservice::config_center::ConfigImport;
///
/// let import: ConfigImport = "optional:shared.yaml?group=COMMON".parse()?;
/// assert!(import.is_optional());
/// assert_eq!(import.key().to_string(), "COMMON/shared.yaml");
/// # Ok::<(), String>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigImport {
    key: ConfigKey,
    optional: bool,
}

impl ConfigImport {
    /// A document that must be there.
    pub fn required(key: impl Into<ConfigKey>) -> Self {
        Self {
            key: key.into(),
            optional: false,
        }
    }

    /// A document that counts as empty while it is not there.
    pub fn optional(key: impl Into<ConfigKey>) -> Self {
        Self {
            key: key.into(),
            optional: true,
        }
    }

    /// The document.
    #[must_use]
    pub fn key(&self) -> &ConfigKey {
        &self.key
    }

    /// Whether it may be missing.
    #[must_use]
    pub fn is_optional(&self) -> bool {
        self.optional
    }
}

impl FromStr for ConfigImport {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (optional, rest) = match text.strip_prefix("optional:") {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (data_id, query) = rest.split_once('?').unwrap_or((rest, ""));
        if data_id.trim().is_empty() {
            return Err(format!("`{text}` names no document: write `order-service.yaml`"));
        }
        let mut key = ConfigKey::new(data_id.trim());
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            match pair.split_once('=') {
                Some(("group", group)) => key = key.group(group),
                Some(("namespace", namespace)) => key = key.namespace(namespace),
                _ => {
                    return Err(format!(
                        "unknown option `{pair}` in `{text}`: expected `group=..` or `namespace=..`"
                    ));
                }
            }
        }
        Ok(Self { key, optional })
    }
}

impl From<&str> for ConfigImport {
    /// Of a text that does not parse, the whole is taken as the document's name; providers refuse what is no name.
    fn from(text: &str) -> Self {
        text.parse().unwrap_or_else(|_| Self::required(text))
    }
}

impl From<ConfigKey> for ConfigImport {
    fn from(key: ConfigKey) -> Self {
        Self::required(key)
    }
}

impl fmt::Display for ConfigImport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let optional = if self.optional { "optional:" } else { "" };
        write!(f, "{optional}{}", self.key)
    }
}

impl<'de> Deserialize<'de> for ConfigImport {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imports_are_read() {
        let import: ConfigImport = "order.yaml".parse().unwrap();
        assert_eq!(import, ConfigImport::required("order.yaml"));
        let import: ConfigImport = "optional:a.yaml?group=G&namespace=N".parse().unwrap();
        assert_eq!(
            import,
            ConfigImport::optional(ConfigKey::new("a.yaml").group("G").namespace("N"))
        );
        assert!("optional:".parse::<ConfigImport>().is_err());
        assert!("a.yaml?grp=G".parse::<ConfigImport>().unwrap_err().contains("grp=G"));
    }
}
