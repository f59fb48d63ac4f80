use std::borrow::Cow;
use std::fmt;

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::header::CONTENT_TYPE;
use http::{HeaderValue, StatusCode};
use serde::Serialize;

/// An error answer in the form of [RFC 9457](https://www.rfc-editor.org/rfc/rfc9457): `application/problem+json`.
///
/// ```
/// use bun_server::prelude::*;
///
/// async fn find(Path(id): Path<u64>) -> Result<String, Problem> {
///     Err(Problem::new(StatusCode::NOT_FOUND).detail(format!("there is no order {id}")))
/// }
/// ```
#[derive(Clone, Debug, Serialize)]
pub struct Problem {
    #[serde(rename = "status", serialize_with = "number")]
    status: StatusCode,
    title: Cow<'static, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    violations: Vec<Violation>,
}

/// One value of a request that is not valid.
#[derive(Clone, Debug, Serialize)]
pub struct Violation {
    /// Where it is: `items[0].count`.
    pub path: String,
    /// What is wrong with it.
    pub message: String,
}

fn number<S: serde::Serializer>(status: &StatusCode, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u16(status.as_u16())
}

impl Problem {
    /// A problem with a status; its title is the status's own words.
    #[must_use]
    pub fn new(status: StatusCode) -> Self {
        Self {
            status,
            title: Cow::Borrowed(status.canonical_reason().unwrap_or("error")),
            detail: None,
            violations: Vec::new(),
        }
    }

    /// Replaces the title.
    #[must_use]
    pub fn title(mut self, title: impl Into<Cow<'static, str>>) -> Self {
        self.title = title.into();
        self
    }

    /// What is wrong this time. The caller reads it: no internals.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// Every value that is not valid, as the member `violations`.
    #[must_use]
    pub fn violations(mut self, violations: Vec<Violation>) -> Self {
        self.violations = violations;
        self
    }

    /// The status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }
}

/// So that the constructor of a component of a request may answer instead: `fn of(request: RequestParts) -> Result<Self, Problem>`.
impl std::error::Error for Problem {}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.status.as_u16(), self.title)?;
        match &self.detail {
            Some(detail) => write!(f, ": {detail}"),
            None => Ok(()),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        // Strings and a number always serialize.
        let body = serde_json::to_vec(&self).unwrap_or_default();
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = self.status;
        response
            .headers_mut()
            .insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        response
    }
}
