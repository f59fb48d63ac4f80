//! Which server is asked next: sticky while it answers, rested after a failure.

mod address;
mod endpoint;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

pub(crate) use self::address::ServerAddress;
pub(crate) use self::endpoint::Endpoint;
use crate::error::Error;

const FIRST_REST: Duration = Duration::from_secs(1);
const LONGEST_REST: Duration = Duration::from_secs(30);

#[derive(Clone, Debug)]
struct Known {
    address: ServerAddress,
    condition: Condition,
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
    known: Mutex<Vec<Known>>,
    preferred: AtomicUsize,
}

fn fresh(addresses: Vec<ServerAddress>) -> Vec<Known> {
    let known = |address| Known {
        address,
        condition: Condition::default(),
    };
    addresses.into_iter().map(known).collect()
}

impl ServerList {
    pub(crate) fn new(addresses: Vec<ServerAddress>) -> Self {
        let preferred = if addresses.is_empty() {
            0
        } else {
            fastrand::usize(..addresses.len())
        };
        Self {
            known: Mutex::new(fresh(addresses)),
            preferred: AtomicUsize::new(preferred),
        }
    }

    /// Takes a new list; what stays in it keeps its condition, and stays preferred.
    pub(crate) fn replace(&self, addresses: Vec<ServerAddress>) {
        let mut known = self.lock();
        if known.iter().map(|known| &known.address).eq(addresses.iter()) {
            return;
        }
        tracing::info!(servers = addresses.len(), "the list of Nacos servers has changed");
        let preferred = known
            .get(self.preferred.load(Ordering::Relaxed))
            .map(|known| known.address.clone());
        let mut new = fresh(addresses);
        for server in &mut new {
            if let Some(old) = known.iter().find(|old| old.address == server.address) {
                server.condition = old.condition.clone();
            }
        }
        let kept = new
            .iter()
            .position(|server| Some(&server.address) == preferred.as_ref());
        let preferred = kept.unwrap_or_else(|| {
            if new.is_empty() {
                0
            } else {
                fastrand::usize(..new.len())
            }
        });
        self.preferred.store(preferred, Ordering::Relaxed);
        *known = new;
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.lock().is_empty()
    }

    pub(crate) fn get(&self, index: usize) -> Option<ServerAddress> {
        self.lock().get(index).map(|known| known.address.clone())
    }

    pub(crate) fn addresses(&self) -> Vec<ServerAddress> {
        self.lock().iter().map(|known| known.address.clone()).collect()
    }

    /// The first of [`order`](Self::order).
    pub(crate) fn pick(&self, first: Option<usize>) -> usize {
        let start = first.unwrap_or_else(|| self.preferred.load(Ordering::Relaxed));
        let rested = self
            .lock()
            .get(start)
            .is_none_or(|known| known.condition.rested_until.is_some());
        if rested {
            self.order(first).first().copied().unwrap_or(start)
        } else {
            start
        }
    }

    /// The order in which to try the servers: available ones from `first` (or the preferred one) on, in ring
    /// order; rested ones last, the one that is due soonest first.
    pub(crate) fn order(&self, first: Option<usize>) -> Vec<usize> {
        let now = Instant::now();
        let start = first.unwrap_or_else(|| self.preferred.load(Ordering::Relaxed));
        let known = self.lock();
        let count = known.len();
        let mut order: Vec<(Option<Instant>, usize)> = (0..count)
            .map(|step| (start + step) % count)
            .map(|index| {
                let rested = known.get(index).and_then(|known| known.condition.rested_until);
                (rested.filter(|until| *until > now), index)
            })
            .collect();
        // Stable: keeps the ring order among the available ones (`None` sorts first).
        order.sort_by_key(|(rested, _)| *rested);
        order.into_iter().map(|(_, index)| index).collect()
    }

    pub(crate) fn succeeded(&self, index: usize) {
        let mut known = self.lock();
        let Some(known) = known.get_mut(index) else { return };
        if known.condition.failures > 0 {
            tracing::info!(server = %known.address.authority(), "Nacos server answers again");
        }
        if known.condition.rested_until.is_some() || known.condition.failures > 0 {
            known.condition = Condition::default();
        }
        self.preferred.store(index, Ordering::Relaxed);
    }

    pub(crate) fn failed(&self, index: usize, error: &Error) {
        let mut known = self.lock();
        let Some(known) = known.get_mut(index) else { return };
        let condition = &mut known.condition;
        if condition.failures == 0 {
            tracing::warn!(server = %known.address.authority(), %error, "Nacos server failed; it is rested");
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
        self.lock()
            .iter()
            .map(|known| ServerStatus {
                address: known.address.authority().to_owned(),
                available: known.condition.rested_until.is_none_or(|until| until <= now),
                last_error: known.condition.last_error.clone(),
            })
            .collect()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Known>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
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

    #[tokio::test(start_paused = true)]
    async fn what_stays_in_a_new_list_keeps_its_condition() {
        let list = list(3);
        list.succeeded(1);
        list.failed(2, &Error::new(ErrorKind::Unavailable, "refused"));
        let addresses = ["10.0.0.9", "10.0.0.2", "10.0.0.1"].map(|text| ServerAddress::parse(text).unwrap());
        list.replace(addresses.to_vec());
        assert_eq!(
            list.order(None),
            [2, 0, 1],
            "10.0.0.1 is preferred still, 10.0.0.2 is rested still"
        );
    }
}
