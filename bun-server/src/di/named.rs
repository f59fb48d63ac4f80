//! What a module means by a type in one of its lists: the token of that type, or that of a [`Qualified`]. Found by look-up of
//! constants and methods on its type, so that either may stand there under any name. For expansions only.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use super::{BoxError, Construction, Qualified, Shareable, Token};

/// A type that stands in a list.
pub struct Named<T: ?Sized>(PhantomData<fn() -> PhantomData<T>>);

impl<T: ?Sized> Named<T> {
    /// To call methods on.
    pub const HERE: Self = Self(PhantomData);
}

impl<T: ?Sized> fmt::Debug for Named<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Named")
    }
}

/// Found for everything that is not qualified.
pub trait Plainly {
    /// The type itself.
    type Target: ?Sized;
    /// Its token.
    const TOKEN: Token;

    /// Takes what it is.
    ///
    /// # Errors
    ///
    /// Never after a check that passed.
    fn __bun_take(&self, construction: &mut Construction<'_>) -> Result<Arc<Self::Target>, BoxError>
    where
        Self::Target: Shareable;
}

impl<T: ?Sized + 'static> Plainly for Named<T> {
    type Target = T;
    const TOKEN: Token = Token::named::<T>();

    fn __bun_take(&self, construction: &mut Construction<'_>) -> Result<Arc<T>, BoxError>
    where
        T: Shareable,
    {
        let target = construction.next_target();
        construction.shared::<T>(target)
    }
}

// Inherent items are found before those of traits.
impl<T: ?Sized + Shareable, Q: ?Sized + 'static> Named<Qualified<T, Q>> {
    /// The token under its qualifier.
    pub const TOKEN: Token = Token::of::<T>().qualified::<Q>();

    /// Takes what it is.
    ///
    /// # Errors
    ///
    /// Never after a check that passed.
    pub fn __bun_take(&self, construction: &mut Construction<'_>) -> Result<Arc<T>, BoxError> {
        let target = construction.next_target();
        construction.shared::<T>(target)
    }
}
