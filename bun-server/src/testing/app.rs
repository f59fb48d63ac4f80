use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use http::Method;

use super::{TestAppBuilder, TestPeer, TestRequest};
use crate::app::{AppError, AppFuture, AppResult, Application, ApplicationHandle, ShutdownReport, StartupReport};
use crate::config::ConfigKey;
use crate::di::{Container, IntoModule, Problem, ProblemKind};
use crate::microservice::config_center::ConfigResult;
use crate::microservice::service_registry::ServiceRegistryError;
use crate::providers::memory::{MemoryConfigCenter, MemoryServiceRegistry};

/// An application under test: any free port of 127.0.0.1 whatever `application.yaml` says, config center and registry in memory, no
/// pause before the end, the environment of the process left out.
#[derive(Debug)]
pub struct TestApp {
    pub(super) handle: ApplicationHandle,
    pub(super) center: MemoryConfigCenter,
    pub(super) registry: MemoryServiceRegistry,
    pub(super) tasks_before: usize,
}

/// A change in memory reaches its readers by tasks that only need to run: this long is for ever.
const SETTLING: Duration = Duration::from_secs(5);

/// Until a runtime has looked at what was aborted.
const LOOKED_AT: Duration = Duration::from_millis(500);

impl TestApp {
    /// An application with one module.
    #[track_caller]
    pub fn of(module: impl IntoModule) -> TestAppBuilder {
        TestAppBuilder::new(module)
    }

    /// An application that is put together already; its own providers of config center and registry are replaced.
    pub fn from_application(application: Application) -> TestAppBuilder {
        TestAppBuilder::from_application(application)
    }

    /// A GET, in the process: no socket is used.
    pub fn get(&self, path: impl Into<String>) -> TestRequest<'_> {
        self.request(Method::GET, path)
    }

    /// A POST.
    pub fn post(&self, path: impl Into<String>) -> TestRequest<'_> {
        self.request(Method::POST, path)
    }

    /// A PUT.
    pub fn put(&self, path: impl Into<String>) -> TestRequest<'_> {
        self.request(Method::PUT, path)
    }

    /// A PATCH.
    pub fn patch(&self, path: impl Into<String>) -> TestRequest<'_> {
        self.request(Method::PATCH, path)
    }

    /// A DELETE.
    pub fn delete(&self, path: impl Into<String>) -> TestRequest<'_> {
        self.request(Method::DELETE, path)
    }

    /// Any method.
    pub fn request(&self, method: Method, path: impl Into<String>) -> TestRequest<'_> {
        TestRequest::new(&self.handle, method, path.into())
    }

    /// Where the application listens, for a client of one's own.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.handle.address()
    }

    /// Its components.
    #[must_use]
    pub fn container(&self) -> &Container {
        self.handle.container()
    }

    /// The registry, to look at or to share.
    #[must_use]
    pub fn registry(&self) -> &MemoryServiceRegistry {
        &self.registry
    }

    /// Publishes a document; returns once every `ConfigValue` has switched, or the document was refused.
    pub async fn publish(&self, key: impl Into<ConfigKey>, content: impl Into<Arc<str>>) {
        let (key, content) = (key.into(), content.into());
        let md5 = ConfigResult::new(Arc::clone(&content)).md5;
        self.center.publish(key.clone(), content);
        self.caught_up(&key, Some(&md5)).await;
    }

    /// Removes a document; returns once that is known.
    pub async fn remove(&self, key: impl Into<ConfigKey>) {
        let key = key.into();
        self.center.remove(key.clone());
        self.caught_up(&key, None).await;
    }

    async fn caught_up(&self, key: &ConfigKey, md5: Option<&str>) {
        if let Some(documents) = self.handle.documents() {
            // A document that is published once more during the wait is never seen in this state.
            let _ = tokio::time::timeout(SETTLING, documents.caught_up(key, md5)).await;
        }
    }

    /// Serves a router as an instance of another service, until it is stopped.
    ///
    /// # Errors
    ///
    /// When `service` is no name of a service, or no socket can be had.
    pub async fn serve(&self, service: &str, router: axum::Router) -> AppResult<TestPeer<'_>> {
        let failed = |error: ServiceRegistryError| {
            let problem = Problem::new(ProblemKind::ServiceRegistry, format!("no peer: {error}"));
            AppError::Startup(StartupReport::new(self.handle.name(), vec![problem]))
        };
        TestPeer::start(self, service, router).await.map_err(failed)
    }

    pub(super) async fn follows(
        &self,
        name: &crate::microservice::service_registry::ServiceName,
        address: &str,
        present: bool,
    ) {
        if let Some(client) = self.handle.client() {
            let _ = tokio::time::timeout(SETTLING, client.follows(name, address, present)).await;
        }
    }

    /// Stops in order. Of two in one runtime, the later one is shut down first: its tasks are none that the earlier one left.
    ///
    /// # Errors
    ///
    /// When an `on_stop` hook failed or ran while another one did, or when tasks are left that were not there before the start.
    #[must_use = "a future does nothing until it is awaited"]
    pub fn shutdown(self) -> AppFuture<AppResult> {
        Box::pin(async move {
            self.handle.shutdown().await?;
            let mut failures = self.handle.out_of_order();
            let metrics = tokio::runtime::Handle::current().metrics();
            let (name, before) = (self.handle.name().to_owned(), self.tasks_before);
            drop(self);
            // Tasks that were aborted a moment ago are counted until the runtime has looked at them.
            let gone = async {
                while metrics.num_alive_tasks() > before {
                    tokio::time::sleep(Duration::from_millis(1)).await;
                }
            };
            if tokio::time::timeout(LOOKED_AT, gone).await.is_err() {
                let left = metrics.num_alive_tasks().saturating_sub(before);
                failures.push(format!(
                    "{left} tasks were spawned since the start and are still alive: join them in an `on_stop`"
                ));
            }
            if failures.is_empty() {
                return Ok(());
            }
            Err(AppError::Shutdown(ShutdownReport::new(name, failures)))
        })
    }
}
