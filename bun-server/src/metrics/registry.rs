use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use prometheus_client::encoding::{EncodeLabelSet, text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

/// Counters with labels. Handles are cheap to clone.
pub(crate) type CounterFamily<Labels> = Family<Labels, Counter>;

/// Durations with labels, in seconds.
pub(crate) type DurationFamily<Labels> = Family<Labels, Histogram, fn() -> Histogram>;

/// What the [semantic conventions](https://opentelemetry.io/docs/specs/semconv/http/http-metrics/) of OpenTelemetry advise.
const SECONDS: [f64; 14] = [
    0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0,
];

/// The metrics of one application. Cheap to clone; injectable.
#[derive(Clone, Default)]
pub struct Metrics {
    registry: Arc<Mutex<Registry>>,
}

impl Metrics {
    /// None yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a family of counters; `name` without `_total`.
    pub(crate) fn counters<Labels>(&self, name: &str, help: &str) -> CounterFamily<Labels>
    where
        Labels: Clone + std::hash::Hash + Eq + EncodeLabelSet + fmt::Debug + Send + Sync + 'static,
    {
        let family = CounterFamily::default();
        self.lock().register(name, help, family.clone());
        family
    }

    /// Adds a family of durations; `name` without `_seconds`.
    pub(crate) fn durations<Labels>(&self, name: &str, help: &str) -> DurationFamily<Labels>
    where
        Labels: Clone + std::hash::Hash + Eq + EncodeLabelSet + fmt::Debug + Send + Sync + 'static,
    {
        let family: DurationFamily<Labels> = Family::new_with_constructor(|| Histogram::new(SECONDS));
        self.lock()
            .register_with_unit(name, help, Unit::Seconds, family.clone());
        family
    }

    /// Adds a number that goes up and down.
    pub(crate) fn gauge(&self, name: &str, help: &str) -> Gauge {
        let gauge = Gauge::default();
        self.lock().register(name, help, gauge.clone());
        gauge
    }

    /// Everything, as `application/openmetrics-text; version=1.0.0; charset=utf-8`.
    #[must_use]
    pub fn render(&self) -> String {
        let mut out = String::new();
        // Writing to a string cannot fail.
        let _ = text::encode(&mut out, &self.lock());
        out
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Registry> {
        self.registry.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Metrics")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
    struct Labels {
        service: String,
    }

    #[test]
    fn counters_are_rendered_with_their_labels() {
        let metrics = Metrics::new();
        let calls = metrics.counters::<Labels>("bun_calls", "Calls");
        calls
            .get_or_create(&Labels {
                service: "用户\"x\"".into(),
            })
            .inc();
        let text = metrics.render();
        assert!(text.contains("bun_calls_total{service=\"用户\\\"x\\\"\"} 1"), "{text}");
        assert!(text.ends_with("# EOF\n"));
    }
}
