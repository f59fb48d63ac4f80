use std::fmt;
use std::future::Future;
use std::pin::Pin;

use super::BoxError;

/// What a constructor gives: the component, or a future of it.
pub enum Made<T> {
    /// It is there.
    Now(T),
    /// It comes; other components that do not need it are built meanwhile.
    Later(Pin<Box<dyn Future<Output = Result<T, BoxError>> + Send>>),
}

impl<T> fmt::Debug for Made<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Now(_) => "Made::Now",
            Self::Later(_) => "Made::Later",
        })
    }
}

/// Marks a result that is the component itself.
#[derive(Debug)]
pub struct Plain;
/// Marks a `Result` of the component.
#[derive(Debug)]
pub struct Fallible<E>(std::marker::PhantomData<E>);
/// Marks a future of either.
#[derive(Debug)]
pub struct Later<Kind>(std::marker::PhantomData<Kind>);

/// What may be returned by who makes a `T`: `T`, `Result<T, E>`, or a future of one of these.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not make `{T}`",
    label = "return `{T}` or `Result<{T}, E>`, sync or async; `E` is an error that is `Send + Sync`"
)]
pub trait IntoMade<T, Kind> {
    /// Whether it is a future.
    const IS_ASYNC: bool;

    /// As one form.
    ///
    /// # Errors
    ///
    /// The failure.
    fn into_made(self) -> Result<Made<T>, BoxError>;
}

impl<T> IntoMade<T, Plain> for T {
    const IS_ASYNC: bool = false;

    fn into_made(self) -> Result<Made<T>, BoxError> {
        Ok(Made::Now(self))
    }
}

impl<T, E: Into<BoxError>> IntoMade<T, Fallible<E>> for Result<T, E> {
    const IS_ASYNC: bool = false;

    fn into_made(self) -> Result<Made<T>, BoxError> {
        self.map(Made::Now).map_err(Into::into)
    }
}

impl<T, Kind, F> IntoMade<T, Later<Kind>> for F
where
    T: Send,
    F: Future<Output: IntoMade<T, Kind>> + Send + 'static,
{
    const IS_ASYNC: bool = true;

    fn into_made(self) -> Result<Made<T>, BoxError> {
        Ok(Made::Later(Box::pin(async move {
            let made = self.await.into_made()?;
            match made {
                Made::Now(value) => Ok(value),
                Made::Later(later) => later.await,
            }
        })))
    }
}
