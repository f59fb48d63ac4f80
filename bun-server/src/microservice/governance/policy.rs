use std::time::Duration;

/// What the attributes of one call site say: defaults that configuration may override.
#[derive(Clone, Copy, Debug)]
pub struct Policy {
    /// Where the state is kept and configured: `governance.<name>`.
    pub name: &'static str,
    /// Longest time of one attempt.
    pub timeout: Option<Duration>,
    /// The circuit breaker, when there is one.
    pub circuit_breaker: Option<BreakerPolicy>,
}

impl Policy {
    /// Nothing but a name.
    #[must_use]
    pub const fn named(name: &'static str) -> Self {
        Self {
            name,
            timeout: None,
            circuit_breaker: None,
        }
    }
}

/// What an attribute says of a circuit breaker; what it leaves open has a default.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct BreakerPolicy {
    /// Percent of failed calls at which it opens. Default: 50.
    pub failure_rate: Option<f64>,
    /// Calls before the rate is judged. Default: 100.
    pub minimum_calls: Option<u32>,
    /// The last calls that are looked at. Default: 100.
    pub window_size: Option<u32>,
    /// How long it stays open. Default: 60 s.
    pub open_for: Option<Duration>,
    /// Calls let through to see whether the callee is well again. Default: 10.
    pub half_open_calls: Option<u32>,
}

impl BreakerPolicy {
    /// Everything at its default.
    pub const DEFAULT: Self = Self {
        failure_rate: None,
        minimum_calls: None,
        window_size: None,
        open_for: None,
        half_open_calls: None,
    };
}

/// The numbers by which one breaker works.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct BreakerParameters {
    pub(crate) failure_rate: f64,
    pub(crate) minimum_calls: u32,
    pub(crate) window_size: u32,
    pub(crate) open_for: Duration,
    pub(crate) half_open_calls: u32,
    /// A half-open breaker whose probes never end opens again after this time.
    pub(crate) half_open_for: Duration,
}

impl BreakerParameters {
    /// The first of the policies that says something wins; the last resort are the defaults of resilience4j.
    pub(crate) fn of<'a>(policies: impl Iterator<Item = &'a BreakerPolicy> + Clone) -> Self {
        fn first<'a, T>(
            policies: impl Iterator<Item = &'a BreakerPolicy>,
            pick: impl FnMut(&'a BreakerPolicy) -> Option<T>,
            default: T,
        ) -> T {
            policies.into_iter().find_map(pick).unwrap_or(default)
        }
        Self {
            failure_rate: first(policies.clone(), |policy| policy.failure_rate, 50.0).clamp(f64::MIN_POSITIVE, 100.0),
            minimum_calls: first(policies.clone(), |policy| policy.minimum_calls, 100).max(1),
            window_size: first(policies.clone(), |policy| policy.window_size, 100).max(1),
            open_for: first(policies.clone(), |policy| policy.open_for, Duration::from_secs(60)),
            half_open_calls: first(policies, |policy| policy.half_open_calls, 10).max(1),
            half_open_for: Duration::from_secs(60),
        }
    }
}
