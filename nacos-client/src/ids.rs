//! The names of Nacos, each checked against the server's own rule before it is sent.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// The namespace that is meant when none is named.
pub const DEFAULT_NAMESPACE: &str = "public";
/// The group that is meant when none is named.
pub const DEFAULT_GROUP: &str = "DEFAULT_GROUP";
/// The cluster that is meant when none is named.
pub const DEFAULT_CLUSTER: &str = "DEFAULT";

fn word(character: char) -> bool {
    character.is_ascii_alphanumeric() || character == '_' || character == '-'
}

fn check(field: &'static str, value: &str, longest: usize, allowed: &str, rule: impl Fn(char) -> bool) -> Result<()> {
    if value.is_empty() {
        return Err(Error::invalid(field, "must not be empty"));
    }
    if value.chars().count() > longest {
        return Err(Error::invalid(field, format_args!("longer than {longest} characters")));
    }
    if let Some(bad) = value.chars().find(|character| !rule(*character)) {
        return Err(Error::invalid(
            field,
            format_args!("`{}` contains {bad:?}; allowed: {allowed}", value.escape_debug()),
        ));
    }
    Ok(())
}

fn check_namespace(value: &str) -> Result<()> {
    check("namespace", value, 64, "letters, digits, `_`, `-`", word)
        .map_err(|error| error.with_context("a namespace is named by its id, not by its display name"))
}

fn check_group(value: &str) -> Result<()> {
    check(
        "group",
        value,
        128,
        "letters, digits, `-`, `_`, `:`, `.`",
        |character| word(character) || character == ':' || character == '.',
    )
}

fn check_data_id(value: &str) -> Result<()> {
    check(
        "data_id",
        value,
        256,
        "letters, digits, `-`, `_`, `:`, `.`",
        |character| word(character) || character == ':' || character == '.',
    )
}

fn check_service(value: &str) -> Result<()> {
    const FIELD: &str = "service_name";
    if value.contains("@@") {
        return Err(Error::invalid(
            FIELD,
            format_args!("`{value}` is a grouped name; pass the part before `@@` with `group(..)`"),
        ));
    }
    if value.starts_with('@') {
        return Err(Error::invalid(FIELD, format_args!("`{value}` begins with `@`")));
    }
    check(
        FIELD,
        value,
        512,
        "no blanks, no control characters, no Chinese characters",
        |character| {
            !character.is_whitespace() && !character.is_control() && !('\u{4E00}'..='\u{9FA5}').contains(&character)
        },
    )
}

/// The rule for clusters of an instance: the server refuses `_` although its first filter lets it pass.
pub(crate) fn check_cluster(value: &str) -> Result<()> {
    check("cluster", value, 64, "letters, digits, `-`", |character| {
        character.is_ascii_alphanumeric() || character == '-'
    })
}

macro_rules! identifier {
    ($(#[$doc:meta])* $name:ident, $check:path) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Checks `value` against the server's rule.
            ///
            /// # Errors
            /// [`InvalidArgument`](crate::ErrorKind::InvalidArgument), naming the field and what is allowed.
            pub fn new(value: impl Into<String>) -> Result<Self> {
                let value = value.into();
                $check(&value)?;
                Ok(Self(value))
            }

            /// The name as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(&self.0)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = Error;

            fn from_str(value: &str) -> Result<Self> {
                Self::new(value)
            }
        }

        impl TryFrom<String> for $name {
            type Error = Error;

            fn try_from(value: String) -> Result<Self> {
                Self::new(value)
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> Self {
                value.0
            }
        }
    };
}

identifier!(
    /// The id of a namespace (not its display name): `[A-Za-z0-9_-]`, at most 64 characters.
    Namespace,
    check_namespace
);
identifier!(
    /// A group of configurations or services: `[A-Za-z0-9_:.-]`, at most 128 characters.
    Group,
    check_group
);
identifier!(
    /// The name of a configuration within its group: `[A-Za-z0-9_:.-]`, at most 256 characters.
    DataId,
    check_data_id
);
identifier!(
    /// The plain name of a service, without `group@@`: no blanks, no Chinese characters, at most 512 characters.
    ServiceName,
    check_service
);

impl Default for Namespace {
    fn default() -> Self {
        Self(DEFAULT_NAMESPACE.to_owned())
    }
}

impl Default for Group {
    fn default() -> Self {
        Self(DEFAULT_GROUP.to_owned())
    }
}

/// An empty namespace means `public`, as on the server.
pub(crate) fn namespace_or_default(value: &str) -> Result<Namespace> {
    if value.is_empty() {
        Ok(Namespace::default())
    } else {
        Namespace::new(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_every_day_pass() {
        for name in ["order.yaml", "cipher-aes-app", "a:b.c_d-e"] {
            assert!(DataId::new(name).is_ok(), "{name}");
            assert!(Group::new(name).is_ok(), "{name}");
        }
        for name in ["order-service", "com.example.Order:1.0:", "a@b", "früh"] {
            assert!(ServiceName::new(name).is_ok(), "{name}");
        }
        assert!(Namespace::new("67addbaa-82ba-49ac-8739-126c3e4ece0e").is_ok());
    }

    #[test]
    fn what_the_server_refuses_is_refused_here_with_the_field() {
        for (error, field) in [
            (DataId::new("a/b").unwrap_err(), "data_id"),
            (DataId::new("").unwrap_err(), "data_id"),
            (DataId::new("d".repeat(257)).unwrap_err(), "data_id"),
            (Group::new("g@@h").unwrap_err(), "group"),
            (Namespace::new("a b").unwrap_err(), "namespace"),
            (Namespace::new("n".repeat(65)).unwrap_err(), "namespace"),
            (ServiceName::new("G@@s").unwrap_err(), "service_name"),
            (ServiceName::new("服务").unwrap_err(), "service_name"),
            (ServiceName::new("a b").unwrap_err(), "service_name"),
            (check_cluster("a_b").unwrap_err(), "cluster"),
        ] {
            assert_eq!(error.field(), Some(field), "{error}");
        }
    }
}
