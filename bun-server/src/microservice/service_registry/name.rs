use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize};

use super::ServiceRegistryError;
use crate::error::ErrorClass;

/// The name of a service: `[A-Za-z0-9][A-Za-z0-9._:-]{0,127}`. Never read as a URL.
///
/// ```
/// use bun_server::microservice::service_registry::ServiceName;
///
/// assert!("user-service".parse::<ServiceName>().is_ok());
/// assert!("http://evil".parse::<ServiceName>().is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct ServiceName(String);

impl ServiceName {
    /// Checks a name.
    ///
    /// # Errors
    ///
    /// `InvalidArgument` when it does not follow the grammar.
    pub fn new(name: impl Into<String>) -> Result<Self, ServiceRegistryError> {
        let name = name.into();
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"._:-".contains(&byte);
        let begins_well = name.bytes().next().is_some_and(|first| first.is_ascii_alphanumeric());
        if begins_well && name.len() <= 128 && name.bytes().all(allowed) {
            return Ok(Self(name));
        }
        let message = "not a service name: 1 to 128 letters, digits, `.`, `_`, `:`, `-`, the first a letter or digit";
        Err(ServiceRegistryError::new(
            ErrorClass::InvalidArgument,
            format!("\"{}\"", name.escape_debug()),
            message,
        ))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ServiceName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for ServiceName {
    type Err = ServiceRegistryError;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::new(name)
    }
}

impl<'de> Deserialize<'de> for ServiceName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::ServiceName;

    #[test]
    fn names_follow_the_grammar() {
        for good in ["a", "user-service", "Order.V2:http", &"x".repeat(128)] {
            assert!(ServiceName::new(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "-a",
            "a b",
            "a/b",
            "a@@b",
            "用户",
            "a\n",
            "http://x",
            &"x".repeat(129),
        ] {
            assert!(ServiceName::new(bad).is_err(), "{bad}");
        }
    }
}
