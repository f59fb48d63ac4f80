use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::config::Secret;
use crate::suggest;

/// What a URL and its section say of a provider.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ProviderOptions {
    scheme: String,
    rest: String,
    query: Vec<(String, String)>,
    /// Who asks.
    pub username: Option<String>,
    /// With what password.
    pub password: Option<Secret<String>>,
    /// For one attempt.
    pub request_timeout: Duration,
    /// Between two beats, for a registry.
    pub heartbeat_interval: Duration,
    /// Where relative paths begin: the directory of `application.yaml`.
    pub directory: PathBuf,
}

/// Options of a provider that do not fit.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ProviderError(String);

impl ProviderError {
    /// What does not fit, and what to write.
    pub fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }
}

impl ProviderOptions {
    /// Parses `scheme://hosts-or-path?key=value`.
    ///
    /// # Errors
    ///
    /// When it is no URL, or holds credentials (which are not repeated in the message).
    pub fn parse(url: &str) -> Result<Self, ProviderError> {
        let Some((scheme, rest)) = url.split_once("://") else {
            return Err(ProviderError::new(
                "not a URL: write `nacos://127.0.0.1:8848?namespace=dev`",
            ));
        };
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        if rest.contains('@') {
            return Err(ProviderError::new(format!(
                "`{scheme}://` must not hold credentials: set `username` and `password` beside the url (`password: ${{NAME}}`)"
            )));
        }
        let pair = |pair: &str| {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            (key.to_owned(), value.to_owned())
        };
        Ok(Self {
            scheme: scheme.to_ascii_lowercase(),
            rest: rest.trim_end_matches('/').to_owned(),
            query: query.split('&').filter(|pair| !pair.is_empty()).map(pair).collect(),
            username: None,
            password: None,
            request_timeout: Duration::from_secs(3),
            heartbeat_interval: Duration::from_secs(5),
            directory: PathBuf::new(),
        })
    }

    /// `nacos`
    #[must_use]
    pub fn scheme(&self) -> &str {
        &self.scheme
    }

    /// Hosts or path: what stands between `://` and `?`.
    #[must_use]
    pub fn hosts(&self) -> &str {
        &self.rest
    }

    /// The path of a URL that names one, from the directory of the configuration.
    #[must_use]
    pub fn path(&self) -> PathBuf {
        self.directory.join(Path::new(&self.rest))
    }

    /// An option of the query.
    #[must_use]
    pub fn option(&self, key: &str) -> Option<&str> {
        self.query
            .iter()
            .find(|(known, _)| known == key)
            .map(|(_, value)| value.as_str())
    }

    /// Refuses options that are not in `known`.
    ///
    /// # Errors
    ///
    /// Names the option and what was meant.
    pub fn allow(&self, known: &[&str]) -> Result<(), ProviderError> {
        let Some((key, _)) = self.query.iter().find(|(key, _)| !known.contains(&key.as_str())) else {
            return Ok(());
        };
        let hint = suggest::nearest(key, known.iter().copied()).map_or_else(
            || format!("expected one of {}", known.join(", ")),
            |near| format!("did you mean `{near}`?"),
        );
        Err(ProviderError::new(format!(
            "`{}://` does not know the option `{key}`: {hint}",
            self.scheme
        )))
    }

    /// The URL without its query.
    #[must_use]
    pub fn address(&self) -> String {
        format!("{}://{}", self.scheme, self.rest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_taken_apart() {
        let options = ProviderOptions::parse("nacos://a:8848,b:8848/?namespace=dev&group=ORDERS").unwrap();
        assert_eq!((options.scheme(), options.hosts()), ("nacos", "a:8848,b:8848"));
        assert_eq!(
            (options.option("namespace"), options.option("none")),
            (Some("dev"), None)
        );
        assert!(options.allow(&["namespace", "group"]).is_ok());
        assert!(
            options
                .allow(&["namespaces", "group"])
                .unwrap_err()
                .to_string()
                .contains("did you mean `namespaces`")
        );
        assert_eq!(ProviderOptions::parse("file://./config").unwrap().hosts(), "./config");
        assert_eq!(ProviderOptions::parse("memory://").unwrap().address(), "memory://");
    }

    #[test]
    fn credentials_in_a_url_are_refused_without_showing_them() {
        let error = ProviderOptions::parse("nacos://nacos:hunter2@127.0.0.1:8848")
            .unwrap_err()
            .to_string();
        assert!(error.contains("password") && !error.contains("hunter2"), "{error}");
    }
}
