use std::fmt;
use std::marker::PhantomData;
use std::sync::{Arc, OnceLock, Weak};

use super::container::Frozen;
use super::graph::Slot;
use super::{BoxError, Construction, Edge, How, Inject, LookUpError, Shareable, Token};

/// A component that is looked up when first asked for, so that two components may know each other.
///
/// It holds no strong reference: it never keeps an application alive.
pub struct Lazy<T: ?Sized> {
    frozen: Arc<OnceLock<Weak<Frozen>>>,
    target: Option<Slot>,
    of: PhantomData<fn() -> Box<T>>,
}

impl<T: ?Sized + Send + Sync + 'static> Lazy<T> {
    /// The component.
    ///
    /// # Errors
    ///
    /// [`LookUpError::NotBuilt`] before the application is built (inside a constructor) and after it is gone.
    pub fn get(&self) -> Result<Arc<T>, LookUpError> {
        let token = Token::of::<T>();
        let frozen = self
            .frozen
            .get()
            .and_then(Weak::upgrade)
            .ok_or(LookUpError::NotBuilt { token: token.name() })?;
        self.target
            .and_then(|slot| frozen.shared::<T>(slot))
            .ok_or(LookUpError::Missing { token: token.name() })
    }
}

impl<T: ?Sized + Shareable> Inject for Lazy<T> {
    const EDGE: Edge = Edge {
        token: Token::of::<T>(),
        how: How::Lazy,
    };

    fn inject(construction: &mut Construction<'_>) -> Result<Self, BoxError> {
        let target = construction.next_target();
        Ok(Self {
            frozen: construction.later(),
            target,
            of: PhantomData,
        })
    }
}

impl<T: ?Sized> fmt::Debug for Lazy<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Lazy<{}>", std::any::type_name::<T>())
    }
}
