//! `cargo run -p examples --bin web`, then `curl -i --compressed -H "Origin: https://shop.example" http://127.0.0.1:8080/api/books`: layers of tower-http
//! around everything (CORS, compression), one around a single controller, and a directory of files beside the controllers. Prints the banner.

use bun_server::axum::Router;
use bun_server::axum::http::HeaderValue;
use bun_server::axum::http::header::CACHE_CONTROL;
use bun_server::prelude::*;
use tower_http::compression::CompressionLayer;
use tower_http::cors::{Any, CorsLayer};
use tower_http::services::ServeDir;
use tower_http::set_header::SetResponseHeaderLayer;

const FILES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/web");

#[injectable]
struct Books;

/// An API whose answers are of the moment.
#[controller("/api/books", layer = SetResponseHeaderLayer::if_not_present(CACHE_CONTROL, HeaderValue::from_static("no-store")))]
impl Books {
    #[get("")]
    async fn list(&self) -> Json<Vec<String>> {
        Json(
            (1..=100)
                .map(|number| format!("The art of computing, volume {number}"))
                .collect(),
        )
    }
}

#[module(controllers = [Books])]
struct BooksModule;

fn site() -> Application {
    let cors = CorsLayer::new().allow_origin(Any).allow_methods(Any);
    Application::new("web")
        .import(BooksModule)
        .merge(Router::new().nest_service("/static", ServeDir::new(FILES)))
        .layer(CompressionLayer::new())
        // Outermost: the last one.
        .layer(cors)
}

#[bun_server::main]
async fn main() -> AppResult {
    site().run().await
}

#[cfg(test)]
mod tests {
    use bun_server::axum::http::Method;
    use bun_server::testing::TestApp;

    use super::*;

    #[tokio::test]
    async fn layers_of_tower_http_go_around() -> AppResult {
        let app = TestApp::from_application(site()).start().await?;
        app.get("/api/books")
            .header("origin", "https://shop.example")
            .header("accept-encoding", "gzip")
            .await
            .assert_status(200)
            .assert_header("access-control-allow-origin", "*")
            .assert_header("content-encoding", "gzip")
            .assert_header("cache-control", "no-store");
        let preflight = app.request(Method::OPTIONS, "/api/books");
        preflight
            .header("origin", "https://shop.example")
            .header("access-control-request-method", "GET")
            .await
            .assert_status(200)
            .assert_header("access-control-allow-methods", "*");
        app.get("/static/index.html")
            .await
            .assert_status(200)
            .assert_header("content-type", "text/html");
        app.get("/static/../web.rs").await.assert_status(404);
        app.get("/static/nothing.html").await.assert_status(404);
        app.shutdown().await
    }
}
