//! A list of servers that another server keeps: one `host[:port]` a line.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::watch;
use tokio::time::{Instant, timeout_at};

use super::ServerAddress;
use crate::error::{Error, ErrorKind, Result};
use crate::transport::Core;

const REFRESH: Duration = Duration::from_secs(30);
const RETRY: Duration = Duration::from_secs(3);

/// Where the list is, and when to look again. A caller whose turn it is looks; the others go on with the list they have.
#[derive(Debug)]
pub(crate) struct Endpoint {
    url: String,
    due: Mutex<Option<Instant>>,
    looks: watch::Sender<u64>,
}

impl Endpoint {
    pub(crate) fn new(url: String) -> Result<Self> {
        let known = ["http://", "https://"].iter().any(|scheme| url.starts_with(scheme));
        if !known || url.parse::<http::Uri>().is_err() {
            return Err(Error::invalid(
                "endpoint",
                "write it like `http://host:8080/nacos/serverlist`",
            ));
        }
        Ok(Self {
            url,
            due: Mutex::default(),
            looks: watch::Sender::new(0),
        })
    }

    pub(crate) fn is_https(&self) -> bool {
        self.url.starts_with("https://")
    }

    fn lock(&self) -> MutexGuard<'_, Option<Instant>> {
        self.due.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Claims the next look for this caller, if it is due.
    fn claim(&self, now: Instant) -> bool {
        let mut due = self.lock();
        if due.is_some_and(|due| due > now) {
            return false;
        }
        // If this caller is cancelled, another one looks soon.
        *due = Some(now + RETRY);
        true
    }

    /// Sees to it that there is a list, within `deadline`.
    pub(crate) async fn refresh(&self, core: &Core, deadline: Instant) -> Result<()> {
        let mut looks = self.looks.subscribe();
        let now = Instant::now();
        if self.claim(now) {
            let outcome = self.look(core, deadline.min(now + core.limits.attempt)).await;
            if outcome.is_ok() {
                *self.lock() = Some(Instant::now() + REFRESH);
            }
            self.looks.send_modify(|count| *count += 1);
            match outcome {
                Err(error) if core.servers.is_empty() => return Err(error),
                Err(error) => tracing::warn!(%error, "cannot refresh the list of servers; the last one stays"),
                Ok(()) => {}
            }
        }
        if core.servers.is_empty() {
            // Somebody else is looking.
            let _ = timeout_at(deadline, looks.changed()).await;
            if core.servers.is_empty() {
                return Err(self.failed(ErrorKind::Unavailable, "has given no list of servers yet"));
            }
        }
        Ok(())
    }

    async fn look(&self, core: &Core, until: Instant) -> Result<()> {
        let request = http::Request::get(&self.url).body(Bytes::new()).map_err(|source| {
            self.failed(ErrorKind::InvalidArgument, "is no address")
                .with_source(source)
        })?;
        let response = match timeout_at(until, core.transport.exchange(request)).await {
            Ok(Ok(response)) => response,
            Ok(Err(source)) => {
                return Err(self
                    .failed(ErrorKind::Unavailable, "does not answer")
                    .with_source(source));
            }
            Err(_) => return Err(self.failed(ErrorKind::Timeout, "does not answer in time")),
        };
        let status = response.status().as_u16();
        let text = String::from_utf8_lossy(response.body());
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        let addresses: Vec<_> = lines.filter_map(|line| ServerAddress::parse(line).ok()).collect();
        if status != 200 || addresses.is_empty() {
            let error = self.failed(ErrorKind::Decode, "answered no list of servers");
            return Err(error.with_status(status).with_body(response.body()));
        }
        core.servers.replace(addresses);
        Ok(())
    }

    fn failed(&self, kind: ErrorKind, what: &str) -> Error {
        Error::new(kind, format!("the endpoint {} {what}", self.url))
    }
}
