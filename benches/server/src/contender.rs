//! Servers that answer `GET /hello` with the same JSON.

use std::any::Any;
use std::net::SocketAddr;

use axum::Router;
use axum::routing::get;
use bun_server::prelude::*;
use serde::Serialize;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer};
use tower_http::timeout::TimeoutLayer;
use tower_http::trace::TraceLayer;

use crate::Outcome;

/// Who answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Contender {
    /// A router of axum and nothing else.
    Axum,
    /// A controller behind the layer of the server: request id, trace context, metrics, span, deadline, panic guard.
    BunServer,
    /// The router of axum behind layers of tower-http: request id, span, deadline, panic guard; no trace context, no metrics.
    TowerHttp,
}

#[derive(Serialize)]
struct Greeting {
    message: &'static str,
    id: u32,
}

const GREETING: Greeting = Greeting {
    message: "Hello, World!",
    id: 42,
};

#[injectable]
struct Hello;

#[controller("/hello")]
impl Hello {
    #[get("")]
    async fn hello(&self) -> axum::Json<Greeting> {
        axum::Json(GREETING)
    }
}

fn axum_router() -> Router {
    Router::new().route("/hello", get(|| async { axum::Json(GREETING) }))
}

fn layered_router() -> Router {
    let timeout = TimeoutLayer::with_status_code(StatusCode::GATEWAY_TIMEOUT, Duration::from_secs(30));
    axum_router()
        .layer(CatchPanicLayer::new())
        .layer(timeout)
        .layer(TraceLayer::new_for_http())
        .layer(PropagateRequestIdLayer::x_request_id())
        .layer(SetRequestIdLayer::x_request_id(MakeRequestUuid))
}

fn application() -> Application {
    Application::new("bench")
        .environment([("", ""); 0])
        .config_default("server.address", "127.0.0.1")
        .config_default("server.port", 0)
        .controller::<Hello>()
}

impl Contender {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Axum => "axum",
            Self::BunServer => "bun-server",
            Self::TowerHttp => "axum + 5 layers of tower-http",
        }
    }

    /// Listens on any port; what is returned keeps it alive.
    pub(crate) async fn listen(self) -> Outcome<(SocketAddr, Box<dyn Any + Send>)> {
        let router = match self {
            Self::Axum => axum_router(),
            Self::TowerHttp => layered_router(),
            Self::BunServer => {
                let handle: ApplicationHandle = application().start().await.map_err(|error| error.to_string())?;
                return Ok((handle.address(), Box::new(handle)));
            }
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let serving = tokio::spawn(async move { axum::serve(listener, router).await });
        Ok((address, Box::new(serving)))
    }

    /// Without a socket.
    pub(crate) async fn router(self) -> Outcome<(Router, Box<dyn Any + Send>)> {
        match self {
            Self::Axum => Ok((axum_router(), Box::new(()))),
            Self::TowerHttp => Ok((layered_router(), Box::new(()))),
            Self::BunServer => {
                let (router, handle) = application().into_router().await.map_err(|error| error.to_string())?;
                Ok((router, Box::new(handle)))
            }
        }
    }
}
