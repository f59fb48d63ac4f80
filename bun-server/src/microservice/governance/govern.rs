use std::future::Future;

use super::{CallError, Governance, Permit, Policy, Rejected};

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
mod tests {
    use super::*;
    use crate::config::ConfigService;
    use crate::microservice::governance::BreakerPolicy;

    const SITE: Policy = Policy {
        circuit_breaker: Some(BreakerPolicy {
            minimum_calls: Some(1),
            ..BreakerPolicy::DEFAULT
        }),
        ..Policy::named("owner")
    };

    /// As the macro writes it.
    async fn call<E>(governance: &Governance, body: impl Future<Output = Result<(), E>>) -> Result<(), CallError<E>> {
        let ran = match admit(governance, &SITE) {
            Ok(admitted) => Ok((admitted, in_future(body).await)),
            Err(rejected) => Err(rejected),
        };
        judge(ran).map(drop)
    }

    async fn fail(governance: &Governance) -> Result<(), CallError<&'static str>> {
        call(governance, async { Err("down") }).await
    }

    #[tokio::test]
    async fn failures_open_the_breaker_of_the_application() {
        let config = ConfigService::from_yaml("").unwrap();
        let governance = Governance::new(&config).unwrap();
        let other = Governance::new(&config).unwrap();
        assert!(matches!(fail(&governance).await, Err(CallError::Failed("down"))));
        assert!(matches!(fail(&governance).await, Err(CallError::Rejected(_))));
        assert!(
            matches!(fail(&other).await, Err(CallError::Failed(_))),
            "another application has its own"
        );
        for _ in 0..3 {
            assert!(matches!(fail(&Governance::disabled()).await, Err(CallError::Failed(_))));
        }
    }

    #[tokio::test]
    async fn configuration_wins_over_the_attribute() {
        let config =
            ConfigService::from_yaml("governance: { owner: { circuit_breaker: { minimum_calls: 2 } } }").unwrap();
        let governance = Governance::new(&config).unwrap();
        for _ in 0..2 {
            assert!(matches!(fail(&governance).await, Err(CallError::Failed(_))));
        }
        assert!(matches!(fail(&governance).await, Err(CallError::Rejected(_))));
        let off = ConfigService::from_yaml("governance: { owner: { circuit_breaker: { enabled: false } } }").unwrap();
        let governance = Governance::new(&off).unwrap();
        for _ in 0..3 {
            assert!(matches!(fail(&governance).await, Err(CallError::Failed(_))));
        }
    }

    #[tokio::test]
    async fn a_cancelled_call_is_not_counted() {
        let governance = Governance::new(&ConfigService::from_yaml("").unwrap()).unwrap();
        let mut call = Box::pin(call::<()>(&governance, std::future::pending()));
        std::future::poll_fn(|context| {
            assert!(call.as_mut().poll(context).is_pending());
            std::task::Poll::Ready(())
        })
        .await;
        drop(call);
        assert!(matches!(fail(&governance).await, Err(CallError::Failed(_))));
    }
}
