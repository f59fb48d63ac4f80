use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::Pin;

use axum::body::Body;
use http::header::CONTENT_TYPE;
use http::{Method, Request};
use serde::Serialize;

use super::TestResponse;
use crate::app::ApplicationHandle;

/// A request that is being put together; await it to send it.
#[must_use = "a request does nothing until it is awaited"]
pub struct TestRequest<'a> {
    handle: &'a ApplicationHandle,
    method: Method,
    path: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl<'a> TestRequest<'a> {
    pub(super) fn new(handle: &'a ApplicationHandle, method: Method, path: String) -> Self {
        Self {
            handle,
            method,
            path,
            headers: Vec::new(),
            body: Vec::new(),
        }
    }

    /// Adds a header.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Sends `body` as JSON.
    ///
    /// # Panics
    ///
    /// When it cannot be written as JSON.
    #[expect(clippy::expect_used, reason = "a test fails by a panic")]
    pub fn json(mut self, body: &(impl Serialize + ?Sized)) -> Self {
        self.body = serde_json::to_vec(body).expect("the body can be written as JSON");
        self.header(CONTENT_TYPE.as_str(), "application/json")
    }

    /// Sends `body` as it is.
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }
}

impl<'a> IntoFuture for TestRequest<'a> {
    type Output = TestResponse;
    type IntoFuture = Pin<Box<dyn Future<Output = TestResponse> + Send + 'a>>;

    #[expect(clippy::expect_used, reason = "a test fails by a panic")]
    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let what = format!("{} {}", self.method, self.path);
            let mut request = Request::builder().method(self.method).uri(self.path);
            for (name, value) in self.headers {
                request = request.header(name, value);
            }
            let request = request.body(Body::from(self.body)).expect("path and headers are valid");
            TestResponse::read(what, self.handle.answer(request).await).await
        })
    }
}

impl fmt::Debug for TestRequest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TestRequest({} {})", self.method, self.path)
    }
}
