use std::fmt;
use std::sync::Arc;

use super::TestApp;
use crate::app::{AppFuture, AppResult, Application};
use crate::config::{ConfigKey, LocalOverrides};
use crate::di::{IntoModule, ModuleOverride, Override};
use crate::providers::memory::{MemoryConfigCenter, MemoryServiceRegistry};

const ANY_PORT: [(&str, &str); 2] = [("server.address", "127.0.0.1"), ("server.port", "0")];

/// Of servers that are not asked: their secrets need not be known.
const PROVIDERS: [&str; 6] = [
    "config_center.url",
    "config_center.username",
    "config_center.password",
    "service_registry.url",
    "service_registry.username",
    "service_registry.password",
];

fn said((path, value): (&str, &str)) -> (String, String) {
    (path.to_owned(), value.to_owned())
}

/// A [`TestApp`] that is being put together.
#[must_use = "a builder does nothing until `start` is awaited"]
pub struct TestAppBuilder {
    application: Application,
    center: MemoryConfigCenter,
    registry: MemoryServiceRegistry,
}

impl TestAppBuilder {
    #[track_caller]
    pub(super) fn new(module: impl IntoModule) -> Self {
        Self::from_application(Application::new("test").import(module))
    }

    pub(super) fn from_application(application: Application) -> Self {
        let (center, registry) = (MemoryConfigCenter::new(), MemoryServiceRegistry::new());
        let mut application = application;
        application.substitutes.center = Some(center.clone());
        application.substitutes.registry = Some(registry.clone());
        application.leave_out_environment();
        application.local.overrides = LocalOverrides {
            values: ANY_PORT.map(said).to_vec(),
            instead: vec![said(("management.port", "0"))],
            absent: PROVIDERS.to_vec(),
        };
        Self {
            application,
            center,
            registry,
        }
    }

    /// Takes the place of whatever provides `T`; what it replaces, and what only that asked for, is never built.
    #[track_caller]
    pub fn override_provider<T: ?Sized + Send + Sync + 'static>(mut self, value: Arc<T>) -> Self {
        self.application.substitutes.overrides.push(Override::new(value));
        self
    }

    /// Takes the place of the module `M` for everyone who imports it: its components and controllers, and what only it imports, are
    /// never built. The replacement exports what others need of it. Modules are replaced before components are.
    ///
    /// ```
    /// use bun_server::{prelude::*, testing::TestApp};
    ///
    /// #[injectable]
    /// struct Users;
    ///
    /// #[module(providers = [Users], exports = [Users])]
    /// struct UsersModule;
    ///
    /// #[module(imports = [UsersModule])]
    /// struct OrderModule;
    ///
    /// # fn build() -> impl Sized {
    /// TestApp::of(OrderModule)
    ///     .override_module::<UsersModule>(DynamicModule::builder::<UsersModule>().provide(Users).export::<Users>().build())
    /// # }
    /// ```
    ///
    /// The start fails when no module of the application imports `M`.
    #[track_caller]
    pub fn override_module<M: 'static>(mut self, replacement: impl IntoModule) -> Self {
        let module = ModuleOverride::new::<M>(replacement);
        self.application.substitutes.modules.push(module);
        self
    }

    /// Publishes a document before the start.
    pub fn document(self, key: impl Into<ConfigKey>, content: impl Into<Arc<str>>) -> Self {
        self.center.publish(key, content);
        self
    }

    /// A value of the configuration: it wins over `application.yaml` and variables, not over documents.
    pub fn config(mut self, path: impl Into<String>, value: impl fmt::Display) -> Self {
        let values = &mut self.application.local.overrides.values;
        values.push((path.into(), value.to_string()));
        self
    }

    /// Starts it.
    ///
    /// # Errors
    ///
    /// As [`Application::start`].
    #[must_use = "a future does nothing until it is awaited"]
    pub fn start(self) -> AppFuture<AppResult<TestApp>> {
        Box::pin(async move {
            let tasks_before = tokio::runtime::Handle::current().metrics().num_alive_tasks();
            let handle = self.application.start().await?;
            Ok(TestApp {
                handle,
                center: self.center,
                registry: self.registry,
                tasks_before,
            })
        })
    }
}

impl fmt::Debug for TestAppBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestAppBuilder")
            .field("application", &self.application)
            .finish_non_exhaustive()
    }
}
