//! Times to wait: jitter around a fixed interval, and growing pauses after failures.

use std::time::Duration;

/// `interval` ± 10 %, so that many pollers do not march in step.
pub(crate) fn jittered(interval: Duration) -> Duration {
    interval.mul_f64(0.9 + fastrand::f64() * 0.2)
}

/// Doubling pauses with jitter, from `first` to `longest`; begins anew after a success.
#[derive(Clone, Debug)]
pub(crate) struct Backoff {
    first: Duration,
    longest: Duration,
    failures: u32,
}

impl Backoff {
    pub(crate) fn new(first: Duration, longest: Duration) -> Self {
        Self {
            first: first.min(longest),
            longest,
            failures: 0,
        }
    }

    pub(crate) fn success(&mut self) {
        self.failures = 0;
    }

    /// The pause after one more failure: between half and all of the doubled time.
    pub(crate) fn failure(&mut self) -> Duration {
        let full = self
            .first
            .saturating_mul(2_u32.saturating_pow(self.failures))
            .min(self.longest);
        self.failures = self.failures.saturating_add(1);
        full.mul_f64(0.5 + fastrand::f64() * 0.5)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_the_longest_and_begin_anew() {
        let (first, longest) = (Duration::from_millis(500), Duration::from_secs(30));
        let mut backoff = Backoff::new(first, longest);
        for _ in 0..40 {
            let pause = backoff.failure();
            assert!(pause >= first / 2 && pause <= longest, "{pause:?}");
        }
        assert!(backoff.failure() >= longest / 2);
        backoff.success();
        assert!(backoff.failure() <= first);
    }

    #[test]
    fn jitter_stays_within_a_tenth() {
        for _ in 0..1000 {
            let jittered = jittered(Duration::from_secs(10));
            assert!((9.0..=11.0).contains(&jittered.as_secs_f64()));
        }
    }
}
