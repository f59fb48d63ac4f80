//! Which server is asked next: sticky while it answers, rested after a failure.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::error::{Error, Result};

/// The port of a Nacos server when an address names none.
const DEFAULT_PORT: u16 = 8848;
const FIRST_REST: Duration = Duration::from_secs(1);
const LONGEST_REST: Duration = Duration::from_secs(30);

/// One server: `scheme://host:port`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ServerAddress {
    pub(crate) origin: Arc<str>,
    pub(crate) https: bool,
    pub(crate) loopback: bool,
}

impl ServerAddress {
    /// Reads `host`, `host:port`, `[v6]:port`, `http://…` or `https://…`.
    pub(crate) fn parse(text: &str) -> Result<Self> {
        let refuse = |why: &str| {
            Error::invalid(
                "servers",
                format_args!("{why}; write `host:port`, `http://host:port` or `https://host:port`"),
            )
        };
        let (https, rest) = match text.split_once("://") {
            Some(("http", rest)) => (false, rest),
            Some(("https", rest)) => (true, rest),
            Some(_) => return Err(refuse("unknown scheme")),
            None => (false, text),
        };
        if rest.contains('@') {
            // The text is not echoed: it may hold a password.
            return Err(refuse(
                "credentials do not belong into an address, use `credentials(..)`",
            ));
        }
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        let (host, port) = match rest.strip_prefix('[').and_then(|inner| inner.split_once(']')) {
            Some((v6, "")) => (v6, None),
            Some((v6, port)) => (v6, port.strip_prefix(':')),
            None => match rest.split_once(':') {
                Some((host, port)) => (host, Some(port)),
                None => (rest, None),
            },
        };
        let port = match port {
            None => DEFAULT_PORT,
            Some(port) => port
                .parse()
                .ok()
                .filter(|port| *port != 0)
                .ok_or_else(|| refuse(&format!("`{text}` has no valid port")))?,
        };
        let address: Option<std::net::IpAddr> = host.parse().ok();
        let named = !host.is_empty()
            && host.len() <= 253
            && host
                .chars()
                .all(|character| character.is_ascii_alphanumeric() || matches!(character, '-' | '.' | '_'));
        let authority = match address {
            Some(std::net::IpAddr::V6(v6)) => format!("[{v6}]:{port}"),
            Some(std::net::IpAddr::V4(v4)) => format!("{v4}:{port}"),
            None if named => format!("{host}:{port}"),
            None => return Err(refuse(&format!("`{}` is no host", text.escape_debug()))),
        };
        let scheme = if https { "https" } else { "http" };
        Ok(Self {
            origin: format!("{scheme}://{authority}").into(),
            https,
            loopback: address.map_or(host.eq_ignore_ascii_case("localhost"), |address| address.is_loopback()),
        })
    }

    /// The part after `scheme://`, for messages.
    pub(crate) fn authority(&self) -> &str {
        self.origin
            .split_once("://")
            .map_or(&*self.origin, |(_, authority)| authority)
    }
}

#[derive(Clone, Debug, Default)]
struct Condition {
    failures: u32,
    rested_until: Option<Instant>,
    last_error: Option<String>,
}

/// What is known about one server.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ServerStatus {
    /// `host:port`.
    pub address: String,
    /// False while the server is rested after a failure.
    pub available: bool,
    /// The latest failure, cleared by the next success.
    pub last_error: Option<String>,
}

/// The servers with their conditions. All calls share one preferred server, so that naming writes of an
/// instance stay on one node (Nacos 3 does not hand them to the responsible one) and reads see own writes.
#[derive(Debug)]
pub(crate) struct ServerList {
    servers: Vec<ServerAddress>,
    preferred: AtomicUsize,
    conditions: Mutex<Vec<Condition>>,
}

impl ServerList {
    pub(crate) fn new(servers: Vec<ServerAddress>) -> Self {
        let preferred = if servers.is_empty() {
            0
        } else {
            fastrand::usize(..servers.len())
        };
        Self {
            preferred: AtomicUsize::new(preferred),
            conditions: Mutex::new(vec![Condition::default(); servers.len()]),
            servers,
        }
    }

    pub(crate) fn get(&self, index: usize) -> Option<&ServerAddress> {
        self.servers.get(index)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &ServerAddress> {
        self.servers.iter()
    }

    /// The order in which to try the servers: available ones from `first` (or the preferred one) on, in ring
    /// order; rested ones last, the one that is due soonest first.
    pub(crate) fn order(&self, first: Option<usize>) -> Vec<usize> {
        let now = Instant::now();
        let start = first.unwrap_or_else(|| self.preferred.load(Ordering::Relaxed));
        let count = self.servers.len();
        let conditions = self.lock();
        let mut order: Vec<(Option<Instant>, usize)> = (0..count)
            .map(|step| (start + step) % count)
            .map(|index| {
                let rested = conditions.get(index).and_then(|condition| condition.rested_until);
                (rested.filter(|until| *until > now), index)
            })
            .collect();
        // Stable: keeps the ring order among the available ones (`None` sorts first).
        order.sort_by_key(|(rested, _)| *rested);
        order.into_iter().map(|(_, index)| index).collect()
    }

    pub(crate) fn succeeded(&self, index: usize) {
        let mut conditions = self.lock();
        if let Some(condition) = conditions.get_mut(index) {
            if condition.failures > 0 {
                tracing::info!(server = %self.servers[index].authority(), "Nacos server answers again");
            }
            *condition = Condition::default();
        }
        self.preferred.store(index, Ordering::Relaxed);
    }

    pub(crate) fn failed(&self, index: usize, error: &Error) {
        let mut conditions = self.lock();
        let Some(condition) = conditions.get_mut(index) else {
            return;
        };
        if condition.failures == 0 {
            tracing::warn!(server = %self.servers[index].authority(), %error, "Nacos server failed; it is rested");
        }
        let rest = FIRST_REST
            .saturating_mul(2_u32.saturating_pow(condition.failures))
            .min(LONGEST_REST);
        condition.failures = condition.failures.saturating_add(1);
        condition.rested_until = Some(Instant::now() + rest);
        condition.last_error = Some(error.to_string());
    }

    pub(crate) fn status(&self) -> Vec<ServerStatus> {
        let now = Instant::now();
        self.servers
            .iter()
            .zip(self.lock().iter())
            .map(|(server, condition)| ServerStatus {
                address: server.authority().to_owned(),
                available: condition.rested_until.is_none_or(|until| until <= now),
                last_error: condition.last_error.clone(),
            })
            .collect()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Condition>> {
        self.conditions.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;

    fn list(count: usize) -> ServerList {
        let servers = (0..count)
            .map(|index| ServerAddress::parse(&format!("10.0.0.{index}")).unwrap())
            .collect();
        ServerList::new(servers)
    }

    #[test]
    fn addresses_are_read_in_every_form() {
        for (text, origin) in [
            ("localhost", "http://localhost:8848"),
            ("10.0.0.1:80", "http://10.0.0.1:80"),
            ("[::1]:9", "http://[::1]:9"),
            ("[::1]", "http://[::1]:8848"),
            ("http://nacos:1/", "http://nacos:1"),
            ("https://nacos.example.com", "https://nacos.example.com:8848"),
        ] {
            assert_eq!(&*ServerAddress::parse(text).unwrap().origin, origin, "{text}");
        }
        for bad in ["", "ftp://a", "a:b", "a:0", "a b", "a/b", "http://u:secret@h", "::1"] {
            let error = ServerAddress::parse(bad).unwrap_err();
            assert_eq!(error.field(), Some("servers"), "{bad}");
            assert!(!error.to_string().contains("secret"));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_failed_server_is_tried_last_until_its_rest_is_over() {
        let list = list(3);
        list.succeeded(0);
        assert_eq!(list.order(None), [0, 1, 2]);
        list.failed(0, &Error::new(ErrorKind::Unavailable, "refused"));
        assert_eq!(list.order(None), [1, 2, 0]);
        list.succeeded(1);
        tokio::time::advance(Duration::from_secs(2)).await;
        assert_eq!(
            list.order(None),
            [1, 2, 0],
            "no return without need: writes stay where they are"
        );
        assert_eq!(list.order(Some(0)), [0, 1, 2]);
    }
}
