use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioTimer;

use crate::di::BoxError;
use crate::tasks::TaskSet;

/// What a transport gives.
pub type TransportFuture<'a> = Pin<Box<dyn Future<Output = Result<Response<Body>, TransportError>> + Send + 'a>>;

/// Carries one request to one place: the data plane. The default one is HTTP/1.1 with a pool of connections.
pub trait Transport: Send + Sync + fmt::Debug {
    /// Sends a request with an absolute URI; completes with the head of the answer.
    fn send(&self, request: Request<Full<Bytes>>) -> TransportFuture<'_>;
}

/// A request that got no answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TransportError {
    /// No connection: nothing was sent.
    #[error("no connection")]
    Connect(#[source] BoxError),
    /// It broke on the way.
    #[error("the connection broke")]
    Interrupted(#[source] BoxError),
}

/// hyper's client: no redirects, no proxies, no cookies; its connections belong to one application.
pub(crate) struct HttpTransport {
    client: Client<HttpConnector, Full<Bytes>>,
    tasks: Arc<TaskSet>,
}

impl HttpTransport {
    pub(crate) fn new(connect_timeout: Duration) -> Self {
        let tasks = Arc::new(TaskSet::new());
        let mut connector = HttpConnector::new();
        connector.set_connect_timeout(Some(connect_timeout));
        connector.set_nodelay(true);
        let client = Client::builder(Spawner(Arc::clone(&tasks)))
            .pool_timer(TokioTimer::new())
            // Below the time after which servers close idle connections themselves.
            .pool_idle_timeout(Duration::from_secs(20))
            .build(connector);
        Self { client, tasks }
    }

    pub(crate) async fn close(&self, grace: Duration) -> usize {
        self.tasks.close(grace).await
    }
}

impl Transport for HttpTransport {
    fn send(&self, request: Request<Full<Bytes>>) -> TransportFuture<'_> {
        let sent = self.client.request(request);
        Box::pin(async move {
            match sent.await {
                Ok(response) => Ok(response.map(Body::new)),
                Err(error) if error.is_connect() => Err(TransportError::Connect(error.into())),
                Err(error) => Err(TransportError::Interrupted(error.into())),
            }
        })
    }
}

impl fmt::Debug for HttpTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpTransport")
            .field("tasks", &self.tasks.len())
            .finish_non_exhaustive()
    }
}

/// hyper's connection tasks join the application's.
#[derive(Clone)]
struct Spawner(Arc<TaskSet>);

impl<F: Future<Output = ()> + Send + 'static> hyper::rt::Executor<F> for Spawner {
    fn execute(&self, task: F) {
        self.0.spawn(task);
    }
}
