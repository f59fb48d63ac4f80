//! Registrations that live in the background.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::beat::{Held, Writer};
use super::once::register;
use super::{Instance, NamingClient};
use crate::client::Inner;
use crate::error::{Error, ErrorKind, Result};
use crate::status::LoopStatus;
use crate::transport::Core;

impl NamingClient {
    /// Registers an instance and keeps it registered: heartbeats, and a new registration when the server forgot
    /// it, until it is deregistered or the client closes. Dropping the handle changes nothing.
    ///
    /// # Errors
    /// When the first registration fails; then nothing goes on in the background.
    ///
    /// # Cancel safety
    /// When the future is dropped, the server may list the instance until it expires.
    pub async fn register(&self, instance: Instance) -> Result<Registration> {
        let core = &self.inner.core;
        let server = register(core, &instance, None).await?;
        let held = Arc::new(Held::new(instance, server));
        self.inner.registrations.add(&held);
        if held.instance().ephemeral {
            let keep = Arc::clone(&held).keep(Writer::of(&held), Arc::clone(core), self.inner.pace.heartbeat);
            self.inner.tasks.spawn(keep);
        }
        Ok(Registration {
            held,
            inner: Arc::clone(&self.inner),
        })
    }
}

/// A held registration.
#[derive(Clone)]
pub struct Registration {
    held: Arc<Held>,
    inner: Arc<Inner>,
}

impl Registration {
    /// What is registered.
    #[must_use]
    pub fn instance(&self) -> Instance {
        self.held.instance()
    }

    /// True while the server is believed to list the instance.
    #[must_use]
    pub fn is_registered(&self) -> bool {
        self.held.is_registered()
    }

    /// The latest failure to renew, cleared by the next success.
    #[must_use]
    pub fn last_error(&self) -> Option<String> {
        self.held.error().clone()
    }

    /// Changes weight, flags, cluster or metadata at once, and for every later registration.
    ///
    /// # Errors
    /// [`InvalidArgument`](ErrorKind::InvalidArgument) when service, group, namespace, ip, port or kind differ:
    /// that would be another instance.
    pub async fn update(&self, instance: Instance) -> Result<()> {
        let old = self.held.instance();
        let same = old.service == instance.service
            && old.group == instance.group
            && old.namespace == instance.namespace
            && old.ip == instance.ip
            && old.port == instance.port
            && old.ephemeral == instance.ephemeral;
        if !same {
            return Err(Error::invalid(
                "instance",
                format_args!("{instance} is not {old}; register it on its own"),
            ));
        }
        self.held.update(&self.inner.core, instance).await
    }

    /// Stops the heartbeat, then takes the instance out of its service. A second call does the same again.
    ///
    /// # Errors
    /// When no server could be asked: the heartbeat has stopped all the same, and the instance expires; call it
    /// again, or let [`NacosClient::close`](crate::NacosClient::close) try once more.
    ///
    /// # Cancel safety
    /// The heartbeat stops even when the future is dropped; the instance then expires.
    pub async fn deregister(&self) -> Result<()> {
        self.held.deregister(&self.inner.core).await?;
        self.inner.registrations.remove(&self.held);
        Ok(())
    }
}

impl fmt::Debug for Registration {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Registration")
            .field("instance", &self.held.instance())
            .field("registered", &self.is_registered())
            .finish_non_exhaustive()
    }
}

/// The registrations of one client.
#[derive(Debug, Default)]
pub(crate) struct Registrations {
    held: Mutex<Vec<Arc<Held>>>,
}

impl Registrations {
    fn lock(&self) -> MutexGuard<'_, Vec<Arc<Held>>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn add(&self, held: &Arc<Held>) {
        self.lock().push(Arc::clone(held));
    }

    fn remove(&self, gone: &Arc<Held>) {
        self.lock().retain(|held| !Arc::ptr_eq(held, gone));
    }

    pub(crate) fn status(&self) -> Vec<LoopStatus> {
        self.lock()
            .iter()
            .map(|held| LoopStatus {
                name: held.instance().to_string(),
                last_error: held.error().clone(),
            })
            .collect()
    }

    /// Deregisters all of them, as many at once as may be, within `limit`.
    pub(crate) async fn close(&self, core: &Arc<Core>, limit: Duration) -> Result<()> {
        let held = std::mem::take(&mut *self.lock());
        let mut deletes = tokio::task::JoinSet::new();
        // All at once, so that nobody renews while the first are deleted.
        for held in &held {
            held.end_writes();
        }
        for held in held {
            let core = Arc::clone(core);
            deletes.spawn(async move { held.deregister(&core).await });
        }
        let all = async {
            let mut first = Ok(());
            while let Some(ended) = deletes.join_next().await {
                if let Ok(Err(error)) = ended {
                    first = first.and(Err(error));
                }
            }
            first
        };
        match tokio::time::timeout(limit, all).await {
            Ok(outcome) => outcome,
            Err(_) => Err(Error::new(
                ErrorKind::Timeout,
                "not every instance could be deregistered in time; the rest expires on the server",
            )),
        }
    }
}
