use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

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

    /// Adds a detail.
    #[must_use]
    pub fn detail(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.details.insert(key.into(), value.into());
        self
    }
}

/// Tells how one part of the application is.
#[async_trait]
pub trait HealthIndicator: Send + Sync {
    /// The part.
    fn name(&self) -> &str;

    /// Looks. Bounded: what takes longer than two seconds counts as down.
    async fn check(&self) -> Health;
}

/// The indicators of one application.
#[derive(Clone, Default)]
pub struct HealthIndicators {
    indicators: Arc<Mutex<Vec<Arc<dyn HealthIndicator>>>>,
}

const DEADLINE: Duration = Duration::from_secs(2);

impl HealthIndicators {
    /// None yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one.
    pub fn add(&self, indicator: Arc<dyn HealthIndicator>) {
        self.indicators
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(indicator);
    }

    /// Asks each, and gives the worst status with every answer.
    pub async fn check(&self) -> (HealthStatus, BTreeMap<String, Health>) {
        let indicators = self.indicators.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let mut answers = BTreeMap::new();
        for indicator in indicators {
            let health = tokio::time::timeout(DEADLINE, indicator.check())
                .await
                .unwrap_or_else(|_| {
                    Health::new(HealthStatus::Down).detail("error", format!("no answer within {DEADLINE:?}"))
                });
            answers.insert(indicator.name().to_owned(), health);
        }
        let worst = answers
            .values()
            .map(|health| health.status)
            .max()
            .unwrap_or(HealthStatus::Up);
        (worst, answers)
    }
}

impl fmt::Debug for HealthIndicators {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HealthIndicators")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Fixed(&'static str, HealthStatus);

    #[async_trait]
    impl HealthIndicator for Fixed {
        fn name(&self) -> &str {
            self.0
        }

        async fn check(&self) -> Health {
            if self.0 == "stuck" {
                std::future::pending::<()>().await;
            }
            Health::new(self.1)
        }
    }

    #[tokio::test(start_paused = true)]
    async fn the_worst_answer_counts_and_silence_is_down() {
        let indicators = HealthIndicators::new();
        indicators.add(Arc::new(Fixed("a", HealthStatus::Up)));
        indicators.add(Arc::new(Fixed("b", HealthStatus::Degraded)));
        assert_eq!(indicators.check().await.0, HealthStatus::Degraded);
        indicators.add(Arc::new(Fixed("stuck", HealthStatus::Up)));
        assert_eq!(indicators.check().await.0, HealthStatus::Down);
    }
}
