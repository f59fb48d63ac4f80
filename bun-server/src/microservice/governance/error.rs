use std::time::Duration;

/// A call that a policy did not let through.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Rejected {
    /// The circuit breaker is open.
    #[error("circuit breaker `{name}` is open: too many calls failed; next try in {retry_after:?}")]
    CircuitOpen {
        /// The breaker.
        name: String,
        /// When the next call may pass.
        retry_after: Duration,
    },
}

impl Rejected {
    /// When it makes sense to try again.
    #[must_use]
    pub fn retry_after(&self) -> Duration {
        match self {
            Self::CircuitOpen { retry_after, .. } => *retry_after,
        }
    }
}

/// Why a governed call has no result; what a fallback receives.
#[derive(Debug)]
pub enum CallError<E> {
    /// A policy did not let it through: the method's body never ran.
    Rejected(Rejected),
    /// The body ran and failed.
    Failed(E),
}
