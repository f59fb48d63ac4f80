use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;

use super::{BoxError, Construction, Edge, Inject, Shareable, Token};

/// A token or a handle under a qualifier: any type of yours that tells components of one type apart.
///
/// | where | what is written |
/// |---|---|
/// | a field, an argument of a `#[provider]` | `#[inject(qualifier = Replica)] pool: Arc<Pool>` |
/// | an argument of a constructor or a closure | `pool: Qualified<Arc<Pool>, Replica>` |
/// | a component | `#[injectable(qualifier = Replica)]`, `#[provider(qualifier = Replica)]` |
/// | a list of a module | `providers = [PgRepo as Qualified<dyn OrderRepo, Replica>]`, `exports = [Qualified<Pool, Replica>]` |
///
/// ```
/// use bun_server::di::Qualified;
/// use bun_server::prelude::*;
///
/// struct Replica;
/// struct Pool(&'static str);
///
/// #[provider(qualifier = Replica)]
/// fn replica() -> Pool {
///     Pool("replica")
/// }
///
/// #[injectable(new = Self::new)]
/// struct Reports {
///     pool: Arc<Pool>,
/// }
///
/// impl Reports {
///     fn new(pool: Qualified<Arc<Pool>, Replica>) -> Self {
///         Self { pool: pool.into_inner() }
///     }
/// }
/// ```
pub struct Qualified<T: ?Sized, Q: ?Sized> {
    by: PhantomData<fn() -> PhantomData<Q>>,
    handle: T,
}

impl<H, Q: ?Sized> Qualified<H, Q> {
    /// The handle.
    #[must_use]
    pub fn into_inner(self) -> H {
        self.handle
    }
}

impl<H, Q: ?Sized> Deref for Qualified<H, Q> {
    type Target = H;

    fn deref(&self) -> &H {
        &self.handle
    }
}

impl<H: Inject, Q: ?Sized + 'static> Inject for Qualified<H, Q> {
    const EDGE: Edge = H::EDGE.qualified::<Q>();

    fn inject(construction: &mut Construction<'_>) -> Result<Self, BoxError> {
        H::inject(construction).map(|handle| Self {
            by: PhantomData,
            handle,
        })
    }
}

impl<T: ?Sized, Q: ?Sized> fmt::Debug for Qualified<T, Q> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(std::any::type_name::<Self>())
    }
}

/// What may stand right of `as` in a module besides `dyn Trait`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is neither `dyn Trait` nor `Qualified<dyn Trait, Qualifier>`",
    label = "a component is bound to a trait: write `as dyn Trait`, or `as Qualified<{Self}, Qualifier>`"
)]
pub trait Binding {
    /// What is handed on.
    type Target: ?Sized + Shareable;
    /// As what.
    const TOKEN: Token;
}

impl<T: ?Sized + Shareable, Q: ?Sized + 'static> Binding for Qualified<T, Q> {
    type Target = T;
    const TOKEN: Token = Token::of::<T>().qualified::<Q>();
}
