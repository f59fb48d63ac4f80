//! What happens to a request before the world sees it: faults, the journal, long polling. Also the transport that
//! calls all this without a socket.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use tokio::sync::watch;
use tokio::time::{Instant, sleep, timeout_at};

use super::fault::Fault;
use super::incoming::Incoming;
use super::journal::Recorded;
use super::legacy::{LISTENER, patience};
use super::world::World;
use crate::transport::{Exchange, Transport, TransportError};

const MASKED: [&str; 3] = ["password", "accesstoken", "authorization"];

/// The server behind its socket, shared by all connections.
#[derive(Debug)]
pub(super) struct Front {
    world: Mutex<World>,
    faults: Mutex<Vec<(String, Fault)>>,
    /// With a number each, for an answer may come after the journal was cleared.
    journal: Mutex<Vec<(u64, Recorded)>>,
    arrivals: AtomicU64,
    changes: watch::Sender<u64>,
    /// True while stopped or killed, for callers without a socket.
    pub(super) down: AtomicBool,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Front {
    pub(super) fn new(world: World) -> Self {
        Self {
            world: Mutex::new(world),
            faults: Mutex::default(),
            journal: Mutex::default(),
            arrivals: AtomicU64::new(0),
            changes: watch::Sender::new(0),
            down: AtomicBool::new(false),
        }
    }

    pub(super) fn world(&self) -> MutexGuard<'_, World> {
        lock(&self.world)
    }

    pub(super) fn faults(&self) -> MutexGuard<'_, Vec<(String, Fault)>> {
        lock(&self.faults)
    }

    pub(super) fn journal(&self) -> MutexGuard<'_, Vec<(u64, Recorded)>> {
        lock(&self.journal)
    }

    /// Wakes those who wait for a change of a configuration.
    pub(super) fn announce(&self) {
        self.changes.send_modify(|count| *count += 1);
    }

    /// The answer, or `None` when the connection is to be dropped.
    pub(super) async fn answer(&self, request: http::Request<Bytes>) -> Option<http::Response<Bytes>> {
        let incoming = Incoming::read(request);
        let entry = self.record(&incoming);
        let fault = self
            .faults()
            .iter()
            .rev()
            .find(|(part, _)| incoming.path.contains(part.as_str()))
            .map(|(_, fault)| fault.clone());
        let response = match fault {
            None => self.serve(&incoming).await,
            Some(Fault::Delay(delay)) => {
                sleep(delay).await;
                self.serve(&incoming).await
            }
            Some(Fault::ReadOnly) if incoming.method == http::Method::GET || incoming.path.ends_with("/login") => {
                self.serve(&incoming).await
            }
            Some(Fault::ReadOnly) => canned(503, "text/plain", "server is READ_ONLY now, please try again later!"),
            Some(Fault::Refuse) => return None,
            Some(Fault::Hang) => std::future::pending().await,
            Some(Fault::Status(status)) => canned(status, "text/html", "<html><body>broken</body></html>"),
            Some(Fault::Garbage) => canned(200, "text/html", "<html><body>Welcome to nginx!</body></html>"),
            Some(Fault::Empty) => canned(200, "", ""),
            Some(Fault::NotFound) => super::reply::Reply::resource_not_found().into_response(),
        };
        if let Some((_, recorded)) = self.journal().iter_mut().rev().find(|(number, _)| *number == entry) {
            recorded.status = response.status().as_u16();
        }
        Some(response)
    }

    async fn serve(&self, incoming: &Incoming) -> http::Response<Bytes> {
        if incoming.path == LISTENER {
            return self.listen(incoming).await;
        }
        let reply = self.world().handle(incoming, Instant::now());
        if incoming.method != http::Method::GET && incoming.path.contains("/cs/") {
            self.announce();
        }
        reply.into_response()
    }

    async fn listen(&self, incoming: &Incoming) -> http::Response<Bytes> {
        let deadline = Instant::now() + patience(incoming);
        let mut changes = self.changes.subscribe();
        loop {
            let changed = self.world().changed_configs(incoming);
            if let Some(reply) = changed {
                return reply.into_response();
            }
            if timeout_at(deadline, changes.changed()).await.is_err() {
                return World::unchanged_configs().into_response();
            }
        }
    }

    fn record(&self, incoming: &Incoming) -> u64 {
        let mask = |name: &str, value: &str| {
            let secret = MASKED.contains(&&*name.to_ascii_lowercase());
            if secret { "***".to_owned() } else { value.to_owned() }
        };
        let entry = self.arrivals.fetch_add(1, Ordering::Relaxed);
        let recorded = Recorded {
            method: incoming.method.to_string(),
            path: incoming.path.clone(),
            parameters: incoming
                .parameters
                .iter()
                .map(|(name, value)| (name.clone(), mask(name, value)))
                .collect(),
            headers: incoming
                .headers
                .iter()
                .map(|(name, value)| (name.to_string(), mask(name.as_str(), value.to_str().unwrap_or("?"))))
                .collect(),
            status: 0,
        };
        self.journal().push((entry, recorded));
        entry
    }
}

fn canned(status: u16, content_type: &'static str, body: &'static str) -> http::Response<Bytes> {
    let mut response = http::Response::new(Bytes::from_static(body.as_bytes()));
    *response.status_mut() = http::StatusCode::from_u16(status).unwrap_or_default();
    if !content_type.is_empty() {
        let value = http::HeaderValue::from_static(content_type);
        response.headers_mut().insert(http::header::CONTENT_TYPE, value);
    }
    response
}

/// Calls the server as a future of the caller's own runtime, so that paused time works.
impl Transport for Front {
    fn exchange(&self, request: http::Request<Bytes>) -> Exchange<'_> {
        Box::pin(async move {
            if self.down.load(Ordering::Acquire) {
                return Err(TransportError::Connect(
                    "connection refused (the test server is down)".into(),
                ));
            }
            match self.answer(request).await {
                Some(response) => Ok(response),
                None => Err(TransportError::Connect(
                    "connection refused (a fault of the test server)".into(),
                )),
            }
        })
    }
}
