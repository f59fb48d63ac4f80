use axum::response::Response;
use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use http_body_util::BodyExt;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// An answer. Assertions give it back, so that they can be chained; they panic at the line of the test.
#[derive(Debug)]
pub struct TestResponse {
    what: String,
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

#[expect(
    clippy::return_self_not_must_use,
    reason = "the last assertion of a chain is its end"
)]
impl TestResponse {
    #[expect(clippy::expect_used, reason = "a test fails by a panic")]
    pub(super) async fn read(what: String, response: Response) -> Self {
        let (head, body) = response.into_parts();
        let body = body
            .collect()
            .await
            .expect("the body can be read to its end")
            .to_bytes();
        Self {
            what,
            status: head.status,
            headers: head.headers,
            body,
        }
    }

    /// The status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The headers.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The body as text.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body, read as JSON.
    ///
    /// # Panics
    ///
    /// When it is not a `T`.
    #[track_caller]
    #[must_use]
    #[expect(clippy::panic, reason = "a test fails by a panic")]
    pub fn json<T: DeserializeOwned>(&self) -> T {
        match serde_json::from_slice(&self.body) {
            Ok(value) => value,
            Err(error) => panic!("{}: {error}; the body is {}", self.what, self.text()),
        }
    }

    /// Asserts the status.
    ///
    /// # Panics
    ///
    /// When it is another one.
    #[track_caller]
    pub fn assert_status(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}: {}", self.what, self.text());
        self
    }

    /// Asserts a header.
    ///
    /// # Panics
    ///
    /// When it is absent or another one.
    #[track_caller]
    pub fn assert_header(self, name: &str, value: &str) -> Self {
        let found = self.headers.get(name).and_then(|found| found.to_str().ok());
        assert_eq!(found, Some(value), "{}: header `{name}`", self.what);
        self
    }

    /// Asserts the body's text.
    ///
    /// # Panics
    ///
    /// When it is another one.
    #[track_caller]
    pub fn assert_text(self, text: &str) -> Self {
        assert_eq!(self.text(), text, "{}", self.what);
        self
    }

    /// Asserts the value at a JSON pointer ([RFC 6901](https://www.rfc-editor.org/rfc/rfc6901)); `""` is the whole body.
    ///
    /// # Panics
    ///
    /// When there is none, or another one.
    #[track_caller]
    pub fn assert_json(self, pointer: &str, expected: impl Serialize) -> Self {
        let expected = serde_json::to_value(expected).unwrap_or(Value::Null);
        assert_eq!(
            self.at(pointer),
            expected,
            "{}: `{pointer}` of {}",
            self.what,
            self.text()
        );
        self
    }

    /// Asserts how many items the list at a JSON pointer has.
    ///
    /// # Panics
    ///
    /// When it is no list, or has another length.
    #[track_caller]
    pub fn assert_json_len(self, pointer: &str, expected: usize) -> Self {
        let length = self.at(pointer).as_array().map(Vec::len);
        assert_eq!(length, Some(expected), "{}: `{pointer}` of {}", self.what, self.text());
        self
    }

    #[track_caller]
    fn at(&self, pointer: &str) -> Value {
        self.json::<Value>().pointer(pointer).cloned().unwrap_or(Value::Null)
    }
}
