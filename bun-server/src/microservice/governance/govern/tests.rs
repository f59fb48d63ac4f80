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
    let config = ConfigService::from_yaml("governance: { owner: { circuit_breaker: { minimum_calls: 2 } } }").unwrap();
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

/// As the macro writes it without a fallback.
async fn call_or_reject(governance: &Governance, result: Result<u32, Rejected>) -> Result<u32, Rejected> {
    let ran = match admit(governance, &SITE) {
        Ok(admitted) => Ok((admitted, in_future(async { result }).await)),
        Err(rejected) => Err(rejected),
    };
    conclude(ran)
}

#[tokio::test]
async fn without_a_fallback_the_rejection_is_the_method_s_own_error() {
    let governance = Governance::new(&ConfigService::from_yaml("").unwrap()).unwrap();
    let failure = Rejected::CircuitOpen {
        name: "another".into(),
        retry_after: std::time::Duration::ZERO,
    };
    assert_eq!(call_or_reject(&governance, Ok(1)).await, Ok(1));
    assert_eq!(call_or_reject(&governance, Err(failure.clone())).await, Err(failure));
    let Err(Rejected::CircuitOpen { name, .. }) = call_or_reject(&governance, Ok(1)).await else {
        panic!("the breaker is closed");
    };
    assert_eq!(name, "owner");
}

#[tokio::test]
async fn a_fallback_gets_the_cause_and_is_asked_only_then() {
    let fallback = |cause: CallError<&'static str>| async move {
        match cause {
            CallError::Failed(error) => Ok::<_, &'static str>(error.len()),
            CallError::Rejected(_) => Ok(0),
        }
    };
    assert_eq!(or_fall_back(Ok(Ok(7)), fallback).await, Ok(7));
    assert_eq!(or_fall_back(Err(CallError::Failed("down")), fallback).await, Ok(4));
}
