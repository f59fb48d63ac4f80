//! The steps of a governed method, as the macro writes them: `admit`, run, then `conclude`, or `judge` and `or_fall_back`.

use std::future::Future;

use super::{CallError, Governance, Outcome, Permit, Policy, Rejected, RejectedOutcome};

/// What the policy of a site lets through; to be concluded. Dropped before that, it gives back what it took, and nothing
/// is counted.
#[derive(Debug)]
pub struct Admitted(Option<Permit>);

/// Asks the policy of a site.
///
/// # Errors
///
/// Its rejection.
pub fn admit(governance: &Governance, policy: &Policy) -> Result<Admitted, Rejected> {
    let permit = governance
        .breaker(policy)
        .map(|breaker| breaker.try_acquire())
        .transpose()?;
    Ok(Admitted(permit))
}

impl Admitted {
    fn conclude(self, failed: bool) {
        match self.0 {
            Some(permit) if failed => permit.failure(),
            Some(permit) => permit.success(),
            None => {}
        }
    }
}

/// A call that was admitted, with its result, or the rejection.
pub type Ran<R> = Result<(Admitted, R), Rejected>;

/// Tells an `async` block what it results in.
pub fn in_future<R, Call: Future<Output = R>>(call: Call) -> Call {
    call
}

/// Without a fallback: the method's result, counted.
pub fn conclude<R: RejectedOutcome>(ran: Ran<R>) -> R {
    match ran {
        Ok((admitted, result)) => {
            admitted.conclude(result.is_failure());
            result
        }
        Err(rejected) => R::from_rejected(rejected),
    }
}

/// With a fallback: the method's success, counted, or the cause why there is none.
///
/// # Errors
///
/// The cause.
pub fn judge<R: Outcome>(ran: Ran<R>) -> Result<R, CallError<R::Error>> {
    let (admitted, result) = ran.map_err(CallError::Rejected)?;
    let result = result.into_success().map_err(CallError::Failed);
    admitted.conclude(result.is_err());
    result
}

/// The success, or what the fallback answers.
pub async fn or_fall_back<R, E, Answering: Future<Output = R>>(
    judged: Result<R, CallError<E>>,
    fallback: impl FnOnce(CallError<E>) -> Answering,
) -> R {
    match judged {
        Ok(success) => success,
        Err(cause) => fallback(cause).await,
    }
}

#[cfg(test)]
mod tests;
