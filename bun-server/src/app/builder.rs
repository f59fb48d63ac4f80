use std::collections::BTreeMap;
use std::convert::Infallible;
use std::fmt;
use std::panic::Location;
use std::path::PathBuf;
use std::sync::Arc;

use axum::extract::Request;
use axum::response::IntoResponse;
use axum::routing::Route;
use tower_layer::Layer;
use tower_service::Service;

use super::CheckReport;
use super::assembly::Assembly;
use super::handle::AppFuture;
use super::{AppResult, ApplicationHandle, main_function, start};
use crate::config::{ConfigSource, LocalSources};
use crate::di::{Component, DefinitionRef, Graph, Imports, IntoModule, ModuleNode, SourceLocation};
use crate::web::{Additions, Controller};

/// An application that is being put together: a name, modules, and where its configuration is.
///
/// ```no_run
/// use bun_server::prelude::*;
///
/// # #[module]
/// # struct OrderModule;
/// #[bun_server::main]
/// async fn main() -> AppResult {
///     Application::new("order-service").import(OrderModule).run().await
/// }
/// ```
#[must_use = "an application does nothing until it is run, started or checked"]
pub struct Application {
    pub(super) name: String,
    pub(super) version: Option<String>,
    pub(super) imports: Imports,
    pub(crate) local: LocalSources,
    pub(super) additions: Additions,
    /// Instead of what the modules say of providers and components.
    #[cfg(feature = "testing")]
    pub(crate) substitutes: super::substitutes::Substitutes,
    /// `None`: that of the process.
    environment: Option<BTreeMap<String, String>>,
}

impl Application {
    /// An application without modules. `app.name` of the configuration wins over `name`.
    #[track_caller]
    pub fn new(name: impl Into<String>) -> Self {
        let at = SourceLocation::caller(Location::caller());
        Self {
            name: name.into(),
            version: main_function::crate_version().map(ToOwned::to_owned),
            imports: Imports::new(ModuleNode::application(at)),
            local: LocalSources::default(),
            additions: Additions::default(),
            #[cfg(feature = "testing")]
            substitutes: super::substitutes::Substitutes::default(),
            environment: None,
        }
    }

    /// Its version, for the banner and for registrations. `app.version` of the configuration wins. Default: that of the
    /// crate, with `#[bun_server::main]`.
    pub fn version(mut self, version: impl Into<String>) -> Self {
        self.version = Some(version.into());
        self
    }

    /// Imports a module.
    pub fn import(mut self, module: impl IntoModule) -> Self {
        self.imports.add(module);
        self
    }

    /// Lists a component in the application itself.
    pub fn provider<C: Component>(mut self) -> Self {
        self.list::<C>();
        self
    }

    /// Lists a controller in the application itself.
    pub fn controller<C: Controller>(mut self) -> Self {
        self.list::<C>();
        let application = self.imports.application();
        application.providers.push(DefinitionRef::Static(C::HANDLERS));
        application.attach_static(C::CONTROLLER);
        self
    }

    fn list<C: Component>(&mut self) {
        let providers = &mut self.imports.application().providers;
        providers.push(DefinitionRef::Static(C::DEFINITION));
    }

    /// Answers the routes of an axum router as well, without dependency injection.
    pub fn merge(mut self, router: axum::Router) -> Self {
        self.additions.merge(router);
        self
    }

    /// Puts a tower layer (CORS, compression, your own) around every route, and around what no route answers; a later one
    /// stands outside of an earlier one. It runs inside of the framework's own layer.
    pub fn layer<L>(mut self, layer: L) -> Self
    where
        L: Layer<Route> + Clone + Send + Sync + 'static,
        L::Service: Service<Request, Error: Into<Infallible>, Future: Send> + Clone + Send + Sync + 'static,
        <L::Service as Service<Request>>::Response: IntoResponse,
    {
        self.additions.layer(layer);
        self
    }

    /// Where `application.yaml` and the files of the profiles are. Default: the working directory.
    pub fn config_directory(mut self, directory: impl Into<PathBuf>) -> Self {
        self.local.directory = directory.into();
        self
    }

    /// The profile whose file overlays `application.yaml`; several, parted by commas, lie over each other. Default: `BUN_PROFILE`,
    /// else `dev`.
    pub fn profile(mut self, profile: impl Into<String>) -> Self {
        self.local.profile = Some(profile.into());
        self
    }

    /// A value for a dotted path where no other source says anything.
    pub fn config_default(mut self, path: impl Into<String>, value: impl fmt::Display) -> Self {
        self.local.defaults.push((path.into(), value.to_string()));
        self
    }

    /// Reads these variables instead of the process's environment: two applications of one process may differ.
    pub fn environment<K: Into<String>, V: Into<String>>(
        mut self,
        variables: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        let variables = variables.into_iter().map(|(name, value)| (name.into(), value.into()));
        self.environment = Some(variables.collect());
        self
    }

    /// The process's environment and its `.env`, that is: what the application was given stays.
    #[cfg(feature = "testing")]
    pub(crate) fn leave_out_environment(&mut self) {
        self.environment.get_or_insert_default();
        self.local.without_dotenv = true;
    }

    /// Reads these arguments (`--server.port=9000`) instead of those of the process, which [`run`](Self::run) reads. Those that
    /// are not of this form are your own.
    pub fn arguments<A: Into<String>>(mut self, arguments: impl IntoIterator<Item = A>) -> Self {
        self.local.arguments = Some(arguments.into_iter().map(Into::into).collect());
        self
    }

    /// Reads a source of your own as well; a later one wins over an earlier one of the same kind.
    pub fn config_source(mut self, source: impl ConfigSource) -> Self {
        self.local.custom.push(Arc::new(source));
        self
    }

    pub(super) fn read_environment(&mut self) {
        // A name or value that is not UTF-8 is none of ours.
        let process = || {
            std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        };
        self.local.variables = self.environment.take().unwrap_or_else(|| process().collect());
    }

    /// Checks everything that can be checked without I/O but for local files: the graph, the routes, the settings and every
    /// value that local sources give. Values of the config center's documents are not judged. What it found can be printed: the
    /// routes, and the order of the layers.
    ///
    /// # Errors
    ///
    /// [`AppError::Startup`](super::AppError::Startup) with all that is wrong.
    pub fn check(self) -> AppResult<CheckReport> {
        Assembly::of(self).check()
    }

    /// The graph of its components, also when it is wrong: as text ([`Display`](fmt::Display)), for Graphviz or as a Mermaid
    /// chart.
    ///
    /// ```
    /// use bun_server::prelude::*;
    ///
    /// #[injectable]
    /// struct Orders;
    ///
    /// let graph = Application::new("shop").provider::<Orders>().graph();
    /// assert!(graph.to_text().contains("Orders"));
    /// assert!(graph.to_dot().starts_with("digraph"));
    /// ```
    #[must_use]
    pub fn graph(self) -> Graph {
        Assembly::of(self).graph
    }

    /// Starts, and returns when everything is ready. Installs no signal handler and no log.
    ///
    /// # Errors
    ///
    /// [`AppError::Startup`](super::AppError::Startup) with all that is wrong; what was started is stopped again.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future stops what was started, without its `on_stop` hooks.
    #[must_use = "a future does nothing until it is awaited"]
    pub fn start(self) -> AppFuture<AppResult<ApplicationHandle>> {
        Box::pin(start::start(self))
    }

    /// Starts without a socket of its own: the router, which answers everything that the application does, for a server that is
    /// not ours, and the handle that stops it. Nothing is registered, since the port is not known here.
    ///
    /// ```no_run
    /// use bun_server::prelude::*;
    ///
    /// # async fn example(orders: Application, listener: tokio::net::TcpListener) -> Result<(), Box<dyn std::error::Error>> {
    /// let (router, application) = orders.into_router().await?;
    /// let site: bun_server::axum::Router = bun_server::axum::Router::new().nest_service("/shop", router);
    /// // .. serve `site` until the end, then:
    /// application.shutdown().await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// As [`start`](Self::start).
    ///
    /// # Cancel safety
    ///
    /// Dropping the future stops what was started, without its `on_stop` hooks.
    #[must_use = "a future does nothing until it is awaited"]
    pub fn into_router(self) -> AppFuture<AppResult<(axum::Router, ApplicationHandle)>> {
        Box::pin(start::into_router(self))
    }

    /// Starts, prints the banner, and stops in order on Ctrl-C or SIGTERM; a second signal skips the pause before the end. A signal
    /// during the start stops what was started by then.
    ///
    /// # Errors
    ///
    /// As [`start`](Self::start); [`AppError::Shutdown`](super::AppError::Shutdown) when something failed at the end.
    #[must_use = "a future does nothing until it is awaited"]
    pub fn run(mut self) -> AppFuture<AppResult> {
        let of_process = || {
            std::env::args_os()
                .skip(1)
                .filter_map(|argument| argument.into_string().ok())
        };
        self.local.arguments.get_or_insert_with(|| of_process().collect());
        Box::pin(start::run(self))
    }
}

impl fmt::Debug for Application {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Application")
            .field("name", &self.name)
            .field("imports", &self.imports)
            .finish_non_exhaustive()
    }
}
