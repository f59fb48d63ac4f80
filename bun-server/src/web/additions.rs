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
    pub(super) layers: Vec<Addition>,
}

/// A layer that is put around every route later.
pub(super) struct Addition {
    name: &'static str,
    pub(super) around: Box<dyn FnOnce(Router) -> Router + Send + Sync>,
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
        self.layers.push(Addition {
            name: std::any::type_name::<L>(),
            around: Box::new(move |router| router.layer(layer)),
        });
    }

    /// The types of the layers, outermost first.
    pub(crate) fn layer_names(&self) -> impl Iterator<Item = String> {
        self.layers.iter().rev().map(|layer| layer.name.to_owned())
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
