//! Requests to applications, with a deadline each.

use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Request};
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;

/// A client that keeps connections open.
#[derive(Clone, Debug)]
pub struct Http {
    client: Client<HttpConnector, Full<Bytes>>,
}

/// A whole answer.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    /// The body as JSON.
    #[must_use]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

impl Default for Http {
    fn default() -> Self {
        Self::new()
    }
}

impl Http {
    #[must_use]
    pub fn new() -> Self {
        Self {
            client: Client::builder(TokioExecutor::new()).build_http(),
        }
    }

    /// An answer of any status.
    ///
    /// # Errors
    ///
    /// When there is none.
    pub async fn try_get(&self, at: SocketAddr, path: &str) -> Result<Answer, String> {
        self.try_send(
            Request::get(format!("http://{at}{path}"))
                .body(Full::default())
                .map_err(|e| e.to_string())?,
        )
        .await
    }

    /// An answer of any status to a request of one's own.
    ///
    /// # Errors
    ///
    /// When there is none.
    pub async fn try_send(&self, request: Request<Full<Bytes>>) -> Result<Answer, String> {
        let exchange = async {
            let response = self.client.request(request).await.map_err(|error| told(&error))?;
            let (head, body) = response.into_parts();
            let body = body.collect().await.map_err(|error| told(&error))?.to_bytes();
            Ok(Answer {
                status: head.status.as_u16(),
                headers: head.headers,
                body: String::from_utf8_lossy(&body).into_owned(),
            })
        };
        tokio::time::timeout(Duration::from_secs(20), exchange)
            .await
            .unwrap_or_else(|_| Err("no answer within 20 s".to_owned()))
    }

    pub async fn get_with(&self, at: SocketAddr, path: &str, headers: &[(&str, &str)]) -> Answer {
        let request = headers
            .iter()
            .fold(Request::get(format!("http://{at}{path}")), |request, (name, value)| {
                request.header(*name, *value)
            })
            .body(Full::default())
            .map_err(|error| error.to_string());
        match self.try_send(request.unwrap_or_else(|error| panic!("{error}"))).await {
            Ok(answer) => answer,
            Err(error) => panic!("GET {at}{path}: {error}"),
        }
    }

    pub async fn get(&self, at: SocketAddr, path: &str) -> Answer {
        match self.try_get(at, path).await {
            Ok(answer) => answer,
            Err(error) => panic!("GET {at}{path}: {error}"),
        }
    }
}

/// An error with its causes.
fn told(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}
