use std::future::Future;

use super::{CallError, Governance, Policy, Rejected};

/// The return type of a governed method: a `Result`, under whatever name.
#[diagnostic::on_unimplemented(
    message = "a governed method cannot return `{Self}`",
    label = "return a `Result<T, E>`: a policy must be able to tell success from failure"
)]
pub trait Outcome {
    /// What success gives.
    type Value;
    /// What failure gives.
    type Error;

    /// As a plain result.
    ///
    /// # Errors
    ///
    /// The failure.
    fn into_result(self) -> Result<Self::Value, Self::Error>;
}

impl<T, E> Outcome for Result<T, E> {
    type Value = T;
    type Error = E;

    fn into_result(self) -> Self {
        self
    }
}

/// Runs `call` under the policy of its site.
///
/// # Errors
///
/// Says whether the policy let the call through and it failed, or rejected it.
///
/// # Cancel safety
///
/// Dropping the future gives back what it took; nothing is counted.
pub async fn govern<R: Outcome>(
    governance: &Governance,
    policy: &Policy,
    call: impl Future<Output = R>,
) -> Result<R::Value, CallError<R::Error>> {
    let permit = match governance.breaker(policy) {
        Some(breaker) => Some(breaker.try_acquire().map_err(CallError::Rejected)?),
        None => None,
    };
    match call.await.into_result() {
        Ok(value) => {
            permit.into_iter().for_each(super::Permit::success);
            Ok(value)
        }
        Err(error) => {
            permit.into_iter().for_each(super::Permit::failure);
            Err(CallError::Failed(error))
        }
    }
}

/// Without a fallback a rejection becomes the method's own error.
///
/// # Errors
///
/// The method's error.
pub fn or_reject<T, E: FromRejected>(result: Result<T, CallError<E>>) -> Result<T, E> {
    result.map_err(|error| match error {
        CallError::Rejected(rejected) => E::from_rejected(rejected),
        CallError::Failed(error) => error,
    })
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

impl<E: From<Rejected>> FromRejected for E {
    fn from_rejected(rejected: Rejected) -> Self {
        Self::from(rejected)
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

    async fn fail(governance: &Governance) -> Result<(), CallError<&'static str>> {
        govern::<Result<(), _>>(governance, &SITE, async { Err("down") }).await
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
        let mut call = Box::pin(govern::<Result<(), ()>>(&governance, &SITE, std::future::pending()));
        std::future::poll_fn(|context| {
            assert!(call.as_mut().poll(context).is_pending());
            std::task::Poll::Ready(())
        })
        .await;
        drop(call);
        assert!(matches!(fail(&governance).await, Err(CallError::Failed(_))));
    }
}
