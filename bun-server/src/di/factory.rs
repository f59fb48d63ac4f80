use std::fmt;
use std::marker::PhantomData;
use std::sync::{Arc, OnceLock, Weak};

use super::container::Frozen;
use super::graph::Slot;
use super::late;
use super::request_scope::RequestState;
use super::{BoxError, Construction, CreateError, Edge, How, Inject, LookUpError, Shareable, Token};

/// Makes a new one of a transient component, each time it is asked. Where a constructor on the way is async, the check says
/// so: [`AsyncFactory`] waits for it.
///
/// ```
/// use bun_server::di::{CreateError, Factory};
/// use bun_server::prelude::*;
///
/// #[injectable(scope = transient)]
/// struct Ticket;
///
/// #[injectable]
/// struct Desk {
///     tickets: Factory<Ticket>,
/// }
///
/// impl Desk {
///     fn sell(&self) -> Result<Arc<Ticket>, CreateError> {
///         self.tickets.create()
///     }
/// }
/// ```
pub struct Factory<T: ?Sized> {
    source: Source<T>,
}

/// Makes a new one of a transient component whose constructor, or that of something made for it, is async.
pub struct AsyncFactory<T: ?Sized> {
    source: Source<T>,
}

/// It holds no strong reference: a factory never keeps an application or a request alive.
struct Source<T: ?Sized> {
    frozen: Arc<OnceLock<Weak<Frozen>>>,
    target: Option<Slot>,
    request: Option<Weak<RequestState>>,
    of: PhantomData<fn() -> Box<T>>,
}

/// What a new one is made from.
struct Origin {
    frozen: Arc<Frozen>,
    slot: Slot,
    request: Option<Arc<RequestState>>,
}

impl<T: ?Sized + Send + Sync + 'static> Source<T> {
    fn of(construction: &mut Construction<'_>) -> Self {
        let target = construction.next_target();
        Self {
            frozen: construction.later(),
            target,
            request: construction.request().map(Arc::downgrade),
            of: PhantomData,
        }
    }

    fn origin(&self) -> Result<Origin, LookUpError> {
        let token = std::any::type_name::<T>();
        let frozen = self.frozen.get().and_then(Weak::upgrade);
        let frozen = frozen.ok_or(LookUpError::NotBuilt { token })?;
        Ok(Origin {
            frozen,
            slot: self.target.ok_or(LookUpError::Missing { token })?,
            request: self.request.as_ref().and_then(Weak::upgrade),
        })
    }
}

impl<T: ?Sized + Send + Sync + 'static> Factory<T> {
    /// A new one.
    ///
    /// # Errors
    ///
    /// What the constructor says; [`LookUpError::NotBuilt`] before the application is built (inside a constructor) and after
    /// it is gone.
    pub fn create(&self) -> Result<Arc<T>, CreateError> {
        let Origin { frozen, slot, request } = self.source.origin()?;
        let Some(recipes) = frozen.recipes.as_deref() else {
            let token = std::any::type_name::<T>();
            return Err(LookUpError::Missing { token }.into());
        };
        late::make_now(&frozen, recipes, slot, request.as_ref()).map_err(|error| (*error).into())
    }
}

impl<T: ?Sized + Send + Sync + 'static> AsyncFactory<T> {
    /// A new one.
    ///
    /// # Errors
    ///
    /// As [`Factory::create`]; [`LookUpError::OutsideRequest`] when it belongs to a request that has ended.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future drops what was made.
    pub async fn create(&self) -> Result<Arc<T>, CreateError> {
        let Origin { frozen, slot, request } = self.source.origin()?;
        late::make(&frozen, slot, request.as_ref()).await
    }
}

impl<T: ?Sized + Shareable> Inject for Factory<T> {
    const EDGE: Edge = Edge {
        token: Token::of::<T>(),
        how: How::Factory,
    };

    fn inject(construction: &mut Construction<'_>) -> Result<Self, BoxError> {
        Ok(Self {
            source: Source::of(construction),
        })
    }
}

impl<T: ?Sized + Shareable> Inject for AsyncFactory<T> {
    const EDGE: Edge = Edge {
        token: Token::of::<T>(),
        how: How::AsyncFactory,
    };

    fn inject(construction: &mut Construction<'_>) -> Result<Self, BoxError> {
        Ok(Self {
            source: Source::of(construction),
        })
    }
}

impl<T: ?Sized> fmt::Debug for Factory<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Factory<{}>", std::any::type_name::<T>())
    }
}

impl<T: ?Sized> fmt::Debug for AsyncFactory<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AsyncFactory<{}>", std::any::type_name::<T>())
    }
}
