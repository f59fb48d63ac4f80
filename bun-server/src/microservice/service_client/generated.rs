//! What `#[service_client]` writes for each method. Each bound stands in one place of an expansion, so that what is
//! missing is told once, at the type that the user wrote.

use std::future::Future;
use std::pin::Pin;

use serde::Serialize;

use super::{ClientResult, Parameter, ServiceRequest};

/// A body that can be sent as JSON.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be sent as JSON",
    label = "write `#[derive(Serialize)]` on it (the crate `serde` in your Cargo.toml)"
)]
pub trait JsonBody {
    /// Writes it.
    fn write(&self, request: ServiceRequest) -> ServiceRequest;
}

#[diagnostic::do_not_recommend]
impl<T: Serialize + ?Sized> JsonBody for T {
    fn write(&self, request: ServiceRequest) -> ServiceRequest {
        request.body_json(self)
    }
}

/// Writes an argument into the path.
pub fn path_argument<T: Parameter + ?Sized>(request: ServiceRequest, name: &str, value: &T) -> ServiceRequest {
    request.path(name, value)
}

/// Writes an argument into the query.
pub fn query_argument<T: Parameter + ?Sized>(request: ServiceRequest, name: &str, value: &T) -> ServiceRequest {
    request.query(name, value)
}

/// Writes an argument into a header.
pub fn header_argument<T: Parameter + ?Sized>(request: ServiceRequest, name: &str, value: &T) -> ServiceRequest {
    request.header(name, value)
}

/// Writes an argument as the body.
pub fn body_argument<T: JsonBody + ?Sized>(request: ServiceRequest, value: &T) -> ServiceRequest {
    value.write(request)
}

/// An answer that is awaited. Boxed: its type says nothing of what may be missing, so that awaiting it tells nothing twice.
pub type Answering<'a, R> = Pin<Box<dyn Future<Output = R> + Send + 'a>>;

/// Sends a call and reads its answer.
pub fn call<'a, R: ClientResult + 'a>(request: ServiceRequest) -> Answering<'a, R> {
    Box::pin(async move { R::from_client(request.json().await) })
}

/// The same with a fallback, which answers when the call fails.
pub fn call_or<'a, R: ClientResult + 'a>(
    request: ServiceRequest,
    fallback: impl FnOnce() -> Answering<'a, R> + Send + 'a,
) -> Answering<'a, R> {
    Box::pin(async move {
        match request.json().await {
            Ok(value) => return R::from_client(Ok(value)),
            Err(error) => tracing::debug!("{error}; the fallback answers"),
        }
        fallback().await
    })
}
