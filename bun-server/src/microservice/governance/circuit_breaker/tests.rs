use std::collections::HashMap;

use serde::Deserialize;

use super::*;

const VECTORS: &str = include_str!("../../../../tests/vectors/circuit_breaker.jsonl");

#[derive(Deserialize)]
struct Sequence {
    id: String,
    config: Config,
    steps: Vec<Step>,
}

#[derive(Deserialize)]
struct Config {
    window_size: u32,
    minimum_calls: u32,
    permitted_half_open: u32,
    failure_rate_threshold: f64,
    wait_open_ns: u64,
    max_wait_half_open_ns: u64,
    record_kinds: Option<Vec<String>>,
    ignore_kinds: Vec<String>,
    failure_values: Vec<i64>,
}

#[derive(Deserialize)]
struct Step {
    op: String,
    call: Option<u64>,
    kind: Option<String>,
    value: Option<i64>,
    ns: Option<u64>,
    /// The reference refused here by a defect: the permit goes back at once.
    #[serde(default)]
    hand_back: bool,
    expect: Expect,
}

#[derive(Deserialize)]
struct Expect {
    state: String,
    permitted: Option<bool>,
    failure_rate: Option<f64>,
    buffered: Option<u32>,
    failed: Option<u32>,
}

impl Config {
    fn breaker(&self) -> CircuitBreaker {
        let unlimited = Duration::from_secs(1_000_000_000);
        CircuitBreaker::new(
            "vector",
            BreakerParameters {
                failure_rate: self.failure_rate_threshold,
                minimum_calls: self.minimum_calls,
                window_size: self.window_size,
                open_for: Duration::from_nanos(self.wait_open_ns),
                half_open_calls: self.permitted_half_open,
                half_open_for: match self.max_wait_half_open_ns {
                    0 => unlimited,
                    nanos => Duration::from_nanos(nanos),
                },
            },
        )
    }

    /// `None` is neutral, else whether the call failed.
    fn outcome(&self, step: &Step) -> Option<bool> {
        match (step.op.as_str(), &step.kind, step.value) {
            ("success", ..) => Some(false),
            ("result", _, Some(value)) => Some(self.failure_values.contains(&value)),
            ("error", Some(kind), _) if self.ignore_kinds.contains(kind) => None,
            ("error", Some(kind), _) => Some(self.record_kinds.as_ref().is_none_or(|kinds| kinds.contains(kind))),
            ("error", None, _) => Some(true),
            _ => None,
        }
    }
}

impl CircuitBreaker {
    fn counted(&self) -> (f64, u32, u32) {
        let machine = self.shared.lock();
        match &machine.state {
            State::Closed { window } | State::HalfOpen { window, .. } => {
                let rate = window.failure_rate(machine.parameters.minimum_calls).unwrap_or(-1.0);
                (rate, window.calls(), window.failures())
            }
            State::Open { .. } => (-1.0, 0, 0),
        }
    }
}

async fn replay(sequence: &Sequence) {
    let breaker = sequence.config.breaker();
    let mut permits: HashMap<u64, Permit> = HashMap::new();
    for (number, step) in sequence.steps.iter().enumerate() {
        let place = format!("{} step {number} ({})", sequence.id, step.op);
        match step.op.as_str() {
            "advance" => tokio::time::advance(Duration::from_nanos(step.ns.unwrap())).await,
            "acquire" => {
                let permit = breaker.try_acquire();
                assert_eq!(Some(permit.is_ok()), step.expect.permitted, "{place}");
                permits.extend(
                    permit
                        .ok()
                        .filter(|_| !step.hand_back)
                        .map(|permit| (step.call.unwrap(), permit)),
                );
            }
            _ => {
                let Some(permit) = permits.remove(&step.call.unwrap()) else {
                    continue;
                };
                match sequence.config.outcome(step) {
                    Some(false) => permit.success(),
                    Some(true) => permit.failure(),
                    None => drop(permit),
                }
            }
        }
        assert_eq!(
            format!("{:?}", breaker.state()).to_uppercase(),
            step.expect.state.replace('_', ""),
            "{place}"
        );
        let (rate, buffered, failed) = breaker.counted();
        if let Some(expected) = step.expect.failure_rate {
            assert!(
                (rate - expected).abs() < 0.001,
                "{place}: rate {rate}, expected {expected}"
            );
            assert_eq!(
                (Some(buffered), Some(failed)),
                (step.expect.buffered, step.expect.failed),
                "{place}"
            );
        }
    }
}

#[tokio::test(start_paused = true)]
async fn the_reference_implementation_answers_the_same() {
    let mut steps = 0;
    for line in VECTORS.lines() {
        let sequence: Sequence = serde_json::from_str(line).unwrap();
        replay(&sequence).await;
        steps += sequence.steps.len();
    }
    assert!(steps > 1000, "only {steps} steps were replayed");
}

fn breaker(failure_rate: f64, minimum_calls: u32) -> CircuitBreaker {
    let policy = crate::microservice::governance::BreakerPolicy {
        failure_rate: Some(failure_rate),
        minimum_calls: Some(minimum_calls),
        half_open_calls: Some(2),
        open_for: Some(Duration::from_secs(10)),
        window_size: None,
    };
    CircuitBreaker::new("test", BreakerParameters::of([policy].iter()))
}

#[tokio::test(start_paused = true)]
async fn a_dropped_probe_gives_its_place_back() {
    let breaker = breaker(50.0, 1);
    breaker.try_acquire().unwrap().failure();
    tokio::time::advance(Duration::from_secs(11)).await;
    let first = breaker.try_acquire().unwrap();
    let second = breaker.try_acquire().unwrap();
    assert!(breaker.try_acquire().is_err());
    drop(first);
    breaker.try_acquire().unwrap().success();
    assert_eq!(breaker.state(), BreakerState::Closed);
    second.failure();
    assert_eq!(breaker.state(), BreakerState::Closed, "a late outcome decides nothing");
}

#[tokio::test(start_paused = true)]
async fn probes_that_never_end_do_not_lock_the_breaker() {
    let breaker = breaker(50.0, 1);
    breaker.try_acquire().unwrap().failure();
    tokio::time::advance(Duration::from_secs(11)).await;
    let _leaked = (breaker.try_acquire().unwrap(), breaker.try_acquire().unwrap());
    tokio::time::advance(Duration::from_secs(60)).await;
    assert_eq!(breaker.state(), BreakerState::Open);
    tokio::time::advance(Duration::from_secs(11)).await;
    assert!(breaker.try_acquire().is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_panic_counts_as_a_failure() {
    let breaker = breaker(50.0, 1);
    let permit = breaker.try_acquire().unwrap();
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(move || {
        let _held = permit;
        panic!("on purpose");
    }));
    assert!(panicked.is_err());
    assert_eq!(breaker.state(), BreakerState::Open);
}

#[tokio::test(start_paused = true)]
async fn new_numbers_keep_the_count() {
    let breaker = breaker(50.0, 4);
    for _ in 0..3 {
        breaker.try_acquire().unwrap().failure();
    }
    breaker.adjust(BreakerParameters {
        minimum_calls: 3,
        ..self::breaker(50.0, 4).shared.lock().parameters
    });
    breaker.try_acquire().unwrap().failure();
    let Rejected::CircuitOpen { name, retry_after } = breaker.try_acquire().unwrap_err();
    assert_eq!((name.as_str(), retry_after), ("test", Duration::from_secs(10)));
}
