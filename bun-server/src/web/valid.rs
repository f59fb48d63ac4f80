use axum::extract::{FromRequest, FromRequestParts, Request};
use garde::Validate;
use http::StatusCode;
use http::request::Parts;
use serde::de::DeserializeOwned;

use super::problem::Violation;
use super::{Form, Json, Path, Problem, Query};

/// An extractor whose value must be valid, by [garde](https://docs.rs/garde): what is not is answered 422, every violation
/// in one `application/problem+json`.
///
/// ```
/// use bun_server::prelude::*;
/// use garde::Validate;
/// use serde::Deserialize;
///
/// #[derive(Deserialize, Validate)]
/// struct NewOrder {
///     #[garde(range(min = 1, max = 99))]
///     items: u32,
/// }
///
/// async fn create(Valid(Json(order)): Valid<Json<NewOrder>>) -> String {
///     format!("{} items", order.items)
/// }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Valid<T>(pub T);

fn check<T: Validate<Context: Default>>(value: &T) -> Result<(), Problem> {
    let Err(report) = value.validate() else {
        return Ok(());
    };
    let violation = |(path, error): &(garde::Path, garde::Error)| Violation {
        path: path.to_string(),
        message: error.to_string(),
    };
    let violations = report.iter().map(violation).collect();
    Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY)
        .title("not valid")
        .violations(violations))
}

macro_rules! valid_body {
    ($($extractor:ident),*) => {$(
        impl<T, S> FromRequest<S> for Valid<$extractor<T>>
        where
            T: DeserializeOwned + Validate<Context: Default>,
            S: Send + Sync,
        {
            type Rejection = Problem;

            async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
                let extracted = $extractor::<T>::from_request(request, state).await?;
                check(&extracted.0)?;
                Ok(Self(extracted))
            }
        }
    )*};
}
valid_body!(Json, Form);

macro_rules! valid_parts {
    ($($extractor:ident),*) => {$(
        impl<T, S> FromRequestParts<S> for Valid<$extractor<T>>
        where
            T: DeserializeOwned + Send + Validate<Context: Default>,
            S: Send + Sync,
        {
            type Rejection = Problem;

            async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
                let extracted = $extractor::<T>::from_request_parts(parts, state).await?;
                check(&extracted.0)?;
                Ok(Self(extracted))
            }
        }
    )*};
}
valid_parts!(Path, Query);
