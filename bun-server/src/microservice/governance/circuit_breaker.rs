use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::Rejected;
use super::policy::BreakerParameters;
use super::window::CountWindow;

/// A circuit breaker with the semantics of resilience4j's count window: it opens when the share of failed calls reaches a
/// threshold, lets a few calls probe after a while, and closes or opens again by their outcome. Cheap to clone.
///
/// A permit belongs to the state that gave it: a late outcome of an earlier state decides nothing, and a probe that is
/// dropped gives its place back.
#[derive(Clone)]
pub struct CircuitBreaker {
    shared: Arc<Shared>,
}

struct Shared {
    name: String,
    machine: Mutex<Machine>,
}

struct Machine {
    parameters: BreakerParameters,
    state: State,
    /// Counts the states that there have been.
    generation: u64,
}

enum State {
    Closed {
        window: CountWindow,
    },
    Open {
        since: Instant,
    },
    HalfOpen {
        window: CountWindow,
        permitted: u32,
        since: Instant,
    },
}

/// The state of a [`CircuitBreaker`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BreakerState {
    /// Calls pass.
    Closed,
    /// Calls are rejected.
    Open,
    /// A few calls pass, to see.
    HalfOpen,
}

impl CircuitBreaker {
    pub(crate) fn new(name: impl Into<String>, parameters: BreakerParameters) -> Self {
        let state = State::Closed {
            window: CountWindow::new(parameters.window_size),
        };
        let machine = Mutex::new(Machine {
            parameters,
            state,
            generation: 0,
        });
        Self {
            shared: Arc::new(Shared {
                name: name.into(),
                machine,
            }),
        }
    }

    /// The breaker's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.shared.name
    }

    /// Its state now. An open breaker whose time is over stays open until a call asks.
    #[must_use]
    pub fn state(&self) -> BreakerState {
        let mut machine = self.shared.lock();
        machine.expire_probes(Instant::now(), &self.shared.name);
        machine.state.kind()
    }

    /// Asks to make a call.
    ///
    /// # Errors
    ///
    /// [`Rejected::CircuitOpen`] while it is open, and while all probes of a half-open one are under way.
    pub fn try_acquire(&self) -> Result<Permit, Rejected> {
        let now = Instant::now();
        let mut machine = self.shared.lock();
        machine.advance(now, &self.shared.name);
        let generation = machine.generation;
        let parameters = machine.parameters;
        match &mut machine.state {
            State::Closed { .. } => {}
            State::HalfOpen { permitted, .. } if *permitted > 0 => *permitted -= 1,
            State::HalfOpen { since, .. } => return Err(self.rejected(parameters.half_open_for, *since, now)),
            State::Open { since } => return Err(self.rejected(parameters.open_for, *since, now)),
        }
        Ok(Permit {
            shared: Arc::clone(&self.shared),
            generation,
            settled: false,
        })
    }

    fn rejected(&self, wait: Duration, since: Instant, now: Instant) -> Rejected {
        let retry_after = wait.saturating_sub(now.saturating_duration_since(since));
        Rejected::CircuitOpen {
            name: self.shared.name.clone(),
            retry_after,
        }
    }

    /// Takes new numbers and keeps what was counted.
    pub(crate) fn adjust(&self, parameters: BreakerParameters) {
        let mut machine = self.shared.lock();
        if machine.parameters == parameters {
            return;
        }
        let probes = parameters.half_open_calls.max(1);
        let before = machine.parameters.half_open_calls.max(1);
        match &mut machine.state {
            State::Closed { window } => window.resize(parameters.window_size),
            State::HalfOpen { window, permitted, .. } => {
                window.resize(probes);
                *permitted = (*permitted + probes).saturating_sub(before);
            }
            State::Open { .. } => {}
        }
        machine.parameters = parameters;
    }
}

impl fmt::Debug for CircuitBreaker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CircuitBreaker")
            .field("name", &self.name())
            .field("state", &self.state())
            .finish_non_exhaustive()
    }
}

impl Shared {
    fn lock(&self) -> std::sync::MutexGuard<'_, Machine> {
        self.machine.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn settle(&self, generation: u64, outcome: Option<bool>) {
        let mut machine = self.lock();
        machine.expire_probes(Instant::now(), &self.name);
        if machine.generation != generation {
            return;
        }
        match outcome {
            Some(failed) => machine.record(failed, &self.name),
            None => machine.release(),
        }
    }
}

impl Machine {
    /// A half-open breaker whose probes did not end in time is open from that moment on.
    fn expire_probes(&mut self, now: Instant, name: &str) {
        if let State::HalfOpen { since, .. } = self.state
            && let Some(due) = since.checked_add(self.parameters.half_open_for)
            && now >= due
        {
            self.enter(State::Open { since: due }, name);
        }
    }

    /// What a call that asks finds; open becomes half-open strictly after the wait, as the reference has it.
    fn advance(&mut self, now: Instant, name: &str) {
        self.expire_probes(now, name);
        if let State::Open { since } = self.state
            && now.saturating_duration_since(since) > self.parameters.open_for
        {
            let calls = self.parameters.half_open_calls;
            let half_open = State::HalfOpen {
                window: CountWindow::new(calls),
                permitted: calls,
                since: now,
            };
            self.enter(half_open, name);
        }
    }

    fn record(&mut self, failed: bool, name: &str) {
        let minimum = self.parameters.minimum_calls;
        let threshold = self.parameters.failure_rate;
        match &mut self.state {
            State::Closed { window } => {
                window.record(failed);
                if window.failure_rate(minimum).is_some_and(|rate| rate >= threshold) {
                    self.enter(State::Open { since: Instant::now() }, name);
                }
            }
            State::HalfOpen { window, .. } => {
                window.record(failed);
                let Some(rate) = window.failure_rate(minimum) else {
                    return;
                };
                if rate >= threshold {
                    self.enter(State::Open { since: Instant::now() }, name);
                } else {
                    let size = self.parameters.window_size;
                    self.enter(
                        State::Closed {
                            window: CountWindow::new(size),
                        },
                        name,
                    );
                }
            }
            State::Open { .. } => {}
        }
    }

    fn release(&mut self) {
        if let State::HalfOpen { permitted, window, .. } = &mut self.state {
            let free = self.parameters.half_open_calls.saturating_sub(window.calls());
            *permitted = (*permitted + 1).min(free);
        }
    }

    fn enter(&mut self, state: State, name: &str) {
        let from = self.state.kind();
        self.state = state;
        self.generation += 1;
        match self.state.kind() {
            BreakerState::Open => tracing::warn!("circuit breaker {name}: {from:?} → Open"),
            to => tracing::info!("circuit breaker {name}: {from:?} → {to:?}"),
        }
    }
}

impl State {
    fn kind(&self) -> BreakerState {
        match self {
            Self::Closed { .. } => BreakerState::Closed,
            Self::Open { .. } => BreakerState::Open,
            Self::HalfOpen { .. } => BreakerState::HalfOpen,
        }
    }
}

/// Leave for one call. Dropped without an outcome it counts nothing; dropped by a panic it counts as a failure.
#[must_use = "a permit that is dropped at once counts nothing"]
pub struct Permit {
    shared: Arc<Shared>,
    generation: u64,
    settled: bool,
}

impl Permit {
    /// The call succeeded.
    pub fn success(mut self) {
        self.settle(Some(false));
    }

    /// The call failed.
    pub fn failure(mut self) {
        self.settle(Some(true));
    }

    fn settle(&mut self, outcome: Option<bool>) {
        if !std::mem::replace(&mut self.settled, true) {
            self.shared.settle(self.generation, outcome);
        }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let outcome = std::thread::panicking().then_some(true);
        self.settle(outcome);
    }
}

impl fmt::Debug for Permit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Permit({})", self.shared.name)
    }
}

#[cfg(test)]
mod tests;
