//! Components as arguments of handlers, and the request that they may live in.

use std::any::type_name;
use std::error::Error;
use std::future::Future;
use std::sync::Arc;

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use http::StatusCode;
use http::request::Parts;

use super::{Problem, RequestParts};
use crate::di::{Asked, Container, CreateError, HandlerTargets, LookUpError, RequestScope, Shareable};
use crate::error::with_sources;

tokio::task_local! {
    /// The request that is answered.
    static REQUEST: RequestScope;
}

/// Answers a request for which components may be made; they are let go when the answer is there.
pub(super) async fn in_request<F: Future>(container: Option<&Container>, answer: F) -> F::Output {
    match container {
        Some(container) => REQUEST.scope(container.request_scope(), answer).await,
        None => answer.await,
    }
}

/// A component as an argument of a handler: a singleton, a new one of a transient, or that of this request.
///
/// The check covers it: what a handler of a controller asks for and nothing provides keeps the application from starting.
/// `Option<Dep<T>>` is `None` when nothing provides it. A constructor that fails with a [`Problem`] answers with that.
///
/// It works in every extractor, layer and merged router that the application serves.
///
/// ```
/// use bun_server::prelude::*;
///
/// #[injectable(scope = request)]
/// struct Basket {
///     request: RequestParts,
/// }
///
/// #[injectable]
/// struct Shop;
///
/// #[controller("/basket")]
/// impl Shop {
///     #[get("")]
///     async fn show(&self, Dep(basket): Dep<Basket>) -> String {
///         basket.request.uri.to_string()
///     }
/// }
/// ```
#[derive(Debug)]
pub struct Dep<T: ?Sized + Shareable>(pub Arc<T>);

impl<T: ?Sized + Shareable> Clone for Dep<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T: ?Sized + Shareable, S: Sync> FromRequestParts<S> for Dep<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let asked = REQUEST.try_with(|request| {
            let asked = request.ask::<T>(parts.extensions.get::<HandlerTargets>());
            if let Ok(Asked::Later(_)) = &asked {
                request.tell(|| RequestParts::new(parts.clone()));
            }
            asked
        });
        let found = match asked {
            Ok(Ok(Asked::Shared(shared))) => return Ok(Self(shared)),
            Ok(Ok(Asked::Later(later))) => later.take::<T>().await,
            Ok(Err(error)) => Err(error.into()),
            Err(_) => Err(CreateError::LookUp(LookUpError::OutsideRequest {
                token: type_name::<T>(),
            })),
        };
        found.map(Self).map_err(|error| refusal(type_name::<T>(), &error))
    }
}

/// `None` when nothing provides it.
impl<T: ?Sized + Shareable, S: Sync> OptionalFromRequestParts<S> for Dep<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Option<Self>, Problem> {
        let provided = REQUEST.try_with(|request| request.has::<T>(parts.extensions.get::<HandlerTargets>()));
        if provided == Ok(false) {
            return Ok(None);
        }
        <Self as FromRequestParts<S>>::from_request_parts(parts, state)
            .await
            .map(Some)
    }
}

/// The constructor's own answer, where it gave one: of whoever is not logged in, say. Else the caller learns nothing.
fn refusal(token: &str, error: &CreateError) -> Problem {
    let mut cause: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if let Some(problem) = error.downcast_ref::<Problem>() {
            return problem.clone();
        }
        cause = error.source();
    }
    tracing::error!("a handler could not have Dep<{token}>: {}", with_sources(error));
    Problem::new(StatusCode::INTERNAL_SERVER_ERROR)
}
