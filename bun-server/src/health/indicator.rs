use std::collections::BTreeMap;

use async_trait::async_trait;
use serde::Serialize;

/// How a part of the application is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum HealthStatus {
    /// Well.
    Up,
    /// It works on with what it has: a refused document, an unreachable registry.
    Degraded,
    /// It does not work.
    Down,
}

/// What an indicator answers.
#[derive(Clone, Debug, Serialize)]
pub struct Health {
    /// How it is.
    pub status: HealthStatus,
    /// Why, for people.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub details: BTreeMap<String, String>,
}

impl Health {
    /// A status without details.
    #[must_use]
    pub fn new(status: HealthStatus) -> Self {
        Self {
            status,
            details: BTreeMap::new(),
        }
    }

    /// It is well.
    #[must_use]
    pub fn up() -> Self {
        Self::new(HealthStatus::Up)
    }

    /// It works on with what it has.
    #[must_use]
    pub fn degraded() -> Self {
        Self::new(HealthStatus::Degraded)
    }

    /// It does not work.
    #[must_use]
    pub fn down() -> Self {
        Self::new(HealthStatus::Down)
    }

    /// Adds a detail.
    #[must_use]
    pub fn detail(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.details.insert(key.into(), value.into());
        self
    }
}

/// Tells how one part of the application is. A component that provides it is asked by itself:
///
/// ```
/// use bun_server::prelude::*;
///
/// #[injectable(provide = dyn HealthIndicator)]
/// struct Disk;
///
/// #[async_trait]
/// impl HealthIndicator for Disk {
///     fn name(&self) -> &str {
///         "disk"
///     }
///
///     async fn check(&self) -> Health {
///         match std::fs::metadata("/") {
///             Ok(_) => Health::up(),
///             Err(error) => Health::down().detail("error", error.to_string()),
///         }
///     }
/// }
/// ```
#[async_trait]
pub trait HealthIndicator: Send + Sync {
    /// The part.
    fn name(&self) -> &str;

    /// Looks. What takes longer than `health.timeout`, or panics, counts as down.
    async fn check(&self) -> Health;
}
