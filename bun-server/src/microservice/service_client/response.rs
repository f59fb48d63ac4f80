use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;

use super::ClientError;
use super::error::Call;

/// A complete answer.
#[derive(Clone, Debug)]
pub struct ServiceResponse {
    pub(super) call: Box<Call>,
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

const SHOWN_BODY: usize = 4096;

impl ServiceResponse {
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

    /// The body.
    #[must_use]
    pub fn bytes(&self) -> &Bytes {
        &self.body
    }

    /// The instance that answered, `host:port`.
    #[must_use]
    pub fn instance(&self) -> Option<&str> {
        self.call.instance.as_deref()
    }

    /// Itself when the status says success.
    ///
    /// # Errors
    ///
    /// [`ClientError::Status`] with the beginning of the body.
    pub fn success(self) -> Result<Self, ClientError> {
        if self.status.is_success() {
            return Ok(self);
        }
        let shown = self.body.slice(..self.body.len().min(SHOWN_BODY));
        let body = String::from_utf8_lossy(&shown).into_owned().into_boxed_str();
        Err(ClientError::Status {
            call: self.call,
            status: self.status,
            body,
        })
    }

    /// The body of a success, read as JSON; `()` takes any body.
    ///
    /// # Errors
    ///
    /// [`ClientError::Status`], or [`ClientError::Decode`] when the body is not a `T`.
    pub fn json<T: DeserializeOwned + 'static>(self) -> Result<T, ClientError> {
        let response = self.success()?;
        let nothing = std::any::TypeId::of::<T>() == std::any::TypeId::of::<()>();
        let body = if nothing { &b"null"[..] } else { &response.body };
        serde_json::from_slice(body).map_err(|source| ClientError::Decode {
            call: response.call,
            source: source.into(),
        })
    }
}

/// What a method of a `#[service_client]` trait may return.
#[diagnostic::on_unimplemented(
    message = "a method of a service client cannot return `{Self}`",
    label = "return `Result<T, ClientError>`, or an error of yours with `From<ClientError>`; `T` implements `Deserialize`"
)]
pub trait ClientResult {
    /// What the body is read as.
    type Value: DeserializeOwned + 'static;

    /// The method's own result.
    fn from_client(result: Result<Self::Value, ClientError>) -> Self;
}

#[diagnostic::do_not_recommend]
impl<T: DeserializeOwned + 'static, E: From<ClientError>> ClientResult for Result<T, E> {
    type Value = T;

    fn from_client(result: Result<T, ClientError>) -> Self {
        result.map_err(E::from)
    }
}
