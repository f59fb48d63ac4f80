//! Layers around a controller and around one route, also several, and every method.

use bun_server::axum::extract::{DefaultBodyLimit, Request};
use bun_server::axum::middleware::{Next, from_fn};
use bun_server::axum::response::Response;
use bun_server::prelude::*;

async fn guard(request: Request, next: Next) -> Response {
    next.run(request).await
}

#[injectable]
struct Orders {}

#[controller("/orders", layer = [from_fn(guard), DefaultBodyLimit::max(1024)])]
impl Orders {
    #[any("/any", layer = from_fn(guard))]
    async fn any(&self) {}

    #[head("/head")]
    async fn head(&self) {}

    #[options("/options")]
    async fn options(&self) {}
}

#[injectable]
struct Empty {}

#[controller("/empty", layer = from_fn(guard))]
impl Empty {}

fn main() {
    let application = Application::new("layers").controller::<Orders>().controller::<Empty>();
    application.check().unwrap();
}
