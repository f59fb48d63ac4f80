//! What a governed method may return and take.

use super::Rejected;

/// The return type of a governed method: a `Result`, under whatever name.
#[diagnostic::on_unimplemented(
    message = "a governed method cannot return `{Self}`",
    label = "return a `Result<T, E>`: a policy must be able to tell success from failure"
)]
pub trait Outcome: Sized {
    /// What failure gives.
    type Error;

    /// The failure, or itself.
    ///
    /// # Errors
    ///
    /// The failure.
    fn into_success(self) -> Result<Self, Self::Error>;
}

impl<T, E> Outcome for Result<T, E> {
    type Error = E;

    fn into_success(self) -> Result<Self, E> {
        self.map(Ok)
    }
}

/// The return type of a governed method without a fallback: a rejection becomes the method's own error.
#[diagnostic::on_unimplemented(
    message = "a governed method cannot return `{Self}`",
    label = "return a `Result<T, E>`: a policy must be able to tell success from failure"
)]
pub trait RejectedOutcome {
    /// A failure?
    fn is_failure(&self) -> bool;

    /// What the caller gets when the call never ran.
    fn from_rejected(rejected: Rejected) -> Self;
}

impl<T, E: FromRejected> RejectedOutcome for Result<T, E> {
    fn is_failure(&self) -> bool {
        self.is_err()
    }

    fn from_rejected(rejected: Rejected) -> Self {
        Err(E::from_rejected(rejected))
    }
}

/// An error that can say that a policy rejected the call: anything with `From<Rejected>`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot say that a call was rejected",
    label = "write `impl From<Rejected> for {Self}`, or give the policy a `fallback = Self::..`"
)]
pub trait FromRejected {
    /// Converts.
    fn from_rejected(rejected: Rejected) -> Self;
}

#[diagnostic::do_not_recommend]
impl<E: From<Rejected>> FromRejected for E {
    fn from_rejected(rejected: Rejected) -> Self {
        Self::from(rejected)
    }
}

/// An argument of a governed method with a fallback, which is called with the same arguments.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be kept for the fallback",
    label = "a fallback gets the arguments again: implement `Clone` for `{Self}`, or take a reference or an `Arc`"
)]
pub trait Kept {
    /// Another one.
    #[must_use]
    fn keep(&self) -> Self;
}

#[diagnostic::do_not_recommend]
impl<T: Clone> Kept for T {
    fn keep(&self) -> Self {
        self.clone()
    }
}

/// Keeps an argument.
#[must_use]
pub fn keep<T: Kept>(argument: &T) -> T {
    argument.keep()
}
