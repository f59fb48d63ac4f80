//! What `#[provider]` finds out about the result of a function: by method look-up on its type, so that `Result` and `Arc` may
//! stand there under any name. For expansions only.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use super::{BoxError, Construction, Made, Shareable, Token};

/// The type of a value, to be asked of its kind.
pub struct KindOf<T>(PhantomData<fn() -> T>);

impl<T> fmt::Debug for KindOf<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KindOf")
    }
}

/// Asks for the kind of a value.
#[must_use]
pub fn kind_of<T>(_: &T) -> KindOf<T> {
    KindOf(PhantomData)
}

/// A `Result`.
#[derive(Debug)]
pub struct IsResult;
/// Anything else.
#[derive(Debug)]
pub struct IsValue;
/// An `Arc`.
#[derive(Debug)]
pub struct IsArc;

/// Found first, for a `Result`.
pub trait ResultKind {
    /// Its kind.
    fn __bun_strip(&self) -> IsResult {
        IsResult
    }
}

/// Found after one more reference, for everything.
pub trait ValueKind {
    /// Its kind.
    fn __bun_strip(&self) -> IsValue {
        IsValue
    }
}

/// Found first, for an `Arc`.
pub trait ArcKind {
    /// Its kind.
    fn __bun_share(&self) -> IsArc {
        IsArc
    }
}

/// Found after one more reference, for everything.
pub trait OwnedKind {
    /// Its kind.
    fn __bun_share(&self) -> IsValue {
        IsValue
    }
}

impl<T, E> ResultKind for KindOf<Result<T, E>> {}
impl<T> ValueKind for &KindOf<T> {}
impl<T: ?Sized> ArcKind for KindOf<Arc<T>> {}
impl<T> OwnedKind for &KindOf<T> {}

impl IsResult {
    /// The value inside.
    ///
    /// # Errors
    ///
    /// The failure.
    pub fn strip<T, E: Into<BoxError>>(self, result: Result<T, E>) -> Result<T, BoxError> {
        result.map_err(Into::into)
    }
}

impl IsValue {
    /// The value itself.
    ///
    /// # Errors
    ///
    /// None.
    pub fn strip<T>(self, value: T) -> Result<T, BoxError> {
        Ok(value)
    }

    /// Shared from now on.
    pub fn share<T>(self, value: T) -> Arc<T> {
        Arc::new(value)
    }
}

impl IsArc {
    /// Shared already.
    pub fn share<T: ?Sized>(self, value: Arc<T>) -> Arc<T> {
        value
    }
}

/// The token of what a result boils down to; the function is never called.
#[must_use]
pub const fn token_of_result<R, T: ?Sized + Shareable>(_: fn(R) -> Result<Arc<T>, BoxError>) -> Token {
    Token::of::<T>()
}

/// The token of a value.
#[must_use]
pub const fn token_of_value<T: ?Sized + Shareable>(_: &Arc<T>) -> Token {
    Token::of::<T>()
}

/// Puts what a provider made.
pub fn put_made<T: ?Sized + Shareable>(construction: &mut Construction<'_>, made: Made<Arc<T>>) {
    construction.finish(made, |construction, value| construction.put::<T>(0, value));
}
