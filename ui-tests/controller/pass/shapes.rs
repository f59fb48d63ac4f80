//! Handlers of every shape: axum's function `get` lives beside the attribute `get`.
use bun_server::axum::extract::{Extension, Request, State};
use bun_server::axum::http::{HeaderMap, Method, Uri};
use bun_server::axum::response::{IntoResponse, Response};
use bun_server::axum::routing::{get, post};
use bun_server::axum::{Router, body::Bytes};
use bun_server::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
struct Order {
    id: u64,
}

#[derive(Deserialize)]
struct Paging {
    page: Option<u32>,
}

#[injectable]
struct Orders {
    #[default]
    hits: AtomicU64,
}

const LIMIT: usize = 3;

#[controller("/orders/")]
impl Orders {
    /// A method that is no handler.
    fn count(&self) -> u64 {
        self.hits.load(std::sync::atomic::Ordering::Relaxed)
    }

    const PREFIX: &'static str = "order";

    /// Nothing in, nothing out.
    #[post("")]
    async fn nothing(&self) {}

    #[get("/")]
    fn not_async(&self) -> String {
        format!("{} {}", Self::PREFIX, self.count())
    }

    #[get("/{id}")]
    #[put("/{id}")]
    async fn two_routes(&self, Path(id): Path<u64>) -> Json<Order> {
        Json(Order { id })
    }

    #[post("/{id}/items")]
    async fn many(
        &self,
        method: Method,
        uri: Uri,
        headers: HeaderMap,
        Path(id): Path<u64>,
        Query(paging): Query<Paging>,
        State(()): State<()>,
        Json(order): Json<Order>,
    ) -> Result<(StatusCode, Json<Order>), Problem> {
        let _ = (method, uri, headers, paging.page);
        if order.id == id { Ok((StatusCode::CREATED, Json(order))) } else { Err(Problem::new(StatusCode::CONFLICT)) }
    }

    #[patch("/opaque")]
    async fn opaque(&self, body: Bytes) -> impl IntoResponse {
        body.len().min(LIMIT).to_string()
    }

    #[delete("/nested")]
    async fn nested(&self, _: Option<Extension<u32>>) -> Result<impl IntoResponse + use<>, StatusCode> {
        Ok("gone")
    }

    #[get("/files/{*path}")]
    async fn raw(&self, request: Request) -> Response {
        request.uri().path().to_owned().into_response()
    }

    #[cfg(any())]
    #[get("/never")]
    async fn never(&self, nothing: NotThere) {}

    #[cfg(not(any()))]
    #[get("/always")]
    async fn always(&self) -> &'static str {
        "always"
    }

    /// One of two that answer the same: the other one is not there.
    #[cfg(any())]
    #[get("/either")]
    async fn either(&self, nothing: NotThere) {}

    #[cfg(not(any()))]
    #[get("/either")]
    async fn or(&self) -> &'static str {
        "or"
    }

    /// Names that are keywords.
    #[get("/r#type/{in}")]
    async fn r#type(&self, r#in: Path<String>, Dep(r#dyn): Dep<Orders>) -> String {
        format!("{} {}", r#in.0, r#dyn.count())
    }
}

fn by_hand() -> Router {
    Router::new().route("/", get(|| async { "axum's" })).route("/", post(|| async {}))
}

fn main() {
    let _ = by_hand();
    let _ = Application::new("orders").controller::<Orders>();
}
