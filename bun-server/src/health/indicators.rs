use std::collections::BTreeMap;
use std::fmt;
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;
use std::time::Duration;

use serde::Deserialize;
use tokio::time::Instant;

use super::{Health, HealthIndicator, HealthStatus};

/// The section `health`.
#[derive(Clone, Debug, Deserialize)]
#[serde(default)]
pub(crate) struct HealthSettings {
    /// For each indicator. Default: 2 s.
    pub(crate) timeout: Duration,
    /// So long the answer of a user's indicator is given again, however many ask. Default: 1 s.
    pub(crate) cache_for: Duration,
}

impl Default for HealthSettings {
    fn default() -> Self {
        Self {
            timeout: Duration::from_secs(2),
            cache_for: Duration::from_secs(1),
        }
    }
}

/// The worst status, and every answer by the indicator's name.
pub(crate) type Checked = (HealthStatus, BTreeMap<String, Health>);

/// The indicators of one application.
#[derive(Clone)]
pub(crate) struct HealthIndicators {
    shared: Arc<Shared>,
}

struct Shared {
    /// Those of the framework know their answer already.
    own: Vec<Arc<dyn HealthIndicator>>,
    users: Vec<Arc<dyn HealthIndicator>>,
    settings: HealthSettings,
    last: Mutex<Option<(Instant, BTreeMap<String, Health>)>>,
}

impl HealthIndicators {
    pub(crate) fn new(
        own: Vec<Arc<dyn HealthIndicator>>,
        users: Vec<Arc<dyn HealthIndicator>>,
        settings: HealthSettings,
    ) -> Self {
        Self {
            shared: Arc::new(Shared {
                own,
                users,
                settings,
                last: Mutex::default(),
            }),
        }
    }

    /// Asks all at once; those of the user only when their last answers are old enough.
    pub(crate) async fn check(&self) -> Checked {
        let Shared { own, settings, .. } = &*self.shared;
        let mut answers = self.users().await;
        answers.append(&mut ask(own, settings.timeout).await);
        let worst = answers.values().map(|health| health.status).max();
        (worst.unwrap_or(HealthStatus::Up), answers)
    }

    async fn users(&self) -> BTreeMap<String, Health> {
        let Shared {
            users, settings, last, ..
        } = &*self.shared;
        let lock = || last.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((at, answers)) = &*lock()
            && at.elapsed() < settings.cache_for
        {
            return answers.clone();
        }
        let answers = ask(users, settings.timeout).await;
        *lock() = Some((Instant::now(), answers.clone()));
        answers
    }
}

async fn ask(indicators: &[Arc<dyn HealthIndicator>], limit: Duration) -> BTreeMap<String, Health> {
    let mut asked: Vec<_> = indicators
        .iter()
        .map(|indicator| (indicator.name().to_owned(), indicator.check(), None))
        .collect();
    let all = poll_fn(|context| {
        for (_, check, answer) in asked.iter_mut().filter(|(_, _, answer)| answer.is_none()) {
            if let Poll::Ready(health) = poll_guarded(check, context) {
                *answer = Some(health);
            }
        }
        match asked.iter().all(|(_, _, answer)| answer.is_some()) {
            true => Poll::Ready(()),
            false => Poll::Pending,
        }
    });
    // Who did not answer by then is told below.
    let _ = tokio::time::timeout(limit, all).await;
    let silent = || Health::down().detail("error", format!("no answer within {limit:?} (health.timeout)"));
    asked
        .into_iter()
        .map(|(name, _, answer)| (name, answer.unwrap_or_else(silent)))
        .collect()
}

/// An indicator that panics is down, and nothing else is.
fn poll_guarded(
    check: &mut Pin<Box<dyn Future<Output = Health> + Send + '_>>,
    context: &mut std::task::Context<'_>,
) -> Poll<Health> {
    catch_unwind(AssertUnwindSafe(|| check.as_mut().poll(context)))
        .unwrap_or_else(|_| Poll::Ready(Health::down().detail("error", "its check panicked")))
}

impl fmt::Debug for HealthIndicators {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "HealthIndicators({} + {})",
            self.shared.own.len(),
            self.shared.users.len()
        )
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use async_trait::async_trait;

    use super::*;

    struct Fixed(&'static str, HealthStatus, AtomicU32);

    fn fixed(name: &'static str, status: HealthStatus) -> Arc<Fixed> {
        Arc::new(Fixed(name, status, AtomicU32::new(0)))
    }

    #[async_trait]
    impl HealthIndicator for Fixed {
        fn name(&self) -> &str {
            self.0
        }

        async fn check(&self) -> Health {
            self.2.fetch_add(1, Ordering::Relaxed);
            tokio::time::sleep(Duration::from_millis(1500)).await;
            match self.0 {
                "stuck" => std::future::pending().await,
                "broken" => panic!("as it was told"),
                _ => Health::new(self.1),
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn the_worst_answer_counts_and_silence_and_panics_are_down() {
        let (well, worse) = (fixed("a", HealthStatus::Up), fixed("b", HealthStatus::Degraded));
        let begun = Instant::now();
        let two = HealthIndicators::new(Vec::new(), vec![well.clone(), worse], HealthSettings::default());
        assert_eq!(two.check().await.0, HealthStatus::Degraded);
        assert_eq!(begun.elapsed(), Duration::from_millis(1500), "both at once");
        let more = vec![
            well.clone() as Arc<dyn HealthIndicator>,
            fixed("stuck", HealthStatus::Up),
            fixed("broken", HealthStatus::Up),
        ];
        let (status, answers) = HealthIndicators::new(Vec::new(), more, HealthSettings::default())
            .check()
            .await;
        assert_eq!((status, answers["a"].status), (HealthStatus::Down, HealthStatus::Up));
        assert!(answers["stuck"].details["error"].contains("no answer within 2s"));
        assert!(answers["broken"].details["error"].contains("panicked"));
    }

    #[tokio::test(start_paused = true)]
    async fn many_that_ask_are_one_look() {
        let one = fixed("a", HealthStatus::Up);
        let indicators = HealthIndicators::new(Vec::new(), vec![one.clone()], HealthSettings::default());
        for _ in 0..10 {
            indicators.check().await;
        }
        assert_eq!(one.2.load(Ordering::Relaxed), 1);
        tokio::time::sleep(Duration::from_secs(1)).await;
        indicators.check().await;
        assert_eq!(one.2.load(Ordering::Relaxed), 2);
    }
}
