use std::convert::Infallible;
use std::fmt;

use axum::Router;
use axum::extract::Request;
use axum::response::IntoResponse;
use axum::routing::Route;
use tower_layer::Layer;
use tower_service::Service;

/// What an application has besides its controllers: routers of its own, and layers around everything.
#[derive(Default)]
pub(crate) struct Additions {
    pub(super) routers: Vec<Router>,
    pub(super) layers: Vec<Box<dyn FnOnce(Router) -> Router + Send + Sync>>,
}

impl Additions {
    pub(crate) fn merge(&mut self, router: Router) {
        self.routers.push(router);
    }

    pub(crate) fn layer<L>(&mut self, layer: L)
    where
        L: Layer<Route> + Clone + Send + Sync + 'static,
        L::Service: Service<Request, Error: Into<Infallible>, Future: Send> + Clone + Send + Sync + 'static,
        <L::Service as Service<Request>>::Response: IntoResponse,
    {
        self.layers.push(Box::new(move |router| router.layer(layer)));
    }
}

impl fmt::Debug for Additions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Additions({} routers, {} layers)",
            self.routers.len(),
            self.layers.len()
        )
    }
}
