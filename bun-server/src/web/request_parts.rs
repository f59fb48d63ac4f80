use std::ops::Deref;
use std::sync::Arc;

use http::request::Parts;

use crate::di::{BoxError, Construction, Edge, How, Inject, Token};

/// The head of the request in which a component with `scope = request` lives: method, URI, headers, extensions. Cheap to
/// clone.
///
/// ```
/// use bun_server::prelude::*;
///
/// #[injectable(scope = request, new = Self::of)]
/// struct Tenant {
///     name: String,
/// }
///
/// impl Tenant {
///     fn of(request: RequestParts) -> Self {
///         let header = request.headers.get("x-tenant").and_then(|value| value.to_str().ok());
///         Self { name: header.unwrap_or("nobody").to_owned() }
///     }
/// }
/// ```
#[derive(Clone, Debug)]
pub struct RequestParts(Arc<Parts>);

impl RequestParts {
    /// Those of a request that is begun by hand.
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }
}

impl Deref for RequestParts {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl Inject for RequestParts {
    const EDGE: Edge = Edge {
        token: Token::of::<Self>(),
        how: How::Request,
    };

    fn inject(construction: &mut Construction<'_>) -> Result<Self, BoxError> {
        construction.of_request()
    }
}
