use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

use super::{Health, HealthIndicator};
use crate::di::DynamicModule;

/// Brings indicators that are no components. Components that provide `dyn HealthIndicator` need no module of this kind.
///
/// ```
/// use std::time::Duration;
/// use bun_server::prelude::*;
///
/// let health = HealthModule::for_root(
///     HealthOptions::new()
///         .check("disk", async || match std::fs::metadata("/") {
///             Ok(_) => Health::up(),
///             Err(error) => Health::down().detail("error", error.to_string()),
///         })
///         .timeout(Duration::from_secs(1)),
/// );
/// Application::new("orders").import(health);
/// ```
///
/// `/health/live` and `/health/ready` of the main port depend on none of them; `/health` of the management port tells all, and
/// answers 503 when one is down.
#[derive(Debug)]
pub struct HealthModule;

impl HealthModule {
    /// With what code says.
    #[track_caller]
    #[must_use]
    pub fn for_root(options: HealthOptions) -> DynamicModule {
        DynamicModule::builder::<Self>().attach(options).build()
    }
}

/// The options of [`HealthModule`].
#[derive(Clone, Default)]
pub struct HealthOptions {
    pub(crate) indicators: Vec<Arc<dyn HealthIndicator>>,
    pub(crate) timeout: Option<Duration>,
    pub(crate) cache_for: Option<Duration>,
}

impl HealthOptions {
    /// No indicator yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an indicator.
    #[must_use]
    pub fn indicator(mut self, indicator: impl HealthIndicator + 'static) -> Self {
        self.indicators.push(Arc::new(indicator));
        self
    }

    /// Adds a function as an indicator.
    #[must_use]
    pub fn check<F, Checking>(self, name: impl Into<String>, check: F) -> Self
    where
        F: Fn() -> Checking + Send + Sync + 'static,
        Checking: Future<Output = Health> + Send + 'static,
    {
        self.indicator(Function {
            name: name.into(),
            check,
        })
    }

    /// How long each indicator may take. Default: 2 s; the setting `health.timeout` wins.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// How long an answer is given again. Default: 1 s; the setting `health.cache_for` wins.
    #[must_use]
    pub fn cache_for(mut self, duration: Duration) -> Self {
        self.cache_for = Some(duration);
        self
    }

    /// Settings where no other source says anything.
    pub(crate) fn defaults(&self) -> impl Iterator<Item = (String, String)> {
        let setting =
            |name: &str, value: Option<Duration>| Some((name.to_owned(), format!("{}ms", value?.as_millis())));
        [
            setting("health.timeout", self.timeout),
            setting("health.cache_for", self.cache_for),
        ]
        .into_iter()
        .flatten()
    }
}

impl fmt::Debug for HealthOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HealthOptions")
            .field("indicators", &self.indicators.len())
            .field("timeout", &self.timeout)
            .field("cache_for", &self.cache_for)
            .finish()
    }
}

/// A function that tells how something is.
struct Function<F> {
    name: String,
    check: F,
}

#[async_trait]
impl<F, Checking> HealthIndicator for Function<F>
where
    F: Fn() -> Checking + Send + Sync,
    Checking: Future<Output = Health> + Send,
{
    fn name(&self) -> &str {
        &self.name
    }

    async fn check(&self) -> Health {
        (self.check)().await
    }
}
