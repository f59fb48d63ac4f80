//! The only file that knows reqwest.

use std::error::Error as _;
use std::time::Duration;

use bytes::{Bytes, BytesMut};

use super::{Exchange, Tls, Transport, TransportError};
use crate::error::{Error, ErrorKind, Result};

/// Real sockets: HTTP/1.1 with kept-alive connections, never through a proxy, never after a redirect.
#[derive(Debug)]
pub(crate) struct HttpTransport {
    client: reqwest::Client,
    response_limit: usize,
}

impl HttpTransport {
    pub(crate) fn new(connect_timeout: Duration, response_limit: usize, tls: &Tls) -> Result<Self> {
        let builder = reqwest::Client::builder()
            .connect_timeout(connect_timeout)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .tcp_nodelay(true)
            // Shorter than the 20 s after which Tomcat, inside Nacos, drops an idle connection.
            .pool_idle_timeout(Duration::from_secs(15));
        let client = tls
            .apply(builder)?
            .build()
            .map_err(|source| Error::new(ErrorKind::Unavailable, "cannot prepare HTTP").with_source(source))?;
        Ok(Self { client, response_limit })
    }

    async fn send(&self, request: http::Request<Bytes>) -> Result<http::Response<Bytes>, TransportError> {
        let request = reqwest::Request::try_from(request).map_err(|error| TransportError::Connect(error.into()))?;
        let mut answer = self.client.execute(request).await.map_err(classify)?;
        let too_large = TransportError::TooLarge {
            limit: self.response_limit,
        };
        if answer
            .content_length()
            .is_some_and(|length| length > self.response_limit as u64)
        {
            return Err(too_large);
        }
        // Most answers are one chunk, which needs no copy.
        let mut body = answer.chunk().await.map_err(classify)?.unwrap_or_default();
        while let Some(chunk) = answer.chunk().await.map_err(classify)? {
            if body.len() + chunk.len() > self.response_limit {
                return Err(too_large);
            }
            // In place: nobody else holds what was collected.
            let mut longer = BytesMut::from(body);
            longer.extend_from_slice(&chunk);
            body = longer.freeze();
        }
        if body.len() > self.response_limit {
            return Err(too_large);
        }
        let mut response = http::Response::new(body);
        *response.status_mut() = answer.status();
        *response.headers_mut() = std::mem::take(answer.headers_mut());
        Ok(response)
    }
}

impl Transport for HttpTransport {
    fn exchange(&self, request: http::Request<Bytes>) -> Exchange<'_> {
        Box::pin(self.send(request))
    }
}

fn classify(error: reqwest::Error) -> TransportError {
    // The URL is ours to name, and may hold identifiers that do not belong into a log.
    let error = error.without_url();
    if error.is_connect() {
        if error.is_timeout() {
            TransportError::ConnectTimeout
        } else {
            TransportError::Connect(error.into())
        }
    } else {
        TransportError::Broken(error.into())
    }
}

/// The innermost cause, which is the one that says "connection refused".
pub(super) fn root_cause(error: &TransportError) -> String {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = error.source();
    let mut text = error.to_string();
    while let Some(inner) = cause {
        text = inner.to_string();
        cause = inner.source();
    }
    text
}
