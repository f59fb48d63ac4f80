//! Governance: what stands between a caller and a failing callee. State lives in [`Governance`], a component of the
//! application, never in a static; a method finds it through the field `governance`.

mod circuit_breaker;
mod component;
mod error;
mod govern;
mod outcome;
mod policy;
mod settings;
mod window;

pub use circuit_breaker::{BreakerState, CircuitBreaker, Permit};
pub use component::{Governance, Governed};
pub use error::{CallError, Rejected};
pub use govern::{Admitted, Ran, admit, conclude, in_future, judge, or_fall_back};
pub use outcome::{FromRejected, Kept, Outcome, RejectedOutcome, keep};
pub use policy::{BreakerPolicy, Policy};
pub(crate) use settings::{BreakerSettings, GovernanceSettings};
