use std::sync::Arc;

use super::{BoxError, Construction, Shareable, Token};

/// How a dependency is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// Exactly one.
    One,
    /// One or none.
    Optional,
    /// Every one that is visible, none included.
    All,
    /// One, looked up later: does not count as an edge of a cycle.
    Lazy,
    /// New ones of a transient component, made later.
    Factory,
    /// The same where a constructor waits.
    AsyncFactory,
    /// Something of the request in which the asker lives.
    Request,
    /// Nothing of the graph is needed.
    Nothing,
}

impl How {
    /// Whether the asker is built without it.
    #[must_use]
    pub const fn is_later(self) -> bool {
        matches!(self, Self::Lazy | Self::Factory | Self::AsyncFactory)
    }
}

/// A token and how it is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Edge {
    /// What is asked for.
    pub token: Token,
    /// How many, and when.
    pub how: How,
}

impl Edge {
    /// The same, under the qualifier `Q`.
    #[must_use]
    pub const fn qualified<Q: ?Sized + 'static>(self) -> Self {
        Self {
            token: self.token.qualified::<Q>(),
            how: self.how,
        }
    }
}

/// A type that a component may have as a field.
///
/// Implement it for a handle of your own by forwarding to what the handle wraps:
///
/// ```
/// use std::sync::Arc;
/// use bun_server::di::{BoxError, Construction, Edge, Inject};
///
/// struct AuditLog(Arc<String>);
///
/// impl Inject for AuditLog {
///     const EDGE: Edge = <Arc<String> as Inject>::EDGE;
///     fn inject(construction: &mut Construction<'_>) -> Result<Self, BoxError> {
///         <Arc<String> as Inject>::inject(construction).map(AuditLog)
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be injected by value",
    label = "components are shared: write `Arc<{Self}>`",
    note = "plain state is marked `#[default]` or `#[default(expr)]`; a handle of your own implements `bun_server::di::Inject`"
)]
pub trait Inject: Sized {
    /// What is asked of the graph.
    const EDGE: Edge;

    /// Takes it. Called once per field, in the order of declaration.
    ///
    /// # Errors
    ///
    /// When the value cannot be had although the check passed, as for a handle whose own preparation fails.
    fn inject(construction: &mut Construction<'_>) -> Result<Self, BoxError>;
}

impl<T: ?Sized + Shareable> Inject for Arc<T> {
    const EDGE: Edge = Edge {
        token: Token::of::<T>(),
        how: How::One,
    };

    fn inject(construction: &mut Construction<'_>) -> Result<Self, BoxError> {
        let target = construction.next_target();
        construction.shared::<T>(target)
    }
}

impl<T: ?Sized + Shareable> Inject for Option<Arc<T>> {
    const EDGE: Edge = Edge {
        token: Token::of::<T>(),
        how: How::Optional,
    };

    fn inject(construction: &mut Construction<'_>) -> Result<Self, BoxError> {
        match construction.next_target() {
            None => Ok(None),
            target => construction.shared::<T>(target).map(Some),
        }
    }
}

/// All of a token, under whatever qualifier: what the module itself provides, what the modules it imports export, what global
/// modules export. By their `order`; those of one order as the application imports the modules, and each lists its
/// providers.
impl<T: ?Sized + Send + Sync + 'static> Inject for Vec<Arc<T>> {
    const EDGE: Edge = Edge {
        token: Token::of::<T>(),
        how: How::All,
    };

    fn inject(construction: &mut Construction<'_>) -> Result<Self, BoxError> {
        let targets = construction.next_targets();
        targets
            .iter()
            .map(|slot| construction.shared::<T>(Some(*slot)))
            .collect()
    }
}
