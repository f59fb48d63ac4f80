use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::{Candidate, LoadBalancer, Picker};

/// One after the other, from a random start, so that many clients do not begin at the same instance.
#[derive(Clone, Copy, Debug, Default)]
pub struct RoundRobin;

impl RoundRobin {
    /// The balancer.
    #[must_use]
    pub fn new() -> Self {
        Self
    }
}

impl LoadBalancer for RoundRobin {
    fn picker(&self) -> Box<dyn Picker> {
        Box::new(Cursor(AtomicUsize::new(fastrand::usize(..))))
    }
}

#[derive(Debug)]
struct Cursor(AtomicUsize);

impl Picker for Cursor {
    fn pick(&self, candidates: &[Arc<Candidate>]) -> usize {
        self.0.fetch_add(1, Ordering::Relaxed) % candidates.len().max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::microservice::service_registry::{ServiceInstance, ServiceName};

    #[test]
    fn each_instance_gets_its_turn_also_when_the_counter_wraps() {
        let name = ServiceName::new("s").unwrap();
        let candidates: Vec<_> = (1..=4)
            .map(|port| Arc::new(Candidate::new(ServiceInstance::new(name.clone(), "a", port))))
            .collect();
        let picker = Cursor(AtomicUsize::new(usize::MAX - 1));
        let mut counts = [0; 4];
        for _ in 0..400 {
            counts[picker.pick(&candidates)] += 1;
        }
        assert_eq!(counts, [100; 4]);
    }

    #[test]
    fn active_calls_are_counted_until_they_end() {
        let candidate = Candidate::new(ServiceInstance::new(ServiceName::new("s").unwrap(), "a", 1));
        let calls = (candidate.begin(), candidate.begin());
        let renewed = candidate.renewed(candidate.instance().clone().weight(2.0));
        assert_eq!(renewed.active(), 2);
        drop(calls);
        assert_eq!(renewed.active(), 0);
    }
}
