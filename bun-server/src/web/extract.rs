//! axum's extractors with rejections as problem details. `bun_server::axum::Json` and its like keep axum's own.

use std::any::Any;

use axum::extract::rejection::{
    BytesRejection, FormRejection, JsonRejection, PathRejection, QueryRejection, StringRejection,
};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::response::{IntoResponse, Response};
use http::request::Parts;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Problem;

/// A JSON body, in or out.
#[derive(Clone, Copy, Debug, Default)]
pub struct Json<T>(pub T);

/// The arguments of a path.
#[derive(Clone, Copy, Debug)]
pub struct Path<T>(pub T);

/// The arguments of a query.
#[derive(Clone, Copy, Debug)]
pub struct Query<T>(pub T);

/// A form, from the body or the query.
#[derive(Clone, Copy, Debug)]
pub struct Form<T>(pub T);

macro_rules! problem_from {
    ($($rejection:ty),* $(,)?) => {$(
        impl From<$rejection> for Problem {
            fn from(rejection: $rejection) -> Self {
                Self::new(rejection.status()).detail(rejection.body_text())
            }
        }
    )*};
}
problem_from!(
    JsonRejection,
    PathRejection,
    QueryRejection,
    FormRejection,
    BytesRejection,
    StringRejection,
);

/// The answer for an argument that is not in the request. `Bytes` and `String` have no other type of ours, and answer as all do.
pub(super) fn rejected<R: IntoResponse + 'static>(rejection: R) -> Response {
    let mut rejection = Some(rejection);
    let any: &mut dyn Any = &mut rejection;
    if let Some(rejection) = any.downcast_mut::<Option<BytesRejection>>().and_then(Option::take) {
        return Problem::from(rejection).into_response();
    }
    if let Some(rejection) = any.downcast_mut::<Option<StringRejection>>().and_then(Option::take) {
        return Problem::from(rejection).into_response();
    }
    // Taken out above only where it was answered.
    rejection.map_or_else(Response::default, IntoResponse::into_response)
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let axum::Json(value) = axum::Json::from_request(request, state).await?;
        Ok(Self(value))
    }
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let axum::extract::Path(value) = axum::extract::Path::from_request_parts(parts, state).await?;
        Ok(Self(value))
    }
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let axum::extract::Query(value) = axum::extract::Query::from_request_parts(parts, state).await?;
        Ok(Self(value))
    }
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Form<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let axum::Form(value) = axum::Form::from_request(request, state).await?;
        Ok(Self(value))
    }
}
